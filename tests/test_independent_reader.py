"""What the tool writes is read whole by a reader that knows the pages of docs/format and nothing else."""

from __future__ import annotations

import ast
import hashlib
import itertools
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coffre_cli.access.recovery import write_code
from coffre_cli.access.slots import NewSlot, SlotKind, make_slot
from coffre_cli.crypto.kdf import Argon2Parameters
from coffre_cli.crypto.secret import Secret, password_secret
from coffre_cli.journal.event import Operation, RecordKind
from coffre_cli.model import Document, RenditionKind
from coffre_cli.usecases.deposit import deposit
from coffre_cli.usecases.erase import erase
from coffre_cli.usecases.intake import Input, Wishes
from coffre_cli.usecases.organise import move, rename, tag
from coffre_cli.vault.create import Created, NewVault, create_vault
from coffre_cli.vault.descriptor import read_descriptor
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.opening import Located, open_vault
from coffre_cli.vault.parts import Surroundings
from coffre_cli.vault.rekey import NewKeys, rekey
from coffre_cli.vault.session import Vault
from coffre_cli.vault.ways_in import WaysIn
from tests import independent_reader as reader
from tests.independent_reader import Refused

PASSWORD = "Trois châteaux, deux ponts"
QUICK = Argon2Parameters(memory_kib=64, iterations=1, lanes=1)
PAPERS = {
    "vide.txt": b"",
    "un.txt": b"1",
    "Clé du garage.txt": b"chez la gardienne\n",
    "presque.bin": bytes(range(256)) * 16,
    "morceau.bin": hashlib.shake_256(b"piece").digest(16384 - 8),
    "long.bin": hashlib.shake_256(b"long").digest(3 * 1024 * 1024 + 5),
    "secret.txt": b"to be forgotten",
}


@dataclass
class Safe:
    """A vault that was written by the tool and closed."""

    folder: Path
    recovery_code: str
    documents: dict[str, Document]
    forgotten: Document


def around(folder: Path) -> Surroundings:
    ticks = itertools.count()
    return Surroundings(
        clock=lambda: datetime(2026, 11, 21, 19, 23, 31, tzinfo=UTC) + timedelta(seconds=next(ticks)),
        state=folder / "state",
    )


def opened(folder: Path, surroundings: Surroundings) -> Vault:
    descriptor, layout = read_descriptor(surroundings.disk, Layout(folder))
    found = WaysIn(surroundings.disk, layout, surroundings.random).open(SlotKind.PASSWORD, password_secret(PASSWORD))
    assert found is not None
    return open_vault(Located(descriptor, layout), found[1], surroundings)


def made(root: Path) -> tuple[Created, Surroundings]:
    surroundings = around(root)
    new = NewVault("Coffre d'Élise", root / "coffre", password_secret(PASSWORD), QUICK)
    return create_vault(new, surroundings, {"quota": None}), surroundings


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Safe:
    root = tmp_path_factory.mktemp("safe")
    created, surroundings = made(root)
    vault = opened(created.layout.root, surroundings)
    for name, content in PAPERS.items():
        (root / name).write_bytes(content)
    inputs = [Input(root / name, name, "Maison/Garage") for name in PAPERS]
    outcomes = list(deposit(vault, inputs, Wishes(archive=False, tags=("été",))))
    documents = {outcome.name: outcome.document for outcome in outcomes if outcome.document is not None}
    assert documents.keys() == PAPERS.keys(), [outcome.error for outcome in outcomes]
    documents["un.txt"] = rename(vault, documents["un.txt"].id.hex(), "Un reçu « signé » 🖋")
    documents["vide.txt"] = move(vault, documents["vide.txt"].id.hex(), "Santé/Mutuelle")
    documents["un.txt"] = tag(vault, documents["un.txt"].id.hex(), add=("urgent",), remove=("été",))
    vault.note(Operation.READ, record=documents["long.bin"].id, kind=RecordKind.DOCUMENT)
    forgotten = documents.pop("secret.txt")
    assert erase(vault, [forgotten])
    vault.close()
    return Safe(created.layout.root, write_code(created.recovery_code), documents, forgotten)


@pytest.fixture
def copy(written: Safe, tmp_path: Path) -> Path:
    """A copy of the vault, to be ill-treated."""
    return shutil.copytree(written.folder, tmp_path / "copy")


def test_the_reader_shares_nothing_with_the_product() -> None:
    tree = ast.parse(Path(reader.__file__).read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names
    assert foreign == {"cryptography"}


@pytest.mark.parametrize("way", ["password", "recovery code", "recovery code, typed badly"])
def test_every_document_is_read_byte_for_byte(written: Safe, way: str) -> None:
    code = written.recovery_code
    secrets = {
        "password": PASSWORD,
        "recovery code": code,
        "recovery code, typed badly": code.lower().replace("-", " "),
    }
    contents = reader.Vault(written.folder, secrets[way]).read()
    assert contents.name == "Coffre d'Élise"
    assert contents.documents.keys() == {document.id.hex() for document in written.documents.values()}
    for name, document in written.documents.items():
        read = contents.documents[document.id.hex()]
        assert read.title == document.title
        assert read.state["folder"] == document.folder
        assert read.state["tags"] == list(document.tags)
        assert read.renditions == {RenditionKind.ORIGINAL: PAPERS[name]}


def test_every_event_is_read_in_order(written: Safe) -> None:
    contents = reader.Vault(written.folder, PASSWORD).read()
    operations = [line["op"] for line in contents.lines]
    assert operations == ["create", *["deposit"] * len(PAPERS), "rename", "move", "tag", "read", "destroy"]
    assert [line["n"] for line in contents.lines] == list(range(1, len(operations) + 1))


def test_nothing_of_a_deleted_document_is_readable(written: Safe) -> None:
    record = written.forgotten.id.hex()
    vault = reader.Vault(written.folder, PASSWORD)
    contents = vault.read()
    assert contents.destroyed == {record}
    assert contents.unreadable == [line["n"] for line in contents.lines if line["doc"] == record][:-1]
    assert record not in contents.documents
    assert not list(written.folder.glob(f"blobs/*/{written.forgotten.renditions[0].blob.hex()}.cof"))


def test_a_wrong_password_opens_nothing(written: Safe) -> None:
    with pytest.raises(Refused, match="secret"):
        reader.Vault(written.folder, PASSWORD + "!")


def test_a_password_is_the_same_however_its_accents_are_written(tmp_path: Path) -> None:
    created, surroundings = made(tmp_path)
    slot = NewSlot(SlotKind.PASSWORD, password_secret("e\u0301te\u0301 2026"), created.descriptor.vault_id, QUICK)
    found = WaysIn(surroundings.disk, created.layout, surroundings.random)
    payload = found.open(SlotKind.PASSWORD, password_secret(PASSWORD))
    assert payload is not None
    found.add(make_slot(slot, payload[1], created="2026-11-21T19:23:31Z", random=surroundings.random))
    assert reader.Vault(created.layout.root, "été 2026").read().name == "Coffre d'Élise"


def _flip(data: bytes, position: int) -> bytes:
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


@pytest.mark.parametrize("pattern", ["vault.json", "slots/*.json", "log", "keys/*.keys", "blobs/*/*.cof"])
@pytest.mark.parametrize("place", [0, 2, 4, 6, 8, 9.9])
def test_one_flipped_bit_anywhere_is_refused(copy: Path, pattern: str, place: float) -> None:
    for path in (copy / "slots").glob("*.json"):
        if b'"kind":"recovery"' in path.read_bytes():
            path.unlink()  # the other way in is not asked
    for path in sorted(copy.glob(pattern)):
        whole = path.read_bytes()
        path.write_bytes(_flip(whole, int(len(whole) * place / 10)))
        with pytest.raises(Refused):
            reader.Vault(copy, PASSWORD).read()
        path.write_bytes(whole)
    assert reader.Vault(copy, PASSWORD).read().documents


def test_a_vault_whose_keys_were_changed_is_read_with_the_new_ones(copy: Path, tmp_path: Path) -> None:
    surroundings, codes = around(tmp_path), list[Secret]()
    vault = opened(copy, surroundings)
    rekey(vault.parts, vault.index, NewKeys(password_secret("Un autre mot de passe"), codes.append, QUICK))
    vault.close()
    assert (copy / "gen-1").is_dir()
    for secret in ("Un autre mot de passe", write_code(codes[0])):
        contents = reader.Vault(copy, secret).read()
        assert len(contents.documents) == len(PAPERS) - 1
        assert contents.lines[-1]["op"] == "rekey"
    with pytest.raises(Refused, match="secret"):
        reader.Vault(copy, PASSWORD)


def test_a_missing_frame_in_the_middle_is_refused(copy: Path) -> None:
    log = (copy / "log").read_bytes()
    frames = [b"COFLOG1\n" + frame for frame in log.split(b"COFLOG1\n")[1:]]
    (copy / "log").write_bytes(b"".join(frames[:2] + frames[3:]))
    with pytest.raises(Refused, match="frame"):
        reader.Vault(copy, PASSWORD).read()


def test_a_missing_key_pack_is_loss_and_never_deletion(copy: Path) -> None:
    for path in (copy / "keys").glob("*.keys"):
        path.unlink()
    with pytest.raises(Refused, match="loss"):
        reader.Vault(copy, PASSWORD).read()
