"""The ways from any PDF to its archive, the gentlest first; the failure of one is the turn of the next."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.archive import Written, attempt_archive
from coffre_cli.convert.facts import Facts, opened
from coffre_cli.convert.flat import flattened
from coffre_cli.convert.ghostscript import through_ghostscript
from coffre_cli.convert.mixed import archive_with_pictures, put_pictures
from coffre_cli.convert.model import PDF_A, Options
from coffre_cli.convert.notes import with_sheets
from coffre_cli.convert.raster import photographed
from coffre_cli.convert.recall import recall
from coffre_cli.convert.renewed import with_words_renewed
from coffre_cli.convert.visual import likeness
from coffre_cli.convert.words import Words, read_words
from coffre_cli.errors import CoffreError
from coffre_cli.model import Remark

_ALIKE = 0.985
"""A line missing from a page of fifty gives 0.983; letters that became pictures 0.996."""
_ALIKE_BUT_FOR_FONTS = 0.95
"""Where each reader takes other fonts of the same widths for those that are missing: pages of Courier give 0.96."""
_SHOWN = "shown.pdf"

_OBJECT = re.compile(r"<[^<>]* at 0x[0-9a-f]+>")
_WORDED = 0.9
"""Of the words on a page; where readers see other letters it is some words, where their meaning is lost it is all."""


@dataclass(frozen=True, slots=True)
class Route:
    """What one way gave."""

    name: str
    written: Written | None
    why: str = ""
    """Why it gave nothing."""
    score: float | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """What every way needs."""

    path: Path
    passwords: tuple[str, ...]
    words: Words
    directory: Path
    options: Options
    borrowed: tuple[str, ...] = ()
    """Fonts that are not in the file."""


def archived(task: Task, facts: Facts | None) -> tuple[Route | None, tuple[tuple[str, str], ...]]:
    """Return the gentlest way that gives an archive, and each one before it with why it gave none."""
    if facts is None:
        return _first(task, (photograph,))
    shown = task.directory / _SHOWN
    try:
        return _first(_with_sheets(task, shown), (rewrite, renew, repaint, mix, photograph_whole, photograph))
    finally:
        shown.unlink(missing_ok=True)


def _with_sheets(task: Task, copy: Path) -> Task:
    """Return *task* for a *copy* in which notes of text have the pictures that they get in the archive."""
    try:
        with opened(task.path, task.passwords) as pdf:
            if with_sheets(pdf):
                pdf.save(copy, encryption=False)
                return replace(task, path=copy, passwords=())
    except Exception:  # noqa: BLE001 - what is wrong with the file each way finds out by itself
        copy.unlink(missing_ok=True)
    return task


def rewrite(task: Task) -> Route:
    """Write it again as it is, without what acts."""
    with opened(task.path, task.passwords) as pdf:
        changed = flattened(pdf)
        written, why = attempt_archive(pdf, task.directory, task.options.moment)
    if written is None or not changed:
        return Route("pikepdf", written, why)
    return _compared(task, Route("pikepdf", written, why), written.path)


def renew(task: Task) -> Route:
    """Lay the words behind a scan anew."""
    with opened(task.path, task.passwords) as pdf:
        flattened(pdf)
        if not with_words_renewed(pdf, task.path, task.passwords):
            return Route("words renewed", None, "visible words")
        written, why = attempt_archive(pdf, task.directory, task.options.moment)
    route = Route("words renewed", written, why)
    return route if written is None else _compared(task, route, written.path)


def repaint(task: Task) -> Route:
    """Let Ghostscript draw it anew."""
    made, why = through_ghostscript(task.path, task.passwords, task.directory)
    if made is None:
        return Route("ghostscript", None, why)
    words = recall(task.words, read_words(made, most_pages=task.options.bounds.pages))
    least = _ALIKE_BUT_FOR_FONTS if task.borrowed and words == 1 else _ALIKE
    route = _compared(task, Route("ghostscript", None), made, least=least)
    if route.why:
        return route
    if words < _WORDED:
        return replace(route, why=f"words are lost ({words:.2f})")
    with opened(made, ()) as pdf:
        flattened(pdf)
        written, why = attempt_archive(pdf, task.directory, task.options.moment)
    said = (say.remark(say.FONTS, fonts=", ".join(task.borrowed)),) if task.borrowed else ()
    return replace(route, written=written, why=why, remarks=said)


def mix(task: Task) -> Route:
    """Make pictures of those pages only that cannot be approved."""
    with opened(task.path, task.passwords) as pdf:
        flattened(pdf)
        written, pictured, why = archive_with_pictures(pdf, task.path, task.directory, task.options, task.passwords)
    if written.format != PDF_A:
        return Route("some pages as pictures", None, why)
    said = (say.remark(say.PICTURED, pages=len(pictured)),)
    return _compared(task, Route("some pages as pictures", written, why, None, said), written.path, pictured)


def photograph_whole(task: Task) -> Route:
    """Make pictures of all pages, with the links and bookmarks of the document."""
    with opened(task.path, task.passwords) as pdf:
        flattened(pdf)
        for key in ("/StructTreeRoot", "/MarkInfo"):
            if key in pdf.Root:
                del pdf.Root[key]
        with photographed(task.path, task.passwords, task.options.bounds) as pictures:
            put_pictures(pdf, range(len(pdf.pages)), pictures)
        written, why = attempt_archive(pdf, task.directory, task.options.moment)
    return Route("raster", written, why, None, (say.remark(say.RASTER),))


def photograph(task: Task) -> Route:
    """Make pictures of all pages, and leave the rest."""
    with photographed(task.path, task.passwords, task.options.bounds) as pdf:
        written, why = attempt_archive(pdf, task.directory, task.options.moment)
    return Route("raster", written, why, None, (say.remark(say.RASTER), say.remark(say.LINKS_LOST)))


def _compared(task: Task, route: Route, made: Path, without: Collection[int] = (), *, least: float = _ALIKE) -> Route:
    """Return *route* with how alike what it *made* looks; without its archive when that is not alike enough."""
    score = round(likeness(task.path, made, task.passwords, without=without), 4)
    if score < least:
        return Route(route.name, None, f"another look ({score})", score)
    return replace(route, score=score)


def _first(task: Task, ways: Sequence[Callable[[Task], Route]]) -> tuple[Route | None, tuple[tuple[str, str], ...]]:
    refused: list[tuple[str, str]] = []
    for way in ways:
        try:
            route = way(task)
        except Exception as error:  # noqa: BLE001 - the failure of one way is the turn of the next
            refused.append((way.__name__, say.short(_told(error))))
            continue
        if route.written is not None:
            return route, tuple(refused)
        refused.append((route.name, say.short(route.why)))
    return None, tuple(refused)


def _told(error: Exception) -> str:
    """Return *error* in words, without what Python calls the objects it names."""
    if isinstance(error, CoffreError):
        return error.message.format_map({name: str(fact) for name, fact in error.facts.items()})
    return _OBJECT.sub("…", f"{type(error).__name__} {error}")
