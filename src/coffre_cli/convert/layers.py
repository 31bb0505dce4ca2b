"""Layers (optional content) of a PDF, as PDF/A-2 wants them (ISO 19005-2, 6.9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from coffre_cli.convert.special import SpecialError

if TYPE_CHECKING:
    import pikepdf

_DEFAULT = "Default"
_PROPERTIES = frozenset({"/OCGs", "/D", "/Configs"})
_CONFIGURATION = frozenset(
    {
        "/Name",
        "/Creator",
        "/BaseState",
        "/ON",
        "/OFF",
        "/Intent",
        "/Order",
        "/ListMode",
        "/RBGroups",
        "/Locked",
        "/Type",
    }
)
_DEEPEST = 20


def tidy_layers(pdf: pikepdf.Pdf) -> None:
    """Give each configuration of layers a name of its own, and leave the list of layers out where it lacks one.

    What switches layers by itself (AS) stays: without it another page might be seen, so it is left for the judge.
    """
    from pikepdf import String

    properties = pdf.Root.get("/OCProperties")
    seen: set[str] = set()
    everything = _layers(properties)
    for number, configuration in enumerate(_configurations(properties)):
        name = str(configuration.get("/Name", "")) or _DEFAULT
        configuration["/Name"] = String(f"{name} {number}" if name in seen else name)
        seen.add(str(configuration["/Name"]))
        if "/Order" in configuration and not everything <= set(_listed(configuration["/Order"], 0)):
            del configuration["/Order"]


def check_layers(properties: pikepdf.Object) -> None:
    """Examine layers.

    Raises:
        SpecialError: They are not as PDF/A-2 wants them.
    """
    from pikepdf import Dictionary

    if not isinstance(properties, Dictionary) or set(properties.keys()) - _PROPERTIES or "/D" not in properties:
        raise SpecialError("layers")
    everything = _layers(properties)
    names = []
    for configuration in _configurations(properties):
        if set(configuration.keys()) - _CONFIGURATION:
            raise SpecialError("configuration-of-layers")
        names.append(str(configuration.get("/Name", "")))
        if "/Order" in configuration and not everything <= set(_listed(configuration["/Order"], 0)):
            raise SpecialError("order-of-layers")
    if not all(names) or len(names) != len(set(names)):
        raise SpecialError("names-of-layers")


def check_property_list(found: pikepdf.Object | None) -> None:
    """Examine a list of properties that marks content: a layer, or plain values.

    Raises:
        SpecialError: It is neither.
    """
    from pikepdf import Array, Dictionary, Stream

    if not isinstance(found, Dictionary):
        raise SpecialError("properties")
    if found.get("/Type") in ("/OCG", "/OCMD"):
        return
    if any(isinstance(value, Stream | Dictionary | Array) for _key, value in found.items()):
        raise SpecialError("properties")


def _layers(properties: pikepdf.Object | None) -> set[tuple[int, int]]:
    from pikepdf import Array, Dictionary

    found = properties.get("/OCGs") if isinstance(properties, Dictionary) else None
    return {layer.objgen for layer in found} if isinstance(found, Array) else set()


def _configurations(properties: pikepdf.Object | None) -> list[pikepdf.Dictionary]:
    from pikepdf import Array, Dictionary

    if not isinstance(properties, Dictionary):
        return []
    others = properties.get("/Configs")
    found = [properties.get("/D"), *(others if isinstance(others, Array) else ())]
    return [one for one in found if isinstance(one, Dictionary)]


def _listed(order: pikepdf.Object, depth: int) -> Iterator[tuple[int, int]]:
    from pikepdf import Array, Dictionary

    for one in order if isinstance(order, Array) and depth < _DEEPEST else ():
        if isinstance(one, Dictionary):
            yield one.objgen
        elif isinstance(one, Array):
            yield from _listed(one, depth + 1)
