"""Any PDF: kept when it is its own durable form, else rewritten, repainted or photographed, the gentlest way first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.archive import ARCHIVE
from coffre_cli.convert.errors import DamagedFileError, NoRouteError, PasswordNeededError, TooLargeError
from coffre_cli.convert.facts import Facts, facts_of, opened, passwords_of, signatures_in_bytes
from coffre_cli.convert.ghostscript import NOT_INSTALLED
from coffre_cli.convert.model import PDF, Kind, Options, Product, Record, Source
from coffre_cli.convert.raster import MOST_PICTURES
from coffre_cli.convert.ways import Task, archived
from coffre_cli.convert.words import Words, read_words
from coffre_cli.i18n import N_
from coffre_cli.model import Remark


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
        borrowed = facts.borrowed if facts is not None else ()
        task = Task(source.path, passwords, words, directory, options, borrowed)
        route, refused = archived(task, facts)
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
    reason = say.remark_of(NoRouteError(reason=_reason(facts, dict(refused))))
    pages = facts.pages if facts else len(words.pages)
    record = Record(route="none", routes_refused=refused, tools=_tools(), pages_in=pages)
    return Product(reason=reason, text=words.save(directory), pages=pages, wordless=words.wordless, record=record)


def _reason(facts: Facts | None, refused: dict[str, str]) -> str:
    """Return in a few words why there is no archive; what each way ran into is in the record."""
    if facts is None:
        return N_("the file is damaged")
    if refused.get("ghostscript") == NOT_INSTALLED:
        return N_("PDF/A forbids something in it, and Ghostscript, which could paint it anew, is not installed")
    if facts.pages > MOST_PICTURES:
        return N_("PDF/A forbids something in it, and it has too many pages to make pictures of them")
    return N_("PDF/A forbids something in it, and its pages could not be made pictures")


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
    if facts.media:
        said.append(say.remark(say.MEDIA))
    if facts.comments:
        said.append(say.remark(say.COMMENTS_LOST))
    return said


def _tools() -> tuple[tuple[str, str], ...]:
    import pikepdf
    import pypdfium2

    return (("pikepdf", pikepdf.__version__), ("pdfium", str(pypdfium2.PDFIUM_INFO)))
