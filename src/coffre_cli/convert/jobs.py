"""What runs inside a worker."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.errors import ConversionError, DamagedFileError, EmptyFileError, UnsupportedFormatError
from coffre_cli.convert.model import Kind, Options, Product, Source
from coffre_cli.convert.office import finished
from coffre_cli.convert.pdf import words_of_pdf
from coffre_cli.convert.registry import CONVERTERS
from coffre_cli.convert.soffice import Printed, printed
from coffre_cli.convert.unlocking import Ready, made_ready
from coffre_cli.errors import CoffreError, MissingProgramError
from coffre_cli.worker.errors import WorkerError

PRELOAD = (
    "coffre_cli.convert.jobs",
    "coffre_cli.convert.ocr",
    "img2pdf",
    "pikepdf.pdfa",
    "pypdfium2",
    "PIL.ImageCms",
    "PIL.ImageOps",
    "fontTools.ttLib",
    "coffre_cli.convert.warm:warm",
)
"""What the workers import once."""


Item = tuple[tuple[Source, ...], Kind, Path]
"""The sources of one archive, their kind, and the directory for it."""


def convert_in_worker(items: Sequence[Item], options: Options) -> tuple[Product, ...]:
    """Convert each of *items*; whatever cannot be converted is a product that says why."""
    quieten()
    return tuple(
        _answered(partial(CONVERTERS[kind.family], sources, kind, options, directory))
        for sources, kind, directory in items
    )


def refuse_in_worker(kind: Kind) -> tuple[Product, ...]:
    """Say that no converter claims files of this *kind*."""
    error = EmptyFileError() if kind.label == "empty" else UnsupportedFormatError(format=kind.label)
    reason = say.remark_of(error)
    return (Product(reason=reason, remarks=(reason,)),)


def words_in_worker(source: Source, options: Options, directory: Path) -> Product:
    """Read the words of a PDF that could not be converted within its limits."""
    quieten()
    return _answered(partial(words_of_pdf, source, options, directory))


def print_in_worker(items: Sequence[Item], options: Options) -> tuple[Product, ...]:
    """Convert office files with one LibreOffice for all."""
    quieten()
    facts: dict[Path, Ready | CoffreError] = {}
    for (source, *_others), kind, directory in items:
        try:
            facts[source.path] = made_ready(source.path, kind, options, directory)
        except CoffreError as error:
            facts[source.path] = error
        except Exception as error:  # noqa: BLE001 - one surprising file must not cost the batch
            facts[source.path] = DamagedFileError(reason=type(error).__name__)
    sound = [(ready.path, ready.suffix) for ready in facts.values() if isinstance(ready, Ready)]
    prints: list[Printed] | CoffreError
    try:
        prints = printed(sound, Path.cwd())
    except CoffreError as error:
        prints = error
    made = dict(zip((path for path, _suffix in sound), prints, strict=True)) if isinstance(prints, list) else prints
    return tuple(
        _answered(partial(_finished, facts[sources[0].path], made, options, directory))
        for sources, _kind, directory in items
    )


def _finished(
    ready: Ready | CoffreError,
    made: dict[Path, Printed] | CoffreError,
    options: Options,
    directory: Path,
) -> Product:
    if isinstance(ready, CoffreError):
        raise ready
    if isinstance(made, CoffreError):
        raise made
    product = finished(made[ready.path], ready.facts, options, directory)
    return replace(product, remarks=(say.remark(say.UNLOCKED), *product.remarks)) if ready.unlocked else product


def quieten() -> None:
    """Keep libraries from writing what nobody reads."""
    for name in ("fontTools", "pikepdf", "img2pdf", "PIL"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _answered(convert: Callable[[], Product]) -> Product:
    begun = time.monotonic()
    try:
        product = convert()
    except MissingProgramError as error:
        product = Product(reason=say.remark(say.MISSING, **error.facts))
    except (ConversionError, WorkerError) as error:
        product = Product(reason=say.remark_of(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a library's surprise is a reason too; the original is kept
        product = Product(reason=say.remark_of(ConversionError(reason=say.short(f"{type(error).__name__}: {error}"))))
    if product.reason is not None and product.reason not in product.remarks:
        product = replace(product, remarks=(product.reason, *product.remarks))
    return replace(product, record=replace(product.record, seconds=round(time.monotonic() - begun, 3)))
