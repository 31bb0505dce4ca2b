"""Any PDF: kept when it is its own durable form, else rewritten, repainted or photographed, the gentlest way first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.archive import ARCHIVE, Written, attempt_archive, validator
from coffre_cli.convert.errors import DamagedFileError, NoRouteError, PasswordNeededError
from coffre_cli.convert.facts import Facts, facts_of, opened, passwords_of, signatures_in_bytes
from coffre_cli.convert.flat import flattened
from coffre_cli.convert.ghostscript import through_ghostscript
from coffre_cli.convert.model import PDF, Kind, Options, Product, Record, Source
from coffre_cli.convert.raster import photographed
from coffre_cli.convert.visual import likeness
from coffre_cli.convert.words import Words, read_words
from coffre_cli.model import Remark

_ALIKE = 0.98


@dataclass(frozen=True, slots=True)
class Route:
    """What one way gave."""

    name: str
    written: Written | None
    why: str = ""
    """Why it gave nothing."""
    score: float | None = None
    remarks: tuple[Remark, ...] = ()


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
        if facts is not None and (facts.signatures or facts.claim):
            return _kept(facts, words, directory)
        route, refused = _first(_routes(source.path, passwords, facts, directory, options))
        if route is None or route.written is None:
            raise NoRouteError(reason=say.short("; ".join(why for _name, why in refused)))
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
                validator=validator(),
                visual_score=route.score,
            ),
        )


def _facts(path: Path, passwords: tuple[str, ...], options: Options) -> Facts | None:
    """Return the facts, or None for a file that only the lenient reader may open."""
    try:
        with opened(path, passwords) as pdf:
            return facts_of(pdf, path, options.bounds)
    except DamagedFileError:
        signatures = signatures_in_bytes(path)
        if signatures:
            return Facts(0, signatures, "", encrypted=False, form=False, active=(), embedded=())
        return None
    except PasswordNeededError:
        if signatures_in_bytes(path):
            return Facts(0, 1, "", encrypted=True, form=False, active=(), embedded=())
        raise


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
    def rewrite() -> Route:
        return _rewritten(path, passwords, directory, options)

    def repaint() -> Route:
        made, why = through_ghostscript(path, passwords, directory)
        if made is None:
            return Route("ghostscript", None, why)
        score = likeness(path, made, passwords)
        if score < _ALIKE:
            return Route("ghostscript", None, "another look", score, (say.remark(say.DIFFERENT, route="Ghostscript"),))
        with opened(made, ()) as pdf:
            written, why = attempt_archive(pdf, directory, options.moment)
        return Route("ghostscript", written, why, score)

    def photograph() -> Route:
        with photographed(path, passwords, options.bounds) as pdf:
            written, why = attempt_archive(pdf, directory, options.moment)
        return Route("raster", written, why, None, (say.remark(say.RASTER),))

    return (rewrite, repaint, photograph) if facts is not None else (photograph,)


def _rewritten(path: Path, passwords: tuple[str, ...], directory: Path, options: Options) -> Route:
    with opened(path, passwords) as pdf:
        changed = flattened(pdf)
        written, why = attempt_archive(pdf, directory, options.moment)
    if written is None or not changed:
        return Route("pikepdf", written, why)
    score = likeness(path, written.path, passwords)
    if score < _ALIKE:
        return Route("pikepdf", None, "another look", score, (say.remark(say.DIFFERENT, route="pikepdf"),))
    return Route("pikepdf", written, why, score)


def _first(routes: Sequence[Callable[[], Route]]) -> tuple[Route | None, tuple[tuple[str, str], ...]]:
    refused: list[tuple[str, str]] = []
    for attempt in routes:
        try:
            route = attempt()
        except Exception as error:  # noqa: BLE001 - the failure of one way is the turn of the next
            refused.append((getattr(attempt, "__name__", "?"), say.short(f"{type(error).__name__} {error}")))
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
