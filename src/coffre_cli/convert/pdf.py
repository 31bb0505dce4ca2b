"""Any PDF: kept when it is its own durable form, else rewritten, repainted or photographed, the gentlest way first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.archive import ARCHIVE, Written, attempt_archive
from coffre_cli.convert.errors import DamagedFileError, NoRouteError, PasswordNeededError, TooLargeError
from coffre_cli.convert.facts import Facts, facts_of, opened, passwords_of, signatures_in_bytes
from coffre_cli.convert.flat import flattened
from coffre_cli.convert.ghostscript import through_ghostscript
from coffre_cli.convert.mixed import archive_with_pictures
from coffre_cli.convert.model import PDF, PDF_A, Kind, Options, Product, Record, Source
from coffre_cli.convert.raster import photographed
from coffre_cli.convert.renewed import with_words_renewed
from coffre_cli.convert.visual import likeness
from coffre_cli.convert.words import Words, read_words
from coffre_cli.i18n import N_
from coffre_cli.model import Remark

_ALIKE = 0.985
"""A line missing from a page of fifty gives 0.983; letters that became pictures 0.996."""


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
class _Task:
    """What every way needs."""

    path: Path
    passwords: tuple[str, ...]
    directory: Path
    options: Options


class PdfConverter:
    """PDF files."""

    needs_programs = True
    memory_bytes = 3 << 30

    def __call__(self, sources: Sequence[Source], _kind: Kind, options: Options, directory: Path) -> Product:
        """Keep, or make a validated PDF/A-2b beside."""
        (source,) = sources
        passwords = passwords_of(options.password)
        facts = _facts(source.path, passwords, options)
        words = _words(source.path, passwords, options)
        if facts is not None and (facts.signatures or (facts.claim and not facts.refuted)):
            return _kept(facts, words, directory)
        route, refused = _first(_routes(source.path, passwords, facts, directory, options))
        if facts is not None and facts.refuted:
            refused = (("kept", f"{facts.claim}: {facts.refuted}"), *refused)
        if facts is None and not words.pages:
            raise DamagedFileError(reason=N_("PDF"))
        if route is None or route.written is None:
            return _without_archive(facts, words, refused, directory)
        if route.written.path.name == ARCHIVE and facts is None:
            words = read_words(route.written.path, most_pages=options.bounds.pages)
        return Product(
            archive=route.written.path.name,
            format=route.written.format,
            text=words.save(directory),
            pages=route.written.pages,
            remarks=(*_said(facts), *route.remarks),
            wordless=words.wordless,
            record=Record(
                route=route.name,
                routes_refused=refused,
                tools=_tools(),
                pages_in=facts.pages if facts else len(words.pages),
                pages_out=route.written.pages,
                verdict=route.written.verdict,
                validator=route.written.judge,
                visual_score=route.score,
            ),
        )


def _without_archive(
    facts: Facts | None, words: Words, refused: tuple[tuple[str, str], ...], directory: Path
) -> Product:
    """Return the words alone."""
    reason = say.remark_of(NoRouteError(reason="; ".join(why for _name, why in refused)))
    pages = facts.pages if facts else len(words.pages)
    record = Record(route="none", routes_refused=refused, tools=_tools(), pages_in=pages)
    return Product(reason=reason, text=words.save(directory), pages=pages, wordless=words.wordless, record=record)


def words_of_pdf(source: Source, options: Options, directory: Path) -> Product:
    """Return the words alone, of a file whose conversion used up its limits."""
    words = _words(source.path, passwords_of(options.password), options)
    return Product(text=words.save(directory), pages=len(words.pages), wordless=words.wordless)


def _facts(path: Path, passwords: tuple[str, ...], options: Options) -> Facts | None:
    """Return the facts, or None for a file that only the lenient reader may open.

    A file in whose bytes a signature stands is signed, however little of the rest can be read.
    """
    try:
        with opened(path, passwords) as pdf:
            return facts_of(pdf, path, options.bounds)
    except TooLargeError:
        raise
    except PasswordNeededError:
        if signatures_in_bytes(path):
            return _signed_only(1, encrypted=True)
        raise
    except Exception:  # noqa: BLE001 - a broken structure raises whatever it likes
        signatures = signatures_in_bytes(path)
        return _signed_only(signatures, encrypted=False) if signatures else None


def _signed_only(signatures: int, *, encrypted: bool) -> Facts:
    return Facts(0, signatures, "", encrypted=encrypted, form=False, active=(), embedded=())


def _words(path: Path, passwords: tuple[str, ...], options: Options) -> Words:
    try:
        return read_words(path, most_pages=options.bounds.pages, passwords=passwords)
    except (DamagedFileError, PasswordNeededError):
        return Words(())


def _kept(facts: Facts, words: Words, directory: Path) -> Product:
    said = []
    if facts.signatures:
        said.append(say.remark(say.SIGNED))
    if facts.claim:
        said.append(say.remark(say.CLAIMS, claim=facts.claim))
    return Product(
        format=PDF,
        text=words.save(directory),
        pages=facts.pages or len(words.pages),
        durable=True,
        signatures=facts.signatures,
        remarks=tuple(said),
        wordless=words.wordless,
        record=Record(route="kept", pages_in=facts.pages),
    )


def _routes(
    path: Path, passwords: tuple[str, ...], facts: Facts | None, directory: Path, options: Options
) -> tuple[Callable[[], Route], ...]:
    """Return the ways to an archive, the gentlest first; of a file that only pdfium reads, the last one only."""
    ways = (rewrite, renew, repaint, mix, photograph) if facts is not None else (photograph,)
    return tuple(partial(way, _Task(path, passwords, directory, options)) for way in ways)


def rewrite(task: _Task) -> Route:
    """Write it again as it is, without what acts."""
    with opened(task.path, task.passwords) as pdf:
        changed = flattened(pdf)
        written, why = attempt_archive(pdf, task.directory, task.options.moment)
    if written is None or not changed:
        return Route("pikepdf", written, why)
    return _compared(task, Route("pikepdf", written, why), written.path)


def renew(task: _Task) -> Route:
    """Lay the words behind a scan anew."""
    with opened(task.path, task.passwords) as pdf:
        flattened(pdf)
        if not with_words_renewed(pdf, task.path, task.passwords):
            return Route("words renewed", None, "visible words")
        written, why = attempt_archive(pdf, task.directory, task.options.moment)
    route = Route("words renewed", written, why)
    return route if written is None else _compared(task, route, written.path)


def repaint(task: _Task) -> Route:
    """Let Ghostscript draw it anew."""
    made, why = through_ghostscript(task.path, task.passwords, task.directory)
    if made is None:
        return Route("ghostscript", None, why)
    route = _compared(task, Route("ghostscript", None), made)
    if route.why:
        return route
    with opened(made, ()) as pdf:
        flattened(pdf)
        written, why = attempt_archive(pdf, task.directory, task.options.moment)
    return replace(route, written=written, why=why)


def mix(task: _Task) -> Route:
    """Make pictures of those pages only that cannot be approved."""
    with opened(task.path, task.passwords) as pdf:
        flattened(pdf)
        written, pictured, why = archive_with_pictures(pdf, task.path, task.directory, task.options, task.passwords)
    if written.format != PDF_A:
        return Route("some pages as pictures", None, why)
    route = Route("some pages as pictures", written, why, None, (say.remark(say.PICTURED, pages=pictured),))
    return _compared(task, route, written.path)


def photograph(task: _Task) -> Route:
    """Make pictures of all pages."""
    with photographed(task.path, task.passwords, task.options.bounds) as pdf:
        written, why = attempt_archive(pdf, task.directory, task.options.moment)
    return Route("raster", written, why, None, (say.remark(say.RASTER),))


def _compared(task: _Task, route: Route, made: Path) -> Route:
    """Return *route* with how alike what it *made* looks; without its archive when that is not alike enough."""
    score = round(likeness(task.path, made, task.passwords), 4)
    if score < _ALIKE:
        return Route(route.name, None, f"another look ({score})", score)
    return replace(route, score=score)


def _first(routes: Sequence[Callable[[], Route]]) -> tuple[Route | None, tuple[tuple[str, str], ...]]:
    refused: list[tuple[str, str]] = []
    for attempt in routes:
        try:
            route = attempt()
        except Exception as error:  # noqa: BLE001 - the failure of one way is the turn of the next
            name = getattr(getattr(attempt, "func", None), "__name__", "?")
            refused.append((name, say.short(f"{type(error).__name__} {error}")))
            continue
        if route.written is not None:
            return route, tuple(refused)
        refused.append((route.name, say.short(route.why)))
    return None, tuple(refused)


def _said(facts: Facts | None) -> list[Remark]:
    if facts is None:
        return [say.remark(say.REPAIRED)]
    said = []
    if facts.encrypted:
        said.append(say.remark(say.UNLOCKED))
    if facts.form:
        said.append(say.remark(say.FORM))
    if facts.active:
        said.append(say.remark(say.ACTIVE, what=", ".join(facts.active)))
    if facts.embedded:
        said.append(say.remark(say.EMBEDDED, names=", ".join(facts.embedded)))
    return said


def _tools() -> tuple[tuple[str, str], ...]:
    import pikepdf
    import pypdfium2

    return (("pikepdf", pikepdf.__version__), ("pdfium", str(pypdfium2.PDFIUM_INFO)))
