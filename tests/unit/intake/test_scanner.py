"""SANE's own test backend as the scanner."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from coffre_cli.convert.model import Ocr, Profile
from coffre_cli.intake.errors import FeederEmptyError, ScannerError
from coffre_cli.intake.join import join_pages
from coffre_cli.intake.scanner import ScanWish, devices, mode_named, scan, source_named
from coffre_cli.usecases.intake import Deposited, Input, Wishes
from coffre_cli.usecases.scanning import file_pages, scan_batch
from coffre_cli.vault.session import Vault
from tests.unit.usecases.conftest import House

OPTIONS = """
    --mode Gray|Color|Lineart [Gray]
    --source Flatbed|ADF Front|ADF Duplex [Flatbed]
"""


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sane").mkdir()
    (tmp_path / "sane" / "dll.conf").write_text("test\n")
    (tmp_path / "sane" / "test.conf").write_text("number_of_devices 1\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path / "sane"))


@pytest.mark.parametrize(
    ("feeder", "duplex", "named"),
    [(False, False, "Flatbed"), (True, False, "ADF Front"), (True, True, "ADF Duplex")],
)
def test_a_scanner_names_its_sources_as_it_likes(feeder: bool, duplex: bool, named: str) -> None:
    assert source_named(OPTIONS, feeder=feeder, duplex=duplex) == named


@pytest.mark.parametrize(("wanted", "named"), [(None, "Gray"), ("colour", "Color"), ("bw", "Lineart"), ("x", None)])
def test_a_mode_is_asked_for_in_plain_words(wanted: str | None, named: str | None) -> None:
    assert mode_named(OPTIONS, wanted) == named


@pytest.mark.needs("scanimage")
@pytest.mark.usefixtures("backend")
def test_pages_of_the_feeder_come_in_until_it_is_empty(tmp_path: Path) -> None:
    assert [device.name for device in devices()] == ["test:0"]
    told: list[int] = []
    pages = scan(ScanWish("test:0", feeder=True, resolution=75), tmp_path, told.append)
    assert len(pages) == 10, "the test feeder holds ten sheets"
    assert told == list(range(1, 11)), "each page as it is scanned"


@pytest.mark.needs("scanimage")
@pytest.mark.usefixtures("backend")
def test_one_page_from_the_glass(tmp_path: Path) -> None:
    assert len(scan(ScanWish("test:0", feeder=False, resolution=75), tmp_path, lambda _count: None)) == 1


@pytest.mark.needs("scanimage")
@pytest.mark.usefixtures("backend")
def test_a_scanner_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScannerError):
        scan(ScanWish("test:7", feeder=True, resolution=75), tmp_path, lambda _count: None)


def test_a_jam_after_two_pages_keeps_the_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "scanimage"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\ncase $1 in -A) exit 0;; esac\n"
        "printf one > page0001.tif; printf two > page0002.tif\n"
        "echo 'Scanned page 1. (scanner status = 5)' >&2; echo 'Scanned page 2. (scanner status = 5)' >&2; exit 6\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    (tmp_path / "pages").mkdir()
    batch = scan_batch(ScanWish("x", feeder=True, resolution=75), tmp_path / "pages", lambda _count: None)
    assert len(batch.pages) == 2
    assert isinstance(batch.stopped, ScannerError)
    assert "jammed" in str(batch.stopped.facts["reason"])


def test_an_empty_feeder_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "scanimage"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\ncase $1 in -A) exit 0;; esac\nexit 7\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    with pytest.raises(FeederEmptyError):
        scan(ScanWish("x", feeder=True, resolution=75), tmp_path, lambda _count: None)


def test_blank_pages_are_left_out_only_when_asked_and_never_all(tmp_path: Path) -> None:
    written = Image.new("1", (800, 1100), 1)
    written.paste(0, (100, 100, 400, 140))
    blank = Image.new("1", (800, 1100), 1)
    names = []
    for number, page in enumerate((written, blank, written)):
        page.save(tmp_path / f"{number}.tif")
        names.append(str(tmp_path / f"{number}.tif"))
    assert join_pages(tuple(names), str(tmp_path), drop_blank=False).pages == 3
    assert join_pages(tuple(names), str(tmp_path), drop_blank=True).blank == (2,)
    assert join_pages((names[1],), str(tmp_path), drop_blank=True).pages == 1


@pytest.mark.needs("scanimage")
@pytest.mark.usefixtures("backend")
def test_a_scan_ends_in_the_safe_c33(house: House, vault: Vault, tmp_path: Path) -> None:
    wish = ScanWish("test:0", feeder=True, resolution=75, pages=3)
    (tmp_path / "pages").mkdir()
    pages = scan(wish, tmp_path / "pages", lambda _count: None)
    target = Input(tmp_path, "Courrier", "Scans")
    outcomes = list(file_pages(vault, pages, target, Wishes(archive=False), drop_blank=False))
    (kept,) = [one for one in outcomes if isinstance(one, Deposited)]
    assert kept.document is not None
    assert (kept.document.title, kept.document.folder) == ("Courrier", "Scans")


@pytest.mark.needs("scanimage")
@pytest.mark.usefixtures("backend")
def test_a_faithful_scan_passes_its_controls(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    pages = scan(ScanWish("test:0", feeder=True, resolution=300, pages=2), tmp_path / "pages", lambda _count: None)
    wishes = Wishes(profile=Profile.FIDELE, ocr=Ocr.NEVER)
    outcomes = list(file_pages(vault, pages, Input(tmp_path, "Bail", ""), wishes, drop_blank=False))
    (kept,) = [one for one in outcomes if isinstance(one, Deposited)]
    assert kept.document is not None, kept.error
    assert kept.document.conversion is not None
    assert all(control.passed for control in kept.document.conversion.controls)
    assert ("pages", "2 → 2") in [(control.name, control.found) for control in kept.document.conversion.controls]


@pytest.mark.needs("scanimage")
@pytest.mark.usefixtures("backend")
def test_a_faithful_scan_that_came_in_too_coarse_is_refused(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    pages = scan(ScanWish("test:0", feeder=True, resolution=150, pages=1), tmp_path / "pages", lambda _count: None)
    wishes = Wishes(profile=Profile.FIDELE, ocr=Ocr.NEVER)
    outcomes = list(file_pages(vault, pages, Input(tmp_path, "Bail", ""), wishes, drop_blank=False))
    (refused,) = [one for one in outcomes if isinstance(one, Deposited)]
    assert refused.error is not None
    assert refused.error.code == "resolution_too_low"
