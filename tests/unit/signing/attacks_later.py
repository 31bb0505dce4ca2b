"""More attacks by later revisions: annotations, permissions, signatures that are none, streams, trees, structure.

They register themselves beside those of `attacks`.
"""

from __future__ import annotations

import re

from tests.unit.signing.attacks import EVIL, OVER_THE_RENT, attack, flipped
from tests.unit.signing.bases import Base, appearance
from tests.unit.signing.documents import highest_object, stream, update, update_by_stream

WHITE = b"1 1 1 rg 0 0 300 30 re f"
FORM_BOX = b"/Type /XObject /Subtype /Form /BBox [0 0 300 30] "


def _fresh(base: Base) -> int:
    return highest_object(base.data) + 1


def _in_catalog(base: Base, entry: bytes, objects: dict[int, bytes] | None = None) -> bytes:
    return update(base.data, {1: base.edited(1, b"/Pages", entry + b" /Pages"), **(objects or {})})


def _in_page(base: Base, entry: bytes, objects: dict[int, bytes] | None = None) -> bytes:
    return update(base.data, {4: base.edited(4, b"/MediaBox", entry + b" /MediaBox"), **(objects or {})})


# What the catalog leads to --------------------------------------------------------------------------------------------

CATALOG = {
    "script in the name tree": b"/Names << /JavaScript << /Names [(x) << /S /JavaScript /JS (a\\(1\\)) >>] >> >>",
    "destinations": b"/Names << /Dests << /Names [(x) [6 0 R /Fit]] >> >>",
    "old destinations": b"/Dests << /x [6 0 R /Fit] >>",
    "attached file": b"/Names << /EmbeddedFiles << /Names [(x) << /Type /Filespec /F (x.exe) >>] >> >>",
    "opening at another page": b"/OpenAction [6 0 R /Fit]",
    "layers": b"/OCProperties << /OCGs [] /D << /BaseState /OFF >> >>",
    "outlines": b"/Outlines << /Type /Outlines /Count 0 >>",
    "page labels": b"/PageLabels << /Nums [0 << /S /D /St 9 >>] >>",
    "action when closed": b"/AA << /WC << /S /JavaScript /JS (x) >> >>",
    "a collection of files": b"/Collection << /View /H >>",
    "another language": b"/Lang (de)",
    "viewer preferences": b"/ViewerPreferences << /HideToolbar true >>",
    "an output intent": b"/OutputIntents [<< /S /GTS_PDFA1 >>]",
    "associated files": b"/AF []",
    "requirements": b"/Requirements []",
    "a dynamic form": b"/AcroForm << /Fields [] /XFA (x) >> /X",
}
for _name, _entry in CATALOG.items():
    attack("letter", "modified", "broken", name=f"catalog: {_name}")(
        lambda base, entry=_entry: _in_catalog(base, entry)  # type: ignore[misc]  # binds early
    )


@attack("letter", "modified")
def second_catalog_named_by_the_trailer(base: Base) -> bytes:
    new = _fresh(base)
    objects = {
        new: base.object(1).replace(b"2 0 R", b"%d 0 R" % (new + 1)),
        new + 1: b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>",
    }
    return update(base.data, objects, root=new)


@attack("letter", "modified", "broken", "unreadable", "encrypted")
def encryption_pretended(base: Base) -> bytes:
    data = _in_catalog(base, b"")
    secret = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> /Root" % (b"00" * 32, b"00" * 32)
    head, _, tail = data.rpartition(b"/Root")
    return head + secret + tail


# What pages lead to ---------------------------------------------------------------------------------------------------

PAGE = {
    "user unit": b"/UserUnit 2",
    "trim box as crop box": b"/CropBox [0 0 300 300]",
    "action when opened": b"/AA << /O << /S /JavaScript /JS (x) >> >>",
    "transparency group": b"/Group << /S /Transparency /CS /DeviceCMYK >>",
    "resources of its own": b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Symbol >> >> >> /X",
    "associated file": b"/AF []",
    "a thread bead": b"/B []",
}
for _name, _entry in PAGE.items():
    attack("letter", "modified", name=f"page: {_name}")(
        lambda base, entry=_entry: _in_page(base, entry)  # type: ignore[misc]  # binds early
    )


@attack("letter", "modified")
def font_gets_another_reading(base: Base) -> bytes:
    cmap = stream(b"1 beginbfchar <31> <0039> endbfchar")
    return update(
        base.data, {3: base.edited(3, b"/Type", b"/ToUnicode %d 0 R /Type" % _fresh(base)), _fresh(base): cmap}
    )


@attack("letter", "modified")
def page_tree_gives_a_rotation(base: Base) -> bytes:
    return update(base.data, {2: base.edited(2, b"/Type", b"/Rotate 90 /Type")})


@attack("rich", "modified")
def picture_replaced(base: Base) -> bytes:
    return update(base.data, {20: base.edited(20, b"\xff\xff\xff\x00", b"\x00\x00\x00\x00")})


@attack("rich", "modified")
def picture_read_with_other_parameters(base: Base) -> bytes:
    return update(base.data, {21: base.edited(21, b"/Columns 8", b"/Columns 4")})


@attack("rich", "modified")
def layer_switched_off(base: Base) -> bytes:
    return update(base.data, {1: base.edited(1, b"/ON [ 22 0 R ]", b"/OFF [ 22 0 R ]")})


@attack("rich", "modified")
def destination_moved(base: Base) -> bytes:
    return update(base.data, {1: base.edited(1, b"[ 4 0 R /Fit ]", b"[ 4 0 R /XYZ 0 0 9 ]")})


@attack("rich", "modified")
def attached_file_replaced(base: Base) -> bytes:
    return update(base.data, {23: stream(b"loyer;999", b"/Type /EmbeddedFile ")})


@attack("rich", "modified")
def attached_file_removed(base: Base) -> bytes:
    return update(base.data, {1: base.edited(1, b"/EmbeddedFiles", b"/Removed")})


@attack("rich", "modified")
def annotation_freed(base: Base) -> bytes:
    return update(base.data, {}, freed=[24])


@attack("rich", "modified")
def annotation_null(base: Base) -> bytes:
    return update(base.data, {24: b"null"})


@attack("rich", "modified")
def annotation_redrawn(base: Base) -> bytes:
    return update(base.data, {25: stream(WHITE, FORM_BOX)})


@attack("rich", "modified")
def annotation_hidden(base: Base) -> bytes:
    return update(base.data, {24: base.edited(24, b"/F 4", b"/F 2")})


@attack("rich", "modified")
def link_leads_elsewhere(base: Base) -> bytes:
    return update(base.data, {26: base.edited(26, b"(https://a.example)", b"(https://b.example)")})


@attack("rich", "modified")
def words_for_the_blind_replaced(base: Base) -> bytes:
    return update(base.data, {28: base.edited(28, b"(Loyer 100)", b"(Loyer 999)")})


@attack("rich", "modified")
def words_for_the_blind_added(base: Base) -> bytes:
    return update(base.data, {29: base.edited(29, b"/S /Document", b"/S /Document /ActualText (Loyer 999)")})


# Annotations that hide, where annotations are permitted ---------------------------------------------------------------


def _covering(base: Base, subtype: bytes, extra: bytes = b"") -> bytes:
    new = _fresh(base)
    note = b"<< /Type /Annot /Subtype /%s /Rect [%s] /F 4 /AP << /N %d 0 R >> %s>>" % (
        subtype,
        OVER_THE_RENT,
        new + 1,
        extra,
    )
    page = base.edited(4, b"/Annots [", b"/Annots [%d 0 R " % new)
    return update(base.data, {new: note, new + 1: stream(WHITE, FORM_BOX), 4: page})


for _kind in (b"Text", b"Highlight", b"Link", b"Ink", b"Watermark", b"FileAttachment", b"Line", b"Circle"):
    attack("certified 3", "modified", name=f"EAA: {_kind.decode()} that hides the rent, where comments are permitted")(
        lambda base, kind=_kind: _covering(base, kind)  # type: ignore[misc]  # binds early
    )


@attack("certified 3", "modified")
def widget_taken_off_its_page(base: Base) -> bytes:
    return update(base.data, {4: base.edited(4, b"/Annots [ 10 0 R", b"/Annots [")})


# Permissions loosened -------------------------------------------------------------------------------------------------


@attack("certified 1", "modified", "broken")
def permissions_rewritten_in_the_signature(base: Base) -> bytes:
    number = base.signature_object
    loose = base.edited(number, b"/P 1", b"/P 3")
    return update(base.data, {number: loose, 10: base.edited(10, b"(100)", b"(99 999)")})


@attack("certified 1", "modified", "broken")
def certification_moved_to_another_signature(base: Base) -> bytes:
    new = _fresh(base)
    fake = re.sub(rb"/P 1", b"/P 3", base.object(base.signature_object))
    root = re.sub(rb"/DocMDP \d+ 0 R", b"/DocMDP %d 0 R" % new, base.object(1))
    return update(base.data, {1: root, new: fake, 10: base.edited(10, b"(100)", b"(99 999)")})


@attack("locked form", "modified", "broken")
def lock_taken_off(base: Base) -> bytes:
    number = base.field_object
    free = re.sub(rb"/Lock (<<[^>]*>>|\d+ 0 R)", b"", base.object(number))
    return update(base.data, {number: free, 15: base.edited(15, b"(fixe)", b"(libre)")})


# Signatures that are none ---------------------------------------------------------------------------------------------


UNSEEN = b"<< /FT /Sig /T (%s) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /P 4 0 R /V %d 0 R >>"


def _with_field(base: Base, field: bytes, objects: dict[int, bytes] | None = None) -> bytes:
    new = _fresh(base)
    page = base.object(4)
    page = (
        page.replace(b"/Annots [", b"/Annots [%d 0 R " % new)
        if b"/Annots [" in page
        else page.replace(b"/MediaBox", b"/Annots [%d 0 R] /MediaBox" % new)
    )
    return update(base.data, {new: field, **_form(base, new), 4: page, **(objects or {})})


def _form(base: Base, new: int) -> dict[int, bytes]:
    """Add field *new* to the form, which is an object of its own or stands in the catalog."""
    found = re.search(rb"/AcroForm (\d+) 0 R", base.object(1))
    number = int(found[1]) if found else 1
    return {number: re.sub(rb"/Fields \[", b"/Fields [%d 0 R " % new, base.object(number))}


@attack("letter", "modified", "broken")
def another_field_claims_the_same_signature(base: Base) -> bytes:
    return _with_field(base, UNSEEN % (b"Notaire", base.signature_object))


@attack("letter", "modified", "broken")
def another_field_claims_a_copy_of_the_signature(base: Base) -> bytes:
    new = _fresh(base)
    copy = base.object(base.signature_object)
    field = UNSEEN % (b"Notaire", new + 1)
    return _with_field(base, field, {new + 1: copy})


@attack("twice", "modified", "broken")
def fields_exchange_their_signatures(base: Base) -> bytes:
    numbers = [int(number) for number in re.findall(rb"(\d+) 0 obj\s*<<[^>]*?/FT /Sig", base.data)]
    first, second = (base.object(number) for number in numbers)
    ours, theirs = (re.findall(rb"/V \d+ 0 R", text)[0] for text in (first, second))
    return update(base.data, {numbers[0]: first.replace(ours, theirs), numbers[1]: second.replace(theirs, ours)})


def _drawn_field(base: Base, value: bytes, objects: dict[int, bytes]) -> bytes:
    new = _fresh(base)
    shape = stream(
        b"BT /F1 12 Tf 2 8 Td (Signe par le notaire) Tj ET", FORM_BOX + b"/Resources << /Font << /F1 3 0 R >> >> "
    )
    field = (
        b"<< /FT /Sig /T (Notaire) /Type /Annot /Subtype /Widget /Rect [72 100 372 130] /F 4 /P 4 0 R "
        b"/AP << /N %d 0 R >> %s>>" % (new + 1, value)
    )
    return _with_field(base, field, {new + 1: shape, **objects})


for _base in ("letter", "certified 2"):

    @attack(_base, "extended", "modified", name=f"SSA: a drawn mark without a signature, {_base}")
    def _mark_without_signature(base: Base) -> bytes:
        return _drawn_field(base, b"", {})

    @attack(_base, "extended", "modified", "broken", name=f"SSA: a drawn mark over zeros, {_base}")
    def _mark_over_zeros(base: Base) -> bytes:
        new = _fresh(base) + 2
        zeros = b"<< /Type /Sig /SubFilter /adbe.pkcs7.detached /ByteRange [0 0 0 0] /Contents <%s> >>"
        return _drawn_field(base, b"/V %d 0 R " % new, {new: zeros % (b"0" * 2048)})


@attack("certified 1", "modified", "broken")
def signature_that_pretends_to_be_a_timestamp(base: Base) -> bytes:
    new = _fresh(base)
    copy = base.object(base.signature_object).replace(b"/Type /Sig", b"/Type /DocTimeStamp")
    field = UNSEEN % (b"Date", new + 1)
    return _with_field(base, field, {new + 1: copy})


@attack("visible", "modified")
def mark_of_the_signature_redrawn(base: Base) -> bytes:
    number = int(re.search(rb"/AP << /N (\d+) 0 R", base.object(base.field_object).replace(b"\n", b" "))[1])  # type: ignore[index]  # it has a mark
    return update(base.data, {number: stream(WHITE, FORM_BOX)})


@attack("visible", "modified")
def mark_of_the_signature_moved(base: Base) -> bytes:
    field = re.sub(rb"/Rect \[[^\]]*\]", b"/Rect [72 740 372 770]", base.object(base.field_object))
    return update(base.data, {base.field_object: field})


@attack("visible", "modified")
def second_mark_for_the_same_signature(base: Base) -> bytes:
    new = _fresh(base)
    kid = b"<< /Type /Annot /Subtype /Widget /Parent %d 0 R /Rect [72 100 372 130] /F 4 /P 4 0 R /AP << /N %d 0 R >> >>"
    field = base.object(base.field_object)[:-2] + b"/Kids [%d 0 R] >>" % new
    page = re.sub(rb"/Annots \[", b"/Annots [%d 0 R " % new, base.object(4))
    objects = {new: kid % (base.field_object, new + 1), new + 1: stream(WHITE, FORM_BOX), base.field_object: field}
    return update(base.data, {**objects, 4: page})


# Fields: how they are shown -------------------------------------------------------------------------------------------


@attack("form", "extended", "modified")
def field_written_in_white(base: Base) -> bytes:
    return update(base.data, {10: base.edited(10, b"/DA (/F1 12 Tf 0 g)", b"/DA (/F1 12 Tf 1 g)")})


@attack("form", "extended", "modified")
def whole_form_written_in_white(base: Base) -> bytes:
    return update(base.data, {1: base.edited(1, b"12 Tf 0 g", b"12 Tf 1 g")})


@attack("form", "modified")
def field_shown_as_a_password(base: Base) -> bytes:
    return update(base.data, {10: base.edited(10, b"/FT /Tx", b"/Ff 8192 /FT /Tx")})


@attack("form", "modified")
def field_printed_no_more(base: Base) -> bytes:
    return update(base.data, {10: base.edited(10, b"/F 4", b"/F 0")})


@attack("form", "modified")
def field_computes_itself(base: Base) -> bytes:
    return update(base.data, {10: base.edited(10, b"/FT", b"/AA << /F << /S /JavaScript /JS (x) >> >> /FT")})


@attack("form", "modified")
def field_given_another_maximum(base: Base) -> bytes:
    return update(base.data, {10: base.edited(10, b"/FT", b"/MaxLen 1 /FT")})


@attack("form", "modified")
def tick_means_something_else(base: Base) -> bytes:
    content = stream(b"BT (NON) Tj ET", b"/Type /XObject /Subtype /Form /BBox [0 0 20 20] ")
    return update(base.data, {14: content})


@attack("form", "modified")
def value_changed_and_its_picture_not(base: Base) -> bytes:
    """Show 100 and hold 99 999: whoever reads the data gets another amount than whoever looks."""
    data = update(base.data, {10: base.edited(10, b"(100)", b"(99 999)")})
    return update(data, {5: EVIL})


@attack("form", "extended", "modified")
def value_changed_under_the_same_picture(base: Base) -> bytes:
    return update(base.data, {10: base.edited(10, b"(100)", b"(99 999)")})


@attack("form", "modified")
def a_dynamic_form_laid_over(base: Base) -> bytes:
    new = _fresh(base)
    return update(base.data, {1: base.edited(1, b"/Fields", b"/XFA %d 0 R /Fields" % new), new: stream(b"<xdp/>")})


@attack("form", "modified")
def fields_computed_in_another_order(base: Base) -> bytes:
    return update(base.data, {1: base.edited(1, b"/Fields", b"/CO [10 0 R] /Fields")})


# Cross-references that readers follow differently ---------------------------------------------------------------------


@attack("letter", "modified", "unreadable")
def hybrid_cross_reference_with_another_page(base: Base) -> bytes:
    previous = int(base.data.rsplit(b"startxref", 1)[1].split()[0])
    new = _fresh(base)
    body = bytearray(base.data)
    evil = len(body)
    body += b"5 0 obj\n%s\nendobj\n" % EVIL
    hidden = len(body)
    table = b"\x01" + evil.to_bytes(4) + b"\0\0"
    body += b"%d 0 obj\n%s\nendobj\n" % (
        new,
        stream(table, b"/Type /XRef /W [1 4 2] /Index [5 1] /Size %d " % (new + 1)),
    )
    start = len(body)
    body += b"xref\n0 0\ntrailer\n<< /Size %d /Root 1 0 R /Prev %d /XRefStm %d >>\n" % (new + 1, previous, hidden)
    return bytes(body + b"startxref\n%d\n%%%%EOF\n" % start)


@attack("letter", "modified", "unreadable")
def the_same_object_twice_in_one_revision(base: Base) -> bytes:
    data = update(base.data, {5: base.object(5)})
    cut = data.rindex(b"xref\n5 1")
    evil = b"5 0 obj\n%s\nendobj\n" % EVIL
    return data[:cut] + evil + data[cut:].replace(b"startxref\n%d" % cut, b"startxref\n%d" % (cut + len(evil)))


@attack("letter", "modified")
def content_moved_into_a_cross_reference_stream_revision(base: Base) -> bytes:
    return update_by_stream(base.data, {5: EVIL}, _fresh(base))


@attack("letter", "modified", "unreadable", "broken")
def cross_reference_stream_laid_over_the_page(base: Base) -> bytes:
    return update_by_stream(base.data, {1: base.object(1)}, 5)


@attack("letter", "modified", "broken", "unreadable")
def previous_revision_skipped(base: Base) -> bytes:
    data = update(base.data, {5: EVIL})
    first = int(base.data.split(b"startxref")[1].split()[0])
    head, _, tail = data.rpartition(b"/Prev")
    return head + b"/Prev %d " % first + tail[tail.index(b">>") :]


@attack("letter", "modified", "broken", "unreadable")
def loop_of_cross_references(base: Base) -> bytes:
    data = update(base.data, {5: EVIL})
    start = int(data.rsplit(b"startxref", 1)[1].split()[0])
    head, _, tail = data.rpartition(b"/Prev")
    return head + b"/Prev %d " % start + tail[tail.index(b">>") :]


@attack("letter", "broken", "unreadable")
def something_else_before_the_header(base: Base) -> bytes:
    return b"<html><!--" + base.data


@attack("letter", "broken")
def byte_order_mark_before_the_header(base: Base) -> bytes:
    return b"\xef\xbb\xbf" + base.data


@attack("timestamped", "broken", "modified")
def date_of_the_timestamp_changed(base: Base) -> bytes:
    place = base.data.lower().index(b"2a864886f70d010910010 4".replace(b" ", b""), base.ranges[-1][1]) + 120
    return flipped(base.data, place)


@attack("timestamped", "modified")
def content_changed_after_the_timestamp(base: Base) -> bytes:
    return update(base.data, {5: EVIL})


@attack("form", "extended", "modified")
def shown_value_swapped_for_another_tick(base: Base) -> bytes:
    return update(base.data, {12: base.edited(12, b"/AS /Off", b"/AS /Oui")})


@attack("form", "extended")
def refilled_with_its_picture_in_place(base: Base) -> bytes:
    return update(base.data, {10: base.edited(10, b"(100)", b"(99 999)"), 11: appearance("99 999")})


@attack("form", "extended")
def refilled_with_a_border(base: Base) -> bytes:
    field = base.edited(10, b"(100)", b"(99 999)").replace(b"/FT", b"/BS << /W 0 /S /S >> /FT")
    return update(base.data, {10: field, 11: appearance("99 999")})


# Keys given twice: readers take the first, or the last ----------------------------------------------------------------

TWICE = {
    "page": (4, b"/Contents 5 0 R", b"/Contents 5 0 R /Contents %d 0 R"),
    "page, the other way round": (4, b"/Contents 5 0 R", b"/Contents %d 0 R /Contents 5 0 R"),
    "font": (3, b"/BaseFont /Helvetica", b"/BaseFont /Helvetica /BaseFont /Symbol"),
    "page tree": (2, b"4 0 R 6 0 R]", b"4 0 R 6 0 R] /Kids [6 0 R 4 0 R]"),
}
for _name, (_number, _old, _new) in TWICE.items():

    @attack("letter", "modified", name=f"a key twice: {_name}")
    def _key_twice(base: Base, number: int = _number, old: bytes = _old, new: bytes = _new) -> bytes:
        first = _fresh(base)
        both = new % first if b"%d" in new else new
        return update(base.data, {number: base.edited(number, old, both), first: EVIL})


@attack("form", "extended", "modified")
def a_value_twice(base: Base) -> bytes:
    return update(base.data, {10: base.edited(10, b"/V (100)", b"/V (100) /V (99 999)")})
