"""A checkpoint says how long the journal was and what was in it; nobody but the log key says so."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.crypto.keypair import SigningKey
from coffre_cli.crypto.secret import Secret
from coffre_cli.journal.chain import Frontier, leaf_hash
from coffre_cli.journal.checkpoint import Checkpoint, origin, read_checkpoint, sign_checkpoint
from coffre_cli.journal.errors import CheckpointError

KEY, OTHER_KEY = SigningKey(Secret(b"k" * 32)), SigningKey(Secret(b"o" * 32))
ORIGIN = origin(b"v" * 16, 1)
TREE = Frontier().append(leaf_hash(b"%d" % number) for number in range(7))
NOTE = sign_checkpoint(ORIGIN, TREE, KEY)
SIGNATURE_LINE = NOTE.splitlines()[-1]


def signed(body: str, name: str = ORIGIN, key: SigningKey = KEY) -> str:
    """Return *body* signed well, whatever it says."""
    key_hash = hashlib.sha256(name.encode() + b"\n\x01" + key.public).digest()[:4]
    return f"{body}\n— {name} {base64.b64encode(key_hash + key.sign(body.encode())).decode()}\n"


def test_a_checkpoint_is_read_as_it_was_signed() -> None:
    assert read_checkpoint(NOTE, KEY.public) == Checkpoint(ORIGIN, 7, TREE.root())


def test_it_is_the_note_of_the_page() -> None:
    body = f"{(b'v' * 16).hex()}/1\n7\n{base64.b64encode(TREE.root()).decode()}\n"
    assert signed(body) == NOTE


def test_signatures_of_strangers_are_ignored() -> None:
    stranger = signed(NOTE.partition("\n\n")[0] + "\n", "a.witness.example", OTHER_KEY).splitlines()[-1]
    assert read_checkpoint(f"{NOTE}{stranger}\n", KEY.public).size == 7
    assert read_checkpoint(NOTE.replace(SIGNATURE_LINE, f"{stranger}\n{SIGNATURE_LINE}"), KEY.public).size == 7


@pytest.mark.parametrize(
    "note",
    [
        "",
        NOTE[:-1],
        NOTE + "\n",
        "\n" + NOTE,
        NOTE.replace("\n7\n", "\n8\n"),
        NOTE.replace("\n7\n", "\n07\n"),
        NOTE.replace("\n7\n", "\n+7\n"),
        NOTE.replace("\n7\n", "\n7 \n"),
        NOTE.replace("\n7\n", "\n٧\n"),
        NOTE.replace("\n7\n", "\n7\nextension\n"),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace(f"— {ORIGIN}", "— someone"),
        NOTE.replace(f"— {ORIGIN} ", "— "),
        NOTE.replace(SIGNATURE_LINE, ""),
        NOTE.replace(SIGNATURE_LINE + "\n", ""),
        NOTE.replace(f"{ORIGIN}\n7", f"{origin(b'w' * 16, 1)}\n7"),
        NOTE.replace(ORIGIN, origin(b"v" * 16, 2)),
        signed(NOTE.partition("\n\n")[0] + "\n", key=OTHER_KEY),
        signed("\n".join([ORIGIN, "-1", base64.b64encode(bytes(32)).decode()]) + "\n"),
        signed("\n".join([ORIGIN, "7", base64.b64encode(bytes(31)).decode()]) + "\n"),
        signed(f"{ORIGIN}\n7\n\n"),
    ],
    ids=lambda note: hashlib.sha256(note.encode()).hexdigest()[:8],
)
def test_any_other_note_is_refused(note: str) -> None:
    with pytest.raises(CheckpointError):
        read_checkpoint(note, KEY.public)


@given(st.integers(0, len(NOTE) - 1), st.characters(max_codepoint=0x2100, exclude_categories=["Cs"]))
def test_no_character_of_a_checkpoint_can_change(place: int, character: str) -> None:
    changed = NOTE[:place] + character + NOTE[place + 1 :]
    if changed != NOTE:
        with pytest.raises(CheckpointError):
            read_checkpoint(changed, KEY.public)


def test_a_wrong_signature_of_the_known_key_is_fatal_even_beside_a_right_one() -> None:
    body = NOTE.partition("\n\n")[0] + "\n"
    wrong = signed(body + "x").splitlines()[-1]
    with pytest.raises(CheckpointError):
        read_checkpoint(f"{NOTE}{wrong}\n", KEY.public)
