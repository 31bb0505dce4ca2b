"""The faithful copy: paper scanned well, taken over as it is, and controls that say so (docs/how-to/faithful-copy.md).

Before the deposit: is this a scan that can be one? After the conversion: is the archive the same picture?
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert import remarks as say
from coffre_cli.convert.errors import NotFaithfulError, ResolutionTooLowError, ResolutionUnknownError
from coffre_cli.convert.facts import opened, passwords_of
from coffre_cli.convert.frames import examined
from coffre_cli.convert.jobs import quieten
from coffre_cli.convert.model import LEAST_DPI, PDF_A, Conversion, Family, Kind, Options, Source
from coffre_cli.convert.sniff import sniff
from coffre_cli.convert.trust import sha256_of
from coffre_cli.convert.words import open_pdf
from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_
from coffre_cli.model import Control
from coffre_cli.worker.limits import limits_for
from coffre_cli.worker.pool import Workers, task

if TYPE_CHECKING:
    import pikepdf
    import pypdfium2
    from PIL import Image

FLAWED = N_(
    "a picture that is cut short, transparent, moving, or in more than 8 bits or other colours cannot stay as it is"
)
_ROUNDING = 0.5
_MEMORY = 3 << 30
_INVISIBLE = 3


@dataclass(frozen=True, slots=True)
class Scanned:
    """One page of a scan."""

    dpi: float
    """The lower of both directions; 0 when the file does not say."""
    flaw: str = ""
    """What keeps it from being taken over as it is."""


def require_faithful(pool: Workers, source: Source, options: Options) -> None:
    """Refuse a file that cannot become a faithful copy, before it is kept.

    Raises:
        NotFaithfulError: It is no scan, or a poor one.
        CoffreError: It cannot be read at all.
    """
    kind = sniff(source.path, source.name)
    if kind.family not in {Family.IMAGE, Family.PDF}:
        raise NotFaithfulError(name=source.name, reason=N_("it is no picture of paper"))
    limits = limits_for(source.path.stat().st_size, memory_bytes=_MEMORY)
    pages = pool.run(task(scanned_in_worker, source.path, kind, options).within(limits))
    for number, page in enumerate(pages, 1):
        if page.flaw:
            raise NotFaithfulError(name=source.name, reason=page.flaw)
        if page.dpi <= 0:
            raise ResolutionUnknownError(name=source.name, page=number)
        if page.dpi < LEAST_DPI - _ROUNDING:
            raise ResolutionTooLowError(name=source.name, page=number, dpi=round(page.dpi), least=LEAST_DPI)


def controlled(pool: Workers, conversion: Conversion, options: Options, sources: Sequence[Source] = ()) -> Conversion:
    """Return *conversion*, made of *sources*, with the controls of its archive written down; a failed one is said."""
    scans = tuple((one.path, sniff(one.path, one.name)) for one in sources or (conversion.source,))
    job = task(controls_in_worker, scans, conversion.archive, options)
    size = sum(path.stat().st_size for path, _kind in scans)
    try:
        found = pool.run(job.within(limits_for(size, memory_bytes=_MEMORY)))
    except CoffreError as error:
        found = (Control(N_("pixels"), passed=False, found=say.short(error.message)),)
    form = conversion.format if conversion.archive is not None else N_("the original itself")
    durable = conversion.durable or (conversion.archive is not None and conversion.format == PDF_A)
    controls = (*found, *_digests(conversion), Control(N_("durable form"), passed=durable, found=form))
    failed = ", ".join(control.name for control in controls if not control.passed)
    said = (say.remark(say.NOT_FAITHFUL, controls=failed),) if failed else ()
    return replace(
        conversion, remarks=(*conversion.remarks, *said), record=replace(conversion.record, controls=controls)
    )


def scanned_in_worker(path: Path, kind: Kind, options: Options) -> tuple[Scanned, ...]:
    """Return the pages of a scan."""
    quieten()
    if kind.family is Family.IMAGE:
        return tuple(
            Scanned(min(frame.resolution or (0.0,)), FLAWED if frame.remarks else "")
            for frame in examined(path, kind.label, options.bounds)
        )
    document = open_pdf(path, passwords_of(options.password))
    try:
        return tuple(_scanned(document[number]) for number in range(min(len(document), options.bounds.pages)))
    finally:
        document.close()


def controls_in_worker(
    scans: Sequence[tuple[Path, Kind]], archive: Path | None, options: Options
) -> tuple[Control, ...]:
    """Return what was found of resolution, pages and pixels; without *archive* the source is its own."""
    quieten()
    pages_in = [page for path, kind in scans for page in scanned_in_worker(path, kind, options)]
    lowest = min((page.dpi for page in pages_in), default=0.0)
    resolution = Control(N_("resolution"), passed=lowest >= LEAST_DPI - _ROUNDING, found=f"{lowest:.0f} dpi")
    if archive is None:
        return (resolution, Control(N_("pixels"), passed=True, found=N_("the original is kept as it is")))
    with opened(archive, ()) as made:
        pictures = [_picture_of(page) for page in made.pages]
        originals = (one for path, kind in scans for one in _originals(path, kind, options))
        count, different = 0, []
        for number, original in enumerate(originals):
            count += 1
            shown = pictures[number] if number < len(pictures) else None
            if shown is None or not _same(original, shown):
                different.append(number + 1)
    pages = Control(N_("pages"), passed=count == len(pictures), found=f"{count} = {len(pictures)}")
    where = ", ".join(map(str, different[:20]))
    pixels = Control(N_("pixels"), passed=not different, found=where or N_("the same on every page"))
    return (resolution, replace(pages, found=f"{count} → {len(pictures)}"), pixels)


@dataclass(frozen=True, slots=True)
class _Original:
    """A page as it came: its stored bytes, if the archive may hold them as they are, and its pixels."""

    stored: bytes
    pixels: tuple[Image.Image, ...]
    """As stored, and upright."""


def _originals(path: Path, kind: Kind, options: Options) -> Iterator[_Original]:
    if kind.family is Family.IMAGE:
        return _frames(path, kind, options)
    return _pages(path, passwords_of(options.password))


def _frames(path: Path, kind: Kind, options: Options) -> Iterator[_Original]:
    from PIL import Image, ImageOps

    frames = examined(path, kind.label, options.bounds)
    stored = path.read_bytes() if kind.label == "JPEG" else b""
    with Image.open(path) as image:
        for frame in frames:
            image.seek(frame.number)
            picture = image.copy()
            yield _Original(stored, (picture, ImageOps.exif_transpose(picture)))


def _pages(path: Path, passwords: tuple[str, ...]) -> Iterator[_Original]:
    with opened(path, passwords) as pdf:
        for page in pdf.pages:
            picture = _picture_of(page)
            yield _Original(b"", ()) if picture is None else _Original(picture.read_raw_bytes(), (_decoded(picture),))


def _picture_of(page: pikepdf.Page) -> pikepdf.Stream | None:
    """Return the one picture of *page*, or None when there is none, or more."""
    import pikepdf

    found = [one for one in page.get_images().values() if isinstance(one, pikepdf.Stream)]
    return found[0] if len(found) == 1 else None


def _same(original: _Original, shown: pikepdf.Stream) -> bool:
    if original.stored and shown.read_raw_bytes() == original.stored:
        return True
    picture = _decoded(shown)
    return any(_equal(candidate, picture) for candidate in original.pixels)


def _decoded(picture: pikepdf.Stream) -> Image.Image:
    import pikepdf
    from PIL import Image

    plain = pikepdf.PdfImage(picture)
    if str(picture.get("/Filter", "")) == "/DCTDecode":
        return Image.open(io.BytesIO(picture.read_raw_bytes()))
    return plain.as_pil_image()


def _equal(one: Image.Image, other: Image.Image) -> bool:
    from PIL import ImageChops

    if one.size != other.size:
        return False
    return ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is None


def _scanned(page: pypdfium2.PdfPage) -> Scanned:
    """Return what *page* is, if all that can be seen on it is one picture."""
    from pypdfium2.raw import (
        FPDF_PAGEOBJ_IMAGE,
        FPDF_PAGEOBJ_TEXT,
        FPDFTextObj_GetTextRenderMode,
    )

    pictures: list[pypdfium2.PdfImage] = []
    try:
        for one in page.get_objects(max_depth=3):
            if one.type == FPDF_PAGEOBJ_IMAGE:
                pictures.append(one)
            elif one.type != FPDF_PAGEOBJ_TEXT or FPDFTextObj_GetTextRenderMode(one.raw) != _INVISIBLE:
                return Scanned(0, N_("it is no picture of paper"))
        if len(pictures) != 1:
            return Scanned(0, N_("a page is not one picture"))
        return Scanned(_dpi(pictures[0].get_px_size(), pictures[0].get_bounds()))
    finally:
        page.close()


def _dpi(pixels: Sequence[int], place: Sequence[float]) -> float:
    width, height = place[2] - place[0], place[3] - place[1]
    if width <= 0 or height <= 0:
        return 0.0
    if (pixels[0] < pixels[1]) != (width < height):  # it is laid turned
        width, height = height, width
    return min(pixels[0] * 72 / width, pixels[1] * 72 / height)


def _digests(conversion: Conversion) -> tuple[Control, ...]:
    """Return whether the files compared are still those whose digests the record gives."""
    record = conversion.record
    same = sha256_of(conversion.source.path) == record.source_sha256
    if conversion.archive is not None:
        same = same and sha256_of(conversion.archive) == record.archive_sha256
    return (Control(N_("digests"), passed=same, found=f"sha256 {record.source_sha256[:16]}…"),)
