"""One small conversion, made before the first task, so that every task finds the caches full."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from coffre_cli.convert.images import ImageConverter
from coffre_cli.convert.kinds import JPEG
from coffre_cli.convert.model import Ocr, Options, Source
from coffre_cli.convert.words import read_words

_SIDE = 16


def warm() -> None:
    """Convert a picture in the current directory. Not typst: the threads it starts would be missing in the children."""
    from PIL import Image

    from coffre_cli.convert.jobs import quieten

    quieten()
    place = Path.cwd()
    options = Options(datetime(2000, 1, 1, tzinfo=UTC), ocr=Ocr.NEVER)
    output = io.BytesIO()
    Image.new("RGB", (_SIDE, _SIDE)).save(output, "JPEG")
    (place / "warm").write_bytes(output.getvalue())
    ImageConverter()([Source(place / "warm", "")], JPEG, options, place)
    read_words(place / "archive.pdf", most_pages=1)
