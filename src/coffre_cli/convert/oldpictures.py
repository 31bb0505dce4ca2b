"""Kinds of pictures without a mark that nothing else has: known by a header that holds together."""

from __future__ import annotations

import re

from coffre_cli.convert.kinds import image_kind
from coffre_cli.convert.model import Kind

_PNM = re.compile(rb"P[1-6]\s+(?:#[^\n]*\n\s*)*\d{1,6}\s+(?:#[^\n]*\n\s*)*\d{1,6}\s")
_TGA_END = b"TRUEVISION-XFILE.\0"
_PCX_VERSIONS = frozenset({0, 2, 3, 4, 5})
_DEPTHS = frozenset({1, 2, 4, 8, 16, 24, 32})
_DIB_HEADER = 40
_MOST_ICONS = 64


def by_header(head: bytes, tail: bytes) -> Kind | None:
    """Return the kind of picture that the first bytes of a file, or the last, are of."""
    if _PNM.match(head):
        return image_kind("x-portable-anymap", ".pnm", "PNM")
    if head[:4] == b"\0\0\1\0" and 0 < _number(head, 4) <= _MOST_ICONS and head[9:10] == b"\0":
        return image_kind("vnd.microsoft.icon", ".ico", "ICO")
    if _is_pcx(head):
        return image_kind("vnd.zbrush.pcx", ".pcx", "PCX")
    if _number(head, 0) == _DIB_HEADER and head[2:4] == b"\0\0" and _is_dib(head):
        return image_kind("bmp", ".dib", "DIB")
    if head[:2] == b"\x01\xda" and head[2:3] in (b"\0", b"\1") and head[3:4] in (b"\1", b"\2"):
        return image_kind("x-sgi", ".sgi", "SGI")
    return image_kind("x-tga", ".tga", "TGA") if tail.endswith(_TGA_END) else None


def _is_pcx(head: bytes) -> bool:
    """Whether maker, version, packing, depth and the byte that is always zero are those of a PCX."""
    marks = head[:4]
    right = len(head) > 128 and marks[0] == 10 and marks[1] in _PCX_VERSIONS and marks[2] == 1  # noqa: PLR2004 - its header, and its mark
    return right and marks[3] in _DEPTHS and head[64] == 0


def _is_dib(head: bytes) -> bool:
    """Whether it has one plane, a depth that exists and a packing that exists."""
    return _number(head, 12) == 1 and _number(head, 14) in _DEPTHS and _number(head, 16) <= 6  # noqa: PLR2004 - the last packing there is


def _number(head: bytes, at: int) -> int:
    return int.from_bytes(head[at : at + 2], "little")
