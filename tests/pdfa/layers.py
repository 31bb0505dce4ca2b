"""Clauses 6.8 to 6.11 of ISO 19005-2: files inside, layers, and ways of presenting."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from pikepdf import Array, Dictionary, Object, Stream

from tests.pdfa.document import Document
from tests.pdfa.judge import rule, validate


def _specifications(document: Document) -> Iterator[Dictionary]:
    yield from (one for one in document.dictionaries() if isinstance(one, Dictionary) and "/EF" in one)


@rule("6.8-2")
def files_have_two_names(document: Document) -> Iterator[str]:
    """6.8: the specification of an embedded file has F and UF."""
    for one in _specifications(document):
        if "/F" not in one or "/UF" not in one:
            yield document.label(one)


@rule("6.8-5")
def files_are_pdf_a(document: Document) -> Iterator[str]:
    """6.8: an embedded file is itself PDF/A-1 or PDF/A-2."""
    for one in _specifications(document):
        stream = one["/EF"].get("/F")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "inside.pdf"
            path.write_bytes(stream.read_bytes() if isinstance(stream, Stream) else b"")
            try:
                wrong = bool(validate(path))
            except Exception:  # noqa: BLE001 - whatever it is, it is no PDF/A
                wrong = True
        if wrong:
            yield document.label(one)


def _configurations(document: Document) -> list[Dictionary]:
    properties = document.root.get("/OCProperties")
    if not isinstance(properties, Dictionary):
        return []
    found = [properties.get("/D"), *properties.get("/Configs", ())]
    return [one for one in found if isinstance(one, Dictionary)]


@rule("6.9-1")
def configurations_have_names(document: Document) -> Iterator[str]:
    """6.9: each configuration of layers has a Name."""
    if any(not str(one.get("/Name", "")) for one in _configurations(document)):
        yield "a configuration without Name"


@rule("6.9-2")
def configurations_have_different_names(document: Document) -> Iterator[str]:
    """6.9: no two configurations have the same Name."""
    names = [str(one.get("/Name", "")) for one in _configurations(document)]
    if len(names) != len(set(names)):
        yield "two configurations of one Name"


@rule("6.9-3")
def orders_list_all_layers(document: Document) -> Iterator[str]:
    """6.9: Order names all layers, where it is there."""
    for one in _configurations(document):
        if "/Order" in one:
            everything = {group.objgen for group in document.root["/OCProperties"].get("/OCGs", ())}
            if not everything <= set(_listed(one["/Order"])):
                yield "a layer is missing in Order"


def _listed(order: Object, depth: int = 0) -> Iterator[tuple[int, int]]:
    for one in order if isinstance(order, Array) and depth < 20 else ():
        if isinstance(one, Dictionary):
            yield one.objgen
        elif isinstance(one, Array):
            yield from _listed(one, depth + 1)


@rule("6.9-4")
def layers_are_not_automatic(document: Document) -> Iterator[str]:
    """6.9: no AS in a configuration."""
    if any("/AS" in one for one in _configurations(document)):
        yield "AS"


@rule("6.10-1")
def no_alternate_presentations(document: Document) -> Iterator[str]:
    """6.10: no AlternatePresentations among the names."""
    names = document.root.get("/Names")
    if isinstance(names, Dictionary) and "/AlternatePresentations" in names:
        yield "AlternatePresentations"


@rule("6.10-2")
def no_presentation_steps(document: Document) -> Iterator[str]:
    """6.10: no PresSteps on a page."""
    for number, page in enumerate(document.pages, start=1):
        if "/PresSteps" in page:
            yield f"page {number}"


@rule("6.11-1")
def no_requirements(document: Document) -> Iterator[str]:
    """6.11: no Requirements in the catalogue."""
    if "/Requirements" in document.root:
        yield "Requirements"
