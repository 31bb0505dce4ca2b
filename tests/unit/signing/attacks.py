"""Attacks on signed PDFs, made from our own documents; none of them may end in `passed`.

Families: byte flips; universal signature forgery (USF: the signature's own entries made meaningless); incremental
saving (ISA: content replaced after the signature); signature wrapping (SWA: signed bytes moved apart); shadow
documents (hide, replace, hide and replace); annotations and signatures over certified documents (EAA, SSA); form
fields; removal of what leads to the signature; bytes that belong to no revision.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.unit.signing.bases import Base, appearance
from tests.unit.signing.documents import highest_object, letter, stream, text_stream, update

Make = Callable[[Base], bytes]


@dataclass(frozen=True)
class Attack:
    """One way to cheat."""

    name: str
    base: str
    make: Make
    expected: tuple[str, ...]
    """Integrities that are right; `extended` only ever with the conclusion `indeterminate`."""


ATTACKS: list[Attack] = []


def attack(base: str, *expected: str, name: str = "") -> Callable[[Make], Make]:
    """Register the decorated function as an attack on *base*."""

    def register(make: Make) -> Make:
        ATTACKS.append(Attack(name or make.__name__, base, make, expected))
        return make

    return register


def flipped(data: bytes, position: int) -> bytes:
    """Return *data* with one bit changed."""
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


# Byte flips -----------------------------------------------------------------------------------------------------------

FLIPS: dict[str, Callable[[Base], int]] = {
    "header": lambda base: base.data.index(b"-1.7"),
    "page text": lambda base: base.data.index(b"100 euros"),
    "font": lambda base: base.data.index(b"Helvetica"),
    "digest in the signature": lambda base: base.data.lower().index(b"2a864886f70d010904") + 40,
    "signature value": lambda base: base.data.rindex(b">", 0, base.ranges[0][2]) - 40,
    "room behind the signature": lambda base: base.ranges[0][2] - 2,
    "byte range": lambda base: base.data.index(b"/ByteRange") + 14,
    "signed cross-references": lambda base: base.data.rindex(b"startxref") - 30,
    "last startxref": lambda base: base.data.rindex(b"startxref") + 11,
}
for _place, _where in FLIPS.items():
    _right = ("broken", "unreadable", "modified", *(("intact",) if _place.startswith("room") else ()))
    attack("letter", *_right, name=f"flip: {_place}")(
        lambda base, where=_where: flipped(base.data, where(base))  # type: ignore[misc]  # the default binds early
    )


# Universal signature forgery: entries of the signature made meaningless, in place or by an update ---------------------

_RANGE = re.compile(rb"/ByteRange \[[^\]]*\]")
_CONTENTS = re.compile(rb"/Contents <[0-9A-Fa-f]*>")


def padded(text: bytes, length: int) -> bytes:
    """Return *text* blown up to *length* with spaces."""
    return text + b" " * (length - len(text))


USF_RANGES = {
    "missing": b"/NoRange []",
    "null": b"/ByteRange null",
    "zeros": b"/ByteRange [0 0 0 0]",
    "negative": b"/ByteRange [0 -1 10 20]",
    "three numbers": b"/ByteRange [0 10 20]",
    "nothing": b"/ByteRange []",
    "beyond the end": b"/ByteRange [0 9 99999 9]",
    "overlap": b"/ByteRange [0 900 500 99]",
    "not from the start": b"/ByteRange [9 99 999 9]",
}
USF_CONTENTS = {
    "missing": b"/NoContents <00>",
    "null": b"/Contents null",
    "empty": b"/Contents <>",
    "one zero": b"/Contents <00>",
    "rubbish": b"/Contents <CAFE>",
}


def _in_place(pattern: re.Pattern[bytes], text: bytes) -> Make:
    def make(base: Base) -> bytes:
        match = list(pattern.finditer(base.data))[-1]
        return base.data[: match.start()] + padded(text, len(match[0])) + base.data[match.end() :]

    return make


def _by_update(pattern: re.Pattern[bytes], text: bytes) -> Make:
    def make(base: Base) -> bytes:
        content = pattern.sub(lambda _: text, base.object(base.signature_object))
        return update(base.data, {base.signature_object: content})

    return make


for _name, _text in USF_RANGES.items():
    attack("letter", "broken", "unreadable", name=f"USF: range {_name}")(_in_place(_RANGE, _text))
    attack("letter", "broken", "modified", name=f"USF: range {_name}, by update")(_by_update(_RANGE, _text))
for _name, _text in USF_CONTENTS.items():
    attack("letter", "broken", "unreadable", name=f"USF: contents {_name}")(_in_place(_CONTENTS, _text))
    attack("letter", "broken", "modified", name=f"USF: contents {_name}, by update")(_by_update(_CONTENTS, _text))


# Incremental saving ---------------------------------------------------------------------------------------------------

EVIL = text_stream("Contrat de location", "Loyer : 999 euros par mois")


@attack("letter", "modified")
def isa_new_content(base: Base) -> bytes:
    return update(base.data, {5: EVIL})


@attack("twice", "modified")
def isa_new_content_after_two_signatures(base: Base) -> bytes:
    return update(base.data, {5: EVIL})


@attack("letter", "modified")
def isa_page_points_elsewhere(base: Base) -> bytes:
    new = highest_object(base.data) + 1
    return update(base.data, {new: EVIL, 4: base.edited(4, b"/Contents 5 0 R", b"/Contents %d 0 R" % new)})


@attack("letter", "modified")
def isa_body_without_cross_references(base: Base) -> bytes:
    return base.data + b"5 0 obj\n%s\nendobj\n" % EVIL


@attack("letter", "modified")
def isa_body_and_trailer_only(base: Base) -> bytes:
    return base.data + b"5 0 obj\n%s\nendobj\ntrailer\n<< /Size 20 /Root 1 0 R >>\n%%%%EOF\n" % EVIL


@attack("letter", "modified", "unreadable")
def isa_broken_cross_references(base: Base) -> bytes:
    return base.data + b"5 0 obj\n%s\nendobj\nxref\n0 0\ntrailer\n<< /Root 1 0 R >>\nstartxref\n7\n%%%%EOF\n" % EVIL


@attack("letter", "modified", "unreadable")
def isa_copied_end(base: Base) -> bytes:
    end = base.data[base.data.rindex(b"startxref") :]
    return base.data + b"5 0 obj\n%s\nendobj\n" % EVIL + end


@attack("letter", "modified")
def isa_copied_signature_covers_nothing_new(base: Base) -> bytes:
    copy = base.object(base.signature_object)
    return update(base.data, {5: EVIL, base.signature_object: copy})


@attack("letter", "modified")
def isa_page_added(base: Base) -> bytes:
    new = highest_object(base.data) + 1
    pages = base.object(2).replace(b"]", b" %d 0 R]" % new).replace(b"/Count 2", b"/Count 3")
    return update(base.data, {2: pages, new: base.object(6)})


@attack("letter", "modified")
def isa_page_removed(base: Base) -> bytes:
    return update(base.data, {2: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>"})


@attack("letter", "modified")
def isa_pages_swapped(base: Base) -> bytes:
    return update(base.data, {2: base.edited(2, b"4 0 R 6 0 R", b"6 0 R 4 0 R")})


@attack("letter", "modified")
def isa_page_object_replaced_by_another(base: Base) -> bytes:
    return update(base.data, {4: base.object(6)})


@attack("letter", "modified")
def isa_font_replaced(base: Base) -> bytes:
    return update(base.data, {3: base.edited(3, b"/Helvetica", b"/ZapfDingbats")})


@attack("letter", "modified")
def isa_page_cropped(base: Base) -> bytes:
    return update(base.data, {4: base.edited(4, b"/MediaBox", b"/CropBox [0 0 595 500] /MediaBox")})


@attack("letter", "modified")
def isa_page_turned(base: Base) -> bytes:
    return update(base.data, {4: base.edited(4, b"/MediaBox", b"/Rotate 180 /MediaBox")})


@attack("letter", "modified")
def isa_script_on_opening(base: Base) -> bytes:
    action = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /Pages"
    return update(base.data, {1: base.edited(1, b"/Pages", action)})


@attack("letter", "modified")
def isa_second_content_stream(base: Base) -> bytes:
    new = highest_object(base.data) + 1
    return update(base.data, {new: EVIL, 4: base.edited(4, b"/Contents 5 0 R", b"/Contents [5 0 R %d 0 R]" % new)})


@attack("letter", "modified")
def isa_shared_object_of_the_metadata(base: Base) -> bytes:
    new = highest_object(base.data) + 1
    first = update(base.data, {1: base.edited(1, b"/Pages", b"/Metadata %d 0 R /Pages" % new), new: EVIL})
    return update(first, {4: base.edited(4, b"/Contents 5 0 R", b"/Contents %d 0 R" % new)})


# Signature wrapping ---------------------------------------------------------------------------------------------------


def _wrapped(base: Base, stuffing: bytes, keep_gap: bool) -> bytes:
    _, first, second, length = base.ranges[0]
    start, end = base.data[:first], base.data[second : second + length]
    gap = base.data[first:second] if keep_gap else b""
    data = start + gap + stuffing + end
    moved = len(start + gap + stuffing)
    text = padded(b"/ByteRange [0 %d %d %d]" % (first, moved, length), len(_RANGE.search(base.data)[0]))  # type: ignore[index]  # signed
    return _RANGE.sub(lambda _: text, data)


@attack("letter", "broken", "unreadable")
def swa_stuffing_after_the_signature(base: Base) -> bytes:
    return _wrapped(base, b" 5 0 obj\n%s\nendobj\n" % EVIL, keep_gap=True)


@attack("letter", "broken", "unreadable")
def swa_stuffing_instead_of_the_signature(base: Base) -> bytes:
    return _wrapped(base, b"<< /evil true >>", keep_gap=False)


@attack("letter", "broken")
def swa_gap_filled_with_an_object(base: Base) -> bytes:
    _, _first, second, _ = base.ranges[0]
    evil = b"5 0 obj\n%s\nendobj\n" % EVIL
    return base.data[: second - len(evil) - 1] + b">" + evil + base.data[second:]


@attack("letter", "broken", "modified")
def swa_second_range_of_the_same_signature(base: Base) -> bytes:
    number = base.signature_object
    moved = _RANGE.sub(b"/ByteRange [0 100 200 300]", base.object(number))
    return update(base.data, {number: moved, 5: EVIL})


# Shadow documents -----------------------------------------------------------------------------------------------------


@attack("letter", "modified")
def shadow_hide_freed_object(base: Base) -> bytes:
    return update(base.data, {}, freed=[5])


@attack("letter", "modified")
def shadow_hide_freed_object_generation_zero(base: Base) -> bytes:
    return update(base.data, {}, freed=[5]).replace(b"0000000000 00001 f ", b"0000000000 00000 f ")


@attack("letter", "modified")
def shadow_replace_by_another_generation(base: Base) -> bytes:
    data = update(base.data, {5: EVIL})
    start = data.rindex(b"xref\n5 1", 0, data.rindex(b"startxref"))
    tail = data[start:].replace(b" 00000 n ", b" 00001 n ", 1)
    body = data[len(base.data) : start].replace(b"5 0 obj", b"5 1 obj")
    return data[: len(base.data)] + body + tail


@attack("letter", "modified", "unreadable")
def shadow_hide_and_replace_cross_reference_to_another_object(base: Base) -> bytes:
    previous = int(base.data.rsplit(b"startxref", 1)[1].split()[0])
    offset = base.data.index(b"7 0 obj")
    start = len(base.data)
    entry = b"xref\n5 1\n%010d 00000 n \ntrailer\n<< /Size 20 /Root 1 0 R /Prev %d >>\n" % (offset, previous)
    return base.data + entry + b"startxref\n%d\n%%%%EOF\n" % start


@attack("letter", "modified", "broken")
def shadow_startxref_to_the_first_revision(base: Base) -> bytes:
    first = int(base.data.split(b"startxref")[1].split()[0])
    return base.data + b"startxref\n%d\n%%%%EOF\n" % first


@attack("form", "modified")
def shadow_replace_appearance_under_the_same_value(base: Base) -> bytes:
    return update(base.data, {11: appearance("999")})


@attack("form", "modified")
def shadow_replace_appearance_reference(base: Base) -> bytes:
    new = highest_object(base.data) + 1
    return update(base.data, {new: appearance("999"), 10: base.edited(10, b"/N 11 0 R", b"/N %d 0 R" % new)})


@attack("form", "modified")
def shadow_replace_font_of_the_form(base: Base) -> bytes:
    return update(base.data, {3: base.edited(3, b"/Helvetica", b"/Courier")})


@attack("form", "modified")
def shadow_hide_field_flag(base: Base) -> bytes:
    return update(base.data, {15: base.edited(15, b"/F 4", b"/F 2")})


@attack("form", "modified")
def shadow_field_moved_over_the_text(base: Base) -> bytes:
    return update(base.data, {10: base.edited(10, b"[72 600 272 624]", b"[72 740 272 764]")})


# Annotations and signatures over certified documents ------------------------------------------------------------------


def _annotated(base: Base, subtype: bytes, rect: bytes, *, extra: bytes = b"", draws: bool = True) -> bytes:
    new = highest_object(base.data) + 1
    shape = stream(
        b"1 1 1 rg 0 0 300 30 re f 0 g BT /F1 14 Tf 2 8 Td (Loyer : 999 euros) Tj ET",
        b"/Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources << /Font << /F1 3 0 R >> >> ",
    )
    drawn = b"/AP << /N %d 0 R >> " % (new + 1) if draws else b""
    note = b"<< /Type /Annot /Subtype /%s /Rect [%s] /F 4 %s%s>>" % (subtype, rect, drawn, extra)
    page = base.edited(4, b"/Annots [", b"/Annots [%d 0 R " % new)
    return update(base.data, {new: note, new + 1: shape, 4: page})


OVER_THE_RENT = b"72 740 372 770"
for _level in (1, 2, 3):
    for _kind in (b"FreeText", b"Stamp", b"Square", b"Redact"):
        attack(f"certified {_level}", "modified", name=f"EAA: {_kind.decode()} over a document certified {_level}")(
            lambda base, kind=_kind: _annotated(base, kind, OVER_THE_RENT)  # type: ignore[misc]  # binds early
        )
    attack(f"certified {_level}", "modified", name=f"EAA: widget of no field, certified {_level}")(
        lambda base: _annotated(base, b"Widget", OVER_THE_RENT)
    )
attack("certified 3", "extended", name="EAA: a comment, permitted, is shown and not passed")(
    lambda base: _annotated(base, b"Text", b"400 400 420 420", extra=b"/Contents (Attention) ", draws=False)
)
attack("form", "modified", name="EAA: FreeText over an approved document")(
    lambda base: _annotated(base, b"FreeText", OVER_THE_RENT)
)


def _sneaky(base: Base) -> bytes:
    """Add an empty signature field whose appearance hides the rent."""
    new = highest_object(base.data) + 1
    shape = stream(b"1 1 1 rg 0 0 300 30 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 300 30] ")
    field = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sneaky) /Rect [%s] /F 4 /P 4 0 R /AP << /N %d 0 R >> >>" % (
        OVER_THE_RENT,
        new + 1,
    )
    page = base.edited(4, b"/Annots [", b"/Annots [%d 0 R " % new)
    root = base.edited(1, b"/Fields [", b"/Fields [%d 0 R " % new)
    return update(base.data, {new: field, new + 1: shape, 4: page, 1: root})


attack("certified 2", "modified", name="SSA: a signature field hides the text")(_sneaky)
attack("certified 1", "modified", name="SSA: a signature field where nothing is permitted")(_sneaky)


# Form fields ----------------------------------------------------------------------------------------------------------


def _refilled(base: Base, number: int = 10, old: bytes = b"(100)", new: bytes = b"(99 999)") -> bytes:
    last = highest_object(base.data) + 1
    content = re.sub(rb"/N \d+ 0 R", b"/N %d 0 R" % last, base.edited(number, old, new))
    return update(base.data, {number: content, last: appearance(new.strip(b"()").decode())})


@attack("form", "extended")
def refill_after_an_approval(base: Base) -> bytes:
    return _refilled(base)


@attack("certified 2", "extended")
def refill_where_permitted(base: Base) -> bytes:
    return _refilled(base)


@attack("certified 1", "modified")
def refill_where_nothing_is_permitted(base: Base) -> bytes:
    return _refilled(base)


@attack("locked form", "modified")
def refill_of_a_locked_field(base: Base) -> bytes:
    return _refilled(base, 15, b"(fixe)", b"(libre)")


@attack("locked form", "extended")
def refill_of_a_free_field_beside_a_locked_one(base: Base) -> bytes:
    return _refilled(base)


@attack("form", "extended")
def box_ticked(base: Base) -> bytes:
    return update(base.data, {12: base.edited(12, b"/V /Off /AS /Off", b"/V /Oui /AS /Oui")})


@attack("form", "modified")
def field_renamed(base: Base) -> bytes:
    return update(base.data, {10: base.edited(10, b"(Montant)", b"(Remise)")})


@attack("form", "modified")
def text_field_added(base: Base) -> bytes:
    new = highest_object(base.data) + 1
    field = base.object(10).replace(b"(Montant)", b"(Ajout)")
    page = base.edited(4, b"/Annots [", b"/Annots [%d 0 R " % new)
    root = base.edited(1, b"/Fields [", b"/Fields [%d 0 R " % new)
    return update(base.data, {new: field, 4: page, 1: root})


@attack("form", "modified")
def field_removed(base: Base) -> bytes:
    return update(base.data, {1: base.edited(1, b"10 0 R", b"")})


@attack("form", "extended")
def appearances_left_to_the_reader(base: Base) -> bytes:
    return update(base.data, {1: base.edited(1, b"/Fields", b"/NeedAppearances true /Fields")})


# Removal of what leads to the signature -------------------------------------------------------------------------------


@attack("letter", "broken")
def form_removed(base: Base) -> bytes:
    return update(base.data, {1: b"<< /Type /Catalog /Pages 2 0 R >>"})


@attack("form", "broken")
def fields_emptied(base: Base) -> bytes:
    return update(base.data, {1: re.sub(rb"/Fields \[[^\]]*\]", b"/Fields []", base.object(1))})


@attack("letter", "broken")
def value_removed(base: Base) -> bytes:
    field = re.sub(rb"/V \d+ 0 R", b"", base.object(base.field_object))
    return update(base.data, {base.field_object: field})


@attack("letter", "broken")
def field_retyped(base: Base) -> bytes:
    return update(base.data, {base.field_object: base.edited(base.field_object, b"/FT /Sig", b"/FT /Tx")})


@attack("letter", "broken")
def signature_object_freed(base: Base) -> bytes:
    return update(base.data, {}, freed=[base.signature_object])


@attack("twice", "broken", "modified")
def second_signature_removed(base: Base) -> bytes:
    field = re.sub(rb"/V \d+ 0 R", b"", base.object(base.field_object))
    return update(base.data, {base.field_object: field})


@attack("certified 2", "modified")
def certification_disowned(base: Base) -> bytes:
    return update(base.data, {1: re.sub(rb"/Perms (<<[^>]*>>|\d+ 0 R)", b"", base.object(1))})


@attack("letter", "broken", "unsigned")
def rewritten_without_its_updates(base: Base) -> bytes:
    return base.data[: base.data.index(b"%%EOF") + 6] + b"% /ByteRange [0 1 2 3] was here\n"


# What hides among validation data and metadata ------------------------------------------------------------------------


@attack("letter", "modified")
def store_with_a_page_in_it(base: Base) -> bytes:
    return update(base.data, {1: base.edited(1, b"/Pages", b"/DSS << /Certs [4 0 R] >> /Pages")})


@attack("letter", "modified")
def store_with_a_key_of_its_own(base: Base) -> bytes:
    return update(base.data, {1: base.edited(1, b"/Pages", b"/DSS << /Launch (evil) >> /Pages")})


@attack("letter", "modified")
def metadata_that_are_none(base: Base) -> bytes:
    new = highest_object(base.data) + 1
    return update(base.data, {1: base.edited(1, b"/Pages", b"/Metadata %d 0 R /Pages" % new), new: EVIL})


@attack("letter", "modified")
def store_that_overwrites_the_page(base: Base) -> bytes:
    root = base.edited(1, b"/Pages", b"/DSS << /Certs [5 0 R] >> /Pages")
    return update(base.data, {1: root, 5: stream(b"\x30\x00")})


@attack("letter", "modified")
def catalog_with_a_new_key(base: Base) -> bytes:
    return update(base.data, {1: base.edited(1, b"/Pages", b"/Threads [] /Pages")})


# Bytes that belong to no revision -------------------------------------------------------------------------------------

TRAILING = {
    "text": b"Loyer : 999 euros",
    "comment": b"% nothing to see\n",
    "zeros": bytes(64),
    "many line ends": b"\n" * 12,
    "a second %%EOF": b"%%EOF\n",
    "an object": b"99 0 obj\n<< >>\nendobj\n",
    "another document": letter("Loyer : 999 euros"),
    "an archive": b"PK\x03\x04" + bytes(40),
    "one letter": b"x",
}
for _name, _text in TRAILING.items():
    attack("letter", "modified", "broken", "unreadable", name=f"trailing: {_name}")(
        lambda base, text=_text: base.data + text  # type: ignore[misc]  # the default binds early
    )


@attack("letter", "broken", "unreadable")
def cut_short(base: Base) -> bytes:
    return base.data[:-40]


@attack("letter", "broken", "unreadable")
def bytes_before_the_document(base: Base) -> bytes:
    return b"\n" * 8 + base.data


@attack("letter", "modified", "unreadable")
def object_behind_the_last_update(base: Base) -> bytes:
    data = update(base.data, {1: base.object(1)})
    cut = data.rindex(b"xref\n1 1")
    evil = b"5 0 obj\n%s\nendobj\n" % EVIL
    shifted = data[cut:].replace(b"startxref\n%d" % cut, b"startxref\n%d" % (cut + len(evil)))
    return data[:cut] + evil + shifted
