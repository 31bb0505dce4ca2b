"""Gradients, patterns, drawn fonts and spot colours stay what they are where they are sound, else not approved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from coffre_cli.convert.archive import attempt_archive
from tests.pdfa import validate
from tests.pdfa.specimen import compact, descriptor
from tests.unit.convert.conftest import MOMENT

Change = Callable[[Pdf], None]


def ramp(space: Object | Name = Name.DeviceRGB, *, kind: int = 2, parts: int = 3) -> Dictionary:
    function = Dictionary(FunctionType=kind, Domain=Array([0, 1]), C0=Array([0] * parts), C1=Array([1] * parts), N=1)
    return Dictionary(ShadingType=2, ColorSpace=space, Coords=Array([0, 0, 100, 0]), Function=function)


def tile(pdf: Pdf, content: bytes = b"1 0 0 rg 0 0 5 5 re f") -> Stream:
    pattern = pdf.make_stream(content)
    pattern["/Type"], pattern["/PatternType"], pattern["/PaintType"], pattern["/TilingType"] = Name.Pattern, 1, 1, 1
    pattern["/BBox"], pattern["/XStep"], pattern["/YStep"] = Array([0, 0, 5, 5]), 6, 6
    pattern["/Resources"] = Dictionary()
    return pattern


def drawn_font(pdf: Pdf, drawing: bytes = b"500 0 0 0 400 400 d1 0 0 400 400 re f") -> Object:
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=Array([0, 0, 500, 500]),
            FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
            FirstChar=65,
            LastChar=65,
            Widths=Array([500]),
            Resources=Dictionary(),
            CharProcs=Dictionary(square=pdf.make_stream(drawing)),
            Encoding=Dictionary(Type=Name.Encoding, Differences=Array([65, Name.square])),
        )
    )


def spot(pdf: Pdf, end: int = 1, other: Name = Name.DeviceRGB) -> Array:
    parts = 4 if other == Name.DeviceCMYK else 3
    function = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([0] * parts), C1=Array([end] * parts), N=1)
    return Array([Name.Separation, Name.Gold, other, pdf.make_indirect(function)])


def compact_font(pdf: Pdf) -> Dictionary:
    """Return a composite font whose glyphs are known by name, as some programs write it."""
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0,
        BaseFont=Name("/ABCDEF+Own"),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        DW=600,
        FontDescriptor=pdf.make_indirect(descriptor(pdf, "/FontFile3", compact(), flags=4, subtype="/CIDFontType0C")),
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name("/ABCDEF+Own"),
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
    )


def one_page(pdf: Pdf, content: bytes, **resources: Object) -> None:
    pdf.add_blank_page(page_size=(200, 200))
    page = pdf.pages[0].obj
    page["/Contents"] = pdf.make_stream(content)
    page["/Resources"] = Dictionary({f"/{kind}": value for kind, value in resources.items()})


def with_gradient(pdf: Pdf) -> None:
    one_page(pdf, b"/S sh", Shading=Dictionary(S=ramp()))


def with_gradient_as_pattern(pdf: Pdf) -> None:
    pattern = Dictionary(Type=Name.Pattern, PatternType=2, Shading=ramp())
    one_page(pdf, b"/Pattern cs /P scn 0 0 50 50 re f", Pattern=Dictionary(P=pattern))


def with_tiles(pdf: Pdf) -> None:
    one_page(pdf, b"/Pattern cs /P scn 0 0 50 50 re f", Pattern=Dictionary(P=tile(pdf)))


def with_drawn_letters(pdf: Pdf) -> None:
    one_page(pdf, b"BT /F 12 Tf (AA) Tj ET", Font=Dictionary(F=drawn_font(pdf)))


def with_spot_colour(pdf: Pdf) -> None:
    one_page(pdf, b"/Z cs 0.5 scn 0 0 50 50 re f", ColorSpace=Dictionary(Z=spot(pdf)))


@pytest.mark.parametrize(
    "make", [with_gradient, with_gradient_as_pattern, with_tiles, with_drawn_letters, with_spot_colour]
)
def test_what_the_judge_does_not_know_is_approved_when_it_is_sound(make: Change, tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        make(pdf)
        before = pdf.pages[0].obj["/Contents"].read_bytes()
        written, why = attempt_archive(pdf, tmp_path, MOMENT)
    assert written is not None, why
    assert written.stood_in
    assert validate(written.path) == []
    with pikepdf.open(written.path) as archive:
        assert len(archive.pages) == 1
        assert archive.pages[0].obj["/Contents"].read_bytes() == before


def with_cmyk_gradient(pdf: Pdf) -> None:
    one_page(pdf, b"/S sh", Shading=Dictionary(S=ramp(Name.DeviceCMYK, parts=4)))


def with_unknown_function(pdf: Pdf) -> None:
    one_page(pdf, b"/S sh", Shading=Dictionary(S=ramp(kind=9)))


def with_cmyk_tiles(pdf: Pdf) -> None:
    pattern = tile(pdf, b"0 0 0 1 k 0 0 5 5 re f")
    one_page(pdf, b"/Pattern cs /P scn 0 0 50 50 re f", Pattern=Dictionary(P=pattern))


def with_foreign_operator_in_tiles(pdf: Pdf) -> None:
    one_page(pdf, b"/Pattern cs /P scn 0 0 50 50 re f", Pattern=Dictionary(P=tile(pdf, b"1 2 zz")))


def with_missing_pattern(pdf: Pdf) -> None:
    one_page(pdf, b"/Pattern cs /Q scn 0 0 50 50 re f", Pattern=Dictionary(P=tile(pdf)))


def with_missing_gradient(pdf: Pdf) -> None:
    one_page(pdf, b"/NoSuchShading sh")


def with_other_width(pdf: Pdf) -> None:
    font = drawn_font(pdf, b"700 0 0 0 400 400 d1 0 0 400 400 re f")
    one_page(pdf, b"BT /F 12 Tf (A) Tj ET", Font=Dictionary(F=font))


def with_undrawn_letter(pdf: Pdf) -> None:
    one_page(pdf, b"BT /F 12 Tf (AB) Tj ET", Font=Dictionary(F=drawn_font(pdf)))


def with_two_meanings(pdf: Pdf) -> None:
    spaces = Dictionary(Z=spot(pdf), Y=spot(pdf, 0))
    one_page(pdf, b"/Z cs 0.5 scn 0 0 50 50 re f /Y cs 0.5 scn 0 0 5 5 re f", ColorSpace=spaces)


def with_cmyk_behind(pdf: Pdf) -> None:
    one_page(pdf, b"/Z cs 0.5 scn 0 0 50 50 re f", ColorSpace=Dictionary(Z=spot(pdf, other=Name.DeviceCMYK)))


@pytest.mark.parametrize(
    "make",
    [
        with_cmyk_gradient,
        with_unknown_function,
        with_cmyk_tiles,
        with_foreign_operator_in_tiles,
        with_missing_pattern,
        with_missing_gradient,
        with_other_width,
        with_undrawn_letter,
        with_two_meanings,
        with_cmyk_behind,
    ],
)
def test_what_is_not_sound_is_not_approved(make: Change, tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        make(pdf)
        written, why = attempt_archive(pdf, tmp_path, MOMENT)
    assert written is None
    assert why
    assert list(tmp_path.iterdir()) == []


def test_compact_fonts_with_names_are_numbered(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        one_page(pdf, b"BT /F 12 Tf <0001> Tj ET", Font=Dictionary(F=compact_font(pdf)))
        written, why = attempt_archive(pdf, tmp_path, MOMENT)
    assert written is not None, why
    assert validate(written.path) == []


def test_a_font_that_is_chosen_and_not_used_need_not_be_embedded(tmp_path: Path) -> None:
    idle = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    with pikepdf.new() as pdf:
        one_page(pdf, b"BT /I 12 Tf ET 0 0 5 5 re f", Font=Dictionary(I=idle))
        written, why = attempt_archive(pdf, tmp_path, MOMENT)
    assert written is not None, why
    assert validate(written.path) == []


def test_a_file_of_version_2_becomes_one_of_1_7(tmp_path: Path) -> None:
    path = tmp_path / "two.pdf"
    with pikepdf.new() as pdf:
        one_page(pdf, b"0 0 5 5 re f")
        pdf.save(path, force_version="2.0")
    with pikepdf.open(path) as pdf:
        written, why = attempt_archive(pdf, tmp_path, MOMENT)
    assert written is not None, why
    assert written.path.read_bytes()[:8] == b"%PDF-1.7"
    assert validate(written.path) == []


def test_resources_that_two_forms_share_are_looked_up_by_both(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        shared = pdf.make_indirect(Dictionary(Shading=Dictionary(S=ramp())))
        forms = {}
        for name in ("/A", "/B"):
            form = pdf.make_stream(b"/S sh")
            form["/Type"], form["/Subtype"], form["/BBox"] = Name.XObject, Name.Form, Array([0, 0, 50, 50])
            form["/Resources"] = shared
            forms[name] = form
        one_page(pdf, b"/A Do /B Do", XObject=Dictionary(forms))
        written, why = attempt_archive(pdf, tmp_path, MOMENT)
    assert written is not None, why
    assert validate(written.path) == []
