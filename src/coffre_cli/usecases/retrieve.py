"""Taking documents out, bit for bit; reading is an event."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.errors import WouldOverwriteError
from coffre_cli.journal.event import Operation, RecordKind
from coffre_cli.model import Document, Rendition, RenditionKind
from coffre_cli.store.fs import guarded
from coffre_cli.store.padded import ByteSink
from coffre_cli.usecases.errors import OriginalNotKeptError
from coffre_cli.vault.session import Vault

_SUFFIXES = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "text/plain": ".txt",
}
_MAXIMUM_NAME_BYTES = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """A rendition that was taken out."""

    document: Document
    rendition: Rendition
    path: Path


def chosen_rendition(document: Document, *, original: bool) -> Rendition:
    """Return what a reader gets: the archive, else the original; the bytes as received when asked for.

    Raises:
        OriginalNotKeptError: They are asked for, and were not kept.
    """
    if not original:
        return document.shown
    kept = document.rendition(RenditionKind.ORIGINAL) or document.shown
    if kept.kind is not RenditionKind.ORIGINAL and kept.sha256 != document.source.sha256:
        raise OriginalNotKeptError(title=document.title)
    return kept


def take_to(vault: Vault, document: Document, rendition: Rendition, target: Path, *, force: bool) -> Taken:
    """Write *rendition* to the file *target*, whole or not at all.

    Raises:
        WouldOverwriteError: *target* exists, and *force* is not given.
        BlobMissingError, BlobAlteredError: What is stored is not what was written; nothing is written.
    """
    if target.exists() and not force:
        raise WouldOverwriteError(path=target)
    with written_whole(target) as sink:
        vault.read(document, rendition, sink)
    note_read(vault, document)
    return Taken(document, rendition, target)


def stream_to(vault: Vault, document: Document, rendition: Rendition, sink: ByteSink) -> None:
    """Write *rendition* to *sink* (a pipe): each piece is authenticated before it leaves."""
    vault.read(document, rendition, sink)
    note_read(vault, document)


def note_read(vault: Vault, document: Document) -> None:
    """Write the reading into the journal; when that cannot be, it is served all the same and written later."""
    vault.note(Operation.READ, record=document.id, kind=RecordKind.DOCUMENT)


def file_name(document: Document, rendition: Rendition) -> str:
    """Return the name under which *rendition* leaves: the title, made a harmless file name, with its ending."""
    stem = re.sub(r'[\x00-\x1f/\\:*?"<>|]+', "_", document.title).strip(" .") or "document"
    while len(stem.encode()) > _MAXIMUM_NAME_BYTES:
        stem = stem[:-1]
    ending = Path(document.source.name).suffix if rendition.kind is RenditionKind.ORIGINAL else ""
    ending = ending or _SUFFIXES.get(rendition.media_type.partition(";")[0], "")
    return stem if stem.lower().endswith(ending.lower()) else stem + ending


@contextlib.contextmanager
def written_whole(target: Path) -> Iterator[ByteSink]:
    """Give a sink whose bytes appear at *target* at the end, or not at all; its folder is made when missing.

    A pipe or a device (`/dev/null`) is written into: a file put in its place would take it from everybody.

    Raises:
        StorageFullError, StorageFailedError: The disk refused.
    """
    if target.exists() and not target.is_file() and not target.is_dir():
        with guarded(target), target.open("wb", buffering=0) as special:
            yield _Whole(special.fileno())
        return
    partial = target.with_name(f".{target.name[:80]}.{os.getpid()}.partial")
    with guarded(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        file = partial.open("xb", buffering=0)
        try:
            with file:
                yield _Whole(file.fileno())
                os.fsync(file.fileno())
            partial.replace(target)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise


@dataclass(frozen=True, slots=True)
class _Whole:
    descriptor: int

    def write(self, data: memoryview, /) -> None:
        while data:
            data = data[os.write(self.descriptor, data) :]
