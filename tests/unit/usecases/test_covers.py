"""Cover sheets in stacks: what a good one says is done; a bad one misfiles nothing, loses nothing, and is told of."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from coffre_cli.intake.coversheet import Cover, Sheet, new_cover
from coffre_cli.model import RecordId
from coffre_cli.usecases.arrivals import Taken, take
from coffre_cli.usecases.covers import CoverWish, CoverWords, covers, print_covers, sheet_pages
from coffre_cli.usecases.intake import Input, Wishes
from coffre_cli.vault.session import Vault
from tests.unit.intake.fax import Way, arrived, fax_file, page_image
from tests.unit.usecases.conftest import StillClock

WORDS = CoverWords("", ())
FAX = Way(204, 196, skew=0.5, spots=0.01)
GOOD, ONCE, PAST, FOREIGN = "good", "once", "past", "foreign"


def _sheet(vault: Vault, wish: CoverWish) -> Image.Image:
    _made, pdf = print_covers(vault, wish, WORDS)
    return page_image(pdf)


@pytest.fixture
def sheets(vault: Vault, clock: StillClock) -> dict[str, Image.Image]:
    past = _sheet(vault, CoverWish("Passé", valid_days=1))
    clock.advance(days=3)
    foreign = new_cover(RecordId(bytes(16)), "Ailleurs", None, clock().date(), lambda size: bytes(range(size)))
    return {
        GOOD: _sheet(vault, CoverWish("Maison/Assurance", "Contrat")),
        ONCE: _sheet(vault, CoverWish("Unique", single=True)),
        PAST: past,
        FOREIGN: page_image(sheet_pages("Autre", [foreign], WORDS, clock())),
    }


def _stack(folder: Path, sheets: dict[str, Image.Image], order: Sequence[str]) -> Input:
    """Fax sheets and pages; a page is any other word, with as many bars as the word is long."""
    pages = [arrived(sheets[one] if one in sheets else _page(one), FAX, number) for number, one in enumerate(order)]
    path = folder / "fax.tif"
    path.write_bytes(fax_file(pages, (204, 196)))
    return Input(path, "fax.tif", "Reçus", RecordId(b"r" * 16))


def _page(word: str) -> Image.Image:
    page = Image.new("L", (2480, 3508), 255)
    pen = ImageDraw.Draw(page)
    for number in range(len(word)):
        pen.rectangle((300, 300 + 200 * number, 2100, 360 + 200 * number), fill=0)
    return page


def _take(vault: Vault, source: Input) -> Taken:
    (taken,) = take(vault, [source], Wishes(archive=False))
    return taken


def _filed(vault: Vault, taken: Taken) -> list[tuple[str, str, int]]:
    """Return folder, title and number of pages of each document."""
    found = []
    for one in taken.outcomes:
        assert one.document is not None
        sink = io.BytesIO()
        vault.read(one.document, one.document.shown, sink)
        with Image.open(sink) as picture:
            found.append((one.document.folder, one.document.title, getattr(picture, "n_frames", 1)))
    return found


def test_a_stack_is_parted_and_filed_by_its_sheets_which_are_taken_out(
    vault: Vault, sheets: dict[str, Image.Image], tmp_path: Path
) -> None:
    taken = _take(vault, _stack(tmp_path, sheets, ["a", GOOD, "bb", "ccc", ONCE, "dddd"]))
    assert _filed(vault, taken) == [
        ("Reçus", "fax 1", 1),
        ("Maison/Assurance", "Contrat", 2),
        ("Unique", "fax 3", 1),
    ]
    assert taken.unfollowed == []
    assert sorted(cover.used for cover in covers(vault)) == [0, 1, 1]


@pytest.mark.parametrize(
    ("bad", "sheet"), [(PAST, Sheet.EXPIRED), (FOREIGN, Sheet.UNKNOWN), (ONCE, Sheet.SPENT)], ids=[PAST, FOREIGN, ONCE]
)
def test_a_sheet_that_is_not_good_misfiles_nothing_and_its_page_is_kept(
    vault: Vault, sheets: dict[str, Image.Image], tmp_path: Path, bad: str, sheet: Sheet
) -> None:
    if bad == ONCE:
        first = _stack(tmp_path, sheets, [ONCE, "eeeee"])
        _take(vault, Input(first.path, first.name, first.folder, RecordId(b"f" * 16)))
    taken = _take(vault, _stack(tmp_path, sheets, [GOOD, "a", bad, "bb", "ccc"]))
    assert _filed(vault, taken) == [("Maison/Assurance", "Contrat", 1), ("Reçus", "fax 2", 3)]
    assert taken.unfollowed == [sheet]


def test_a_sheet_for_one_use_is_good_for_one_page_of_a_stack(
    vault: Vault, sheets: dict[str, Image.Image], tmp_path: Path
) -> None:
    taken = _take(vault, _stack(tmp_path, sheets, [ONCE, "page", ONCE, "other"]))
    assert taken.unfollowed == [Sheet.SPENT]
    (cover,) = (one for one in covers(vault) if one.single)
    assert cover.used == 1


def test_a_page_with_the_symbols_of_two_sheets_follows_neither(
    vault: Vault, sheets: dict[str, Image.Image], tmp_path: Path
) -> None:
    half = sheets[GOOD].height // 2
    sheets["glued"] = sheets[GOOD].copy()
    sheets["glued"].paste(sheets[ONCE].crop((0, half, sheets[ONCE].width, sheets[ONCE].height)), (0, half))
    taken = _take(vault, _stack(tmp_path, sheets, ["glued", "a"]))
    assert _filed(vault, taken) == [("Reçus", "fax", 2)]
    assert taken.unfollowed == [Sheet.UNKNOWN]


def test_a_stack_that_was_interrupted_is_not_doubled(
    vault: Vault, sheets: dict[str, Image.Image], tmp_path: Path
) -> None:
    source = _stack(tmp_path, sheets, [ONCE, "a", GOOD, "bb"])
    assert len(_take(vault, source).outcomes) == 2
    assert _take(vault, source).outcomes == [], "the sheet for one use is spent by now, and the pieces are the same"


def test_sheets_alone_make_no_document(vault: Vault, sheets: dict[str, Image.Image], tmp_path: Path) -> None:
    assert _take(vault, _stack(tmp_path, sheets, [GOOD, GOOD])).outcomes == []


def test_the_foot_of_a_sheet_says_how_long_it_is_good(clock: StillClock) -> None:
    words = CoverWords("", ("rule",), once="once", until="until {day}")
    base = new_cover(RecordId(bytes(16)), "", None, clock().date(), bytes)
    assert words.rules_of(base) == ["rule"]
    whole = Cover(**{name: getattr(base, name) for name in base.__slots__} | {"single": True, "expires": "2027-01-01"})
    assert words.rules_of(whole) == ["rule", "once", "until 2027-01-01"]
