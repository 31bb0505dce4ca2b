"""Making the archive rendition again, after a failed or improved conversion."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from coffre_cli.convert.convert import convert, workers
from coffre_cli.convert.model import Ocr, Options, Profile
from coffre_cli.convert.model import Source as ConvertSource
from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_
from coffre_cli.model import DURABLE_ROUTES, Document, Remark, RenditionKind
from coffre_cli.usecases.document_keys import DocumentKeys
from coffre_cli.usecases.find import resolve
from coffre_cli.usecases.renditions import keep_conversion
from coffre_cli.usecases.retrieve import take_to
from coffre_cli.usecases.terms import require_term
from coffre_cli.vault.session import Vault
from coffre_cli.worker.directory import private_directory


class NoOriginalError(CoffreError):
    """The original was not kept, so nothing can be made of it again."""

    exit_code = ExitCode.CANNOT_CONVERT
    message = N_("The original of « {title} » was not kept: its archive rendition is all there is.")


class NotConvertedError(CoffreError):
    """No archive rendition came of it; what was there stays."""

    exit_code = ExitCode.CANNOT_CONVERT
    message = N_("No archive rendition could be made of « {title} ».")
    hint = N_("« {title} » is kept as it was.")

    def __init__(self, *, title: str = "?", reason: Remark | None = None) -> None:
        """Say what *reason* says, of the document called *title*."""
        super().__init__(**dict(reason.facts if reason else ()), title=title)
        if reason is not None:
            self.message = reason.message  # type: ignore[misc] # the converter knows better


@contextlib.contextmanager
def converting(
    vault: Vault, *, ocr: Ocr | None = None, password: str | None = None, keys: DocumentKeys | None = None
) -> Iterator[Callable[[str], Document]]:
    """Give a function that converts the document it names again, with workers shared by all calls.

    Without *ocr*, words are read as they were the first time; the profile of the copy stays. *password* opens a
    locked document, else *keys* asks for one.

    Raises:
        TermReachedError: The safe is only read, exported and emptied.
        NoOriginalError: The function finds no original to convert.
        NotConvertedError: No archive rendition came of it. One that was there before is kept.
    """
    require_term(vault)
    with workers() as pool, private_directory() as private:

        def again(name: str) -> Document:
            document = resolve(vault, name)
            original = document.rendition(RenditionKind.ORIGINAL)
            if original is None:
                raise NoOriginalError(title=document.title)
            copy = private / document.id.hex()
            take_to(vault, document, original, copy, force=True)
            source = ConvertSource(copy, document.source.name)
            options = replace(options_of(document, vault.parts.around.clock(), ocr), password=password)
            (conversion,) = (keys or DocumentKeys()).opened(pool, [convert(pool, source, options)], options)
            failed = conversion.archive is None and conversion.record.route not in DURABLE_ROUTES
            try:
                if failed and document.rendition(RenditionKind.ARCHIVE) is not None:
                    raise NotConvertedError(title=document.title, reason=conversion.reason)
                with vault.change() as change:
                    converted = keep_conversion(change, document, conversion)
                if failed:
                    raise NotConvertedError(title=document.title, reason=conversion.reason)
                return converted
            finally:
                conversion.discard()
                copy.unlink()

        yield again


def options_of(document: Document, moment: datetime, ocr: Ocr | None = None) -> Options:
    """Return how to convert *document* again: as its record says it was, but for what is asked for now."""
    before = document.conversion
    profile = Profile.FIDELE if before is not None and before.profile == Profile.FIDELE else Profile.ORDINARY
    known = before is not None and before.ocr in set(Ocr)
    return Options(moment, ocr=ocr or (Ocr(before.ocr) if before is not None and known else Ocr.AUTO), profile=profile)
