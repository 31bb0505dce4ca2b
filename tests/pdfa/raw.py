"""The file as bytes: its cross-reference sections, its objects where they stand, and its streams' borders."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from tests.pdfa.lexer import WHITE, Kind, Word, next_word, words

Value = object
"""A word, a `Reference`, a list or a dictionary by name."""
_STARTXREF = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_OBJECT = re.compile(rb"(\d+)([\0\t\n\f\r ]+)(\d+)([\0\t\n\f\r ]+)obj")
_XREF = re.compile(rb"xref([\0\t\n\f\r ]+)(?=\d)")
_ENTRY = 20


class BrokenFileError(Exception):
    """The file cannot be followed."""


@dataclass(frozen=True, slots=True)
class Reference:
    """`n g R`."""

    number: int
    generation: int


@dataclass(frozen=True, slots=True)
class Section:
    """One cross-reference section and its trailer."""

    at: int
    gap: bytes | None
    """What stands between `xref` and the first subsection; None in a cross-reference stream."""
    places: dict[int, int]
    """Object numbers and offsets, of objects that stand in the file itself."""
    trailer: dict[bytes, Value]


@dataclass(frozen=True, slots=True)
class Stream:
    """Where a stream stands."""

    length: int | None
    """As its dictionary says; None when it does not."""
    after_keyword: bytes
    """The two bytes after `stream`."""
    start: int
    end: int
    """Of the bytes before the end-of-line marker in front of `endstream`."""
    ended: bool
    """Whether an end-of-line marker stands there."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One indirect object of the file."""

    number: int
    at: int
    gaps: tuple[bytes, bytes]
    value: Value
    words: tuple[Word, ...] = field(repr=False)
    stream: Stream | None
    before: bytes
    """The byte before the object number."""
    after_obj: bytes
    before_end: bytes
    after_end: bytes


class RawFile:
    """A PDF read byte by byte."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def sections(self) -> list[Section]:
        """The cross-reference sections, the newest first."""
        starts = _STARTXREF.findall(self.data)
        if not starts:
            raise BrokenFileError("startxref")
        found: list[Section] = []
        at: int | None = int(starts[-1])
        while at is not None and len(found) < 100 and at not in {section.at for section in found}:
            found.append(self._section(at))
            at = _number(found[-1].trailer.get(b"Prev"))
        return found

    @property
    def trailer(self) -> dict[bytes, Value]:
        """The newest trailer."""
        return self.sections[0].trailer

    @cached_property
    def objects(self) -> list[Placed]:
        """The objects of the file, by their places, those in object streams left out."""
        places: dict[int, int] = {}
        for section in self.sections:
            for number, at in section.places.items():
                places.setdefault(number, at)
        return [self._object(at) for at in sorted(places.values())]

    def all_words(self) -> Iterator[Word]:
        """Yield every word outside streams, and those in object streams."""
        for placed in self.objects:
            yield from placed.words
            if placed.stream and _name(_entry(placed.value, b"Type")) == b"ObjStm":
                yield from words(self.inflated(placed))

    def inflated(self, placed: Placed) -> bytes:
        """Return the contents of a Flate stream, predictors undone."""
        if placed.stream is None:
            raise BrokenFileError("no stream")
        data = self.data[placed.stream.start : placed.stream.end]
        filters = _entry(placed.value, b"Filter")
        if filters is None:
            return data
        if _name(filters) != b"FlateDecode" and not (isinstance(filters, list) and len(filters) == 1):
            raise BrokenFileError("filter")
        plain = zlib.decompressobj().decompress(data)
        parameters = _entry(placed.value, b"DecodeParms")
        if isinstance(parameters, list):
            parameters = parameters[0]
        predictor = _number(_entry(parameters, b"Predictor")) or 1
        return plain if predictor == 1 else _unpredicted(plain, _number(_entry(parameters, b"Columns")) or 1)

    def _section(self, at: int) -> Section:
        found = _XREF.match(self.data, at)
        return self._table(at, found) if found else self._stream_section(at)

    def _table(self, at: int, found: re.Match[bytes]) -> Section:
        place, places = found.end(), {}
        while (first := next_word(self.data, place)) is not None and first.kind is Kind.INTEGER:
            count = next_word(self.data, first.end)
            if count is None:
                raise BrokenFileError("xref")
            line = count.end + len(self.data[count.end : count.end + 3]) - len(self.data[count.end :][:3].lstrip(WHITE))
            for number in range(int(count.number)):
                entry = self.data[line + number * _ENTRY : line + (number + 1) * _ENTRY]
                if entry[17:18] == b"n":
                    places[int(first.number) + number] = int(entry[:10])
            place = line + int(count.number) * _ENTRY
        word = next_word(self.data, place)
        if word is None or not word.is_word(b"trailer"):
            raise BrokenFileError("trailer")
        value, _end = read_value(self.data, word.end)
        return Section(at, found[1], places, value if isinstance(value, dict) else {})

    def _stream_section(self, at: int) -> Section:
        placed = self._object(at)
        if not isinstance(placed.value, dict) or placed.stream is None:
            raise BrokenFileError("xref stream")
        rows, widths = self.inflated(placed), [_number(width) or 0 for width in _list(placed.value.get(b"W"))]
        index = [_number(one) or 0 for one in _list(placed.value.get(b"Index"))]
        index = index or [0, _number(placed.value.get(b"Size")) or 0]
        places, line = {}, 0
        for first, count in zip(index[::2], index[1::2], strict=True):
            for number in range(first, first + count):
                fields = []
                for width in widths:
                    fields.append(int.from_bytes(rows[line : line + width]))
                    line += width
                if (fields[0] if widths[0] else 1) == 1:
                    places[number] = fields[1]
        return Section(at, None, places, placed.value)

    def _object(self, at: int) -> Placed:
        head = _OBJECT.match(self.data, at)
        if head is None:
            raise BrokenFileError(f"no object at {at}")
        value, end = read_value(self.data, head.end())
        inside = tuple(takewhile(lambda word: word.end <= end, words(self.data, head.end())))
        word = next_word(self.data, end)
        stream = None
        if word is not None and word.is_word(b"stream"):
            stream = self._stream(value, word.end)
            keyword = self.data.find(b"endstream", stream.end)
            word = next_word(self.data, keyword + len(b"endstream"))
        if word is None or not word.is_word(b"endobj"):
            raise BrokenFileError(f"no endobj for the object at {at}")
        return Placed(
            number=int(head[1]),
            at=at,
            gaps=(head[2], head[4]),
            value=value,
            words=inside,
            stream=stream,
            before=self.data[at - 1 : at],
            after_obj=self.data[head.end() : head.end() + 1],
            before_end=self.data[word.start - 1 : word.start],
            after_end=self.data[word.end : word.end + 1],
        )

    def _stream(self, value: Value, at: int) -> Stream:
        length = _entry(value, b"Length")
        if isinstance(length, Reference):
            length = next(
                (self._object(one.places[length.number]).value for one in self.sections if length.number in one.places),
                None,
            )
        said = _number(length)
        start = at + (2 if self.data[at : at + 2] == b"\r\n" else 1)
        expected = -1 if said is None else self.data.find(b"endstream", start + said, start + said + 11)
        keyword = expected if expected >= 0 else self.data.find(b"endstream", start)
        if keyword < 0:
            raise BrokenFileError("endstream")
        end, ended = _without_line_end(self.data, keyword, start + said if said is not None else -1)
        return Stream(said, self.data[at : at + 2], start, end, ended)


def _without_line_end(data: bytes, keyword: int, expected: int) -> tuple[int, bool]:
    """Return where the bytes before `endstream` end; its end-of-line marker may begin with what looks like data."""
    if data[keyword - 2 : keyword] == b"\r\n" and expected != keyword - 1:
        return keyword - 2, True
    if data[keyword - 1 : keyword] in {b"\n", b"\r"}:
        return keyword - 1, True
    return keyword, False


def read_value(data: bytes, at: int) -> tuple[Value, int]:
    """Return the object that begins at *at*, and where it ends."""
    word = next_word(data, at)
    if word is None:
        raise BrokenFileError("end of file")
    if word.is_word(b"["):
        return _read_list(data, word.end)
    if word.is_word(b"<<"):
        return _read_dictionary(data, word.end)
    if word.kind is Kind.INTEGER:
        generation = next_word(data, word.end)
        mark = next_word(data, generation.end) if generation and generation.kind is Kind.INTEGER else None
        if generation and mark and mark.is_word(b"R"):
            return Reference(int(word.number), int(generation.number)), mark.end
    return word, word.end


def _read_list(data: bytes, at: int) -> tuple[Value, int]:
    found: list[Value] = []
    while True:
        word = next_word(data, at)
        if word is None:
            raise BrokenFileError("array")
        if word.is_word(b"]"):
            return found, word.end
        value, at = read_value(data, at)
        found.append(value)


def _read_dictionary(data: bytes, at: int) -> tuple[Value, int]:
    found: dict[bytes, Value] = {}
    while True:
        word = next_word(data, at)
        if word is None:
            raise BrokenFileError("dictionary")
        if word.is_word(b">>"):
            return found, word.end
        if word.kind is not Kind.NAME:
            raise BrokenFileError("a key that is no name")
        found[word.value], at = read_value(data, word.end)


def _entry(value: Value, key: bytes) -> Value:
    return value.get(key) if isinstance(value, dict) else None


def _number(value: Value) -> int | None:
    return int(value.number) if isinstance(value, Word) and value.kind is Kind.INTEGER else None


def _name(value: Value) -> bytes | None:
    return value.value if isinstance(value, Word) and value.kind is Kind.NAME else None


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _unpredicted(data: bytes, columns: int) -> bytes:
    """Undo the PNG predictors None, Sub and Up of one-byte samples."""
    rows, before = [], bytes(columns)
    for start in range(0, len(data), columns + 1):
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + columns])
        for place in range(len(row)):
            if kind == 1:
                row[place] = (row[place] + (row[place - 1] if place else 0)) & 0xFF
            elif kind == 2:
                row[place] = (row[place] + before[place]) & 0xFF
            elif kind:
                raise BrokenFileError("predictor")
        rows.append(bytes(row))
        before = bytes(row)
    return b"".join(rows)
