"""What runs inside a worker."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.errors import ConversionError
from coffre_cli.convert.model import Kind, Options, Product, Record, Source
from coffre_cli.convert.registry import CONVERTERS
from coffre_cli.errors import MissingProgramError
from coffre_cli.worker.errors import WorkerError

PRELOAD = (
    "coffre_cli.convert.jobs",
    "img2pdf",
    "pikepdf.pdfa",
    "pypdfium2",
    "PIL.ImageCms",
    "PIL.ImageOps",
    "fontTools.ttLib",
)
"""What the workers import once."""


def convert_in_worker(sources: Sequence[Source], kind: Kind, options: Options) -> Product:
    """Convert *sources* in the current directory; whatever cannot be converted is a product that says why."""
    quieten()
    begun = time.monotonic()
    try:
        product = CONVERTERS[kind.family](sources, kind, options, Path.cwd())
    except (ConversionError, MissingProgramError, WorkerError) as error:
        reason = say.remark_of(error)
        product = Product(reason=reason, remarks=(reason,))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a library's surprise is a reason too; the original is kept
        reason = say.remark_of(ConversionError(reason=say.short(f"{type(error).__name__}: {error}")))
        product = Product(reason=reason, remarks=(reason,))
    if product.reason is not None and product.reason not in product.remarks:
        product = replace(product, remarks=(product.reason, *product.remarks))
    return replace(product, record=_timed(product.record, time.monotonic() - begun))


def quieten() -> None:
    """Keep libraries from writing what nobody reads."""
    for name in ("fontTools", "pikepdf", "img2pdf", "PIL"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _timed(record: Record, seconds: float) -> Record:
    return replace(record, seconds=round(seconds, 3))
