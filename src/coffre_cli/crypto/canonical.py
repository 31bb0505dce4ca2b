"""Canonical JSON: RFC 8785 restricted to objects, arrays, strings, integers, booleans and null.

What is written once is hashed as stored; nothing re-serialises it to verify it. Reading refuses any other spelling,
so that one value has one form.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping, Sequence

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]
JsonObject = Mapping[str, Json]


class NotCanonicalError(CoffreError):
    """Stored JSON is not in the one form that coffre writes."""

    exit_code = ExitCode.ALTERED
    message = N_("Stored data was altered: {what} is not in the form in which it was written.")
    hint = N_("Type `coffre check` to see what is touched and how to repair it.")


def _refuse(number: str) -> None:
    raise ValueError(number)


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_DECODER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)


def encode(value: Json) -> bytes:
    """Return *value* as canonical JSON."""
    return _ENCODER.encode(value).encode()


def decode(data: bytes, *, what: str) -> dict[str, Json]:
    """Return the object that *data* spells canonically; *what* names it in an error.

    Raises:
        NotCanonicalError: *data* is no JSON object, or another spelling of one.
    """
    value = decode_value(data, what=what)
    if not isinstance(value, dict):
        raise NotCanonicalError(what=what)
    return value


def decode_value(data: bytes, *, what: str) -> Json:
    """Return the value of any kind that *data* spells canonically.

    Raises:
        NotCanonicalError: *data* is no JSON, or another spelling of it.
    """
    try:
        value: Json = _DECODER.decode(data.decode())
        same = encode(value) == data
    except (ValueError, RecursionError):  # half a surrogate pair is read, and only `encode` refuses it
        same = False
    if not same:
        raise NotCanonicalError(what=what)
    return value


class Fields:
    """Typed access to a decoded object: a missing or ill-typed field is an alteration, not a crash."""

    def __init__(self, value: Mapping[str, Json], *, what: str) -> None:
        """Read from *value*; *what* names it in an error."""
        self._value = value
        self._what = what

    def has(self, name: str) -> bool:
        """Tell whether *name* is there and not null."""
        return self._value.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        """Return a string."""
        value = self._value.get(name, default)
        if not isinstance(value, str):
            raise NotCanonicalError(what=self._what)
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a string or null."""
        return None if self._value.get(name) is None else self.text(name)

    def integer(self, name: str, default: int | None = None) -> int:
        """Return an integer."""
        value = self._value.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise NotCanonicalError(what=self._what)
        return value

    def boolean(self, name: str, *, default: bool = False) -> bool:
        """Return a truth value."""
        value = self._value.get(name, default)
        if not isinstance(value, bool):
            raise NotCanonicalError(what=self._what)
        return value

    def mapping(self, name: str) -> Mapping[str, Json]:
        """Return an object."""
        value = self._value.get(name)
        if not isinstance(value, Mapping):
            raise NotCanonicalError(what=self._what)
        return value

    def fields(self, name: str) -> Fields:
        """Return an object for typed access."""
        return Fields(self.mapping(name), what=self._what)

    def items(self, name: str) -> Sequence[Json]:
        """Return an array; absent is empty."""
        value = self._value.get(name, [])
        if not isinstance(value, list):
            raise NotCanonicalError(what=self._what)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return an array of strings."""
        found = tuple(item for item in self.items(name) if isinstance(item, str))
        if len(found) != len(self.items(name)):
            raise NotCanonicalError(what=self._what)
        return found

    def objects(self, name: str) -> tuple[Fields, ...]:
        """Return an array of objects for typed access."""
        found = tuple(Fields(item, what=self._what) for item in self.items(name) if isinstance(item, Mapping))
        if len(found) != len(self.items(name)):
            raise NotCanonicalError(what=self._what)
        return found

    def binary(self, name: str, size: int | None = None) -> bytes:
        """Return bytes written as b64, of *size* bytes when given."""
        return self._bytes(_from_b64(self.text(name)), size)

    def hexadecimal(self, name: str, size: int | None = None) -> bytes:
        """Return bytes written as hex, of *size* bytes when given."""
        text = self.text(name)
        try:
            value = bytes.fromhex(text)
        except ValueError:
            raise NotCanonicalError(what=self._what) from None
        return self._bytes(value if value.hex() == text else None, size)

    def _bytes(self, value: bytes | None, size: int | None) -> bytes:
        if value is None or (size is not None and len(value) != size):
            raise NotCanonicalError(what=self._what)
        return value


def b64(data: bytes) -> str:
    """Return *data* as b64 (RFC 4648, padded)."""
    return binascii.b2a_base64(data, newline=False).decode()


def _from_b64(text: str) -> bytes | None:
    try:
        value = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        return None
    return value if b64(value) == text else None
