"""Clause 6.2.8 of ISO 19005-2: pictures, and JPEG 2000 among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pikepdf import Name, Stream

from tests.pdfa.document import Document
from tests.pdfa.judge import rule

_SIZ = b"\xff\x4f\xff\x51"
_HEADER = 8


def _images(document: Document) -> Iterator[Stream]:
    yield from (one for one in document.streams() if one.get("/Subtype") == Name.Image)


@rule("6.2.8-1")
def no_alternates(document: Document) -> Iterator[str]:
    """6.2.8: no Alternates in a picture."""
    yield from (document.label(image) for image in _images(document) if "/Alternates" in image)


@rule("6.2.8-2")
def no_opi(document: Document) -> Iterator[str]:
    """6.2.8: no OPI in a picture."""
    yield from (document.label(image) for image in _images(document) if "/OPI" in image)


@rule("6.2.8-3")
def no_interpolation(document: Document) -> Iterator[str]:
    """6.2.8: Interpolate is false, also of inline images."""
    yield from (document.label(image) for image in _images(document) if bool(image.get("/Interpolate", False)))
    yield from (image.where for image in document.walk.inline_images if image.interpolate)


@dataclass(frozen=True, slots=True)
class _Jpx:
    """What a JPEG 2000 picture says."""

    label: str
    channels: int
    depths: tuple[int, ...]
    bpcc: bool
    specifications: tuple[tuple[int, int, int | None], ...]
    """Method, approximation and enumerated colour space of each `colr` box."""
    told: bool
    """Whether the image dictionary says the colour space."""

    @property
    def used(self) -> tuple[int, int, int | None] | None:
        """The specification a reader uses."""
        best = [one for one in self.specifications if one[1] == 1]
        return next(iter(best or self.specifications), None)


def _jpx(document: Document) -> Iterator[_Jpx]:
    for image in _images(document):
        if document.filters(image)[-1:] and document.filters(image)[-1][0] == "/JPXDecode":
            yield _read(document.label(image), image.read_raw_bytes(), "/ColorSpace" in image)


def _read(label: str, data: bytes, told: bool) -> _Jpx:
    boxes = list(_boxes(data, 0, len(data)))
    at = data.find(_SIZ)
    parts = int.from_bytes(data[at + 40 : at + 42])
    depths = tuple((data[at + 42 + 3 * part] & 0x7F) + 1 for part in range(parts))
    extra = sum(_opacity(body) for kind, body in boxes if kind == b"cdef")
    found = [body for kind, body in boxes if kind == b"colr"]
    specifications = tuple((body[0], body[2], int.from_bytes(body[3:7]) if body[0] == 1 else None) for body in found)
    palette = [body for kind, body in boxes if kind == b"pclr"]
    channels = palette[0][2] if palette else parts - extra
    return _Jpx(label, channels, depths, any(kind == b"bpcc" for kind, _body in boxes), specifications, told)


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield the boxes of a JP2 file, those inside its header too."""
    while at + _HEADER <= end and data[:2] != b"\xff\x4f":
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        head = 16 if size == 1 else _HEADER
        size = int.from_bytes(data[at + 8 : at + 16]) if size == 1 else size or end - at
        if size < head:
            return
        if kind == b"jp2h":
            yield from _boxes(data, at + head, at + size)
        else:
            yield kind, data[at + head : at + size]
        at += size


def _opacity(body: bytes) -> int:
    """Count the channels of a `cdef` box that are no colours."""
    count = int.from_bytes(body[:2])
    return sum(int.from_bytes(body[4 + 6 * one : 6 + 6 * one]) != 0 for one in range(count))


@rule("6.2.8.3-1")
def channels_of_jpeg_2000(document: Document) -> Iterator[str]:
    """6.2.8.3: 1, 3 or 4 colour channels."""
    yield from (f"{one.channels} in {one.label}" for one in _jpx(document) if one.channels not in {1, 3, 4})


@rule("6.2.8.3-2")
def one_best_specification(document: Document) -> Iterator[str]:
    """6.2.8.3: of several colour specifications exactly one has APPROX 1."""
    for one in _jpx(document):
        best = sum(approximation == 1 for _method, approximation, _space in one.specifications)
        if not one.told and len(one.specifications) != 1 and best != 1:
            yield one.label


@rule("6.2.8.3-3")
def methods_of_specification(document: Document) -> Iterator[str]:
    """6.2.8.3: the method of the colour specification is 1, 2 or 3."""
    for one in _jpx(document):
        if not one.told and (one.used is None or one.used[0] not in {1, 2, 3}):
            yield one.label


@rule("6.2.8.3-4")
def no_ciejab(document: Document) -> Iterator[str]:
    """6.2.8.3: enumerated colour space 19 is not used."""
    yield from (one.label for one in _jpx(document) if not one.told and one.used is not None and one.used[2] == 19)


@rule("6.2.8.3-5")
def depths_of_jpeg_2000(document: Document) -> Iterator[str]:
    """6.2.8.3: 1 to 38 bits, the same for all colour channels."""
    for one in _jpx(document):
        if one.bpcc or len(set(one.depths)) != 1 or not 1 <= one.depths[0] <= 38:
            yield f"{one.depths} in {one.label}"
