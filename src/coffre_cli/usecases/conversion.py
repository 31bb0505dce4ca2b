"""Making the archive rendition again, after a failed or improved conversion."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from coffre_cli.convert.convert import convert, workers
from coffre_cli.convert.model import Options
from coffre_cli.convert.model import Source as ConvertSource
from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_
from coffre_cli.model import Document, RenditionKind
from coffre_cli.usecases.find import resolve
from coffre_cli.usecases.renditions import keep_conversion
from coffre_cli.usecases.retrieve import take_to
from coffre_cli.vault.session import Vault
from coffre_cli.worker.directory import private_directory


class NoOriginalError(CoffreError):
    """The original was not kept, so nothing can be made of it again."""

    exit_code = ExitCode.CANNOT_CONVERT
    message = N_("The original of « {title} » was not kept: its archive rendition is all there is.")


@contextlib.contextmanager
def converting(vault: Vault) -> Iterator[Callable[[str], Document]]:
    """Give a function that converts the document it names again, with workers shared by all calls.

    Raises:
        NoOriginalError: The function finds no original to convert.
    """
    with workers() as pool, private_directory() as private:

        def again(name: str) -> Document:
            document = resolve(vault, name)
            original = document.rendition(RenditionKind.ORIGINAL)
            if original is None:
                raise NoOriginalError(title=document.title)
            copy = private / document.id.hex()
            take_to(vault, document, original, copy, force=True)
            source = ConvertSource(copy, document.source.name)
            conversion = convert(pool, source, Options(vault.parts.around.clock()))
            try:
                with vault.change() as change:
                    return keep_conversion(change, document, conversion)
            finally:
                conversion.discard()
                copy.unlink()

        yield again
