"""ByteRange sanity: what a signature covers must be all but itself (step 5; ISO 32000-2, 12.8.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.inspect import RANGE_LENGTH
from coffre_cli.signing.window import Window

_HEX = re.compile(rb"<[0-9A-Fa-f\s]*>")


@dataclass(frozen=True, slots=True)
class Coverage:
    """A ByteRange that passed its checks."""

    gap_start: int
    gap_end: int
    end: int
    """Where the signed version of the file ends."""

    @property
    def pieces(self) -> tuple[tuple[int, int], ...]:
        """Return the start and end of each signed piece."""
        return (0, self.gap_start), (self.gap_end, self.end)


def coverage(values: tuple[int, ...], contents: bytes, data: Window) -> Coverage | Remark:
    """Return what the ByteRange *values* cover, or what is wrong with them.

    The gap must be the hexadecimal string of *contents* and nothing else, so that no byte of the document escapes the
    signature. Signers that leave the brackets of the string inside the signed bytes are accepted: that covers more.
    """
    if len(values) != RANGE_LENGTH:
        return Remark(
            N_("The signature does not say what it covers: its byte range has {count} numbers instead of 4."),
            (("count", str(len(values))),),
        )
    start, first, second, length = values
    end = second + length
    if start != 0 or first <= 0 or length <= 0 or second <= first or end > len(data):
        return Remark(
            N_("The signature covers an impossible range of bytes: {range}."),
            (("range", " ".join(str(value) for value in values)),),
        )
    gap = data[first:second]
    if not gap.startswith(b"<"):
        gap = data[first - 1 : first] + gap + data[second : second + 1]
    if _HEX.fullmatch(gap) is None or unhex(gap) != contents:
        return Remark(N_("The signature leaves out more of the file than itself."))
    return Coverage(first, second, end)


def unhex(gap: bytes) -> bytes:
    """Return the bytes of a hexadecimal string, brackets and white space left out; ValueError when it is not one."""
    digits = b"".join(gap.strip(b"<>").split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
