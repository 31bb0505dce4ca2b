"""Documents as people and scripts see them (`coffre.document/1`)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain

from coffre_cli.convert.remarks import NOT_ASKED
from coffre_cli.crypto.canonical import Json
from coffre_cli.i18n import N_, _
from coffre_cli.model import Document, RenditionKind
from coffre_cli.ui.conversions import conversion_details
from coffre_cli.ui.local import local_iso
from coffre_cli.ui.output import remark_text
from coffre_cli.ui.plain import plain
from coffre_cli.ui.tables import size_text, table

ID_SHOWN = 8


def document_json(document: Document, **more: Json) -> dict[str, Json]:
    """Return the object of *document*; *more* is added as it is."""
    shown = document.shown
    return {
        "schema": "coffre.document/1",
        "id": document.id.hex(),
        "title": document.title,
        "folder": document.folder,
        "tags": list(document.tags),
        "date": document.date,
        "added": timestamp(document.added),
        "pages": shown.pages,
        "size": shown.size,
        "sha256": shown.sha256.hex(),
        "format": shown.format,
        "source": {
            "name": document.source.name,
            "media_type": document.source.media_type,
            "size": document.source.size,
            "sha256": document.source.sha256.hex(),
        },
        "renditions": [
            {"kind": one.kind.value, "media_type": one.media_type, "size": one.size, "sha256": one.sha256.hex()}
            for one in document.renditions
        ],
        "signatures": document.signatures,
        "warnings": [remark_text(remark) for remark in document.remarks],
        **more,
    }


def document_table(documents: Iterable[Document]) -> Iterator[str]:
    """Yield a heading and a line or two per document, taking them as they come; nothing when there is none."""
    header = (_(N_("Id")), _(N_("Title")), _(N_("Folder")), _(N_("Format")), _(N_("Size")), _(N_("Deposited")))
    left = iter(documents)
    first = next(left, None)
    if first is None:
        return
    wanting: deque[str | None] = deque([None])
    for line in table(header, _rows(chain((first,), left), wanting), elastic=1):
        yield line
        more = wanting.popleft()
        if more is not None:
            yield more


def _rows(documents: Iterable[Document], wanting: deque[str | None]) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each document, and put into *wanting* what is to be said below them."""
    for document in documents:
        wanting.append(no_archive_line(document))
        yield (
            short_id(document),
            plain(document.title),
            plain(document.folder) or "–",
            plain(document.shown.format),
            size_text(document.shown.size),
            local_time(document.added),
        )


def no_archive_line(document: Document) -> str | None:
    """Return the line of a list that says why *document* has no durable form; None when nothing is wanting."""
    if not document.lacks_archive or any(remark.message == NOT_ASKED for remark in document.remarks):
        return None
    remark = next(iter(document.remarks), None)
    if remark is not None and "archive" in remark.message:  # it says itself what is wanting
        return f"{'':{ID_SHOWN}}  {remark_text(remark)}"
    return f"{'':{ID_SHOWN}}  {_(N_('no archive rendition:'))} {remark_text(remark) if remark else '–'}"


def document_line(document: Document) -> str:
    """Return one line that names *document*."""
    place = f" ({plain(document.folder)})" if document.folder else ""
    return f"{short_id(document)}  {plain(document.title)}{place}"


def document_details(document: Document) -> Iterator[str]:
    """Yield what is known of *document*, a fact a line."""
    yield f"{plain(document.title)}"
    facts = [
        (_(N_("Id")), document.id.hex()),
        (_(N_("Folder")), plain(document.folder) or "–"),
        (_(N_("Tags")), plain(", ".join(document.tags)) or "–"),
        (_(N_("Date")), local_iso(document.date or "–")),
        (_(N_("Deposited")), local_time(document.added)),
        (_(N_("Received as")), f"{plain(document.source.name)} ({size_text(document.source.size)})"),
        (_(N_("Pages")), str(document.shown.pages or "–")),
        (_(N_("Signatures")), str(document.signatures)),
    ]
    for label, value in facts:
        yield f"  {label:<14} {value}"
    names = {
        RenditionKind.ORIGINAL: _(N_("original")),
        RenditionKind.ARCHIVE: _(N_("archive")),
        RenditionKind.TEXT: _(N_("text")),
    }
    for one in document.renditions:
        yield f"  {names[one.kind]:<14} {plain(one.format)}, {size_text(one.size)}, sha256 {one.sha256.hex()}"
    for label, value in conversion_details(document.conversion) if document.conversion else ():
        yield f"  {label:<14} {value}"
    for remark in document.remarks:
        yield f"  {_(N_('Note')):<14} {remark_text(remark)}"


def short_id(document: Document) -> str:
    """Return the beginning of the id, long enough to name it."""
    return document.id.hex()[:ID_SHOWN]


def timestamp(moment: datetime) -> str:
    """Return *moment* as JSON carries it: UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_time(moment: datetime) -> str:
    """Return *moment* by the user's clock."""
    return moment.astimezone().strftime(_(N_("%Y-%m-%d %H:%M")))
