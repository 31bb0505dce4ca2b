"""The words of PDF syntax (ISO 32000-1, 7.2 and 7.3), read from bytes, with what their spelling tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

WHITE = b"\0\t\n\f\r "
_SPACE = re.compile(rb"(?:[\0\t\n\f\r ]+|%[^\r\n]*)*")
_REGULAR = re.compile(rb"[^\0\t\n\f\r ()<>\[\]{}/%]*")
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)$")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]")
_STRING_STOP = re.compile(rb"[()\\]")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|[\s\S])")


class Kind(Enum):
    """What a word is."""

    INTEGER = auto()
    REAL = auto()
    NAME = auto()
    STRING = auto()
    HEX = auto()
    KEYWORD = auto()
    MARK = auto()
    """One of `[ ] << >> { }`."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word."""

    kind: Kind
    value: bytes
    """What it means: of a name without its slash and escapes, of a string its bytes."""
    start: int
    end: int
    odd: bool = False
    """A hexadecimal string with an odd number of digits."""
    foreign: bool = False
    """A hexadecimal string with other characters than digits."""

    @property
    def number(self) -> float:
        """Its value as a number; exact for integers of any size."""
        return int(self.value) if self.kind is Kind.INTEGER else float(self.value)

    def is_word(self, *words: bytes) -> bool:
        """Whether it is one of these keywords or marks."""
        return self.kind in {Kind.KEYWORD, Kind.MARK} and self.value in words


def words(data: bytes, at: int = 0) -> Iterator[Word]:
    """Yield the words of *data* from *at* on."""
    while (word := next_word(data, at)) is not None:
        yield word
        at = word.end


def next_word(data: bytes, at: int) -> Word | None:
    """Return the first word of *data* from *at* on; None at its end."""
    at = _space_end(data, at)
    if at >= len(data):
        return None
    if data[at : at + 2] in {b"<<", b">>"}:
        return Word(Kind.MARK, data[at : at + 2], at, at + 2)
    return _READERS.get(data[at : at + 1], _regular)(data, at)


def _mark(data: bytes, at: int) -> Word:
    return Word(Kind.MARK, data[at : at + 1], at, at + 1)


def _space_end(data: bytes, at: int) -> int:
    found = _SPACE.match(data, at)
    return found.end() if found else at


def _regular_end(data: bytes, at: int) -> int:
    found = _REGULAR.match(data, at)
    return found.end() if found else at


def _name(data: bytes, at: int) -> Word:
    end = _regular_end(data, at + 1)
    value = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data[at + 1 : end])
    return Word(Kind.NAME, value, at, end)


def _regular(data: bytes, at: int) -> Word:
    end = _regular_end(data, at)
    value = data[at:end]
    if _NUMBER.match(value):
        return Word(Kind.REAL if b"." in value else Kind.INTEGER, value, at, end)
    return Word(Kind.KEYWORD, value, at, end)


def _hex(data: bytes, at: int) -> Word:
    close = data.find(b">", at)
    close = len(data) if close < 0 else close
    digits = bytes(byte for byte in data[at + 1 : close] if byte not in WHITE)
    clean = _NOT_HEX.sub(b"", digits)
    value = bytes.fromhex((clean + b"0" * (len(clean) % 2)).decode("ascii"))
    return Word(Kind.HEX, value, at, close + 1, odd=len(digits) % 2 == 1, foreign=clean != digits)


def _string(data: bytes, at: int) -> Word:
    depth, place = 1, at + 1
    while depth and (found := _STRING_STOP.search(data, place)):
        place = found.end()
        if found[0] == b"\\":
            place += 1
        else:
            depth += 1 if found[0] == b"(" else -1
    inside = data[at + 1 : place - 1]
    return Word(Kind.STRING, _ESCAPE.sub(_unescaped, inside), at, place)


def _unescaped(found: re.Match[bytes]) -> bytes:
    word = found[1]
    if word.isdigit() and word[:1] < b"8":
        return bytes([int(word, 8) & 0xFF])
    if word in {b"\r\n", b"\r", b"\n"}:
        return b""
    return _ESCAPES.get(word, word)


_READERS: dict[bytes, Callable[[bytes, int], Word]] = {b"/": _name, b"(": _string, b"<": _hex}
_READERS |= dict.fromkeys((b"[", b"]", b"{", b"}", b">", b")"), _mark)
