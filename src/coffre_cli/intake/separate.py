"""Splitting a stack at its sheets: pure about where, thin about how. Sheets are taken out; no other page is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.intake.coversheet import Cover, Reading, Sheet


@dataclass(frozen=True, slots=True)
class Piece:
    """Pages that belong together."""

    pages: tuple[int, ...]
    """From 0, in the stack."""
    cover: Cover | None = None
    """The sheet that stood before them."""


def pieces(readings: Sequence[Reading | None]) -> tuple[Piece, ...]:
    """Return the pieces of a stack whose pages read so.

    A good cover begins a piece and is taken out; a separator begins one and is taken out; a sheet that is unknown,
    spent, expired or revoked is an ordinary page that begins a piece without a cover: never followed, never lost.
    """
    found: list[Piece] = []
    current: list[int] = []
    cover: Cover | None = None

    def close() -> None:
        if current:
            found.append(Piece(tuple(current), cover))
        current.clear()

    for number, reading in enumerate(readings):
        if reading is None:
            current.append(number)
            continue
        close()
        cover = reading.cover if reading.sheet is Sheet.COVER else None
        if reading.sheet not in {Sheet.COVER, Sheet.SEPARATOR}:
            current.append(number)
    close()
    return tuple(found)


def split(source: str, media_type: str, found: Sequence[tuple[int, ...]], directory: str) -> tuple[str, ...]:
    """Write each group of pages of *source* to a file of its own in *directory*; return their names.

    Pages of a PDF are copied as they are; frames of a picture are written losslessly. Runs in a limited worker.
    """
    if media_type == "application/pdf":
        return _split_pdf(Path(source), found, Path(directory))
    return _split_picture(Path(source), found, Path(directory))


def _split_pdf(source: Path, found: Sequence[tuple[int, ...]], directory: Path) -> tuple[str, ...]:
    import pikepdf

    names = []
    with pikepdf.open(source) as stack:
        for number, pages in enumerate(found, 1):
            name = f"{number}.pdf"
            with pikepdf.new() as piece:
                piece.pages.extend(stack.pages[page] for page in pages)
                piece.save(directory / name)
            names.append(name)
    return tuple(names)


def _split_picture(source: Path, found: Sequence[tuple[int, ...]], directory: Path) -> tuple[str, ...]:
    from PIL import Image as Pillow

    names = []
    with Pillow.open(source) as stack:
        for number, pages in enumerate(found, 1):
            frames = []
            for page in pages:
                stack.seek(page)
                frames.append(stack.copy())
            name = f"{number}.tif"
            black_and_white = all(frame.mode == "1" for frame in frames)
            compression = "group4" if black_and_white else "tiff_lzw"
            dpi = stack.info.get("dpi", (300, 300))
            first, rest = frames[0], frames[1:]
            first.save(directory / name, save_all=True, append_images=rest, compression=compression, dpi=dpi)
            names.append(name)
    return tuple(names)
