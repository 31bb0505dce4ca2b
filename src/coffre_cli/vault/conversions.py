"""Conversion records as part of a document's state: canonical JSON knows no fractions (docs/format/event.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coffre_cli.crypto.canonical import Fields, Json
from coffre_cli.model import Control, ConversionRecord

_PARTS = 10_000
"""A likeness is kept in ten-thousandths."""
_MILLI = 1000


def conversion_state(record: ConversionRecord) -> dict[str, Json]:
    """Return the state of *record*."""
    score = record.visual_score
    return {
        "archive_sha256": record.archive_sha256,
        "charset": record.charset,
        "controls": [{"found": _text(one.found), "name": one.name, "passed": one.passed} for one in record.controls],
        "fonts": _pairs(record.fonts),
        "glyphs_missing": [_text(one) for one in record.glyphs_missing],
        "likeness": None if score is None else round(score * _PARTS),
        "milliseconds": round(record.seconds * _MILLI),
        "ocr": record.ocr,
        "ocr_languages": list(record.ocr_languages),
        "pages_in": record.pages_in,
        "pages_out": record.pages_out,
        "profile": record.profile,
        "route": record.route,
        "routes_refused": _pairs(record.routes_refused),
        "sandboxed": record.sandboxed,
        "source_sha256": record.source_sha256,
        "tools": _pairs(record.tools),
        "validator": record.validator,
        "verdict": record.verdict,
    }


def read_conversion(fields: Fields) -> ConversionRecord:
    """Return the record whose state is *fields*.

    Raises:
        NotCanonicalError: It is not one that `conversion_state` gave.
    """
    return ConversionRecord(
        route=fields.text("route"),
        routes_refused=_read_pairs(fields, "routes_refused"),
        tools=_read_pairs(fields, "tools"),
        source_sha256=fields.text("source_sha256"),
        archive_sha256=fields.text("archive_sha256"),
        pages_in=fields.integer("pages_in"),
        pages_out=fields.integer("pages_out"),
        verdict=fields.text("verdict"),
        validator=fields.text("validator"),
        fonts=_read_pairs(fields, "fonts"),
        glyphs_missing=fields.texts("glyphs_missing"),
        visual_score=fields.integer("likeness") / _PARTS if fields.has("likeness") else None,
        charset=fields.text("charset"),
        ocr=fields.text("ocr"),
        ocr_languages=fields.texts("ocr_languages"),
        seconds=fields.integer("milliseconds") / _MILLI,
        sandboxed=fields.boolean("sandboxed"),
        profile=fields.text("profile"),
        controls=tuple(
            Control(one.text("name"), one.boolean("passed"), one.text("found")) for one in fields.objects("controls")
        ),
    )


def _pairs(pairs: Iterable[Sequence[str]]) -> list[Json]:
    return [[_text(one) for one in pair] for pair in pairs]


def _text(text: str) -> str:
    """Return *text* without what UTF-8 cannot say: names of fonts come from outside."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _read_pairs(fields: Fields, name: str) -> tuple[tuple[str, str], ...]:
    found = (item for item in fields.items(name) if isinstance(item, list))
    return tuple((str(one), str(other)) for one, other in found)
