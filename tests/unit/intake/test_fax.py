"""Cover sheets through simulated faxes and scanners: filed right in at least 95 of 100, wrongly in none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest

from coffre_cli.intake.coversheet import Cover, Sheet, judge, new_cover
from coffre_cli.intake.symbols import symbols_of_file
from coffre_cli.model import RecordId
from coffre_cli.usecases.covers import CoverWords, sheet_pages
from tests.unit.intake.fax import Way, arrived, fax_file, page_image, scanned_file
from tests.unit.usecases.conftest import StillClock

TODAY = StillClock()().date()
COVERS = 3


def _faxes() -> Iterator[Way]:
    for down in (98, 196):
        for skew, turned, spots in product((-3.0, 0.4, 3.0), (0, 180), (0.01, 0.03)):
            yield Way(204, down, skew=skew, turned=turned, spots=spots)
        for scale, cut, streaks in product((0.9, 1.1), (0, 8), (0, 4)):
            yield Way(204, down, skew=1.0, spots=0.02, scale=scale, cut=cut, streaks=streaks)
        for turned in (90, 270):
            yield Way(204, down, turned=turned, spots=0.01)


def _scans() -> Iterator[Way]:
    for dpi in (150, 200, 300):
        for skew, turned, spots, quality in (
            (0.0, 0, 0.0, 75),
            (-3.0, 90, 0.0, 50),
            (2.0, 180, 0.01, 30),
            (3.0, 270, 0.02, 40),
            (-1.5, 0, 0.03, 20),
        ):
            yield Way(dpi, dpi, skew=skew, turned=turned, spots=spots, jpeg=quality, streaks=2, cut=5)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("ways", [_faxes, _scans])
def test_sheets_are_followed_in_nineteen_cases_of_twenty_and_wrongly_in_none(
    ways: Callable[[], Iterator[Way]], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    covers = [_cover(number) for number in range(COVERS)]
    sheets = [page_image(sheet_pages("Maison", [cover], CoverWords("", ()), StillClock()())) for cover in covers]
    right = wrong = 0
    tried = list(ways())[:: 1 if request.config.getoption("--long") else 3]
    for number, way in enumerate(tried):
        cover = covers[number % COVERS]
        reading = judge(_read(sheets[number % COVERS], way, number, tmp_path), covers, TODAY)
        right += reading is not None and reading.sheet is Sheet.COVER and reading.cover == cover
        wrong += reading is not None and reading.cover not in {None, cover}
    assert wrong == 0
    assert right >= 0.95 * len(tried), f"{right} of {len(tried)}"


def test_a_page_without_a_sheet_is_never_taken_for_one(tmp_path: Path) -> None:
    """Another safe's sheet, and a sheet whose symbols are torn away."""
    covers = [_cover(number) for number in range(COVERS)]
    page = page_image(sheet_pages("Ailleurs", [_cover(9)], CoverWords("", ()), StillClock()()))
    reading = judge(_read(page, Way(204, 196), 1, tmp_path), covers, TODAY)
    assert reading is not None
    assert (reading.sheet, reading.cover) == (Sheet.UNKNOWN, None)
    torn = page.copy()
    torn.paste(255, (0, page.height // 10, page.width, page.height))
    assert judge(_read(torn, Way(204, 196), 1, tmp_path), covers, TODAY) is None


def _read(page: object, way: Way, seed: int, folder: Path) -> tuple[str, ...]:
    from PIL import Image

    assert isinstance(page, Image.Image)
    image = arrived(page, way, seed)
    path = folder / "page"
    path.write_bytes(fax_file([image], (204, way.down)) if way.is_fax else scanned_file([image], way))
    (symbols,) = symbols_of_file(str(path), "image/tiff" if way.is_fax else "application/pdf", 5)
    return symbols


def _cover(number: int) -> Cover:
    """Return a cover that is the same at each run."""
    state = iter(range(number * 40 + 1, 10_000))
    return new_cover(
        RecordId(bytes([number]) * 16),
        f"D{number}",
        None,
        TODAY,
        lambda size: bytes(next(state) * 37 % 256 for _ in range(size)),
    )
