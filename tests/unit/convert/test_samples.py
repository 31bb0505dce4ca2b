"""Real files that nobody here made: each ends as its row of the manifest says. Skipped where they are not."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from coffre_cli.convert.convert import convert_all
from coffre_cli.convert.model import PDF_A, Conversion, Source
from coffre_cli.worker.pool import Workers
from tests.pdfa import validate
from tests.unit.convert.conftest import PLAIN

_SAMPLES = Path(__file__).parents[4] / "shared" / "samples"
_FAMILIES = ("office", "images", "pdf", "mail", "text")


def rows() -> list[tuple[str, str]]:
    manifest = _SAMPLES / "manifest.tsv"
    if not manifest.exists():
        return []
    with manifest.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["file"], row["expect"]) for row in table if row["file"].split("/")[0] in _FAMILIES]


def ending(made: Conversion) -> str:
    if made.durable:
        return "keep"
    return "archive" if made.archive is not None and made.format == PDF_A else "none"


@pytest.fixture(scope="module")
def conversions(pool: Workers) -> Iterator[dict[str, Conversion]]:
    sources = [Source(_SAMPLES / file, Path(file).name) for file, _expect in rows()]
    made = dict(zip((file for file, _expect in rows()), convert_all(pool, sources, PLAIN), strict=True))
    yield made
    for conversion in made.values():
        conversion.discard()


@pytest.mark.needs("soffice")
@pytest.mark.skipif(not rows(), reason="the samples are not beside the checkout")
@pytest.mark.parametrize(("file", "expect"), rows())
def test_a_real_file_ends_as_expected(conversions: dict[str, Conversion], file: str, expect: str) -> None:
    made = conversions[file]
    assert expect in {ending(made), "either"}, made.remarks
    assert made.archive is not None or made.durable or made.reason is not None
    assert made.record.source_sha256 == hashlib.sha256((_SAMPLES / file).read_bytes()).hexdigest()
    if made.archive is not None:
        with pikepdf.open(made.archive) as pdf:
            assert len(pdf.pages) == made.pages
    if made.format == PDF_A and made.archive is not None:
        assert validate(made.archive) == []
