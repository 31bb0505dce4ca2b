"""What runs inside a worker."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.errors import ConversionError, EmptyFileError, UnsupportedFormatError
from coffre_cli.convert.model import Kind, Options, Product, Source
from coffre_cli.convert.office import finished
from coffre_cli.convert.officefacts import office_facts
from coffre_cli.convert.registry import CONVERTERS
from coffre_cli.convert.soffice import Printed, printed
from coffre_cli.errors import CoffreError, MissingProgramError
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


def convert_in_worker(sources: Sequence[Source], kind: Kind, options: Options) -> tuple[Product, ...]:
    """Convert *sources* in the current directory; whatever cannot be converted is a product that says why."""
    quieten()
    return (_answered(lambda: CONVERTERS[kind.family](sources, kind, options, Path.cwd())),)


def refuse_in_worker(kind: Kind) -> tuple[Product, ...]:
    """Say that no converter claims files of this *kind*."""
    error = EmptyFileError() if kind.label == "empty" else UnsupportedFormatError(format=kind.label)
    reason = say.remark_of(error)
    return (Product(reason=reason, remarks=(reason,)),)


def print_in_worker(
    sources: Sequence[Source], kinds: Sequence[Kind], directories: Sequence[Path], options: Options
) -> tuple[Product, ...]:
    """Convert office files with one LibreOffice for all; each product lies in its own directory."""
    quieten()
    sound: list[tuple[Path, str]] = []
    for source, kind in zip(sources, kinds, strict=True):
        try:
            office_facts(source.path, options.bounds)
        except CoffreError:
            continue
        sound.append((source.path, kind.suffix))
    try:
        prints = printed(sound, Path.cwd())
    except (CoffreError, OSError):
        prints = [Printed(None, sandboxed=True)] * len(sound)
    made = {path: printed_one for (path, _suffix), printed_one in zip(sound, prints, strict=True)}
    return tuple(
        _answered(lambda: _finished(source, made, options, directory))  # noqa: B023 - called at once
        for source, directory in zip(sources, directories, strict=True)
    )


def _finished(source: Source, made: dict[Path, Printed], options: Options, directory: Path) -> Product:
    facts = office_facts(source.path, options.bounds)
    return finished(made[source.path], facts, options, directory)


def quieten() -> None:
    """Keep libraries from writing what nobody reads."""
    for name in ("fontTools", "pikepdf", "img2pdf", "PIL"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _answered(convert: Callable[[], Product]) -> Product:
    begun = time.monotonic()
    try:
        product = convert()
    except (ConversionError, MissingProgramError, WorkerError) as error:
        product = Product(reason=say.remark_of(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a library's surprise is a reason too; the original is kept
        product = Product(reason=say.remark_of(ConversionError(reason=say.short(f"{type(error).__name__}: {error}"))))
    if product.reason is not None and product.reason not in product.remarks:
        product = replace(product, remarks=(product.reason, *product.remarks))
    return replace(product, record=replace(product.record, seconds=round(time.monotonic() - begun, 3)))
