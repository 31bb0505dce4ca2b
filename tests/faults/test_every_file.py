"""Every file of a representative safe in turn deleted, emptied, cut or another safe's: named, and made good."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from coffre_cli.access.unlock import SecretSources
from coffre_cli.model import RecordId
from coffre_cli.store import events
from coffre_cli.ui.findings import finding_json, finding_text
from coffre_cli.usecases.checkup import check
from coffre_cli.usecases.unlocking import Door
from coffre_cli.vault.check import Checkup, Depth
from coffre_cli.vault.check_data import Share
from coffre_cli.vault.check_model import Finding
from tests.simulators.household import Household
from tests.simulators.safe import Safe, add, everything

GENERATIONS = ("as it was made", "after new keys")
HARMS = ("deleted", "emptied", "cut in half", "another safe's")
_NO_DATA = {"lock"}
"""What is in it tells nothing."""


class _Nobody:
    def is_there(self) -> bool:
        return False

    def password(self, question: str) -> str:
        raise LookupError(question)


def checked(household: Household, depth: Depth, *, mend: bool = False) -> Checkup:
    """Check as the command does, each finding told as a person and as a script would see it."""
    safe = household.safe
    sources = SecretSources(None, household.folder / "password", None, {})
    result = check(Door(safe.located, safe.around, sources, _Nobody(), "?"), depth, mend=mend)
    for one in (*result.repaired, *result.report.findings):
        assert finding_text(one, coffre="coffre", repaired=False).count("\n") == 2
        command = finding_json(one, coffre="coffre", repaired=False)["command"]
        assert not set("{}…<>") & set(str(command)), "not a line to paste"
    return result


@dataclass(frozen=True)
class Held:
    """All that a safe holds: the newest state of every record of every kind, every document's bytes, the journal."""

    records: dict[str, bytes]
    documents: dict[RecordId, tuple[str, str, tuple[str, ...], bytes]]
    lines: tuple[bytes, ...]


def held(safe: Safe) -> Held:
    vault = safe.open()
    try:
        rows = vault.index.rows("SELECT kind || ' ' || hex(id), state FROM record")
        states = {str(name): bytes(state) for name, state in rows if isinstance(state, bytes)}
        lines = tuple(event.line for event in events.events(vault.index))
        return Held(states, everything(vault), lines)
    finally:
        vault.close()


@pytest.fixture(scope="module", params=GENERATIONS)
def household(request: pytest.FixtureRequest, households: dict[str, Household]) -> Household:
    return households[request.param]


@pytest.fixture(scope="module")
def before(household: Household) -> Held:
    return held(household.safe)


@pytest.fixture(scope="module")
def stranger(quick_folder: Path) -> Safe:
    """Give another safe, with the same password."""
    safe = Safe(quick_folder / "stranger", quick_folder / "strange-state")
    safe.make()
    vault = safe.open()
    add(vault, "Ailleurs", b"elsewhere" * 900, words="ailleurs")
    vault.close()
    return safe


def names(household: Household, *, blobs: bool) -> list[str]:
    root = household.safe.root
    paths = (path.relative_to(root) for path in sorted(root.rglob("*")) if path.is_file())
    return [path.as_posix() for path in paths if (path.parts[0] == "blobs") == blobs]


def test_the_household_has_a_bit_of_everything(household: Household, before: Held) -> None:
    kinds = {name.partition(" ")[0] for name in before.records}
    assert kinds >= {"vault", "document", "identity", "alarm", "account"}
    assert len(before.documents) >= 6
    assert {Path(name).parts[-1].rpartition(".")[2] for name in names(household, blobs=False)} == {
        "json", "log", "keys", "db", "lock", "ballast",
    }  # fmt: skip
    assert checked(household, Depth(Share(), full=True)).report.findings == []


@pytest.mark.parametrize("harm", HARMS)
def test_every_file_but_the_blobs_is_named_and_comes_back(
    harm: str, household: Household, before: Held, stranger: Safe, quick_folder: Path
) -> None:
    for number, name in enumerate(names(household, blobs=False)):
        other = household.copy(quick_folder / f"{household.folder.name}-{harm}-{number}")
        if not _harm(other.safe.root / name, harm, household.safe.root / name, stranger):
            continue
        found = checked(other, Depth()).report.findings
        assert any(_names(one, name) for one in found), f"{name} {harm}: {found}"
        result = checked(other, Depth(), mend=True)
        assert result.problem is None
        assert result.report.findings == [], f"{name} {harm}: {result.report.findings}"
        assert checked(other, Depth(Share(), full=True)).report.findings == [], f"{name} {harm}"
        assert (other.safe.root / name).exists() or name.endswith(".keys"), name
        after = held(other.safe)
        assert (after.records, after.documents) == (before.records, before.documents), f"{name} {harm}"
        assert after.lines[: len(before.lines)] == before.lines, f"{name} {harm}"
        shutil.rmtree(other.folder)


@pytest.mark.parametrize("harm", HARMS)
def test_every_blob_is_named_with_its_document_and_nothing_else_suffers(
    harm: str,
    household: Household,
    before: Held,
    stranger: Safe,
    quick_folder: Path,
    request: pytest.FixtureRequest,
) -> None:
    step = 1 if harm == "deleted" or request.config.getoption("--long") else 5
    for number, name in enumerate(names(household, blobs=True)[::step]):
        other = household.copy(quick_folder / f"{household.folder.name}-blob-{harm}-{number}")
        _harm(other.safe.root / name, harm, household.safe.root / name, stranger)
        (found,) = checked(other, Depth(Share())).report.findings
        assert found.fact("path") == name, f"{name} {harm}"
        assert found.fact("title") in {title for title, *_ in before.documents.values()}
        assert any(record.startswith(f"document {found.fact('document').upper()}") for record in before.records)
        result = checked(other, Depth(), mend=True)  # and it stays named, though this look was not as deep
        assert [one.fact("path") for one in result.report.findings] == [name]
        assert (other.safe.root / name).exists() == (harm != "deleted"), "nothing is deleted by a repair"
        shutil.copyfile(household.safe.root / name, other.safe.root / name)
        assert checked(other, Depth()).report.findings == []
        shutil.rmtree(other.folder)


def test_every_folder_is_named_and_made_again_and_what_has_a_second_copy_comes_back(
    household: Household, before: Held, quick_folder: Path
) -> None:
    root, layout = household.safe.root, household.safe.located.layout
    for number, folder in enumerate(layout.folders()):
        if folder in {layout.root, layout.home}:
            continue  # the safe itself
        name = folder.relative_to(root).as_posix()
        other = household.copy(quick_folder / f"{household.folder.name}-folder-{number}")
        shutil.rmtree(other.safe.root / name)
        found = checked(other, Depth()).report.findings
        assert any(one.fact("path") == name for one in found), f"{name}: {found}"
        left = checked(other, Depth(), mend=True).report.findings
        assert {one.kind.code for one in left} <= {"blob_lost", "rendition_lost", "rendition_gone", "original_lost"}
        assert not left or name == "blobs", name
        assert (other.safe.root / name).is_dir()
        if name != "blobs":
            assert held(other.safe).documents == before.documents, name
        shutil.rmtree(other.folder)


@pytest.mark.parametrize("name", ["tmp", "quarantine", "spool"])
def test_a_folder_that_a_copy_left_out_because_it_was_empty_stops_no_command(
    name: str, households: dict[str, Household], quick_folder: Path
) -> None:
    other = households["as it was made"].copy(quick_folder / f"without-{name}")
    (other.safe.root / name).rmdir()
    (other.safe.root / "index.db").unlink()
    other.must("add", "second.pdf", "--no-archive")
    other.must("delete", "second", "--yes")
    assert (other.safe.root / name).is_dir()
    assert checked(other, Depth()).report.findings == []


def test_a_slot_of_another_safe_beside_ours_locks_nobody_out(
    household: Household, before: Held, stranger: Safe, quick_folder: Path
) -> None:
    other = household.copy(quick_folder / f"{household.folder.name}-slots")
    slots = other.safe.located.layout.slots
    for path in sorted((stranger.root / "slots").iterdir()):
        shutil.copy(path, slots)
    strange = {path.name for path in (stranger.root / "slots").iterdir()}
    assert held(other.safe).documents == before.documents
    found = checked(other, Depth()).report.findings
    assert {Path(one.fact("path")).name for one in found} == strange
    assert not any(one.is_grave for one in found)


def _names(found: Finding, name: str) -> bool:
    """Tell whether *found* is about the file *name*: by its path, or as the one file of its kind."""
    path = Path(name)
    alone = {"log": "log_damaged", "index.db": "index_damaged", "ballast": "ballast", "lock": "lock_missing"}
    return name == found.fact("path") or path.stem == found.fact("pack") or alone.get(path.name) == found.kind.code


def _harm(path: Path, harm: str, good: Path, stranger: Safe) -> bool:
    """Do it; False when that makes no difference to what the file is for."""
    data = good.read_bytes()
    if harm == "deleted":
        path.unlink()
        return True
    if path.name in _NO_DATA:
        return False
    if harm == "another safe's":
        foreign = next(_foreign(good, stranger))
        if foreign == data:
            return False
        path.write_bytes(foreign)
    else:
        path.write_bytes(data[: 0 if harm == "emptied" else len(data) // 2])
    return True


def _foreign(good: Path, stranger: Safe) -> Iterator[bytes]:
    """Yield what lies in the same place in another safe."""
    if good.suffix in {".cof", ".keys"}:
        yield from (path.read_bytes() for path in sorted(stranger.root.rglob(f"*{good.suffix}")))
    elif good.parent.name == "slots":
        kind = json.loads(good.read_bytes())["kind"]
        slots = (path.read_bytes() for path in sorted((stranger.root / "slots").iterdir()))
        yield from (slot for slot in slots if json.loads(slot)["kind"] == kind)
    else:
        yield (stranger.root / good.name).read_bytes()
