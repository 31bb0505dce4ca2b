"""One XMP packet: its properties, and the schemas that it explains itself."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
IDENTIFICATION = "http://www.aiim.org/pdfa/ns/id/"
EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
TYPE = "http://www.aiim.org/pdfa/ns/type#"
FIELD = "http://www.aiim.org/pdfa/ns/field#"
_HEADER = re.compile(rb"<\?xpacket\s+begin=(.*?)\?>", re.DOTALL)
_CONTAINERS = frozenset({"Alt", "Bag", "Seq"})
_DC, _XMP = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/xap/1.0/"
_PDF, _MM = "http://ns.adobe.com/pdf/1.3/", "http://ns.adobe.com/xap/1.0/mm/"
_TYPES = {
    _DC: "contributor Bag,coverage Text,creator Seq,date Seq,description Alt,format Text,identifier Text,language Bag,"
    "publisher Bag,relation Bag,rights Alt,source Text,subject Bag,title Alt,type Bag",
    _XMP: "Advisory Bag,BaseURL Text,CreateDate Date,CreatorTool Text,Identifier Bag,Label Text,MetadataDate Date,"
    "ModifyDate Date,Nickname Text,Rating Text,Thumbnails Alt",
    _PDF: "Keywords Text,PDFVersion Text,Producer Text",
    _MM: "DerivedFrom Struct,DocumentID Text,History Seq,InstanceID Text,ManagedFrom Struct,Manager Text,"
    "ManageTo Text,ManageUI Text,ManagerVariant Text,RenditionClass Text,RenditionParams Text,VersionID Text,"
    "Versions Seq",
    "http://ns.adobe.com/xap/1.0/rights/": "Certificate Text,Marked Boolean,Owner Bag,UsageTerms Alt,WebStatement Text",
    "http://ns.adobe.com/xap/1.0/t/pg/": "Colorants Seq,Fonts Bag,MaxPageSize Struct,NPages Integer,PlateNames Seq",
    IDENTIFICATION: "part Integer,amd Text,conformance Text,corr Text",
    EXTENSION: "schemas Bag",
}
PREDEFINED = {(space, row.split()[0]): row.split()[1] for space, rows in _TYPES.items() for row in rows.split(",")}
"""The properties of schemas that need no explanation, as far as they are known here, with their kinds."""
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$")


@dataclass(frozen=True, slots=True)
class Property:
    """One property of the packet's top level."""

    space: str
    name: str
    kind: str
    """`Text`, `Alt`, `Bag`, `Seq` or `Struct`."""
    text: str
    element: ET.Element | None


class Packet:
    """An XMP packet.

    Raises:
        xml.etree.ElementTree.ParseError: It is not well-formed.
        ValueError: It is no RDF.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        plain = data.decode("utf-8-sig").encode("utf-8")
        if b"<!DOCTYPE" in plain:
            raise ValueError("DOCTYPE")
        root = ET.fromstring(plain.strip(b"\0 \n\r\t"))  # noqa: S314 - what we made ourselves, without DOCTYPE
        found = root if root.tag == f"{{{RDF}}}RDF" else root.find(f"{{{RDF}}}RDF")
        if found is None:
            raise ValueError("no rdf:RDF")
        self._rdf = found

    @property
    def header(self) -> bytes:
        """What stands in the packet's first processing instruction."""
        found = _HEADER.search(self.data)
        return found[1] if found else b""

    def prefixes(self, space: str) -> set[str]:
        """Return the prefixes bound to the namespace *space*."""
        found = re.findall(r"xmlns:([\w.-]+)\s*=\s*[\"']" + re.escape(space) + r"[\"']", self.data.decode("utf-8-sig"))
        return set(found)

    @cached_property
    def properties(self) -> list[Property]:
        """The properties, in their order."""
        return list(self._properties())

    def _properties(self) -> Iterator[Property]:
        for description in self._rdf:
            if description.tag != f"{{{RDF}}}Description":
                raise ValueError(description.tag)
            for key, value in description.attrib.items():
                space, name = _split(key)
                if space not in {RDF, "http://www.w3.org/XML/1998/namespace"}:
                    yield Property(space, name, "Text", value, None)
            for element in description:
                space, name = _split(element.tag)
                yield Property(space, name, _kind(element), (element.text or "").strip(), element)

    def values(self, space: str, name: str) -> list[str]:
        """Return the texts of the properties *name*."""
        return [one.text for one in self.properties if (one.space, one.name) == (space, name)]

    @cached_property
    def schemas(self) -> list[ET.Element]:
        """The descriptions of extension schemas."""
        found = [one.element for one in self.properties if (one.space, one.name) == (EXTENSION, "schemas")]
        return [item for element in found if element is not None for item in items(element)]

    def explained(self) -> dict[tuple[str, str], str]:
        """Return the properties that extension schemas define, with their types."""
        defined = {}
        for schema in self.schemas:
            space = field_text(schema, SCHEMA, "namespaceURI")
            for one in items(field_of(schema, SCHEMA, "property")):
                defined[(space, field_text(one, PROPERTY, "name"))] = field_text(one, PROPERTY, "valueType")
        return defined


def is_date(text: str) -> bool:
    """Whether *text* is a date of XMP."""
    return bool(_DATE.match(text))


def fits(one: Property, kind: str) -> bool:
    """Whether a property is of the *kind* its schema says."""
    wanted = {"lang alt": "Alt", "bag": "Bag", "seq": "Seq", "alt": "Alt"}.get(" ".join(kind.lower().split()[:2]), kind)
    wanted = {"bag": "Bag", "seq": "Seq", "alt": "Alt"}.get(wanted.lower().split()[0] if wanted else "", wanted)
    match wanted:
        case "Alt" | "Bag" | "Seq" | "Struct":
            return one.kind == wanted
        case "Date":
            return one.kind == "Text" and is_date(one.text)
        case "Integer":
            return one.kind == "Text" and re.fullmatch(r"[+-]?\d+", one.text) is not None
        case "Boolean":
            return one.kind == "Text" and one.text in {"True", "False"}
        case _:
            return one.kind in {"Text", "Struct"}


def items(element: ET.Element | None) -> list[ET.Element]:
    """Return the members of a container."""
    inner = element[0] if element is not None and len(element) else None
    return list(inner) if inner is not None else []


def field_of(element: ET.Element, space: str, name: str) -> ET.Element | None:
    """Return a field of a structure, written either way."""
    found = element.find(f"{{{space}}}{name}")
    if found is None and len(element):
        found = element[0].find(f"{{{space}}}{name}")
    return found


def field_text(element: ET.Element, space: str, name: str) -> str:
    """Return the text of a field of a structure, written in any of three ways."""
    for holder in (element, *element[:1]):
        if f"{{{space}}}{name}" in holder.attrib:
            return holder.attrib[f"{{{space}}}{name}"]
    found = field_of(element, space, name)
    return (found.text or "").strip() if found is not None else ""


def fields(element: ET.Element) -> set[tuple[str, str]]:
    """Return the names of the fields of a structure."""
    found = {_split(key) for holder in (element, *element[:1]) for key in holder.attrib}
    holder = element[0] if len(element) and element[0].tag == f"{{{RDF}}}Description" else element
    return {one for one in found | {_split(child.tag) for child in holder} if one[0] != RDF}


def _kind(element: ET.Element) -> str:
    inner = _split(element[0].tag)[1] if len(element) else ""
    if inner in _CONTAINERS:
        return inner
    structured = len(element) or element.get(f"{{{RDF}}}parseType") == "Resource"
    return "Struct" if structured else "Text"


def _split(tag: str) -> tuple[str, str]:
    space, _brace, name = tag.removeprefix("{").rpartition("}")
    return space, name
