"""Pages that share one dictionary of resources get each its own, with what the page names and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf


def prune(pdf: pikepdf.Pdf) -> bool:
    """Give each page of *pdf* resources of its own; a page whose contents cannot be read keeps what it has.

    Returns whether something was left out.
    """
    import pikepdf

    less = False
    for page in pdf.pages:
        resources = page.obj.get("/Resources")
        if not isinstance(resources, pikepdf.Dictionary) or _inherited_by_a_form(resources):
            continue
        try:
            named = _names(page)
        except (pikepdf.PdfError, ValueError, RuntimeError):
            continue
        kept = {key: _kept(value, named) for key, value in resources.items() if _worth(value, named)}
        page.obj["/Resources"] = own = pikepdf.Dictionary(kept)
        less = less or _size(own) < _size(resources)
    return less


def _size(resources: pikepdf.Dictionary) -> int:
    """Count the entries of all kinds of *resources*."""
    import pikepdf

    return sum(len(value) if isinstance(value, pikepdf.Dictionary) else 1 for _kind, value in resources.items())


def _names(page: pikepdf.Page) -> frozenset[str]:
    import pikepdf

    found: set[str] = set()
    for instruction in pikepdf.parse_content_stream(page):
        if isinstance(instruction, pikepdf.ContentStreamInstruction):
            found.update(str(operand) for operand in instruction.operands if isinstance(operand, pikepdf.Name))
    return frozenset(found)


def _inherited_by_a_form(resources: pikepdf.Dictionary) -> bool:
    """Whether a form without resources of its own draws with those of the page."""
    forms = resources.get("/XObject")
    if forms is None:
        return False
    return any(form.get("/Subtype") == "/Form" and "/Resources" not in form for _name, form in forms.items())


def _kept(value: pikepdf.Object, named: frozenset[str]) -> pikepdf.Object:
    import pikepdf

    if not isinstance(value, pikepdf.Dictionary):
        return value
    return pikepdf.Dictionary({name: item for name, item in value.items() if name in named})


def _worth(value: pikepdf.Object, named: frozenset[str]) -> bool:
    import pikepdf

    return not isinstance(value, pikepdf.Dictionary) or any(name in named for name in value)
