"""One revision of a PDF, opened: strictly if it can be, else leniently (step 2 of a verification)."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from coffre_cli.signing.objects import Dictionary, dictionary_at, resolve
from coffre_cli.signing.window import Window, held, open_window

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


class UnreadableError(Exception):
    """No reader makes sense of the bytes; the argument says why, in the library's words."""


class PasswordNeededError(Exception):
    """The document is encrypted and the password offered, if any, does not open it."""


class Leniency(IntEnum):
    """What a reader forgives."""

    STRICT = 0
    STRUCTURE = 1
    """Flaws of cross-references and trailers, as many programs write them."""
    OBJECTS = 2
    """Flaws inside objects, too, such as a key given twice: readers resolve them differently."""


USUAL = (Leniency.STRICT, Leniency.OBJECTS)


@dataclass(frozen=True, slots=True)
class Document:
    """A revision of a PDF, with its reader."""

    data: Window
    reader: PdfFileReader
    leniency: Leniency
    """What had to be forgiven."""

    @property
    def lenient(self) -> bool:
        """Tell whether only a lenient reading worked."""
        return self.leniency is not Leniency.STRICT

    @property
    def root(self) -> Dictionary:
        """Return the catalog.

        Raises:
            UnreadableError: There is none.
        """
        root = resolve(self.reader.trailer.raw_get("/Root"))
        if not isinstance(root, Dictionary):
            raise UnreadableError("catalog")
        return root

    @property
    def form(self) -> Dictionary | None:
        """Return the interactive form, if there is one."""
        return dictionary_at(self.root, "/AcroForm")


@contextlib.contextmanager
def opened(
    path: Path,
    *,
    length: int | None = None,
    password: str | None = None,
    leniencies: Sequence[Leniency] = USUAL,
) -> Iterator[Document]:
    """Open the first *length* bytes of *path*, or all of them, with the first of *leniencies* that works.

    Raises:
        UnreadableError: No reader makes sense of them.
        PasswordNeededError: They are encrypted and *password* does not open them.
    """
    with open_window(path, length) as data:
        yield _read(data, password, leniencies)


def _read(data: Window, password: str | None, leniencies: Sequence[Leniency]) -> Document:
    failure: Exception | None = None
    for leniency in leniencies:
        try:
            return _document(data, password, leniency)
        except PasswordNeededError:
            raise
        except Exception as error:  # noqa: BLE001 - malformed files raise anything; a more lenient reader decides
            failure = error
    raise UnreadableError(type(failure).__name__) from failure


def _document(data: Window, password: str | None, leniency: Leniency) -> Document:
    strict = leniency is Leniency.STRICT
    reader = PdfFileReader(held(data), strict=strict)
    reader.strict = leniency is not Leniency.OBJECTS
    if reader.encrypted:
        _decrypt(reader, password)
    if strict and reader.xrefs.hybrid_xrefs_present:
        raise PdfError("hybrid")
    document = Document(data, reader, leniency)
    if document.root.get("/Pages") is None and dictionary_at(document.root, "/Pages") is None:
        raise UnreadableError("pages")
    return document


def _decrypt(reader: PdfFileReader, password: str | None) -> None:
    for candidate in ("", password):
        if candidate is None:
            continue
        try:
            result = reader.decrypt(candidate)
        except Exception as error:
            raise PasswordNeededError from error
        if result.status is not AuthStatus.FAILED:
            return
    raise PasswordNeededError
