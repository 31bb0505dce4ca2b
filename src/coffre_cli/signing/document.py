"""One revision of a PDF, opened: strictly if it can be, else leniently (step 2 of a verification)."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Document:
    """A revision of a PDF, with its reader."""

    data: Window
    reader: PdfFileReader
    lenient: bool
    """Whether only a lenient reading worked."""

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
    path: Path, *, length: int | None = None, password: str | None = None, leniently: bool = False
) -> Iterator[Document]:
    """Open the first *length* bytes of *path*, or all of them; *leniently* does not even try the strict reader.

    Raises:
        UnreadableError: No reader makes sense of them.
        PasswordNeededError: They are encrypted and *password* does not open them.
    """
    with open_window(path, length) as data:
        yield _leniently(data, password) if leniently else _read(data, password)


def _read(data: Window, password: str | None) -> Document:
    try:
        return _document(data, password, strict=True)
    except PasswordNeededError:
        raise
    except Exception:  # noqa: BLE001 - malformed files raise anything; the lenient reader decides
        return _leniently(data, password)


def _leniently(data: Window, password: str | None) -> Document:
    try:
        return _document(data, password, strict=False)
    except PasswordNeededError:
        raise
    except Exception as error:
        raise UnreadableError(type(error).__name__) from error


def _document(data: Window, password: str | None, *, strict: bool) -> Document:
    reader = PdfFileReader(held(data), strict=strict)
    if reader.encrypted:
        _decrypt(reader, password)
    if strict and reader.xrefs.hybrid_xrefs_present:
        raise PdfError("hybrid")
    document = Document(data, reader, lenient=not strict)
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
