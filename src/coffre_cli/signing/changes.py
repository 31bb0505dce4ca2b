"""What one revision changed since another (step 7 of a verification).

Everything reachable from the trailer must be the same, but for: the form (new and filled fields, each change named),
annotations (each named), validation data, metadata, and growth of the structure tree. Whatever else differs is a
change that no signature permits. A finding says what it needs; `judged` says whether a given signature permits it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pyhanko.pdf_utils import generic

from coffre_cli.signing.comparison import Comparison, Difference, is_superset
from coffre_cli.signing.document import Document
from coffre_cli.signing.fieldchanges import Surroundings, field_findings
from coffre_cli.signing.fields import Field, form_fields, rectangle
from coffre_cli.signing.findings import Finding
from coffre_cli.signing.mentions import is_used_elsewhere, needs_deep_comparison
from coffre_cli.signing.objects import (
    Dictionary,
    Null,
    PdfObject,
    Ref,
    dictionary_at,
    entry,
    raw,
    reference,
    resolve,
    text,
)
from coffre_cli.signing.pages import Page, annotation_pages, document_pages
from coffre_cli.signing.permissions import Needs, Permissions
from coffre_cli.signing.roles import Side, either
from coffre_cli.signing.sharing import SharedResources
from coffre_cli.signing.stores import is_plain_metadata, is_plain_store
from coffre_cli.signing.verdict import Change, ChangeKind

_TRAILER_KEYS = frozenset(
    {"/Root", "/Info", "/Size", "/Prev", "/XRefStm", "/ID", "/Type", "/W", "/Index", "/Length", "/Filter",
     "/DecodeParms", "/DocChecksum"}
)  # fmt: skip
_CATALOG_KEYS = frozenset(
    {"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Version", "/StructTreeRoot", "/MarkInfo", "/PieceInfo",
     "/Type"}
)  # fmt: skip
_PAGE_KEYS = frozenset({"/Annots", "/LastModified", "/PieceInfo", "/Tabs", "/StructParents", "/Metadata"})
_FORM_KEYS = frozenset({"/Fields", "/SigFlags", "/DR", "/DA", "/Q", "/NeedAppearances"})

_COMMENTS = frozenset({"/Text", "/Popup", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Caret", "/Link"})
"""Annotations that comment on what is shown and hide none of it, as readers draw them."""


def findings(old: Document, new: Document) -> tuple[Finding, ...]:
    """Return everything that *new* changed since *old*, in the order catalog, form, pages, rest."""
    before = Side(old, document_pages(old), form_fields(old))
    after = Side(new, document_pages(new), form_fields(new))
    apart = either(before.roles, after.roles)
    comparison = Comparison(old, new, frozenset(apart), deep=needs_deep_comparison(old, new, apart))
    around = Surroundings(
        comparison,
        annotation_pages(after.pages),
        lambda appearance: is_used_elsewhere(old, appearance, "/AP"),
        signed_until=len(old.data),
    )
    revision = new.reader.xrefs.total_revisions
    found = [
        *_streams(before, after),
        *_catalog(before, after, comparison),
        *_form(before, after, comparison),
        *field_findings(before.fields, after.fields, around),
        *_pages(before, after, comparison),
        *_trailer(before, after, comparison),
    ]
    return tuple(replace(finding, change=replace(finding.change, revision=revision)) for finding in found)


def _streams(before: Side, after: Side) -> Iterator[Finding]:
    """No page, field, annotation or catalog is a stream; one that is serves as something else, which is drawn."""
    if any(True for side in (before, after) for _ in side.streams):
        yield _finding(ChangeKind.CONTENT, "stream", Needs.NEVER, visible=True)


def judged(finding: Finding, permissions: Permissions) -> Change:
    """Return the change with what *permissions* say of it."""
    return replace(finding.change, permitted=permissions.allow(finding.needs, finding.field))


def _trailer(before: Side, after: Side, comparison: Comparison) -> Iterator[Finding]:
    old, new = _trailer_dictionary(before.document), _trailer_dictionary(after.document)
    known = frozenset(key for key in new if key not in old and key != "/Encrypt")
    yield from _content(comparison.of_keys("", old, new, _TRAILER_KEYS | known))


def _trailer_dictionary(document: Document) -> Dictionary:
    return document.reader.trailer.flatten()


def _catalog(before: Side, after: Side, comparison: Comparison) -> Iterator[Finding]:
    old, new = before.document.root, after.document.root
    differences = comparison.of_keys("/Root", old, new, _CATALOG_KEYS)
    shared = SharedResources(before.document)
    yield from _content(found for found in differences if not _is_trace(found) and not shared.grew(found))
    yield from _validation_data(old, new, comparison)
    if _replaced(old, new, "/Metadata", comparison):
        harmless = is_plain_metadata(entry(new, "/Metadata"))
        yield _finding(ChangeKind.METADATA, "/Metadata", Needs.NOTHING if harmless else Needs.NEVER)
    tree = raw(old, "/StructTreeRoot")
    if tree is not None and not is_superset("", tree, raw(new, "/StructTreeRoot") or Null(), skip=before.refs):
        yield _finding(ChangeKind.STRUCTURE, "/StructTreeRoot", Needs.NEVER)


def _is_trace(difference: Difference) -> bool:
    """Tell whether iText wrote its own version into the page tree, as each of its updates does."""
    return difference.path == "/Root/Pages/ITXT" and isinstance(difference.after, generic.TextStringObject)


def _validation_data(old: Dictionary, new: Dictionary, comparison: Comparison) -> Iterator[Finding]:
    before, after = entry(old, "/DSS"), entry(new, "/DSS")
    if not comparison.same(before or Null(), after or Null()):
        needs = Needs.NOTHING if is_plain_store(after) else Needs.NEVER
        yield _finding(ChangeKind.VALIDATION_DATA, "/DSS", needs, before="/DSS" if after is None else None)


def _replaced(old: Dictionary, new: Dictionary, key: str, comparison: Comparison) -> bool:
    before, after = raw(old, key) or Null(), raw(new, key) or Null()
    return not comparison.same(before, after, key)


def _form(before: Side, after: Side, comparison: Comparison) -> Iterator[Finding]:
    old, new = before.document.form, after.document.form
    if old is None:
        extra = [] if new is None else [key for key in new if key not in _FORM_KEYS]
        if extra:
            yield _finding(ChangeKind.CONTENT, "/AcroForm", Needs.NEVER)
        return
    if new is None:
        yield _finding(ChangeKind.CONTENT, "/AcroForm", Needs.NEVER)
        return
    yield from _content(comparison.of_keys("/AcroForm", old, new, _FORM_KEYS))
    yield from _looks(old, new, comparison)
    yield from _resources(dictionary_at(old, "/DR"), dictionary_at(new, "/DR"), comparison)


def _looks(old: Dictionary, new: Dictionary, comparison: Comparison) -> Iterator[Finding]:
    """Give what makes readers draw all fields anew, or otherwise: permitted where fields may be filled, and shown."""
    if _is_true(entry(new, "/NeedAppearances")) and not _is_true(entry(old, "/NeedAppearances")):
        yield _finding(ChangeKind.FIELD, "/AcroForm/NeedAppearances", Needs.FORMS, after="true", visible=True)
    for key in ("/DA", "/Q"):
        if key in old and _replaced(old, new, key, comparison):
            before, after = text(raw(old, key)), text(raw(new, key) or Null())
            yield _finding(ChangeKind.FIELD, f"/AcroForm{key}", Needs.FORMS, before=before, after=after, visible=True)


def _is_true(item: PdfObject | None) -> bool:
    return isinstance(item, generic.BooleanObject) and bool(item)


def _resources(old: Dictionary | None, new: Dictionary | None, comparison: Comparison) -> Iterator[Finding]:
    """Shared resources of the form may grow; what was there must stay."""
    for category in sorted(old or ()):
        before = resolve((old and raw(old, category)) or Null())
        after = resolve((new and raw(new, category)) or Null())
        if isinstance(before, Dictionary) and isinstance(after, Dictionary):
            added = frozenset(key for key in after if key not in before)
            yield from _content(comparison.of_keys(f"/AcroForm/DR{category}", before, after, added))
        else:
            yield from _content(comparison.of(f"/AcroForm/DR{category}", before, after))


def _pages(before: Side, after: Side, comparison: Comparison) -> Iterator[Finding]:
    if len(before.pages) != len(after.pages):
        counts = (str(len(before.pages)), str(len(after.pages)))
        yield _finding(ChangeKind.PAGE, "/Pages", Needs.NEVER, before=counts[0], after=counts[1], visible=True)
        return
    widgets = {field.ref: field for field in after.fields if field.ref is not None}
    shared = SharedResources(before.document)
    for old, new in zip(before.pages, after.pages, strict=True):
        for difference in comparison.of_keys(f"page {new.number} ", old.dictionary, new.dictionary, _PAGE_KEYS):
            if not shared.grew(difference):
                yield _difference(ChangeKind.CONTENT, difference, new.number)
        yield from _annotations(old, new, widgets, comparison)


def _annotations(old: Page, new: Page, widgets: dict[Ref, Field], comparison: Comparison) -> Iterator[Finding]:
    kept = {reference(item) for item in new.annotations if not isinstance(resolve(item), Null)}
    known = {reference(item) for item in old.annotations}
    for item in old.annotations:
        ref = reference(item)
        if ref is not None and ref not in kept and not isinstance(resolve(item), Null):
            yield _annotation(item, new.number, _needs(item), gone=True)
    yield from _direct(old, new, comparison)
    if _is_reordered(old, new):
        yield _finding(ChangeKind.ANNOTATION, "/Annots", Needs.NEVER, page=new.number, visible=True)
    for item in new.annotations:
        ref = reference(item)
        if ref is not None and ref not in widgets and ref not in known:
            yield _annotation(item, new.number, _needs(item), gone=False)
    yield from _same_annotations(old, new, widgets, comparison)


def _is_reordered(old: Page, new: Page) -> bool:
    """Tell whether what stood on the page lies otherwise, one over the other: the last is on top."""
    before, after = ([reference(item) for item in page.annotations] for page in (old, new))
    common = set(before) & set(after)
    if before.count(None) != after.count(None):  # one without a name came, or went
        common -= {None}
    return [ref for ref in before if ref in common] != [ref for ref in after if ref in common]


def _direct(old: Page, new: Page, comparison: Comparison) -> Iterator[Finding]:
    """Annotations written inside the page have no name; they must stay, in their order."""
    before = [item for item in old.annotations if reference(item) is None]
    after = [item for item in new.annotations if reference(item) is None]
    for number, item in enumerate(after):
        unchanged = number < len(before) and comparison.same(before[number], item)
        if not unchanged:
            yield _annotation(item, new.number, _needs(item), gone=False)
    if len(before) > len(after):
        yield _finding(ChangeKind.ANNOTATION, "/Annots", Needs.COMMENTS, page=new.number, visible=True)


def _same_annotations(old: Page, new: Page, widgets: dict[Ref, Field], comparison: Comparison) -> Iterator[Finding]:
    before = {reference(item): item for item in old.annotations}
    for item in new.annotations:
        ref = reference(item)
        if ref is None or ref in widgets or ref not in before:
            continue
        left, right = resolve(before[ref]), resolve(item)
        if not (isinstance(left, Dictionary) and isinstance(right, Dictionary)):
            continue
        if not comparison.same_keys(left, right):
            found = _annotation(item, new.number, _needs(item), gone=False)
            yield replace(found, change=replace(found.change, before=_words(left)))


def _needs(item: PdfObject) -> Needs:
    found = resolve(item)
    if isinstance(found, Dictionary) and text(raw(found, "/Subtype")) == "/Widget":
        return Needs.NEVER
    return Needs.COMMENTS


def _annotation(item: PdfObject, page: int, needs: Needs, *, gone: bool) -> Finding:
    found = resolve(item)
    dictionary = found if isinstance(found, Dictionary) else Dictionary()
    subtype = text(raw(dictionary, "/Subtype")) or ""
    shown = _words(dictionary)
    found_here = _finding(
        ChangeKind.ANNOTATION, subtype or "/Annots", needs, page=page, visible=True,
        before=shown if gone else None, after=None if gone else shown,
    )  # fmt: skip
    covers = not gone and (subtype not in _COMMENTS or "/AP" in dictionary)
    return replace(found_here, box=rectangle(dictionary) if covers else None, is_new=True)


def _words(annotation: Dictionary) -> str:
    return " ".join(filter(None, (text(raw(annotation, key)) for key in ("/Subtype", "/Contents"))))


def _content(differences: Iterator[Difference]) -> Iterator[Finding]:
    for difference in differences:
        yield _difference(ChangeKind.CONTENT, difference, None)


def _difference(kind: ChangeKind, difference: Difference, page: int | None) -> Finding:
    return _finding(
        kind, difference.path, Needs.NEVER, page=page, visible=True,
        before=text(difference.before), after=text(difference.after),
    )  # fmt: skip


def _finding(
    kind: ChangeKind,
    name: str,
    needs: Needs,
    *,
    page: int | None = None,
    before: str | None = None,
    after: str | None = None,
    visible: bool = False,
) -> Finding:
    return Finding(Change(0, kind, name, page, before, after, visible=visible), needs)
