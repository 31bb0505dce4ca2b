"""What each frame of a picture is, after decoding it fully once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.convert import remarks as say
from coffre_cli.convert.errors import DamagedFileError, TooManyFramesError, TooManyPixelsError
from coffre_cli.convert.model import Bounds
from coffre_cli.convert.tiff import without_orientation
from coffre_cli.errors import MissingProgramError
from coffre_cli.model import Remark

if TYPE_CHECKING:
    from PIL import Image

_ORIENTATION = 274
_TURNS = {1: 0, 3: 180, 6: 90, 8: 270}
_MIRRORED = frozenset({2, 4, 5, 7})
_LYING = frozenset({5, 6, 7, 8})
_PASSING = {"JPEG": ("L", "RGB"), "PNG": ("1", "L", "P", "RGB"), "TIFF": ("1",), "MPO": ("RGB", "L")}
"""Formats and modes whose bytes img2pdf takes over, and PDF/A allows."""
_WIDTH, _HEIGHT, _BITS, _STRIPS, _X, _Y = 256, 257, 258, 273, 282, 283
_BYTE = 8
MOST_ANIMATED = 20
"""Frames: of a longer animation the first is the page."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One page to be."""

    path: Path
    number: int
    stored: tuple[int, int]
    """Its pixels as the file holds them."""
    resolution: tuple[float, float] | None
    """Of the pixels as stored."""
    turn: int
    """Degrees clockwise to show it upright."""
    mirrored: bool
    passes: bool
    """Whether the bytes of its file can go into the PDF unchanged."""
    incomplete: bool
    remarks: tuple[Remark, ...] = field(default=())

    lying: bool = False
    """Whether it is shown with width and height exchanged."""

    @property
    def size(self) -> tuple[int, int]:
        """The pixels of what goes into the PDF: as stored where the bytes pass, else upright."""
        return self.stored[::-1] if self.lying and not self.passes else self.stored

    @property
    def dpi(self) -> tuple[float, float] | None:
        """The resolution of what goes into the PDF."""
        turned = self.lying and not self.passes and self.resolution is not None
        return self.resolution[::-1] if turned and self.resolution else self.resolution

    def data(self) -> bytes:
        """Return the bytes of its file; a TIFF without its orientation, which the page's /Rotate takes over."""
        data = self.path.read_bytes()
        return without_orientation(data) if self.turn and data[:2] in {b"II", b"MM"} else data


def examined(path: Path, kind: str, bounds: Bounds) -> list[Frame]:
    """Return the frames of the picture of this *kind*, each decoded fully, so that a cut file is known as such.

    Raises:
        DamagedFileError: Nothing can be decoded.
        TooLargeError: Too many pixels or frames.
        MissingProgramError: The decoder is an extra that is not installed.
    """
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # the bound below is exact, Pillow's is a warning
    if kind == "HEIC":
        _add_heic()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                found = list(_frames(image, path, bounds))
    except UnidentifiedImageError as error:
        raise DamagedFileError(reason=kind) from error
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, OverflowError, IndexError) as error:
        raise DamagedFileError(reason=say.short(str(error))) from error
    if not all(frame.passes for frame in found):  # a file passes whole or not at all
        found = [replace(frame, passes=False) for frame in found]
    return found


def _frames(image: Image.Image, path: Path, bounds: Bounds) -> Iterator[Frame]:
    count = int(getattr(image, "n_frames", 1))
    if count > bounds.frames:
        raise TooManyFramesError(limit=bounds.frames)
    for number in range(_pages(image, count)):
        image.seek(number)
        width, height = image.size
        if width * height > bounds.pixels:
            raise TooManyPixelsError(limit=bounds.pixels)
        yield _frame(image, path, number)


def _pages(image: Image.Image, count: int) -> int:
    """Return how many frames are pages: of a telephone's picture the first, the others being its depth or its glow."""
    if image.format == "MPO" or (image.format != "TIFF" and count > MOST_ANIMATED):
        return 1
    return count


def _frame(image: Image.Image, path: Path, number: int) -> Frame:
    stored, resolution = _stored_size(image), _dpi(image)
    orientation = _orientation(image)
    mode, passes, said = image.mode, _passes(image), _said(image)
    incomplete = not _decodes(image)
    return Frame(
        path=path,
        number=number,
        stored=stored,
        resolution=resolution,
        turn=_TURNS.get(orientation, 0),
        mirrored=orientation in _MIRRORED,
        passes=passes and orientation not in _MIRRORED and mode != "CMYK",
        incomplete=incomplete,
        lying=orientation in _LYING,
        remarks=(*said, *((say.remark(say.INCOMPLETE),) if incomplete else ())),
    )


def _decodes(image: Image.Image) -> bool:
    """Decode all of the frame; False when its data end too early. A JPEG is decoded at an eighth: less work."""
    from PIL import ImageFile

    if image.format in {"JPEG", "MPO"}:
        image.draft(None, (max(1, image.size[0] // 8), max(1, image.size[1] // 8)))
    try:
        image.load()
    except OSError:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        image.load()
        return False
    return True


def _passes(image: Image.Image) -> bool:
    if image.mode not in _PASSING.get(image.format or "", ()) or "transparency" in image.info:
        return False
    if image.format == "PNG":
        return _bits(image) <= _BYTE and getattr(image, "n_frames", 1) == 1
    if image.format == "TIFF":
        return (
            "icc_profile" not in image.info
            and str(image.info.get("compression")) == "group4"
            and len(_tag(image, _STRIPS)) == 1
        )
    return True


def _bits(image: Image.Image) -> int:
    if image.format != "TIFF" and image.mode.startswith(("I", "F")):
        return 16 if image.mode.startswith("I;16") or image.format in {"PPM", "PNG"} else 32
    if image.format == "PNG":
        with Path(str(image.filename)).open("rb") as file:  # type: ignore[attr-defined]  # a file always has it
            return file.read(25)[24]
    return max((bits for bits in _tag(image, _BITS) if isinstance(bits, int)), default=_BYTE)


def _said(image: Image.Image) -> tuple[Remark, ...]:
    said = []
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format not in {"TIFF", "MPO"}:
        said.append(say.remark(say.ANIMATED if frames <= MOST_ANIMATED else say.ANIMATED_LONG, frames=frames))
    if image.mode in {"LA", "PA", "RGBA", "La", "RGBa"} or "transparency" in image.info:
        said.append(say.remark(say.ALPHA))
    if _bits(image) > _BYTE:
        said.append(say.remark(say.DEPTH, bits=_bits(image)))
    if image.mode == "CMYK" or (image.mode in {"LAB", "YCbCr", "HSV"} and image.format != "JPEG"):
        said.append(say.remark(say.COLOUR, colours=image.mode))
    return tuple(said)


def _stored_size(image: Image.Image) -> tuple[int, int]:
    """Return width and height as stored; of a lying TIFF the decoder gives them exchanged."""
    width, height = _tag(image, _WIDTH), _tag(image, _HEIGHT)
    if width and height and isinstance(width[0], int) and isinstance(height[0], int):
        return (width[0], height[0])
    return image.size


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):
        return 1
    return value if isinstance(value, int) else 1


def _dpi(image: Image.Image) -> tuple[float, float] | None:
    """Return the resolution the file gives; what the decoder makes up in its absence is none."""
    if image.format == "TIFF" and not (_tag(image, _X) and _tag(image, _Y)):
        return None
    found = image.info.get("dpi")
    try:
        across, down = (float(value) for value in found or ())
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down)


def _tag(image: Image.Image, number: int) -> tuple[object, ...]:
    tags = getattr(image, "tag_v2", None)
    value = tags.get(number, ()) if tags is not None else ()
    return value if isinstance(value, tuple) else (value,)


def _add_heic() -> None:
    try:
        import pillow_heif  # type: ignore[import-not-found,unused-ignore]  # the extra `heic`
    except ImportError as error:
        raise MissingProgramError(program="pillow-heif", install="pip install 'coffre-cli[heic]'") from error
    pillow_heif.register_heif_opener()
