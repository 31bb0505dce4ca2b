"""What the objects of a revision are: catalog, form, pages, fields and annotations, which are compared apart.

An object may be written so that it serves as something else, too: as a list of pictures, or as a picture. What refers
to it, and under which key, tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coffre_cli.signing.document import Document
from coffre_cli.signing.fields import Field
from coffre_cli.signing.mentions import IN_ARRAY
from coffre_cli.signing.objects import PdfObject, Ref, Stream, raw, reference, resolve
from coffre_cli.signing.pages import Page

_ROOT_ROLE = frozenset({b"/Root", b"/Data"})
_FORM_ROLE = frozenset({b"/AcroForm"})
_PAGE_ROLE = frozenset({b"/P", b"/Pg", IN_ARRAY})
_FIELD_ROLE = frozenset({b"/Parent", b"/Obj", IN_ARRAY})
_NO_ROLE: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class Side:
    """One of two revisions compared."""

    document: Document
    pages: tuple[Page, ...]
    fields: tuple[Field, ...]

    @property
    def roles(self) -> dict[Ref, frozenset[bytes]]:
        """Return the objects that are compared apart, and the keys under which one refers to each as what it is.

        A comment has no such key: all of it may be rewritten where comments are permitted.
        """
        fields = {field.ref for field in self.fields}
        comments = {reference(item) for page in self.pages for item in page.annotations} - fields
        root = self.document.root
        found: dict[Ref, frozenset[bytes]] = {}
        for refs, keys in (
            ({reference(self.document.reader.trailer.raw_get("/Root"))}, _ROOT_ROLE),
            ({reference(raw(root, "/AcroForm"))}, _FORM_ROLE),
            ({page.ref for page in self.pages}, _PAGE_ROLE),
            (fields, _FIELD_ROLE),
            (comments, _NO_ROLE),
        ):
            for ref in refs:
                if ref is not None:
                    found[ref] = found.get(ref, keys) & keys
        return found

    @property
    def refs(self) -> frozenset[Ref]:
        """Return the objects that are compared apart: catalog, form, pages, annotations and fields."""
        return frozenset(self.roles)

    @property
    def streams(self) -> Iterator[PdfObject]:
        """Give the objects of those that are streams: they are drawn somewhere, too."""
        found: list[PdfObject | None] = [self.document.root, self.document.form]
        found += [page.dictionary for page in self.pages] + [field.dictionary for field in self.fields]
        found += [resolve(item) for page in self.pages for item in page.annotations]
        return (item for item in found if isinstance(item, Stream))


def either(left: dict[Ref, frozenset[bytes]], right: dict[Ref, frozenset[bytes]]) -> dict[Ref, frozenset[bytes]]:
    """Return the roles of both sides; an object that changed its role has none."""
    return {
        ref: left.get(ref, right.get(ref, _NO_ROLE)) & right.get(ref, left.get(ref, _NO_ROLE)) for ref in left | right
    }
