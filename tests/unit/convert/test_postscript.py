"""PostScript becomes the pages that it draws, never a listing of its program."""

from __future__ import annotations

from pathlib import Path

import pytest

from coffre_cli.convert.kinds import POSTSCRIPT
from coffre_cli.convert.model import PDF_A, Source
from coffre_cli.convert.postscript import PostScriptConverter
from coffre_cli.errors import MissingProgramError
from tests.unit.convert.conftest import PLAIN, Converted
from tests.unit.convert.pictures import corner_is_dark, page

PROGRAM = b"/Courier findfont 12 scalefont setfont 72 700 moveto (Bonjour) show showpage "


@pytest.mark.needs("gs")
def test_its_pages_are_drawn_and_its_words_found(converted: Converted) -> None:
    made = converted(b"%!PS-Adobe-3.0\n" + PROGRAM + PROGRAM)
    assert (made.kind.label, made.format, made.pages) == ("PostScript", PDF_A, 2)
    assert made.text is not None
    assert made.text.read_text(encoding="utf-8").split() == ["Bonjour", "Bonjour"]


@pytest.mark.needs("gs")
def test_an_encapsulated_picture_is_as_large_as_it_says(converted: Converted) -> None:
    drawing = b"0 60 40 40 rectfill showpage"
    made = converted(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 200 100\n%%EndComments\n" + drawing)
    assert made.format == PDF_A
    shown = page(made.archive)
    assert shown.size == (200, 100)
    assert corner_is_dark(shown)


@pytest.mark.needs("gs")
@pytest.mark.parametrize(
    "program",
    [
        PROGRAM + b"(/etc/passwd) (r) file 100 string readstring pop show showpage",
        PROGRAM + b"(%pipe%id) (r) file pop",
        PROGRAM + b"nosuchoperator",
        b"",
    ],
)
def test_a_program_that_reads_files_fails_or_draws_nothing_has_no_archive(converted: Converted, program: bytes) -> None:
    made = converted(b"%!PS\n" + program)
    assert (made.archive, made.durable) == (None, False)
    assert made.reason is not None


@pytest.mark.needs("gs")
def test_what_a_program_says_of_its_own_pages_is_not_believed(converted: Converted) -> None:
    claim = b'<rdf:Description xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="B"/>'
    made = converted(b"%!PS\n[/Ext_Metadata pop (" + claim + b") /Ext_Metadata pdfmark\n" + PROGRAM)
    assert not made.durable


def test_without_ghostscript_it_is_said_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    path = tmp_path / "source"
    path.write_bytes(b"%!PS\n" + PROGRAM)
    with pytest.raises(MissingProgramError):
        PostScriptConverter()([Source(path, "x.ps")], POSTSCRIPT, PLAIN, tmp_path)
