"""Notes, fields, links and bookmarks of a PDF stay, or are painted where they are seen, or are named as lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, String
from PIL import Image

from coffre_cli.convert.model import PDF_A, Conversion
from tests.unit.convert.conftest import Converted
from tests.unit.convert.pictures import page
from tests.unit.convert.test_pdf import changed, drawn, messages, unembedded

BAD = b"BT /F 9 Tf 150 300 Td (\\001) Tj ET"
"""A letter that no font has: PDF/A does not allow it, and Ghostscript leaves it, so that the page becomes a picture."""


def noted(*notes: Dictionary, also: Callable[[Pdf], None] = lambda _pdf: None) -> bytes:
    def add(pdf: Pdf) -> None:
        pdf.pages[0].obj["/Annots"] = Array([pdf.make_indirect(note) for note in notes])
        also(pdf)

    return changed(drawn("Bonjour à tous"), add)


def note(subtype: str, rect: tuple[int, int, int, int] = (100, 100, 200, 150), **more: object) -> Dictionary:
    values = {f"/{key}": value for key, value in more.items()}
    return Dictionary({"/Type": Name.Annot, "/Subtype": Name(f"/{subtype}"), "/Rect": Array(rect), **values})


def sheet(pdf: Pdf, colour: bytes) -> pikepdf.Stream:
    form = pdf.make_stream(colour + b" rg 0 0 100 50 re f")
    form["/Type"], form["/Subtype"], form["/BBox"] = Name.XObject, Name.Form, Array([0, 0, 100, 50])
    return form


def opened(made: Conversion) -> Pdf:
    assert made.format == PDF_A
    assert made.archive is not None
    return pikepdf.open(made.archive)


def kinds(made: Conversion) -> list[str]:
    with opened(made) as pdf:
        return [str(one["/Subtype"]) for one in pdf.pages[0].obj.get("/Annots", ())]


def at(made: Conversion, x: float, y: float) -> tuple[int, ...]:
    """Return the colour of the point (x, y) of the first page."""
    with opened(made) as pdf:
        height = float(pdf.pages[0].mediabox[3])
    picture: Image.Image = page(made.archive).convert("RGB")
    scale = picture.height / height
    found = picture.getpixel((int(x * scale), int((height - y) * scale)))
    assert isinstance(found, tuple)
    return found


def test_a_marked_passage_without_a_picture_of_its_own_is_painted_and_the_page_stays_text(
    converted: Converted,
) -> None:
    corners = Array([100, 150, 200, 150, 100, 100, 200, 100])
    made = converted(noted(note("Highlight", C=Array([1, 1, 0]), QuadPoints=corners, Contents=String("important"))))
    assert made.record.route == "pikepdf"
    assert at(made, 150, 125)[2] < 100
    assert "comments" in messages(made)


def test_of_the_states_of_a_note_the_one_that_is_shown_is_kept(converted: Converted) -> None:
    def with_states(pdf: Pdf) -> None:
        states = Dictionary(On=sheet(pdf, b"1 0 0"), Off=sheet(pdf, b"0 1 0"))
        stamp = note("Stamp", AP=Dictionary(N=states, D=sheet(pdf, b"0 0 1")), AS=Name.On, F=4)
        pdf.pages[0].obj["/Annots"] = Array([pdf.make_indirect(stamp)])

    made = converted(changed(drawn("x"), with_states))
    assert (made.record.route, kinds(made)) == ("pikepdf", ["/Stamp"])
    assert at(made, 150, 125) == (255, 0, 0)


def test_text_written_on_a_page_stays_text(converted: Converted) -> None:
    def write(pdf: Pdf) -> None:
        free = note("FreeText", AP=Dictionary(N=sheet(pdf, b"0 0 1")), Contents=String("vu"), DA=String("/Helv 9 Tf"))
        pdf.pages[0].obj["/Annots"] = Array([free])

    made = converted(changed(drawn("x"), write))
    assert made.record.route == "pikepdf"
    assert at(made, 150, 125) == (0, 0, 255)


def test_a_note_of_text_hides_no_more_of_the_page_than_its_sheet(converted: Converted) -> None:
    made = converted(noted(note("Text", (50, 50, 550, 800), Contents=String("à relire"))))
    with opened(made) as pdf:
        assert [float(side) for side in pdf.pages[0].obj["/Annots"][0]["/Rect"]] == [50, 782, 68, 800]


@pytest.mark.parametrize("subtype", ["Movie", "Screen"])
def test_film_is_named_as_lost(converted: Converted, subtype: str) -> None:
    assert "film" in messages(converted(noted(note(subtype))))


def test_a_file_pinned_to_a_page_is_named_and_its_mark_is_painted(converted: Converted) -> None:
    def pin(pdf: Pdf) -> None:
        file = Dictionary(Type=Name.Filespec, F=String("plan.dwg"), EF=Dictionary(F=pdf.make_stream(b"plan")))
        pinned = note("FileAttachment", FS=file, AP=Dictionary(N=sheet(pdf, b"1 0 0")), F=4)
        pdf.pages[0].obj["/Annots"] = Array([pdf.make_indirect(pinned)])

    made = converted(changed(drawn("x"), pin))
    assert any(("names", "plan.dwg") in remark.facts for remark in made.remarks)
    assert at(made, 150, 125) == (255, 0, 0)


def filled(value: str, *, picture: bool) -> bytes:
    def fill(pdf: Pdf) -> None:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        resources = Dictionary(Font=Dictionary(Helv=font))
        text = note("Widget", FT=Name.Tx, T=String("nom"), V=String(value), DA=String("/Helv 12 Tf 0 g"), F=4)
        if picture:
            form = sheet(pdf, b"0 0 1")
            form.write(b"/Tx BMC BT /Helv 12 Tf 2 15 Td (" + value.encode("latin-1") + b") Tj ET EMC")
            form["/Resources"] = resources
            text["/AP"] = Dictionary(N=form)
        field = pdf.make_indirect(text)
        pdf.pages[0].obj["/Annots"] = Array([field])
        pdf.Root["/AcroForm"] = Dictionary(Fields=Array([field]), DR=resources, DA=String("/Helv 12 Tf 0 g"))
        pdf.Root["/AcroForm"]["/NeedAppearances"] = not picture

    return changed(drawn("Formulaire"), fill)


@pytest.mark.parametrize("picture", [True, False])
def test_what_a_form_was_filled_in_with_is_seen_and_found(converted: Converted, picture: bool) -> None:
    made = converted(filled("Dupont", picture=picture))
    assert made.format == PDF_A
    assert made.text is not None
    assert "Dupont" in made.text.read_text(encoding="utf-8")
    shown = page(made.archive).convert("L")
    scale = shown.height / 842
    field = shown.crop((int(100 * scale), int(692 * scale), int(200 * scale), int(742 * scale)))
    assert min(field.tobytes()) < 128


def bookmarked(pdf: Pdf, *actions: Dictionary) -> None:
    with pdf.open_outline() as outline:
        outline.root += [pikepdf.OutlineItem(f"Chapitre {number}", 0) for number in range(len(actions))]
    item: Object | None = pdf.Root["/Outlines"]["/First"]
    for action in actions:
        assert item is not None
        del item["/Dest"]
        item["/A"] = action
        item = item.get("/Next")


def test_a_bookmark_that_acts_loses_the_act_only(converted: Converted) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    link = Dictionary(S=Name.URI, URI=String("https://example.org"), Next=script)
    made = converted(changed(drawn("x"), lambda pdf: bookmarked(pdf, script, link)))
    assert made.record.route == "pikepdf"
    with opened(made) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Chapitre 0", "Chapitre 1"]
        assert b"app.alert" not in bytes(pdf.Root["/Outlines"].unparse(resolved=True))


def test_what_would_follow_a_link_is_left_out_and_the_link_stays(converted: Converted) -> None:
    action = Dictionary(S=Name.URI, URI=String("https://example.org"), Next=Dictionary(S=Name.Named, N=Name.Print))
    made = converted(noted(note("Link", A=action)))
    with opened(made) as pdf:
        assert set(pdf.pages[0].obj["/Annots"][0]["/A"].keys()) == {"/S", "/URI"}


def elsewhere(pdf: Pdf) -> None:
    """Give a link and a bookmark their values by reference, as typst and LaTeX do."""
    target = pdf.make_indirect(Array([pdf.pages[0].obj, Name.Fit]))
    pdf.pages[0].obj["/Annots"] = Array([pdf.make_indirect(note("Link", Dest=target))])
    bookmarked(pdf, Dictionary(S=Name.GoTo, D=target))
    pdf.Root["/Outlines"]["/First"]["/Title"] = pdf.make_indirect(String("Ailleurs"))


def test_values_that_are_written_elsewhere_are_no_reason_to_paint_the_document_anew(converted: Converted) -> None:
    assert converted(changed(drawn("x"), elsewhere)).record.route == "pikepdf"


def test_what_chromium_writes_beside_the_pages_is_no_reason_to_paint_them_anew(converted: Converted) -> None:
    def print_to_pdf(pdf: Pdf) -> None:
        pdf.Root["/MarkInfo"] = Dictionary(Type=Name.MarkInfo, Marked=True)
        pdf.Root["/ViewerPreferences"] = Dictionary(Type=Name.ViewerPreferences, DisplayDocTitle=True)

    made = converted(changed(drawn("x"), print_to_pdf))
    assert made.record.route == "pikepdf"
    with opened(made) as pdf:
        assert bool(pdf.Root["/MarkInfo"]["/Marked"])


def linked_and_bad(pdf: Pdf, box: Array, turn: int) -> None:
    unembedded(pdf)
    pdf.pages[0].obj["/Contents"] = pdf.make_stream(BAD + b" 1 0 0 rg 120 220 40 20 re f")
    pdf.pages[0].obj["/MediaBox"], pdf.pages[0].obj["/Rotate"] = Array([0, 0, 400, 500]), turn
    pdf.pages[0].obj["/CropBox"] = box
    link = note("Link", (120, 220, 160, 240), A=Dictionary(S=Name.URI, URI=String("https://example.org")))
    pdf.pages[0].obj["/Annots"] = Array([pdf.make_indirect(link)])


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_link_on_a_page_that_becomes_a_picture_stays_on_what_it_marks(converted: Converted, turn: int) -> None:
    made = converted(changed(drawn("x"), lambda pdf: linked_and_bad(pdf, Array([100, 200, 350, 450]), turn)))
    assert made.record.route == "some pages as pictures"
    with opened(made) as pdf:
        left, low, right, high = (float(side) for side in pdf.pages[0].obj["/Annots"][0]["/Rect"])
    assert at(made, (left + right) / 2, (low + high) / 2) == (255, 0, 0)
    assert at(made, right + 5, high + 5) == (255, 255, 255)


def words_of(path: Path | None) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return str(document[0].get_textpage().get_text_range())
    finally:
        document.close()


def test_words_behind_a_picture_stay_whole_words(converted: Converted) -> None:
    def spread(pdf: Pdf) -> None:
        """Place each letter by itself, as printing programs do, on two lines that overlap."""
        unembedded(pdf)
        pdf.pages[0].obj["/Resources"]["/Font"]["/F"]["/BaseFont"] = Name.Courier
        letters = b"".join(
            b"1 0 0 1 %d %d Tm (%c) Tj " % (72 + 9 * number, 700 - 9 * line, letter)
            for line, text in enumerate((b"Facture payable", b"sous huitaine"))
            for number, letter in enumerate(text)
        )
        pdf.pages[0].obj["/Contents"] = pdf.make_stream(BAD + b" BT /F 15 Tf " + letters + b" ET")

    made = converted(changed(drawn("x"), spread))
    assert made.record.route == "some pages as pictures"
    assert words_of(made.archive).split() == ["Facture", "payable", "sous", "huitaine"]


def test_words_of_lines_that_lie_askew_stay_apart(converted: Converted) -> None:
    def slanting(pdf: Pdf) -> None:
        unembedded(pdf)
        slant = b" BT /F 14 Tf 0.94 0.34 -0.34 0.94 80 300 Tm (payable sous huitaine) Tj ET"
        pdf.pages[0].obj["/Contents"] = pdf.make_stream(BAD + slant)

    made = converted(changed(drawn("x"), slanting))
    assert made.record.route == "some pages as pictures"
    assert words_of(made.archive).split() == ["payable", "sous", "huitaine"]


def test_a_ghostscript_that_prints_no_links_is_told_to_print_them(converted: Converted) -> None:
    def link_and_unembed(pdf: Pdf) -> None:
        unembedded(pdf)
        pdf.pages[0].obj["/Resources"]["/Font"]["/F"]["/BaseFont"] = Name("/Times-Roman")
        pdf.pages[0].obj["/Annots"] = Array(
            [pdf.make_indirect(note("Link", A=Dictionary(S=Name.URI, URI=String("https://example.org"))))]
        )

    made = converted(changed(drawn("x"), link_and_unembed))
    assert (made.record.route, kinds(made)) == ("ghostscript", ["/Link"])
