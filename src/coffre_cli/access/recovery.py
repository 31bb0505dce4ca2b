"""The recovery code: 160 random bits in Crockford base32, with a check value (docs/format/slot.md)."""

from __future__ import annotations

import hashlib

from coffre_cli.crypto.secret import Secret
from coffre_cli.model import RandomBytes

CODE_BYTES = 20
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP = 4
_SYMBOL_BITS = 5
_CHECK_SYMBOLS = 2
_LOOKALIKES = str.maketrans("OIL", "011")


def new_code(random: RandomBytes) -> Secret:
    """Return a fresh recovery code."""
    return Secret(random(CODE_BYTES))


def write_code(code: Secret) -> str:
    """Return *code* as it is printed: eight groups of four, then the check value."""
    value = code.reveal()
    symbols = _symbols(int.from_bytes(value, "big"), CODE_BYTES * 8 // _SYMBOL_BITS)
    groups = [symbols[start : start + _GROUP] for start in range(0, len(symbols), _GROUP)]
    return "-".join((*groups, _check(value)))


def read_code(typed: str) -> Secret | None:
    """Return the code that a person typed; None when the check value says it was mistyped."""
    symbols = "".join(character for character in typed.upper().translate(_LOOKALIKES) if character.isalnum())
    if len(symbols) != CODE_BYTES * 8 // _SYMBOL_BITS + _CHECK_SYMBOLS or set(symbols) - set(_ALPHABET):
        return None
    number = 0
    for symbol in symbols[:-_CHECK_SYMBOLS]:
        number = number << _SYMBOL_BITS | _ALPHABET.index(symbol)
    value = number.to_bytes(CODE_BYTES, "big")
    return Secret(value) if _check(value) == symbols[-_CHECK_SYMBOLS:] else None


def _check(value: bytes) -> str:
    return _symbols(int.from_bytes(hashlib.sha256(value).digest()[:2], "big") >> 6, _CHECK_SYMBOLS)


def _symbols(number: int, count: int) -> str:
    return "".join(_ALPHABET[number >> _SYMBOL_BITS * place & 31] for place in reversed(range(count)))
