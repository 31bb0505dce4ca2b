"""A journal export: lines that prove by themselves, and only the disclosures that were chosen.

UTF-8 lines: a header; each event line byte for byte as stored; then one object per disclosure and checkpoint.
Verification (each step one function, failing closed): 1. the header; 2. each line is canonical, numbered without a gap
and linked to the one before; 3. each disclosure opens a commitment of its event; 4. each checkpoint bears the log
key's signature over the very tree of the lines; 5. the last checkpoint covers the last line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Json, JsonObject
from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_
from coffre_cli.journal.chain import NO_LEAF, Frontier, leaf_hash
from coffre_cli.journal.checkpoint import Checkpoint, read_checkpoint
from coffre_cli.journal.commitments import commitment
from coffre_cli.journal.event import Line, read_line

SCHEMA = "coffre.journal-export/1"
_KEY_SIZE = 32
_VAULT_ID_SIZE = 16


@dataclass(frozen=True, slots=True)
class JournalVerdict:
    """What a journal, exported or not, is worth (`coffre.journal-verification/1`)."""

    events: int
    """How many lines there are."""
    size: int
    """How many of them hold together from the first."""
    root: bytes
    """The root over those."""
    checkpoints: int
    """How many checkpoints verify."""
    log_key: bytes = b""
    first_bad: int | None = None
    """Number of the first event that does not fit; 0 when it is not about one event."""
    reason: str = ""
    """Why not: a catalogue key."""

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return self.first_bad is None


@dataclass(frozen=True, slots=True)
class ExportHeader:
    """What the first line of an export says."""

    vault_id: bytes
    log_key: bytes
    origin: str
    exported: str

    def to_json(self) -> dict[str, Json]:
        """Return the first line's object."""
        return {
            "exported": self.exported,
            "log_key": canonical.b64(self.log_key),
            "origin": self.origin,
            "schema": SCHEMA,
            "vault_id": self.vault_id.hex(),
        }


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A disclosure shown with an export, and the event it belongs to."""

    number: int
    disclosure: str


def write_export(
    header: ExportHeader, lines: Iterable[bytes], disclosures: Iterable[Disclosed], notes: Iterable[str]
) -> Iterator[bytes]:
    """Yield the lines of an export, line feeds included."""
    yield canonical.encode(header.to_json()) + b"\n"
    for line in lines:
        yield line + b"\n"
    for shown in disclosures:
        yield canonical.encode({"disclosure": shown.disclosure, "n": shown.number}) + b"\n"
    for note in notes:
        yield canonical.encode({"checkpoint": note}) + b"\n"


def is_export(first_line: bytes) -> bool:
    """Tell whether a file that begins with *first_line* is a journal export."""
    return first_line.startswith(b"{") and SCHEMA.encode() in first_line


@dataclass
class _Reading:
    """How far the verification has come."""

    vault_id: bytes = b""
    log_key: bytes = b""
    origin: str = ""
    """Under which the header says that the history is signed now."""
    last_origin: str = ""
    """Of the checkpoint that covers it to the end."""
    tree: Frontier = field(default_factory=Frontier)
    leaf: bytes = NO_LEAF
    lines: dict[int, tuple[str, ...]] = field(default_factory=dict)
    leaves: list[bytes] = field(default_factory=list)
    notes: list[Checkpoint] = field(default_factory=list)
    covered: int = 0
    checkpoints: int = 0


class _BadError(Exception):
    """A step fails; the verdict tells where and why."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(reason)
        self.number = number
        self.reason = reason


def verify_export(data: bytes) -> JournalVerdict:
    """Return the verdict on the export *data*; it needs no vault and no key but the export's own."""
    rows = data.split(b"\n")
    events = [row for row in rows[1:] if row.startswith(b'{"after"')]
    reading = _Reading()
    try:
        reading.vault_id, reading.log_key, reading.origin = _read_header(rows[0])
        for row in rows[1:-1]:
            _read_row(reading, row)
        _verify_notes(reading)
        _verify_end(reading, rows[-1])
    except _BadError as bad:
        return _verdict(reading, len(events), bad)
    return _verdict(reading, len(events), None)


def _verify_end(reading: _Reading, last: bytes) -> None:
    if last:
        raise _BadError(reading.tree.size, N_("the export is cut short"))
    if reading.covered != reading.tree.size or not reading.checkpoints:
        raise _BadError(reading.covered + 1, N_("no checkpoint covers it"))
    if reading.last_origin != reading.origin:
        raise _BadError(reading.covered, N_("the events are not those that the checkpoint signs"))


def _read_header(row: bytes) -> tuple[bytes, bytes, str]:
    try:
        header = canonical.Fields(canonical.decode(row, what="the header"), what="the header")
        schema, key = header.text("schema"), header.binary("log_key", _KEY_SIZE)
        vault_id, name = header.hexadecimal("vault_id", _VAULT_ID_SIZE), header.text("origin")
    except CoffreError:
        raise _BadError(0, N_("the header is not what was written")) from None
    if schema != SCHEMA:
        raise _BadError(0, N_("this is not a journal export"))
    return vault_id, key, name


def _read_row(reading: _Reading, row: bytes) -> None:
    if row.startswith(b'{"after"'):
        _read_event(reading, row)
        return
    number = reading.tree.size
    try:
        value = canonical.decode(row, what="a line")
    except CoffreError:
        raise _BadError(number + 1, N_("the line is not what was written")) from None
    if set(value) == {"disclosure", "n"}:
        _read_disclosure(reading, value)
    elif set(value) == {"checkpoint"}:
        _read_note(reading, value)
    else:
        raise _BadError(number + 1, N_("the line is not what was written"))


def _read_event(reading: _Reading, row: bytes) -> None:
    number = reading.tree.size + 1
    try:
        line: Line = read_line(row)
    except CoffreError:
        raise _BadError(number, N_("the line is not what was written")) from None
    if line.number != number:
        raise _BadError(number, N_("an event is missing or out of order"))
    if line.after != reading.leaf:
        raise _BadError(number - 1 or 1, N_("the next event does not follow from it"))
    reading.leaf = leaf_hash(row)
    reading.tree = reading.tree.append([reading.leaf])
    reading.lines[number] = line.commitments
    reading.leaves.append(reading.leaf)


def _read_disclosure(reading: _Reading, value: JsonObject) -> None:
    number, disclosure = value["n"], value["disclosure"]
    if not isinstance(number, int) or not isinstance(disclosure, str):
        raise _BadError(0, N_("a disclosure is not what was written"))
    if commitment(disclosure) not in reading.lines.get(number, ()):
        raise _BadError(number, N_("what is disclosed of it is not what was committed to"))


def _read_note(reading: _Reading, value: JsonObject) -> None:
    try:
        checkpoint: Checkpoint = read_checkpoint(str(value["checkpoint"]), reading.log_key)
    except CoffreError:
        raise _BadError(reading.tree.size, N_("a checkpoint does not bear the log key's signature")) from None
    if not checkpoint.origin.startswith(f"{reading.vault_id.hex()}/"):
        raise _BadError(reading.tree.size, N_("the events are not those that the checkpoint signs"))
    reading.notes.append(checkpoint)


def _verify_notes(reading: _Reading) -> None:
    """Compare each checkpoint's root with the tree's at its size: one walk over the leaves for them all."""
    tree = Frontier()
    for note in sorted(reading.notes, key=lambda note: note.size):
        if note.size > reading.tree.size:
            raise _BadError(reading.tree.size + 1, N_("the last events are missing"))
        tree = tree.append(reading.leaves[tree.size : note.size])
        if tree.root() != note.root:
            raise _BadError(note.size, N_("the events are not those that the checkpoint signs"))
        reading.covered, reading.last_origin = note.size, note.origin
        reading.checkpoints += 1


def _verdict(reading: _Reading, events: int, bad: _BadError | None) -> JournalVerdict:
    return JournalVerdict(
        events=events,
        size=reading.tree.size if bad is None else max(0, min(reading.tree.size, bad.number - 1)),
        root=reading.tree.root(),
        checkpoints=reading.checkpoints,
        log_key=reading.log_key,
        first_bad=None if bad is None else bad.number,
        reason="" if bad is None else bad.reason,
    )
