"""The papers that sessions handle, drawn here so that the repository holds nobody's."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw


def make(name: str, folder: Path) -> None:
    """Write the paper called *name* into *folder*."""
    Path(folder, name).write_bytes(_MAKERS[name]())


def _scan(kind: str) -> bytes:
    page = Image.new("1", (1240, 1754), 1)
    drawing = ImageDraw.Draw(page)
    drawing.rectangle((100, 100, 1140, 180), outline=0, width=3)
    drawing.text((120, 125), "Quittance de loyer - octobre 2026", fill=0)
    content = io.BytesIO()
    if kind == "TIFF":
        page.save(content, "TIFF", compression="group4", dpi=(150, 150), save_all=True, append_images=[page])
    else:
        page.convert("L").save(content, kind, dpi=(150, 150))
    return content.getvalue()


def pdf(*lines: str) -> bytes:
    """Return a one-page PDF that says *lines* (Latin letters only)."""
    shown = " T* ".join(f"({line}) Tj" for line in lines).encode("latin-1")
    stream = b"BT /F1 14 Tf 18 TL 72 760 Td " + shown + b" ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    content = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    content += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(content)


_MAKERS: dict[str, Callable[[], bytes]] = {
    "scan.tif": lambda: _scan("TIFF"),
    "photo.jpg": lambda: _scan("JPEG"),
    "page.png": lambda: _scan("PNG"),
    "contrat.pdf": lambda: pdf("Contrat de bail", "Entre le bailleur et le preneur, 12 rue des Lilas."),
    "facture.pdf": lambda: pdf("Facture 2026-117", "Electricite, octobre 2026 : 84,20 EUR"),
    "note.txt": "Clé du garage : chez la gardienne.\n".encode,
    "vide.txt": lambda: b"",
    "archive.bin": lambda: bytes(range(256)) * 16,
}
