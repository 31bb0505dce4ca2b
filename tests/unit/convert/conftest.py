"""One pool of workers for all tests of conversions, and the files they convert."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coffre_cli.convert.convert import convert, workers
from coffre_cli.convert.model import PDF_A, Conversion, Ocr, Options, Source
from coffre_cli.worker.pool import Workers
from tests.pdfa import validate

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PLAIN = Options(MOMENT, ocr=Ocr.NEVER)
Converted = Callable[..., Conversion]


@pytest.fixture(scope="session")
def pool() -> Iterator[Workers]:
    with workers(2) as started:
        yield started


@pytest.fixture
def converted(pool: Workers, tmp_path: Path) -> Iterator[Converted]:
    """Convert bytes, or a file, under a name; what is called PDF/A is judged each time."""
    made: list[Conversion] = []

    def run(content: bytes | Path, name: str = "file", options: Options = PLAIN) -> Conversion:
        path = content if isinstance(content, Path) else tmp_path / f"source{len(made)}"
        if isinstance(content, bytes):
            path.write_bytes(content)
        before = path.read_bytes()
        made.append(convert(pool, Source(path, name), options))
        assert path.read_bytes() == before
        if made[-1].format == PDF_A and made[-1].archive is not None:
            assert validate(made[-1].archive) == []
        return made[-1]

    yield run
    for conversion in made:
        conversion.discard()
