"""Clauses 6.1.2 to 6.1.12 of ISO 19005-2: how the file is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pikepdf

from tests.pdfa.document import Document
from tests.pdfa.judge import rule
from tests.pdfa.raw import Stream, Value

_HEADER = re.compile(rb"%PDF-1\.[0-7](?:\r\n|\r|\n)")
_LINE_ENDS = (b"\n", b"\r")
_FILTERS = frozenset(
    {"/ASCIIHexDecode", "/ASCII85Decode", "/FlateDecode", "/RunLengthDecode", "/CCITTFaxDecode", "/JBIG2Decode"}
    | {"/DCTDecode", "/JPXDecode"}
)
_INLINE_FILTERS = frozenset(
    {"ASCIIHexDecode", "ASCII85Decode", "FlateDecode", "RunLengthDecode", "CCITTFaxDecode", "DCTDecode"}
    | {"AHx", "A85", "Fl", "RL", "CCF", "DCT"}
)


@rule("6.1.2-1")
def header_at_byte_zero(document: Document) -> Iterator[str]:
    """6.1.2: the file begins with `%PDF-1.n`, n from 0 to 7, and one end-of-line marker."""
    if not _HEADER.match(document.data):
        yield f"the file begins with {document.data[:12]!r}"


@rule("6.1.2-2")
def binary_comment(document: Document) -> Iterator[str]:
    """6.1.2: the second line is a comment of at least four bytes above 127."""
    line = _HEADER.sub(b"", document.data[:40], count=1)
    if line[:1] != b"%" or any(byte < 128 for byte in line[1:5]) or len(line) < 5:
        yield "no binary comment"


@rule("6.1.3-1")
def trailer_has_an_id(document: Document) -> Iterator[str]:
    """6.1.3: the trailer has an ID of two strings."""
    found = document.raw.trailer.get(b"ID")
    parts = found if isinstance(found, list) else []
    if len(parts) != 2 or not all(getattr(part, "value", b"") for part in parts):
        yield "no ID in the trailer"


@rule("6.1.3-2")
def nothing_encrypted(document: Document) -> Iterator[str]:
    """6.1.3: no trailer says Encrypt."""
    if document.pdf.is_encrypted or any(b"Encrypt" in section.trailer for section in document.raw.sections):
        yield "Encrypt"


@rule("6.1.3-3")
def nothing_after_the_end(document: Document) -> Iterator[str]:
    """6.1.3: after the last end-of-file marker comes at most one end-of-line marker."""
    rest = document.data[document.data.rfind(b"%%EOF") + 5 :]
    if rest not in {b"", b"\n", b"\r", b"\r\n"}:
        yield f"{len(rest)} bytes after the end"


@rule("6.1.4-1")
def cross_references_lead_to_objects(document: Document) -> Iterator[str]:
    """6.1.4: the cross-reference table follows ISO 32000-1, 7.5.4: each place holds the object it says."""
    for section in document.raw.sections:
        for number, at in section.places.items():
            if not re.match(rb"%d[\0\t\n\f\r ]" % number, document.data[at : at + 12]):
                yield f"object {number} is not at {at}"


@rule("6.1.4-2")
def one_line_end_after_xref(document: Document) -> Iterator[str]:
    """6.1.4: one end-of-line marker between `xref` and the first subsection."""
    for section in document.raw.sections:
        if section.gap not in {None, b"\n", b"\r", b"\r\n"}:
            yield f"{section.gap!r} after xref"


@rule("6.1.6-1")
def even_hexadecimal_strings(document: Document) -> Iterator[str]:
    """6.1.6: hexadecimal strings have an even number of digits."""
    for word in (*document.raw.all_words(), *document.walk.words):
        if word.odd:
            yield f"odd hexadecimal string at {word.start}"


@rule("6.1.6-2")
def only_hexadecimal_digits(document: Document) -> Iterator[str]:
    """6.1.6: hexadecimal strings hold nothing but digits and white space."""
    for word in (*document.raw.all_words(), *document.walk.words):
        if word.foreign:
            yield f"foreign character in the hexadecimal string at {word.start}"


def _streams(document: Document) -> Iterator[tuple[int, Value, Stream]]:
    for placed in document.raw.objects:
        if placed.stream is not None:
            yield placed.number, placed.value, placed.stream


@rule("6.1.7-1")
def true_lengths(document: Document) -> Iterator[str]:
    """6.1.7: Length is the number of bytes between the line end after `stream` and the one before `endstream`."""
    for number, _value, stream in _streams(document):
        if stream.length != stream.end - stream.start:
            yield f"stream {number} says {stream.length}, has {stream.end - stream.start}"


@rule("6.1.7-2")
def lines_around_streams(document: Document) -> Iterator[str]:
    """6.1.7: `stream` is followed by CR LF or LF, `endstream` preceded by an end-of-line marker."""
    for number, _value, stream in _streams(document):
        if stream.after_keyword != b"\r\n" and stream.after_keyword[:1] != b"\n":
            yield f"stream {number}: {stream.after_keyword!r} after the keyword"
        if not stream.ended:
            yield f"stream {number}: no line end before endstream"


@rule("6.1.7-3")
def no_external_streams(document: Document) -> Iterator[str]:
    """6.1.7: no stream has F, FFilter or FDecodeParms."""
    for number, value, _stream in _streams(document):
        if isinstance(value, dict) and {b"F", b"FFilter", b"FDecodeParms"} & set(value):
            yield f"stream {number} lies outside the file"


@rule("6.1.7-4")
def known_filters(document: Document) -> Iterator[str]:
    """6.1.7: the filters are those of ISO 32000-1 but LZWDecode; Crypt only as Identity."""
    for stream in document.streams():
        for name, parameters in document.filters(stream):
            identity = name == "/Crypt" and parameters is not None and parameters.get("/Name") == "/Identity"
            if name not in _FILTERS and not identity:
                yield f"{name} in {document.label(stream)}"


@rule("6.1.8-1")
def names_in_utf8(document: Document) -> Iterator[str]:
    """6.1.8: names of fonts, of colorants and of structure types are UTF-8."""
    for name in (*document.font_names(), *document.colorants(), *document.structure_types()):
        try:
            name.decode("utf-8")
        except UnicodeDecodeError:
            yield f"{name!r}"


@rule("6.1.9-1")
def spaces_around_objects(document: Document) -> Iterator[str]:
    """6.1.9: single spaces in `n g obj`; line ends before n, before and after `endobj`, after `obj`."""
    for placed in document.raw.objects:
        lines = (placed.before, placed.after_obj, placed.before_end, placed.after_end)
        if any(len(gap) != 1 for gap in placed.gaps) or any(byte not in _LINE_ENDS for byte in lines):
            yield f"object {placed.number} at {placed.at}"


@rule("6.1.10-1")
def filters_of_inline_images(document: Document) -> Iterator[str]:
    """6.1.10: inline images use neither LZW nor Crypt nor unknown filters."""
    for image in document.walk.inline_images:
        for name in image.filters:
            if name not in _INLINE_FILTERS:
                yield f"{name} in an inline image of {image.where}"


@rule("6.1.12-1")
def permissions(document: Document) -> Iterator[str]:
    """6.1.12: the permissions dictionary holds UR3 and DocMDP only."""
    found = document.root.get("/Perms")
    if isinstance(found, pikepdf.Dictionary) and set(found.keys()) - {"/UR3", "/DocMDP"}:
        yield "other permissions"


@rule("6.1.12-2")
def no_digests_beside_docmdp(document: Document) -> Iterator[str]:
    """6.1.12: with DocMDP, signature references have no digest entries."""
    found = document.root.get("/Perms")
    if not isinstance(found, pikepdf.Dictionary) or "/DocMDP" not in found:
        return
    for reference in found["/DocMDP"].get("/Reference", ()):
        if {"/DigestLocation", "/DigestMethod", "/DigestValue"} & set(reference.keys()):
            yield "a digest in a signature reference"
