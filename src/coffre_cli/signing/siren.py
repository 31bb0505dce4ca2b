"""SIREN numbers: nine digits with a Luhn check digit (INSEE)."""

from __future__ import annotations

from coffre_cli.signing.errors import InvalidSirenError

SIREN_LENGTH = 9


def checked_siren(text: str) -> str:
    """Return the nine digits of *text*, spaces left out.

    Raises:
        InvalidSirenError: There are not nine digits, or their check digit is wrong.
    """
    digits = "".join(text.split())
    if len(digits) != SIREN_LENGTH or not (digits.isascii() and digits.isdigit()) or _luhn(digits) % 10:
        raise InvalidSirenError(siren=text)
    return digits


def _luhn(digits: str) -> int:
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled)  # noqa: PLR2004 - the Luhn rule itself
