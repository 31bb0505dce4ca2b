"""Level 1, blobs: every rendition's file is there and as long as it must be; files that nothing names.

What the last check could not decrypt is decrypted again: it stays named until it is made good.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from coffre_cli.crypto.padding import padded_size
from coffre_cli.crypto.stream import sealed_size
from coffre_cli.model import Document, RecordId, RenditionKind
from coffre_cli.store import events, inspection
from coffre_cli.store.blob_check import BlobVerifier, Expected
from coffre_cli.store.blobs import HEADER_SIZE, BlobId, blob_path
from coffre_cli.store.index import Index
from coffre_cli.store.inspection import KnownBlob
from coffre_cli.vault.check_model import (
    BLOB_LOST,
    ORIGINAL_LOST,
    ORPHAN,
    RENDITION_GONE,
    RENDITION_LOST,
    Finding,
    Kind,
    finding,
    unknown_file,
)
from coffre_cli.vault.check_ways import shown
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.records import read_document

AT_WORK = timedelta(days=1)
"""A file that no event names may belong to a deposit at work; older than this it is left over."""
_NONE: frozenset[BlobId] = frozenset()


def check_blobs(parts: Parts, index: Index, suspects: frozenset[BlobId] = _NONE) -> Iterator[Finding]:
    """Yield the renditions whose file is missing, of another size or still damaged, and the files no event names."""
    folders = _folders(parts.layout.blobs)
    for first, known in groupby(inspection.known_blobs(index), key=lambda one: one.blob[:1].hex()):
        folders.discard(first)
        sizes = _sizes(parts.layout.blobs / first)
        for one in known:
            reason = _wrong_size(one, sizes.pop(f"{one.blob.hex()}.cof", None))
            if not reason and one.blob in suspects:
                reason = _problem(parts, index, one.blob)
            if reason:
                yield blob_finding(parts, index, one, reason)
        yield from _strangers(parts, index, first, sizes)
        parts.around.progress(int(first, 16) + 1, 256, "blobs")
    for folder in sorted(folders):
        yield from _strangers(parts, index, folder, _sizes(parts.layout.blobs / folder))


def blob_finding(parts: Parts, index: Index, known: KnownBlob, reason: str) -> Finding:
    """Return the finding for a blob that cannot be read, with the document it belongs to and what is left of that."""
    document = _document(index, known.record)
    return finding(
        _kind(parts, index, known, document),
        title="?" if document is None else document.title,
        document=known.record.hex()[:12],
        rendition=known.kind,
        path=shown(parts, blob_path(parts.layout.blobs, known.blob)),
        file=f"{known.blob.hex()}.cof",
        reason=reason,
    )


def is_left_over(parts: Parts, path: Path) -> bool:
    """Tell whether *path* was last touched too long ago to belong to a command at work."""
    with contextlib.suppress(FileNotFoundError):
        return parts.around.clock().timestamp() - path.stat().st_ctime > AT_WORK.total_seconds()
    return False


def _folders(blobs: Path) -> set[str]:
    return {path.name for path in blobs.iterdir() if path.is_dir()} if blobs.is_dir() else set()


def _sizes(folder: Path) -> dict[str, int]:
    """Return the size of each file of *folder*; one that a writer removes meanwhile is not there."""
    sizes: dict[str, int] = {}
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                sizes[entry.name] = entry.stat(follow_symlinks=False).st_size
    return sizes


def _wrong_size(known: KnownBlob, found: int | None) -> str:
    if found is None:
        return "missing"
    return "" if found == HEADER_SIZE + sealed_size(padded_size(known.size)) else "size"


def _strangers(parts: Parts, index: Index, first: str, names: Iterable[str]) -> Iterator[Finding]:
    folder = parts.layout.blobs / first
    for name in sorted(names):
        path = folder / name
        if not re.fullmatch(r"[0-9a-f]{32}\.cof", name):
            yield unknown_file(parts.layout.root, path)
        elif not inspection.is_pending_blob(index, BlobId(bytes.fromhex(path.stem))) and is_left_over(parts, path):
            yield finding(ORPHAN, path=shown(parts, path))


def _kind(parts: Parts, index: Index, known: KnownBlob, document: Document | None) -> Kind:
    if document is None:
        return BLOB_LOST
    if known.kind == RenditionKind.ORIGINAL:
        return ORIGINAL_LOST if _can_read(parts, index, document, RenditionKind.ARCHIVE) else BLOB_LOST
    if _can_read(parts, index, document, RenditionKind.ORIGINAL):
        return RENDITION_LOST
    return RENDITION_GONE if known.kind == RenditionKind.TEXT else BLOB_LOST


def _document(index: Index, record: RecordId) -> Document | None:
    state = events.state(index, record)
    return None if state is None else read_document(record, state.state)


def _can_read(parts: Parts, index: Index, document: Document, kind: RenditionKind) -> bool:
    rendition = document.rendition(kind)
    return rendition is not None and not _problem(parts, index, BlobId(rendition.blob))


def _problem(parts: Parts, index: Index, blob: BlobId) -> str:
    """Return in a word why *blob* cannot be decrypted to what was written; empty when it can."""
    for sealed in inspection.sealed_blobs(index, [blob]):
        expected = Expected(blob, sealed.known.size, sealed.key.reveal(), sealed.sha256)
        return BlobVerifier(parts.layout.blobs, parts.vault_id).problem(expected)
    return "key"
