"""The picture that a visible signature may show: decoded behind walls, made small, free of all that came with it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from coffre_cli.errors import FileMissingError, FileUnreadableError
from coffre_cli.signing.errors import PictureUnusableError
from coffre_cli.worker.directory import taken
from coffre_cli.worker.errors import WorkerError
from coffre_cli.worker.limits import Limits
from coffre_cli.worker.pool import Workers, task

LARGEST_FILE: Final = 10 << 20
_MOST_DOTS: Final = 40_000_000
_LONGEST_SIDE: Final = 600
"""Dots: 300 an inch where a mark shows it five centimetres wide."""
_NAME: Final = "picture"
_LIMITS: Final = Limits(cpu_seconds=20, wall_seconds=40.0, memory_bytes=1 << 30)


def read_picture(path: Path) -> bytes:
    """Return the picture at *path* as a small PNG or JPEG made anew.

    Raises:
        FileMissingError, FileUnreadableError: It is not there, or the system refuses to read it.
        PictureUnusableError: It is neither PNG nor JPEG, is too large, or cannot be decoded.
    """
    try:
        with path.open("rb") as file:
            size = len(file.read(LARGEST_FILE + 1))
    except FileNotFoundError as error:
        raise FileMissingError(path=path) from error
    except OSError as error:
        raise FileUnreadableError(path=path, reason=error.strerror or str(error)) from error
    if size > LARGEST_FILE:
        raise PictureUnusableError(path=path)
    with Workers(1) as pool:
        directory = pool.fresh_directory()
        try:
            pool.run(task(make_anew, path.absolute()).within(_LIMITS).inside(directory))
            return taken(directory, _NAME).read_bytes()
        except WorkerError as error:
            raise PictureUnusableError(path=path) from error


def make_anew(path: Path) -> None:
    """Decode the picture at *path*, scale it down and write it into the current directory."""
    from PIL import Image, ImageOps

    with Image.open(path, formats=("PNG", "JPEG")) as image:
        if image.width * image.height > _MOST_DOTS:
            raise ValueError("dots")
        turned = ImageOps.exif_transpose(image)
        clear = "A" in turned.getbands() or "transparency" in turned.info
        plain = turned.convert("RGBA" if clear else "RGB")
    plain.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    if clear:
        Image.frombytes(plain.mode, plain.size, plain.tobytes()).save(_NAME, "PNG")
    else:
        Image.frombytes(plain.mode, plain.size, plain.tobytes()).save(_NAME, "JPEG", quality=90)
