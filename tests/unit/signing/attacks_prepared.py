"""Attacks prepared before the signature: the signed document is written so that a later revision can change its sense.

References spelled as few programs spell them, resources named like parts of the document, objects that serve as two
things, what lies one over the other, and bytes between revisions. They register themselves beside those of `attacks`.
"""

from __future__ import annotations

from collections.abc import Callable

from coffre_cli.signing.identity import Identity
from tests.unit.signing.attacks import EVIL, attack
from tests.unit.signing.bases import LINES, Base, appearance, form_objects, signed
from tests.unit.signing.documents import letter_objects, pdf, stream, update

Objects = dict[int, bytes]
PREPARED: dict[str, Callable[[], Objects]] = {}

PICTURE = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "


def prepared_bases(identity: Identity) -> dict[str, Base]:
    """Return the prepared documents, signed."""
    return {name: Base(signed(pdf(make()), identity)) for name, make in PREPARED.items()}


def words(text: bytes, extra: bytes = b"") -> bytes:
    """Return a picture that writes *text*."""
    return stream(b"BT /F1 20 Tf 72 600 Td (%s) Tj ET" % text, PICTURE + extra)


def drawing(name: bytes, resources: bytes) -> Objects:
    """Return a letter whose page draws the picture that *resources* call *name*."""
    objects = letter_objects(*LINES)
    content = objects[5].partition(b"stream\n")[2].removesuffix(b"\nendstream")
    objects[5] = stream(content + b"\n/%s Do" % name)
    objects[4] = objects[4].replace(b"/Resources << /Font << /F1 3 0 R >> >>", b"/Resources 20 0 R")
    objects[20] = b"<< /Font << /F1 3 0 R >> /XObject << %s >> >>" % resources
    objects[21] = words(b"100 euros")
    return objects


# References and names -------------------------------------------------------------------------------------------------

SPELLINGS = {
    "a form feed": b"21\f0\fR",
    "a null": b"21\0 0\0R",
    "a comment": b"21 0 %x\nR",
    "a comment with a bracket": b"%[\n21 0 R",
    "zeros before the number": b"00000000021 0 R",
    "zeros for the generation": b"21 000000 R",
}
for _name, _spelled in SPELLINGS.items():
    PREPARED[f"spelled with {_name}"] = lambda spelled=_spelled: drawing(b"X1", b"/X1 " + spelled)  # type: ignore[misc]  # binds early

    @attack(f"spelled with {_name}", "modified", name=f"picture replaced, its reference spelled with {_name}")
    def _spelled_oddly(base: Base) -> bytes:
        return update(base.data, {21: words(b"999 euros")})


for _name in ("Metadata", "Info", "DSS", "Root", "AcroForm", "Extensions", "StructTreeRoot", "P", "Parent"):
    PREPARED[f"named {_name}"] = lambda name=_name: drawing(name.encode(), b"/%s 21 0 R" % name.encode())  # type: ignore[misc]  # binds early

    @attack(f"named {_name}", "modified", name=f"picture replaced that is named /{_name}")
    def _named_oddly(base: Base) -> bytes:
        return update(base.data, {21: words(b"999 euros")})


# One object, two things -----------------------------------------------------------------------------------------------


def _field_among_pictures(key: bytes) -> Objects:
    objects = drawing(key, b"")
    objects[20] = b"<< /Font << /F1 3 0 R >> /XObject 22 0 R >>"
    objects[22] = b"<< /FT /Tx /T (Note) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /%s 21 0 R >>" % key
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [22 0 R] >> >>"
    objects[4] = objects[4].replace(b"/Parent", b"/Annots [22 0 R] /Parent")
    return objects


for _key in (b"M", b"StructParent", b"F", b"BS", b"I", b"TI"):
    PREPARED[f"field among pictures, {_key.decode()}"] = lambda key=_key: _field_among_pictures(key)  # type: ignore[misc]  # binds early

    @attack(
        f"field among pictures, {_key.decode()}", "modified", name=f"a field that lists a picture under {_key.decode()}"
    )
    def _listed_by_a_field(base: Base, key: bytes = _key) -> bytes:
        return update(
            base.data, {22: base.edited(22, b"/%s 21 0 R" % key, b"/%s 23 0 R" % key), 23: words(b"999 euros")}
        )


def _page_among_pictures() -> Objects:
    objects = drawing(b"PieceInfo", b"")
    objects[20] = b"<< /Font << /F1 3 0 R >> /XObject 4 0 R >>"
    objects[4] = objects[4].replace(b"/Parent", b"/PieceInfo 21 0 R /Parent")
    return objects


PREPARED["page among pictures"] = _page_among_pictures


@attack("page among pictures", "modified")
def a_page_that_lists_a_picture(base: Base) -> bytes:
    return update(base.data, {4: base.edited(4, b"/PieceInfo 21 0 R", b"/PieceInfo 5 0 R")})


def _field_as_picture() -> Objects:
    objects = drawing(b"X1", b"/X1 22 0 R")
    objects[22] = words(b"100 euros", b"/FT /Tx /T (Note) /Rect [0 0 0 0] ")
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [22 0 R] >> >>"
    return objects


PREPARED["field as picture"] = _field_as_picture


@attack("field as picture", "modified")
def a_field_that_is_a_picture(base: Base) -> bytes:
    return update(base.data, {22: words(b"999 euros", b"/FT /Tx /T (Note) /Rect [0 0 0 0] ")})


# What lies over what --------------------------------------------------------------------------------------------------

_OVER = b"<< /Type /Annot /Subtype /Stamp /Rect [72 740 372 770] /F 4 /P 4 0 R /AP << /N %d 0 R >> >>"


def _two_stamps() -> Objects:
    objects = letter_objects(*LINES)
    objects[4] = objects[4].replace(b"/Parent", b"/Annots [20 0 R 21 0 R] /Parent")
    for number, price in ((20, b"999"), (21, b"100")):
        objects[number] = _OVER % (number + 2)
        shape = b"1 1 1 rg 0 0 300 30 re f 0 g BT /F1 14 Tf 2 8 Td (Loyer : %s) Tj ET" % price
        objects[number + 2] = stream(shape, PICTURE.replace(b"595 842", b"300 30"))
    return objects


PREPARED["two stamps"] = _two_stamps


@attack("two stamps", "modified")
def stamps_in_another_order(base: Base) -> bytes:
    return update(base.data, {4: base.edited(4, b"20 0 R 21 0 R", b"21 0 R 20 0 R")})


@attack("two stamps", "modified")
def stamp_repeated_over_the_other(base: Base) -> bytes:
    return update(base.data, {4: base.edited(4, b"20 0 R 21 0 R", b"20 0 R 21 0 R 20 0 R")})


# Bytes between revisions ----------------------------------------------------------------------------------------------

BETWEEN = {
    "text": b"Loyer : 999 euros\n",
    "a long comment": b"%" + b"x" * 900 + b"\n",
    "a page of the web": b"<html><body>999</body></html>\n",
    "nulls": bytes(900),
    "a trailer": b"trailer\n<< /Root 5 0 R >>\n",
    "a header spelled with nulls": b"5\0" + b"0\0obj\n" + EVIL + b"\nendobj\n",
    "a header spelled with a comment": b"5 0 %x\nobj\n" + EVIL + b"\nendobj\n",
    "a header with many zeros": b"5 000000000000 obj\n" + EVIL + b"\nendobj\n",
}


def between(base: Base, stuffing: bytes) -> bytes:
    """Return *base* with *stuffing*, and a well-formed update behind it that changes nothing."""
    return update(base.data + stuffing, {1: base.object(1)})


for _name, _text in BETWEEN.items():
    attack("letter", "modified", name=f"between revisions: {_name}")(
        lambda base, text=_text: between(base, text)  # type: ignore[misc]  # binds early
    )


# Marks of complete signatures that hide something ---------------------------------------------------------------------

_TEXT_LINE = (66, 764, 372, 792)
"""Where the first line of a letter stands."""


def _picture_of_words() -> Objects:
    """Return a letter that says nothing in letters: its price is drawn by lines."""
    objects = letter_objects()
    strokes = b" ".join(b"%d 768 3 12 re f" % (72 + 7 * number) for number in range(20))
    objects[5] = stream(strokes)
    return objects


def _field_over_words() -> Objects:
    objects = letter_objects(*LINES)
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [20 0 R] >> >>"
    objects[4] = objects[4].replace(b"/Parent", b"/Annots [20 0 R] /Parent")
    objects[20] = b"<< /FT /Sig /T (Bailleur) /Type /Annot /Subtype /Widget /Rect [66 740 372 792] /F 4 /P 4 0 R >>"
    return objects


PREPARED["words drawn by lines"] = _picture_of_words
PREPARED["field over words"] = _field_over_words

HIDDEN_BY_A_MARK = {
    "letter": _TEXT_LINE,
    "words drawn by lines": _TEXT_LINE,
    "form": (72, 600, 272, 624),
    "visible": (60, 60, 260, 120),
}
"""By document, a place where a second mark would hide words, lines, the value of a field, or the first mark."""


# Fields: what no picture of the page shows ----------------------------------------------------------------------------


@attack("form", "extended")
def another_value_under_the_pointer(base: Base) -> bytes:
    field = base.edited(10, b"/N 11 0 R", b"/N 11 0 R /R 90 0 R /D 90 0 R")
    return update(base.data, {10: field, 90: appearance("999")})


@attack("form", "extended")
def another_tick_in_the_state_not_shown(base: Base) -> bytes:
    return update(base.data, {12: base.edited(12, b"/Oui 13 0 R", b"/Oui 90 0 R"), 90: appearance("NON")})


@attack("form", "extended")
def field_dressed_for_whoever_draws_it_anew(base: Base) -> bytes:
    return update(base.data, {10: base.edited(10, b"/FT", b"/MK << /BG [0 0 0] /R 90 >> /FT")})


def _choice_and_screen_field() -> Objects:
    objects = form_objects()
    objects[10] = objects[10].replace(b"/F 4", b"/F 0")
    objects[15] = (
        b"<< /Type /Annot /Subtype /Widget /FT /Ch /T (Prix) /Opt [[(a) (Cent)] [(b) (Mille)]] /V (a) /I [0] "
        b"/Rect [72 520 272 544] /F 4 /P 4 0 R /DA (/F1 12 Tf 0 g) /AP << /N 16 0 R >> >>"
    )
    return objects


PREPARED["choice"] = _choice_and_screen_field


@attack("choice", "extended", "modified")
def choice_by_number_contradicts_the_one_by_name(base: Base) -> bytes:
    return update(base.data, {15: base.edited(15, b"/I [0]", b"/I [1]")})


@attack("choice", "extended", "modified")
def field_of_the_screen_printed(base: Base) -> bytes:
    return update(base.data, {10: base.edited(10, b"/F 0", b"/F 4")})


# Resources shared by the form and the pages, as LibreOffice writes them -----------------------------------------------


def shared_resources(drawn: bytes = b"") -> Objects:
    """Return a form whose page and form have their resources in one object; its page draws *drawn*, too."""
    objects = form_objects()
    objects[1] = objects[1].replace(b"/DR << /Font << /F1 3 0 R >> >>", b"/DR 20 0 R")
    objects[4] = objects[4].replace(b"/Resources << /Font << /F1 3 0 R >> >>", b"/Resources 20 0 R")
    objects[20] = b"<< /Font 21 0 R >>"
    objects[21] = b"<< /F1 3 0 R >>"
    content = objects[5].partition(b"stream\n")[2].removesuffix(b"\nendstream")
    objects[5] = stream(content + drawn)
    return objects


PREPARED["shared resources"] = shared_resources
for _name, _spelled in {"plainly": b"\n/FRM Do", "with a letter by number": b"\n/F#52M Do"}.items():
    PREPARED[f"shared resources, a name used {_name}"] = lambda drawn=_spelled: shared_resources(drawn)  # type: ignore[misc]  # binds early

    @attack(f"shared resources, a name used {_name}", "modified", name=f"picture supplied that the page names {_name}")
    def _supplied(base: Base) -> bytes:
        resources = base.edited(20, b"/Font", b"/XObject << /FRM 90 0 R >> /Font")
        return update(base.data, {20: resources, 90: words(b"999 euros")})


@attack("shared resources", "modified")
def font_replaced_in_shared_resources(base: Base) -> bytes:
    return update(base.data, {21: b"<< /F1 90 0 R >>", 90: base.edited(3, b"/Helvetica", b"/Symbol")})
