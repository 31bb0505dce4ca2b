"""Pictures: one page a frame, their bytes unchanged inside the PDF wherever PDF/A allows it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert import remarks as say
from coffre_cli.convert.archive import Written, attempt_archive, validator, write_archive
from coffre_cli.convert.errors import DamagedFileError
from coffre_cli.convert.frames import Frame, examined
from coffre_cli.convert.layout import page_size
from coffre_cli.convert.model import Kind, Options, Product, Record, Source
from coffre_cli.convert.normal import plain_picture

if TYPE_CHECKING:
    import pikepdf


class ImageConverter:
    """JPEG, PNG, TIFF, GIF, BMP, WebP, JPEG 2000, AVIF, PNM, ICO, TGA, PCX, DIB, SGI, QOI, HEIC (with its extra)."""

    needs_programs = False
    memory_bytes = 3 << 30

    def __call__(self, sources: Sequence[Source], kind: Kind, options: Options, directory: Path) -> Product:
        """Join the pictures to one PDF."""
        frames = [frame for source in sources for frame in examined(source.path, kind.label, options.bounds)]
        written, why = _taken_over(frames, directory, options)
        route: str = "img2pdf"
        refused: tuple[tuple[str, str], ...] = ()
        if written is None:
            route, refused = "img2pdf, recoded", (("img2pdf", why),)
            frames = [replace(frame, passes=False) for frame in frames]
            written = write_archive(_joined(frames), directory, options.moment)
        return Product(
            archive=written.path.name,
            format=written.format,
            reason=say.remark(say.PLAIN_PDF, reason=written.why) if written.why else None,
            pages=len(frames),
            remarks=tuple(dict.fromkeys(remark for frame in frames for remark in frame.remarks)),
            wordless=tuple(range(len(frames))),
            record=Record(
                route=route,
                routes_refused=refused,
                tools=_tools(),
                pages_in=len(frames),
                pages_out=len(frames),
                verdict=written.verdict,
                validator=validator(),
            ),
        )


def _taken_over(frames: Sequence[Frame], directory: Path, options: Options) -> tuple[Written | None, str]:
    """Write the pictures with their own bytes, or return None and why that cannot be."""
    try:
        return attempt_archive(_joined(frames), directory, options.moment)
    except DamagedFileError as error:
        return None, str(error.facts.get("reason", ""))


def _joined(frames: Sequence[Frame]) -> pikepdf.Pdf:
    """Return one PDF with a page for each of *frames*, not written anywhere yet."""
    import img2pdf

    pieces, sizes, turns = [], [], []
    for frame in frames:
        if frame.passes and frame.number > 0:
            continue  # it came with the first frame of its file
        pieces.append(_bytes(frame))
    for frame in frames:
        sizes.append(page_size(frame.size, frame.dpi))
        turns.append(frame.turn if frame.passes else 0)
    layout = iter(sizes)
    logging.getLogger("img2pdf").setLevel(logging.CRITICAL)
    try:
        made = img2pdf.convert_to_docobject(
            pieces,
            engine=img2pdf.Engine.pikepdf,
            rotation=img2pdf.Rotation["0"],
            layout_fun=lambda _width, _height, _dpi: (*(size := next(layout)), *size),
            nodate=True,
            first_frame_only=all(frame.number == 0 for frame in frames),
        )
    except Exception as error:  # img2pdf raises what it likes; the pictures are recoded then
        raise DamagedFileError(reason=say.short(str(error))) from error
    pdf: pikepdf.Pdf = made.writer
    for page, turn in zip(pdf.pages, turns, strict=True):
        if turn:
            page.rotate(turn, relative=False)
    return pdf


def _bytes(frame: Frame) -> bytes:
    """Return the file's own bytes where they pass, else the picture made plain."""
    if frame.passes:
        return frame.data()
    try:
        return plain_picture(frame)
    except (OSError, ValueError, SyntaxError) as error:
        raise DamagedFileError(reason=say.short(str(error))) from error


def _tools() -> tuple[tuple[str, str], ...]:
    import img2pdf
    import pikepdf
    import PIL

    return (("img2pdf", img2pdf.__version__), ("Pillow", PIL.__version__), ("pikepdf", pikepdf.__version__))
