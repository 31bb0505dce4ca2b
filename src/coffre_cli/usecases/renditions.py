"""What a document is kept as beside its original, and what its journal lines commit to."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from coffre_cli.convert.model import Conversion
from coffre_cli.crypto.canonical import Json, encode
from coffre_cli.i18n import N_
from coffre_cli.journal.event import Operation
from coffre_cli.model import Document, Remark, Rendition, RenditionKind
from coffre_cli.values import replace
from coffre_cli.vault.change import Change
from coffre_cli.vault.conversions import conversion_state
from coffre_cli.vault.projections import MAXIMUM_WORDS

CHANGED_MEANWHILE = N_(
    "The file changed while it was deposited: what was first read is kept, without archive rendition."
)


def keep_conversion(
    change: Change, document: Document, conversion: Conversion, *, operation: Operation = Operation.CONVERT
) -> Document:
    """Keep what *conversion* made of *document* and say so; return the document as it is then."""
    renditions = [one for one in document.renditions if one.kind is RenditionKind.ORIGINAL]
    remarks, words = conversion.remarks, ""
    if conversion.record.source_sha256 not in {"", document.source.sha256.hex()}:
        remarks = (Remark(CHANGED_MEANWHILE),)
    else:
        renditions = [replace(renditions[0], pages=conversion.pages or None)] if renditions else []
        if conversion.archive is not None:
            renditions.append(_rendition(change, document, conversion, RenditionKind.ARCHIVE, conversion.archive))
        if conversion.text is not None:
            renditions.append(_rendition(change, document, conversion, RenditionKind.TEXT, conversion.text))
            words = conversion.text.read_text(encoding="utf-8", errors="replace")[:MAXIMUM_WORDS]
    converted = replace(
        document,
        renditions=tuple(renditions),
        remarks=remarks,
        signatures=conversion.signatures,
        conversion=conversion.record,
    )
    before = None if operation is Operation.DEPOSIT else document
    change.put_document(operation, converted, before=before, reveal=revealed, words=words)
    return converted


def without_archive(document: Document) -> Remark:
    """Return why a file of a kind that nothing converts has no archive rendition."""
    message = N_("Kept as it is, without archive rendition: coffre does not convert {format} files.")
    return Remark(message, (("format", document.shown.format),))


def revealed(document: Document) -> Mapping[str, Json]:
    """Return what the lines about *document* commit to; every digest with its algorithm."""
    digests = {rendition.kind.value: f"sha256:{rendition.sha256.hex()}" for rendition in document.renditions}
    return {
        "folder": document.folder,
        "name": document.source.name,
        "source": f"sha256:{document.source.sha256.hex()}",
        "title": document.title,
        **digests,
        **_made(document),
    }


def _made(document: Document) -> Mapping[str, Json]:
    """Return the digest of how the archive was made: as `show --json` tells it, in canonical JSON."""
    if document.conversion is None:
        return {}
    return {"conversion": f"sha256:{sha256(encode(conversion_state(document.conversion))).hexdigest()}"}


def _rendition(
    change: Change, document: Document, conversion: Conversion, kind: RenditionKind, path: Path
) -> Rendition:
    with path.open("rb", buffering=0) as file:
        written = change.keep(file, document.id)
    if kind is RenditionKind.TEXT:
        return Rendition(kind, written.blob, "text/plain; charset=utf-8", written.size, written.sha256, None, "text")
    pages, label = conversion.pages or None, conversion.format
    return Rendition(kind, written.blob, "application/pdf", written.size, written.sha256, pages, label)
