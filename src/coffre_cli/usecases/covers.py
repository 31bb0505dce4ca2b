"""Cover sheets (C34): printing them, and splitting what comes in at them."""

from __future__ import annotations

import hashlib
import io
import mmap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from coffre_cli.convert.model import Family
from coffre_cli.convert.sniff import sniff
from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import CoffreError
from coffre_cli.intake.coversheet import Cover, Reading, Sheet, cover_state, judge, new_cover, read_cover, used
from coffre_cli.intake.look import Look
from coffre_cli.intake.separate import Piece, pieces, split
from coffre_cli.intake.symbols import symbols_of_file
from coffre_cli.journal.event import Operation, RecordKind
from coffre_cli.model import RecordId
from coffre_cli.pages.draw import draw
from coffre_cli.store import events
from coffre_cli.usecases.folders import clean_folder
from coffre_cli.usecases.intake import Input, Refused
from coffre_cli.usecases.moving import remove_source, seen
from coffre_cli.vault.session import Vault
from coffre_cli.worker.pool import Workers, task

MAXIMUM_PAGES = 2_000
"""Pages of one stack that are looked at."""
_PRELOAD = ("coffre_cli.intake.symbols", "coffre_cli.intake.separate")


@dataclass(frozen=True, slots=True)
class CoverWords:
    """The sentences on the sheet, in the user's language."""

    lead: str
    rules: tuple[str, ...]
    note: str = ""
    """Below the line to write on by hand, where there is no title."""
    once: str = ""
    until: str = ""
    """With the field `day`."""

    def rules_of(self, cover: Cover) -> list[str]:
        """Return what stands at the foot of the sheet of *cover*."""
        more = [self.once] if cover.single else []
        more += [self.until.format(day=cover.expires)] if cover.expires else []
        return [*self.rules, *more]


@dataclass(frozen=True, slots=True)
class CoverWish:
    """The sheets that are wanted."""

    folder: str
    title: str | None = None
    count: int = 1
    single: bool = False
    valid_days: int | None = None


def print_covers(vault: Vault, wish: CoverWish, words: CoverWords) -> tuple[list[Cover], bytes]:
    """Make covers and return them with the PDF to print, a sheet a cover; the vault's name stands in clear (C12)."""
    now = vault.parts.around.clock()
    expires = None if wish.valid_days is None else (now + timedelta(days=wish.valid_days)).date().isoformat()
    made = []
    with vault.change() as change:
        for _number in range(wish.count):
            record = change.new_record()
            base = new_cover(record, clean_folder(wish.folder), wish.title, now.date(), vault.parts.around.random)
            cover = Cover(**{**_fields(base), "expires": expires, "single": wish.single})  # type: ignore[arg-type] # its own fields
            state = cover_state(cover)
            change.put(Operation.COVER_CREATE, record, RecordKind.COVER, state, reveal=_folder_of)
            made.append(cover)
    return made, sheet_pages(vault.name, made, words, now)


def covers(vault: Vault) -> list[Cover]:
    """Return every cover."""
    return [
        read_cover(state.record, canonical.Fields(canonical.decode(state.state, what="cover"), what="cover"))
        for state in events.states(vault.index, RecordKind.COVER)
    ]


@dataclass
class Stacks:
    """Splits stacks among the inputs at their sheets; use as a context, call `finish` when all is durable."""

    vault: Vault
    known: list[Cover] = field(default_factory=list)
    seen: list[tuple[str, Sheet]] = field(default_factory=list)
    """Sheets that could not be followed, with the file they came in."""
    _uses: list[Cover] = field(default_factory=list)
    _sources: list[tuple[Path, Look]] = field(default_factory=list)
    _stack: ExitStack = field(default_factory=ExitStack)
    _pool: Workers | None = None

    def __enter__(self) -> Self:
        self.known = covers(self.vault)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def expand(self, found: Iterable[Input | Refused]) -> Iterator[Input | Refused]:
        """Yield *found*, each stack replaced by its pieces. Without any cover printed nothing is looked at."""
        for one in found:
            if isinstance(one, Refused) or not self.known or not _may_hold_sheets(one.path):
                yield one
                continue
            yield from self._pieces(one)

    def finish(self, *, remove: bool) -> None:
        """Count the uses of covers; remove the stacks that were to be moved."""
        with self.vault.change() as change:
            for cover in self._uses:
                state, was = cover_state(used(cover)), cover_state(cover)
                change.put(Operation.COVER_USE, cover.record, RecordKind.COVER, state, before=was)
        for source, before in self._sources if remove else ():
            remove_source(source, before)

    def _pieces(self, source: Input) -> Iterator[Input]:
        try:
            before = seen(source.path)
            readings = self._read(source)
            found = pieces(readings)
            if not any(readings):
                yield source
                return
            yield from self._split(source, found)
            self._sources.append((source.path, before))
            bad = [one.sheet for one in readings if one is not None and one.sheet not in _FOLLOWED]
            self.seen += [(source.name, sheet) for sheet in bad]
        except (CoffreError, OSError):  # what cannot be read or split is deposited whole: never refused, never lost
            yield source

    def _read(self, source: Input) -> list[Reading | None]:
        media_type = sniff(source.path, source.name).media_type
        job = task(symbols_of_file, str(source.path), media_type, MAXIMUM_PAGES)
        today, known, readings = self.vault.parts.around.clock().date(), self.known, []
        for symbols in self._workers().run(job):
            reading = judge(symbols, known, today)
            readings.append(reading)
            if reading is not None and reading.cover is not None:  # used up by this page, it is so for the next
                known = _with_use(known, reading.cover)
        return readings

    def _split(self, source: Input, found: tuple[Piece, ...]) -> Iterator[Input]:
        media_type = sniff(source.path, source.name).media_type
        directory = self._workers().fresh_directory()
        job = task(split, str(source.path), media_type, [piece.pages for piece in found], str(directory))
        names = self._workers().run(job.inside(directory))
        stem = Path(source.name).stem
        for number, (piece, name) in enumerate(zip(found, names, strict=True), 1):
            cover = piece.cover
            label = cover.title if cover and cover.title else (stem if len(found) == 1 else f"{stem} {number}")
            if cover is not None:
                self._uses.append(cover)
                self.known = _with_use(self.known, cover)
            record = None if source.record is None else _piece_record(source.record, piece.pages[-1])
            folder = cover.folder if cover else source.folder
            yield Input(directory / name, f"{label}{Path(name).suffix}", folder, record)

    def _workers(self) -> Workers:
        if self._pool is None:
            self._pool = self._stack.enter_context(Workers(1, preload=_PRELOAD))
        return self._pool


_FOLLOWED = frozenset({Sheet.COVER, Sheet.SEPARATOR})


def _piece_record(stack: RecordId, last_page: int) -> RecordId:
    """Return the record of a piece: the same each time its stack is taken, also when its sheet is good no longer."""
    return RecordId(hashlib.sha256(b"coffre/1/piece-record\x00" + stack + last_page.to_bytes(4, "big")).digest()[:16])


def _with_use(known: list[Cover], cover: Cover) -> list[Cover]:
    return [used(one) if one.record == cover.record else one for one in known]


def _may_hold_sheets(path: Path) -> bool:
    """Tell whether *path* is a picture, or a PDF that nobody signed: a signed one is never taken apart."""
    try:
        kind = sniff(path, path.name)
        if kind.family is not Family.PDF:
            return kind.family is Family.IMAGE
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return data.find(b"/ByteRange") < 0
    except (OSError, ValueError):
        return False


def sheet_pages(vault_name: str, made: list[Cover], words: CoverWords, now: datetime) -> bytes:
    """Return the PDF to print, a page a cover."""
    import pikepdf

    whole = io.BytesIO()
    with pikepdf.new() as book:
        for cover in made:
            data = {
                "vault": vault_name,
                "title": cover.title or "",
                "lead": words.lead,
                "note": words.note,
                "pdf417": _pdf417(cover.payload),
                "qr": _qr(cover.payload),
                "code": " ".join(cover.payload[start : start + 5] for start in range(0, len(cover.payload), 5)),
                "rules": words.rules_of(cover),
            }
            with pikepdf.open(io.BytesIO(draw("cover", data, moment=now))) as sheet:
                book.pages.extend(sheet.pages)
        book.save(whole)
    return whole.getvalue()


def _pdf417(payload: str) -> str:
    import zxingcpp

    return str(zxingcpp.create_barcode(payload, zxingcpp.PDF417).to_svg())


def _qr(payload: str) -> str:
    import segno

    return str(segno.make(payload, error="h", micro=False).svg_inline(border=4, scale=10))


def _fields(cover: Cover) -> dict[str, object]:
    return {name: getattr(cover, name) for name in cover.__slots__}


def _folder_of(state: Mapping[str, Json]) -> Mapping[str, Json]:
    return {"folder": state["folder"]}
