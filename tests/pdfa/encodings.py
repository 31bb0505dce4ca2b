"""What codes mean in simple fonts (ISO 32000-1, 9.6.6 and annex D)."""

from __future__ import annotations

from fontTools.agl import AGL2UV, UV2AGL  # type: ignore[import-untyped]  # it has no types
from fontTools.encodings.MacRoman import MacRoman  # type: ignore[import-untyped]  # it has no types
from fontTools.encodings.StandardEncoding import StandardEncoding  # type: ignore[import-untyped]  # it has no types
from pikepdf import Array, Dictionary, Name

_WIN_ANSI_LEFT = {0x7F: "bullet", 0x81: "bullet", 0x8D: "bullet", 0x8F: "bullet", 0x90: "bullet", 0x9D: "bullet"}
_WIN_ANSI_LEFT |= {0xA0: "space", 0xAD: "hyphen"}


def _win_ansi() -> dict[int, str]:
    found = {}
    for code in range(32, 256):
        try:
            name = UV2AGL.get(ord(bytes([code]).decode("cp1252")))
        except UnicodeDecodeError:
            name = None
        if name:
            found[code] = str(name)
    return found | _WIN_ANSI_LEFT | {0xB5: "mu", 0xAF: "macron", 0xB7: "periodcentered"}


def _mac_roman() -> dict[int, str]:
    found = {code: str(name) for code, name in enumerate(MacRoman) if code >= 32 and name != ".notdef"}
    return found | {0xCA: "space", 0xDB: "currency"}


BASES = {
    "/WinAnsiEncoding": _win_ansi(),
    "/MacRomanEncoding": _mac_roman(),
    "/StandardEncoding": {code: str(name) for code, name in enumerate(StandardEncoding) if name != ".notdef"},
}
MAC_CODES = {name: code for code, name in BASES["/MacRomanEncoding"].items()}


def base_of(font: Dictionary) -> str | None:
    """Return the name of the encoding a simple font is based on."""
    encoding = font.get("/Encoding")
    if isinstance(encoding, Dictionary):
        encoding = encoding.get("/BaseEncoding")
    return str(encoding) if isinstance(encoding, Name) else None


def differences_of(font: Dictionary) -> dict[int, str]:
    """Return the codes to which a simple font gives other names."""
    encoding = font.get("/Encoding")
    listed = encoding.get("/Differences") if isinstance(encoding, Dictionary) else None
    found: dict[int, str] = {}
    code = 0
    for one in listed if isinstance(listed, Array) else ():
        if isinstance(one, Name):
            found[code] = str(one)[1:]
            code += 1
        else:
            code = int(one)
    return found


def is_listed(name: str) -> bool:
    """Whether a name of a glyph has a meaning in Unicode, as the Adobe Glyph List tells."""
    return name in AGL2UV or character_of(name) is not None


def character_of(name: str) -> int | None:
    """Return the character a glyph's name stands for."""
    if name in AGL2UV:
        return int(AGL2UV[name])
    for prefix, sizes in (("uni", {4}), ("u", {4, 5, 6})):
        digits = name.removeprefix(prefix)
        if name.startswith(prefix) and len(digits) in sizes:
            try:
                return int(digits, 16)
            except ValueError:
                return None
    return None
