"""Documents as record states: canonical JSON in event bodies and in the index."""

from __future__ import annotations

from datetime import UTC, datetime

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Fields, Json
from coffre_cli.journal.event import moment, read_moment
from coffre_cli.model import Document, RecordId, Remark, Rendition, RenditionKind, Sha256, Source
from coffre_cli.vault.conversions import conversion_state, read_conversion


def document_state(document: Document) -> dict[str, Json]:
    """Return the record state of *document*."""
    return {
        "added": moment(document.added),
        "conversion": None if document.conversion is None else conversion_state(document.conversion),
        "date": document.date,
        "folder": document.folder,
        "remarks": [{"facts": dict(remark.facts), "message": remark.message} for remark in document.remarks],
        "renditions": [_rendition_state(rendition) for rendition in document.renditions],
        "signatures": document.signatures,
        "source": {
            "media_type": document.source.media_type,
            "name": document.source.name,
            "sha256": document.source.sha256.hex(),
            "size": document.source.size,
        },
        "tags": list(document.tags),
        "title": document.title,
    }


def read_document(record: RecordId, state: bytes) -> Document:
    """Return the document whose state is *state*.

    Raises:
        NotCanonicalError: *state* is not one that `document_state` gave.
    """
    fields = Fields(canonical.decode(state, what="document"), what="document")
    source = fields.fields("source")
    try:
        added = read_moment(fields.text("added"))
    except ValueError:
        added = datetime.fromtimestamp(0, UTC)
    return Document(
        id=record,
        title=fields.text("title"),
        folder=fields.text("folder"),
        tags=fields.texts("tags"),
        date=fields.optional_text("date"),
        added=added,
        source=Source(
            name=source.text("name"),
            media_type=source.text("media_type"),
            size=source.integer("size"),
            sha256=Sha256(source.hexadecimal("sha256", 32)),
        ),
        renditions=tuple(_read_rendition(item) for item in fields.objects("renditions")),
        signatures=fields.integer("signatures", 0),
        remarks=tuple(_read_remark(item) for item in fields.objects("remarks")),
        conversion=read_conversion(fields.fields("conversion")) if fields.has("conversion") else None,
    )


def _rendition_state(rendition: Rendition) -> dict[str, Json]:
    return {
        "blob": rendition.blob.hex(),
        "format": rendition.format,
        "kind": rendition.kind,
        "media_type": rendition.media_type,
        "pages": rendition.pages,
        "sha256": rendition.sha256.hex(),
        "size": rendition.size,
    }


def _read_rendition(fields: Fields) -> Rendition:
    return Rendition(
        kind=RenditionKind(fields.text("kind")),
        blob=fields.hexadecimal("blob", 16),
        media_type=fields.text("media_type"),
        size=fields.integer("size"),
        sha256=Sha256(fields.hexadecimal("sha256", 32)),
        pages=fields.integer("pages") if fields.has("pages") else None,
        format=fields.text("format"),
    )


def _read_remark(fields: Fields) -> Remark:
    facts = fields.mapping("facts")
    return Remark(fields.text("message"), tuple((name, str(value)) for name, value in facts.items()))
