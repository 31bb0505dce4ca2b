"""Cover sheets: what their symbols carry, and what a sheet that was read is worth.

Payload: `C1` ‖ Crockford base32 of id (6 bytes) ‖ token (8 bytes): 25 characters. The id names a record of the vault;
the token, drawn with it and kept nowhere else, proves that the sheet was printed from that record: guessing one is a
chance in 2^64 a try. Nothing on the sheet tells the folder.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from coffre_cli.crypto.canonical import Fields, Json
from coffre_cli.model import RandomBytes, RecordId

PREFIX = "C1"
ID_SIZE, TOKEN_SIZE = 6, 8
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SYMBOLS = 23
"""112 bits in groups of 5."""
SEPARATOR = "PATCHT"
"""The separator sheet that scanners know: parts documents, files nothing."""


class Sheet(StrEnum):
    """What a symbol is worth."""

    COVER = "cover"
    SEPARATOR = "separator"
    UNKNOWN = "unknown"
    """Of another vault, or forged."""
    EXPIRED = "expired"
    SPENT = "spent"
    """Good for one use, and used."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Cover:
    """One cover sheet."""

    record: RecordId
    id: bytes
    token: bytes
    folder: str
    title: str | None
    created: str
    """ISO day."""
    expires: str | None = None
    single: bool = False
    used: int = 0
    revoked: bool = False

    @property
    def payload(self) -> str:
        """What its symbols carry."""
        return PREFIX + _encode(self.id + self.token)


@dataclass(frozen=True, slots=True)
class Reading:
    """A symbol that was read, judged."""

    sheet: Sheet
    cover: Cover | None = None


def new_cover(record: RecordId, folder: str, title: str | None, today: date, random: RandomBytes) -> Cover:
    """Return a fresh cover for *folder*."""
    return Cover(record, random(ID_SIZE), random(TOKEN_SIZE), folder, title, today.isoformat())


def judge(symbols: Iterable[str], covers: Iterable[Cover], today: date) -> Reading | None:
    """Return what the symbols of one page say; None when none of them is a sheet's.

    1. Prefix and length are ours. 2. All that the page carries is one sheet's. 3. A record has this id and token.
    4. It is not revoked, expired or spent.
    """
    known, found = list(covers), list(symbols)
    ours = {read for symbol in found if (read := _decode(symbol)) is not None}
    if not ours:
        separates = any(symbol.replace(" ", "").upper() in {SEPARATOR, "PATCH-T"} for symbol in found)
        return Reading(Sheet.SEPARATOR) if separates else None
    cover = _matching(ours.pop(), known) if len(ours) == 1 else None
    return Reading(Sheet.UNKNOWN) if cover is None else Reading(_standing(cover, today), cover)


def used(cover: Cover) -> Cover:
    """Return *cover* after one more use."""
    return replace(cover, used=cover.used + 1)


def cover_state(cover: Cover) -> dict[str, Json]:
    """Return the record state of *cover*."""
    return {
        "created": cover.created,
        "expires": cover.expires,
        "folder": cover.folder,
        "id": cover.id.hex(),
        "revoked": cover.revoked,
        "single": cover.single,
        "title": cover.title,
        "token": cover.token.hex(),
        "used": cover.used,
    }


def read_cover(record: RecordId, state: Fields) -> Cover:
    """Return the cover whose state is *state*.

    Raises:
        NotCanonicalError: It is not one that `cover_state` gave.
    """
    return Cover(
        record=record,
        id=state.hexadecimal("id", ID_SIZE),
        token=state.hexadecimal("token", TOKEN_SIZE),
        folder=state.text("folder"),
        title=state.optional_text("title"),
        created=state.text("created"),
        expires=state.optional_text("expires"),
        single=state.boolean("single"),
        used=state.integer("used"),
        revoked=state.boolean("revoked"),
    )


def _matching(read: bytes, covers: list[Cover]) -> Cover | None:
    found = None
    for cover in covers:  # all of them, each compared whole: timing tells nothing of how near a forgery came
        if hmac.compare_digest(cover.id + cover.token, read):
            found = cover
    return found


def _standing(cover: Cover, today: date) -> Sheet:
    if cover.revoked:
        return Sheet.REVOKED
    if cover.expires is not None and today.isoformat() > cover.expires:
        return Sheet.EXPIRED
    return Sheet.SPENT if cover.single and cover.used else Sheet.COVER


def _encode(data: bytes) -> str:
    number = int.from_bytes(data, "big") << (_SYMBOLS * 5 - len(data) * 8)
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_SYMBOLS)))


def _decode(symbol: str) -> bytes | None:
    text = symbol.strip().upper()
    body = text.removeprefix(PREFIX)
    if not text.startswith(PREFIX) or len(body) != _SYMBOLS or set(body) - set(_ALPHABET):
        return None
    number = 0
    for character in body:
        number = number << 5 | _ALPHABET.index(character)
    size = ID_SIZE + TOKEN_SIZE
    spare = _SYMBOLS * 5 - size * 8
    return None if number & ((1 << spare) - 1) else (number >> spare).to_bytes(size, "big")
