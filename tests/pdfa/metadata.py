"""Clause 6.6 of ISO 19005-2: metadata, the schemas they explain, and what the file says it is."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from pikepdf import Name, Stream

from tests.pdfa.document import Document
from tests.pdfa.judge import rule
from tests.pdfa.xmp import (
    EXTENSION,
    FIELD,
    IDENTIFICATION,
    PREDEFINED,
    PROPERTY,
    SCHEMA,
    TYPE,
    Packet,
    field_of,
    field_text,
    fields,
    fits,
    items,
)

_SCHEMA_FIELDS = ("schema", "namespaceURI", "prefix", "property", "valueType")
_PROPERTY_FIELDS = ("name", "valueType", "category", "description")
_TYPE_FIELDS = ("type", "namespaceURI", "prefix", "description", "field")
_FIELD_FIELDS = ("name", "valueType", "description")


def _main(document: Document) -> Packet:
    return Packet(document.root["/Metadata"].read_bytes())


def _packets(document: Document) -> Iterator[tuple[str, Packet]]:
    for stream in document.streams():
        if stream.get("/Type") == Name.Metadata:
            yield document.label(stream), Packet(stream.read_bytes())


@rule("6.6.2.1-1")
def metadata_are_there(document: Document) -> Iterator[str]:
    """6.6.2.1: the catalogue has Metadata, a stream of that type."""
    found = document.root.get("/Metadata")
    if not isinstance(found, Stream) or found.get("/Type") != Name.Metadata or found.get("/Subtype") != Name.XML:
        yield "no metadata"


@rule("6.6.2.1-2")
def no_size_in_the_packet(document: Document) -> Iterator[str]:
    """6.6.2.1: no `bytes` in the packet's header."""
    yield from (label for label, packet in _packets(document) if b"bytes=" in packet.header)


@rule("6.6.2.1-3")
def no_encoding_in_the_packet(document: Document) -> Iterator[str]:
    """6.6.2.1: no `encoding` in the packet's header."""
    yield from (label for label, packet in _packets(document) if b"encoding=" in packet.header)


@rule("6.6.2.1-4")
def packets_are_well_formed(document: Document) -> Iterator[str]:
    """6.6.2.1: all packets are well-formed XML and RDF."""
    for stream in document.streams():
        if stream.get("/Type") == Name.Metadata:
            try:
                _ = Packet(stream.read_bytes()).properties
            except (ET.ParseError, ValueError) as error:
                yield f"{document.label(stream)}: {error}"


@rule("6.6.2.1-5")
def packets_are_utf8(document: Document) -> Iterator[str]:
    """6.6.2.1: packets are written in UTF-8."""
    for stream in document.streams():
        if stream.get("/Type") == Name.Metadata:
            data = stream.read_bytes()
            if data[:2] in {b"\xfe\xff", b"\xff\xfe"} or b"\0" in data[:64]:
                yield document.label(stream)


@rule("6.6.2.3-1")
def schemas_hold_known_fields(document: Document) -> Iterator[str]:
    """6.6.2.3.3: descriptions of extension schemas hold the fields of its tables only."""
    known = {(space, name) for space, names in _TABLES.items() for name in names}
    for label, packet in _packets(document):
        for schema in packet.schemas:
            for one in (schema, *_all(schema)):
                for field in fields(one) - known:
                    yield f"{field} in {label}"


_TABLES = {SCHEMA: _SCHEMA_FIELDS, PROPERTY: _PROPERTY_FIELDS, TYPE: _TYPE_FIELDS, FIELD: _FIELD_FIELDS}


def _all(schema: ET.Element) -> list[ET.Element]:
    types = items(field_of(schema, SCHEMA, "valueType"))
    inner = [field for one in types for field in items(field_of(one, TYPE, "field"))]
    return [*items(field_of(schema, SCHEMA, "property")), *types, *inner]


@rule("6.6.2.3-2")
def schemas_are_a_bag(document: Document) -> Iterator[str]:
    """6.6.2.3.3: `pdfaExtension:schemas` is a Bag, under that prefix."""
    for label, packet in _packets(document):
        for one in packet.properties:
            if one.space == EXTENSION and (one.kind != "Bag" or packet.prefixes(EXTENSION) != {"pdfaExtension"}):
                yield label


def _lacking(one: ET.Element, space: str, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if not field_text(one, space, name)]


@rule("6.6.2.3-3")
def schemas_are_complete(document: Document) -> Iterator[str]:
    """6.6.2.3.3: a schema has schema, namespaceURI, prefix and a Seq of properties."""
    for label, packet in _packets(document):
        for schema in packet.schemas:
            properties = field_of(schema, SCHEMA, "property")
            lacking = _lacking(schema, SCHEMA, _SCHEMA_FIELDS[:3])
            if lacking or not items(properties) or packet.prefixes(SCHEMA) != {"pdfaSchema"}:
                yield f"{label}: {lacking}"


@rule("6.6.2.3-4")
def properties_are_complete(document: Document) -> Iterator[str]:
    """6.6.2.3.3: a property has name, valueType, category (internal or external) and description."""
    for label, packet in _packets(document):
        for one in (one for schema in packet.schemas for one in items(field_of(schema, SCHEMA, "property"))):
            category = field_text(one, PROPERTY, "category")
            if _lacking(one, PROPERTY, _PROPERTY_FIELDS) or category not in {"internal", "external"}:
                yield f"{label}: {field_text(one, PROPERTY, 'name')}"


@rule("6.6.2.3-5")
def types_are_complete(document: Document) -> Iterator[str]:
    """6.6.2.3.3: a value type has type, namespaceURI, prefix and description."""
    for label, packet in _packets(document):
        for one in (one for schema in packet.schemas for one in items(field_of(schema, SCHEMA, "valueType"))):
            if _lacking(one, TYPE, _TYPE_FIELDS[:4]):
                yield f"{label}: {field_text(one, TYPE, 'type')}"


@rule("6.6.2.3-6")
def fields_are_complete(document: Document) -> Iterator[str]:
    """6.6.2.3.3: a field of a value type has name, valueType and description."""
    for label, packet in _packets(document):
        types = (one for schema in packet.schemas for one in items(field_of(schema, SCHEMA, "valueType")))
        for one in (field for kind in types for field in items(field_of(kind, TYPE, "field"))):
            if _lacking(one, FIELD, _FIELD_FIELDS):
                yield f"{label}: {field_text(one, FIELD, 'name')}"


@rule("6.6.2.3-7")
def properties_are_explained(document: Document) -> Iterator[str]:
    """6.6.2.3.1: properties are predefined or explained by an extension schema, and of their type."""
    main = _main(document).explained()
    for label, packet in _packets(document):
        known = main | packet.explained() | PREDEFINED
        for one in packet.properties:
            kind = known.get((one.space, one.name))
            if kind is None or not fits(one, kind):
                yield f"{one.name} of {one.space} ({one.kind}) in {label}"


@rule("6.6.4-1")
def the_file_says_what_it_is(document: Document) -> Iterator[str]:
    """6.6.4: the metadata hold the PDF/A identification."""
    if not any(one.space == IDENTIFICATION for one in _main(document).properties):
        yield "no identification"


@rule("6.6.4-2")
def part_two(document: Document) -> Iterator[str]:
    """6.6.4: `pdfaid:part` is 2."""
    if _main(document).values(IDENTIFICATION, "part") != ["2"]:
        yield f"{_main(document).values(IDENTIFICATION, 'part')}"


@rule("6.6.4-3")
def level_b(document: Document) -> Iterator[str]:
    """6.6.4: `pdfaid:conformance` is B (the levels U and A promise more)."""
    found = _main(document).values(IDENTIFICATION, "conformance")
    if len(found) != 1 or found[0] not in {"A", "B", "U"}:
        yield f"{found}"


@rule("6.6.4-4")
def identification_has_its_prefix(document: Document) -> Iterator[str]:
    """6.6.4: the identification stands under the prefix pdfaid."""
    if _main(document).prefixes(IDENTIFICATION) != {"pdfaid"}:
        yield f"{_main(document).prefixes(IDENTIFICATION)}"
