"""The kinds of files that are known, and the marks they are known by."""

from __future__ import annotations

from collections.abc import Collection

from coffre_cli.convert.model import Family, Kind

COMPOUND_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Of the older office formats."""
_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

EMPTY = Kind("application/x-empty", Family.OTHER, ".bin", "empty")
BINARY = Kind("application/octet-stream", Family.OTHER, ".bin", "binary")
PDF = Kind("application/pdf", Family.PDF, ".pdf", "PDF")
POSTSCRIPT = Kind("application/postscript", Family.POSTSCRIPT, ".ps", "PostScript")
TEXT = Kind("text/plain", Family.TEXT, ".txt", "text")
MARKDOWN = Kind("text/markdown", Family.TEXT, ".md", "Markdown")
CSV = Kind("text/csv", Family.TEXT, ".csv", "CSV")
HTML = Kind("text/html", Family.HTML, ".html", "HTML")
EML = Kind("message/rfc822", Family.MAIL, ".eml", "EML")
MSG = Kind("application/vnd.ms-outlook", Family.MAIL, ".msg", "MSG")
RTF = Kind("application/rtf", Family.OFFICE, ".rtf", "RTF")
ZIP = Kind("application/zip", Family.PACKAGE, ".zip", "ZIP")
WORD_XML = Kind("application/msword-xml", Family.OFFICE, ".xml", "Word XML")
DOC = Kind("application/msword", Family.OFFICE, ".doc", "DOC")
XLS = Kind("application/vnd.ms-excel", Family.OFFICE, ".xls", "XLS")
PPT = Kind("application/vnd.ms-powerpoint", Family.OFFICE, ".ppt", "PPT")
DOCX = Kind(f"{_OOXML}.wordprocessingml.document", Family.OFFICE, ".docx", "DOCX")
XLSX = Kind(f"{_OOXML}.spreadsheetml.sheet", Family.OFFICE, ".xlsx", "XLSX")
PPTX = Kind(f"{_OOXML}.presentationml.presentation", Family.OFFICE, ".pptx", "PPTX")
LOCKED = Kind("application/encrypted", Family.OFFICE, ".docx", "Office, encrypted")

OLE = {
    "EncryptedPackage": LOCKED,
    "WordDocument": DOC,
    "Workbook": XLS,
    "Book": XLS,
    "PowerPoint Document": PPT,
}
"""Stream of a compound file → kind, the most telling first."""

_ODF_KINDS = {
    kind.media_type: kind
    for kind in (
        Kind(f"{_ODF}.text", Family.OFFICE, ".odt", "ODT"),
        Kind(f"{_ODF}.spreadsheet", Family.OFFICE, ".ods", "ODS"),
        Kind(f"{_ODF}.presentation", Family.OFFICE, ".odp", "ODP"),
        Kind(f"{_ODF}.graphics", Family.OFFICE, ".odg", "ODG"),
        Kind(f"{_ODF}.text-template", Family.OFFICE, ".ott", "OTT"),
        Kind(f"{_ODF}.spreadsheet-template", Family.OFFICE, ".ots", "OTS"),
        Kind(f"{_ODF}.presentation-template", Family.OFFICE, ".otp", "OTP"),
    )
}
_PARTS = {"word/": DOCX, "xl/": XLSX, "ppt/": PPTX}


def image_kind(subtype: str, suffix: str, label: str) -> Kind:
    """Return a kind of picture."""
    return Kind(f"image/{subtype}", Family.IMAGE, suffix, label)


JPEG = image_kind("jpeg", ".jpg", "JPEG")
TIFF = image_kind("tiff", ".tif", "TIFF")
_MAGIC = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", image_kind("png", ".png", "PNG")),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
    (b"GIF87a", image_kind("gif", ".gif", "GIF")),
    (b"GIF89a", image_kind("gif", ".gif", "GIF")),
    (b"\0\0\0\x0cjP  \r\n\x87\n", image_kind("jp2", ".jp2", "JPEG 2000")),
    (b"\xff\x4f\xff\x51", image_kind("j2c", ".j2k", "JPEG 2000")),
    (b"qoif", image_kind("x-qoi", ".qoi", "QOI")),
)
_HEIC = image_kind("heic", ".heic", "HEIC")
_BRANDS = {
    b"avif": image_kind("avif", ".avif", "AVIF"),
    b"avis": image_kind("avif", ".avif", "AVIF"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), _HEIC),
}
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})


def by_magic(head: bytes) -> Kind | None:
    """Return the kind that the first bytes tell."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return image_kind("webp", ".webp", "WebP")
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return image_kind("bmp", ".bmp", "BMP")
    return None


def by_brand(head: bytes) -> Kind | None:
    """Return the kind of an ISO base media file: its major brand, else a compatible one."""
    if head[4:8] != b"ftyp":
        return None
    length = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length, 4))]
    if b"avif" in brands or b"avis" in brands:
        return _BRANDS[b"avif"]
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), BINARY)


def by_member(names: Collection[str], head: bytes) -> Kind:
    """Return the kind of a zip file with these member *names* and first bytes *head*."""
    if head[30:38] == b"mimetype":
        length = int.from_bytes(head[28:30], "little")
        stored = head[38 + length : 38 + length + 100]
        for media_type, kind in sorted(_ODF_KINDS.items(), key=lambda item: -len(item[0])):
            if stored.startswith(media_type.encode()):
                return kind
        return BINARY  # an e-book, a database: one file to its reader, no folder of files
    if "[Content_Types].xml" in names:
        for part, kind in _PARTS.items():
            if any(name.startswith(part) for name in names):
                return kind
        return BINARY
    return ZIP
