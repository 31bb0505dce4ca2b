"""Font programs are read as PDF allows them to be embedded."""

from __future__ import annotations

import pytest
from fontTools.misc import eexec  # type: ignore[import-untyped]  # it has no types

from tests.pdfa.programs import Type1

_CLEAR = b"""%!PS-AdobeFont-1.0: Own
12 dict begin
/FontType 1 def
/FontName /Own def
/FontMatrix [0.001 0 0 0.001 0 0] readonly def
/Encoding StandardEncoding def
currentdict end
currentfile eexec
"""
_PRIVATE = b"""dup /Private 8 dict dup begin
/RD {string currentfile exch readstring pop} executeonly def
/ND {noaccess def} executeonly def
/NP {noaccess put} executeonly def
/lenIV 4 def
/Subrs 0 array ND
2 index /CharStrings 1 dict dup begin
/.notdef %d RD %b ND
end
end
readonly put
noaccess put
dup /FontName get exch definefont pop
mark currentfile closefile
"""
_ZEROS = (b"0" * 64 + b"\n") * 8 + b"cleartomark\n"


def type_1() -> bytes:
    """Return a font with one glyph, 500 wide, up to the end of its encrypted part."""
    glyph, _key = eexec.encrypt(b"\0\0\0\0" + bytes((139, 248, 136, 13, 14)), 4330)
    hidden, _key = eexec.encrypt(b"\xff\xff\xff\xff" + _PRIVATE % (len(glyph), glyph), 55665)
    return _CLEAR + bytes(hidden)


@pytest.mark.parametrize("trailer", [b"", b"\n" + _ZEROS])
def test_a_font_of_type_1_needs_no_zeros_at_its_end(trailer: bytes) -> None:
    program = Type1(type_1() + trailer)
    assert program.names() == [".notdef"]
    assert program.width(".notdef") == 500
