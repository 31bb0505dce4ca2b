"""Optional parts of a PDF that stand between it and approval, taken out without any effect on its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from coffre_cli.convert.layers import tidy_layers

if TYPE_CHECKING:
    import pikepdf

_WHERE = re.compile(r"obj (\d+) (\d+)")
_STRANGE = re.compile(r"unrecognized key\(s\) ((?:/\S+(?:, )?)+) (?:is|are) not checked")
_NEEDED = frozenset(
    {
        "/OC",
        "/Mask",
        "/SMask",
        "/SMaskInData",
        "/Decode",
        "/Type",
        "/Contents",
        "/Resources",
        "/MediaBox",
        "/Parent",
        "/Kids",
        "/Filter",
        "/Length",
    }
)
_DEEPEST = 12
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")


def lighten(pdf: pikepdf.Pdf) -> None:
    """Take the subset lists out of fonts (optional since PDF/A-2), and write down the default glyph map of others."""
    from pikepdf import Dictionary, Name

    tidy_layers(pdf)
    if pdf.Root.get("/PageMode") == "/UseAttachments":
        del pdf.Root["/PageMode"]
    for holder in (pdf.Root.get("/MarkInfo"), pdf.Root.get("/ViewerPreferences")):
        if isinstance(holder, Dictionary) and "/Type" in holder:
            del holder["/Type"]  # Chromium writes it; ISO 32000-1 (tables 150 and 321) knows none there
    for font in fonts_of(pdf):
        for descendant in font.get("/DescendantFonts", ()):
            descriptor = descendant.get("/FontDescriptor")
            if not isinstance(descriptor, Dictionary):
                continue
            if "/CIDSet" in descriptor:
                del descriptor["/CIDSet"]
            embedded = "/FontFile2" in descriptor or "/FontFile3" in descriptor
            if descendant.get("/Subtype") == "/CIDFontType2" and embedded and "/CIDToGIDMap" not in descendant:
                descendant["/CIDToGIDMap"] = Name.Identity  # ISO 32000-1, table 117: what readers assume


def without_strange_keys(pdf: pikepdf.Pdf, findings: Sequence[tuple[str, str]]) -> bool:
    """Remove the keys that the validator does not know, where it says they are; True when something was removed."""
    from pikepdf import Dictionary, Stream

    removed = False
    for where, message in findings:
        place, strange = _WHERE.search(where), _STRANGE.search(message)
        if place is None or strange is None:
            continue
        holder = pdf.get_object(int(place[1]), int(place[2]))
        for key in strange[1].split(", "):
            if isinstance(holder, Dictionary | Stream) and key not in _NEEDED and key in holder:
                del holder[key]
                removed = True
    return removed


def fonts_of(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield the fonts in the resources of *pdf*; one may come more than once."""
    from pikepdf import Dictionary, Stream

    seen: set[tuple[int, int]] = set()
    for page in pdf.pages:
        resources = page.obj.get("/Resources") or _inherited(page.obj)
        yield from _fonts_in(resources, seen, 0)
        for note in page.obj.get("/Annots", ()):
            appearances = note.get("/AP") if isinstance(note, Dictionary) else None
            shown = appearances.get("/N") if isinstance(appearances, Dictionary) else None
            if isinstance(shown, Stream):
                yield from _fonts_in(shown.get("/Resources"), seen, 1)


def borrowed_fonts(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """Return the names of the fonts in *pdf* whose programs are not in it."""
    names = (str(font.get("/BaseFont", "/?"))[1:] for font in fonts_of(pdf) if not _is_embedded(font))
    return tuple(dict.fromkeys(names))


def _is_embedded(font: pikepdf.Object) -> bool:
    """Whether the program of a font is in the file, or the font needs none."""
    from pikepdf import Array, Dictionary

    if font.get("/Subtype") == "/Type3":
        return True
    descendants = font.get("/DescendantFonts")
    holder = descendants[0] if isinstance(descendants, Array) and len(descendants) else font
    descriptor = holder.get("/FontDescriptor") if isinstance(holder, Dictionary) else None
    return isinstance(descriptor, Dictionary) and any(key in descriptor for key in _PROGRAMS)


def _inherited(page: pikepdf.Object) -> pikepdf.Object | None:
    holder = page.get("/Parent")
    for _level in range(_DEEPEST):
        if holder is None or "/Resources" in holder:
            break
        holder = holder.get("/Parent")
    return None if holder is None else holder.get("/Resources")


def _fonts_in(resources: pikepdf.Object | None, seen: set[tuple[int, int]], depth: int) -> Iterator[pikepdf.Object]:
    from pikepdf import Dictionary

    if not isinstance(resources, Dictionary) or depth > _DEEPEST:
        return
    fonts = resources.get("/Font")
    if isinstance(fonts, Dictionary):
        yield from (font for _name, font in fonts.items() if isinstance(font, Dictionary))
    for holder in ("/XObject", "/Pattern"):
        forms = resources.get(holder)
        for _name, form in forms.items() if isinstance(forms, Dictionary) else ():
            if form.objgen not in seen and hasattr(form, "get"):
                seen.add(form.objgen)
                yield from _fonts_in(form.get("/Resources"), seen, depth + 1)
