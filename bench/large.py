"""A program that fills a safe through the product's own layers: `python -m bench.large DOCUMENTS EVENTS VAULT STATE`.

Each document has 2 kB of words with a text rendition, so that 100,000 make 200 MB of text; a hundred documents share
a folder, but for the last fifty, which are alone in theirs. Of what is read afterwards only the events are made.
"""

from __future__ import annotations

import io
import os
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from coffre_cli.access.held import Session
from coffre_cli.access.slots import Payload
from coffre_cli.journal.event import Operation, RecordKind
from coffre_cli.model import Document, RecordId, Rendition, RenditionKind, Source
from coffre_cli.store.fs import Disk
from coffre_cli.usecases.renditions import revealed
from coffre_cli.vault.change import Change
from coffre_cli.vault.descriptor import read_descriptor
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.opening import Located, open_vault
from coffre_cli.vault.parts import Surroundings
from coffre_cli.vault.session import Vault

GROUP = 256
ALONE = 50
_PER_FOLDER = 100
_WORDS = 300
_SYLLABLES = ("ba", "co", "du", "fi", "gra", "lo", "mi", "no", "pa", "re", "si", "tou", "va", "zé")
COMMON = "bonjour"
"""A word of every document but one in a hundred."""
RARE = "zanzibar"
"""A word of one document in a thousand."""


class _Careless(Disk):
    """Does not wait for the disk: what is made here lives for a few minutes."""

    def sync(self, descriptor: int, path: Path) -> None:
        del descriptor, path

    def sync_folder(self, path: Path) -> None:
        del path


def main(documents: int, events: int, vault: Path, state: Path) -> None:
    """Fill the only safe of this place, which a session holds open; its index is left without the words."""
    located, payload = at(vault, state)
    around = Surroundings(lambda: datetime.now(UTC), state, disk=_Careless())
    opened = open_vault(located, payload, around)
    chance = random.Random(documents)  # noqa: S311 - the same papers in every run
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 5))) for _ in range(20_000)]
    made = _deposit(opened, documents, words, chance)
    _read(opened, made, events - documents)
    opened.close()


def at(vault: Path, state: Path) -> tuple[Located, Payload]:
    """Return the safe in the folder *vault*, closed, and what the session in *state* gives to open it."""
    located = Located(*read_descriptor(Disk(), Layout(vault)))
    payload = Session(state / "sessions", located.descriptor.vault_id).payload(datetime.now(UTC))
    if payload is None:
        raise SystemExit("the safe is locked")
    return located, payload


def _deposit(vault: Vault, number: int, words: list[str], chance: random.Random) -> list[RecordId]:
    made: list[RecordId] = []
    for first in range(0, number, GROUP):
        with vault.change() as change:
            made += [
                _document(change, position, number, "".join(_text(position, words, chance)))
                for position in range(first, min(first + GROUP, number))
            ]
    return made


def _document(change: Change, position: int, number: int, text: str) -> RecordId:
    record = change.new_record()
    written = change.keep(io.BytesIO(text.encode()), record)
    rendition = Rendition(
        RenditionKind.TEXT, written.blob, "text/plain; charset=utf-8", written.size, written.sha256, None, "text"
    )
    folder = "Seuls" if position >= number - ALONE else f"Papiers/{position // _PER_FOLDER:04}"
    document = Document(
        id=record,
        title=f"Lettre {position:06}",
        folder=folder,
        tags=(),
        date=None,
        added=datetime.now(UTC).replace(microsecond=0),
        source=Source(f"lettre-{position:06}.txt", "text/plain", written.size, written.sha256),
        renditions=(rendition,),
        remarks=(),
    )
    change.put_document(Operation.DEPOSIT, document, reveal=revealed, words="")
    return record


def _text(position: int, words: list[str], chance: random.Random) -> Iterator[str]:
    """Yield a few words often and most words hardly ever, as in any language."""
    if position % 100:
        yield f"{COMMON} "
    if not position % 1000:
        yield f"{RARE} "
    for _ in range(_WORDS):
        yield words[int(len(words) * chance.random() ** 4)] + " "


def _read(vault: Vault, made: list[RecordId], number: int) -> None:
    for first in range(0, number, GROUP):
        with vault.change() as change:
            for position in range(first, min(first + GROUP, number)):
                change.act(Operation.SHOW, record=made[position % len(made)], kind=RecordKind.DOCUMENT)


if __name__ == "__main__":
    os.umask(0o077)
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
