"""Small PDFs written by hand, so that a test knows every byte of what it signs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def pdf(objects: Mapping[int, bytes], root: int = 1, extra: bytes = b"") -> bytes:
    """Return a PDF of these numbered *objects*, with its cross-reference table."""
    body = bytearray(HEADER)
    offsets: dict[int, int] = {}
    for number, content in sorted(objects.items()):
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    size = max(objects) + 1
    body += b"xref\n0 %d\n" % size
    for number in range(size):
        known = number in offsets
        body += b"%010d %05d %s \n" % (offsets.get(number, 0), 0 if known else 65535, b"n" if known else b"f")
    identifier = b"<%s>" % (b"0123456789abcdef" * 2)
    body += b"trailer\n<< /Size %d /Root %d 0 R /ID [%s %s] %s>>\n" % (size, root, identifier, identifier, extra)
    return bytes(body + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(data), entries, data)


def text_stream(*lines: str, size: int = 14) -> bytes:
    """Return page content that writes *lines* from the top of an A4 page."""
    shown = [f"BT /F1 {size} Tf 72 {770 - 24 * row} Td ({line}) Tj ET" for row, line in enumerate(lines)]
    return stream("\n".join(shown).encode("latin-1"))


def letter_objects(*lines: str, pages: int = 1) -> dict[int, bytes]:
    """Return the objects of a letter: 1 catalog, 2 pages, 3 font, then a page and its content for each page."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * index) for index in range(pages))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    }
    for index in range(pages):
        objects[4 + 2 * index] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * index)
        )
        objects[5 + 2 * index] = text_stream(*lines, f"page {index + 1}")
    return objects


def letter(*lines: str, pages: int = 1) -> bytes:
    """Return a plain letter."""
    return pdf(letter_objects(*lines, pages=pages))


def update(original: bytes, objects: Mapping[int, bytes], *, freed: Sequence[int] = (), root: int = 1) -> bytes:
    """Return *original* with an incremental update that writes *objects* and frees others."""
    previous = int(original.rsplit(b"startxref", 1)[1].split()[0])
    body = bytearray(original)
    if not body.endswith(b"\n"):
        body += b"\n"
    entries: dict[int, bytes] = dict.fromkeys(freed, b"0000000000 00001 f ")
    for number, content in sorted(objects.items()):
        entries[number] = b"%010d 00000 n " % len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n"
    for number, entry in sorted(entries.items()):
        body += b"%d 1\n%s\n" % (number, entry)
    size = max([*entries, highest_object(original)]) + 1
    body += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, root, previous)
    return bytes(body + b"startxref\n%d\n%%%%EOF\n" % start)


def highest_object(document: bytes) -> int:
    """Return the highest object number that a trailer of *document* allows."""
    return max(int(size) for size in re.findall(rb"/Size (\d+)", document)) - 1


def update_by_stream(original: bytes, objects: Mapping[int, bytes], number: int, *, root: int = 1) -> bytes:
    """Return *original* with an update whose cross-reference is a stream, object *number*, perhaps an old one."""
    previous = int(original.rsplit(b"startxref", 1)[1].split()[0])
    body = bytearray(original)
    places: dict[int, int] = {}
    for one, content in sorted(objects.items()):
        places[one] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (one, content)
    start = places[number] = len(body)
    table = b"".join(b"\x01%s\0\0" % places[one].to_bytes(4) for one in sorted(places))
    index = b" ".join(b"%d 1" % one for one in sorted(places))
    size = max([*places, highest_object(original)]) + 1
    entries = b"/Type /XRef /W [1 4 2] /Index [%s] /Size %d /Root %d 0 R /Prev %d " % (index, size, root, previous)
    body += b"%d 0 obj\n%s\nendobj\n" % (number, stream(table, entries))
    return bytes(body + b"startxref\n%d\n%%%%EOF\n" % start)
