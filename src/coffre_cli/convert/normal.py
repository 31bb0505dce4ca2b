"""A picture made plain: upright, on white, 8 bits, grey or sRGB, stored without loss."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from coffre_cli.convert.depth import eight_bits
from coffre_cli.convert.frames import Frame

if TYPE_CHECKING:
    from PIL import Image

_TRANSPARENT = {"LA", "PA", "RGBA", "La", "RGBa"}


def plain_picture(frame: Frame) -> bytes:
    """Return *frame* as PNG, or as G4 TIFF when it has two tones, that img2pdf takes over as it is."""
    from PIL import Image, ImageFile, ImageOps

    ImageFile.LOAD_TRUNCATED_IMAGES = frame.incomplete
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(frame.path) as image:
            image.seek(frame.number)
            image.load()
            upright = ImageOps.exif_transpose(image)
            plain = _plain(upright)
    output = io.BytesIO()
    if plain.mode == "1":
        plain.save(output, "TIFF", compression="group4", icc_profile=None)
    else:
        plain.save(output, "PNG", icc_profile=None)
    return output.getvalue()


def _plain(image: Image.Image) -> Image.Image:
    if image.mode == "1" and "transparency" not in image.info:
        return image
    if image.mode.startswith(("I", "F")):
        return eight_bits(image)
    if image.mode in _TRANSPARENT or "transparency" in image.info:
        return _on_white(image)
    if image.mode == "L" and not _profile(image):
        return image
    return _in_srgb(image)


def _on_white(image: Image.Image) -> Image.Image:
    """Put what is transparent on white; dropping the alpha channel would reveal colours that were hidden."""
    from PIL import Image as Images

    straight = image.convert("RGBA")
    ground = Images.new("RGBA", straight.size, (255, 255, 255, 255))
    ground.alpha_composite(straight)
    flat = ground.convert("RGB")
    profile = _profile(image)
    if profile:
        flat.info["icc_profile"] = profile
    return _in_srgb(flat)


def _in_srgb(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    profile = _profile(image)
    if image.mode == "LAB":
        return _through(image, ImageCms.createProfile("LAB"), "LAB")
    if profile and image.mode in {"RGB", "CMYK", "L"}:
        try:
            return _through(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), image.mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image if image.mode in {"L", "RGB"} and not profile else image.convert("RGB")


def _through(image: Image.Image, profile: object, mode: str) -> Image.Image:
    from PIL import ImageCms

    target = ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(profile, target, mode, "RGB")  # type: ignore[arg-type]  # either profile class
    result = ImageCms.applyTransform(image, transform)
    if result is None:
        raise ValueError(mode)
    result.info.pop("icc_profile", None)
    return result


def _profile(image: Image.Image) -> bytes:
    found = image.info.get("icc_profile")
    return found if isinstance(found, bytes) else b""
