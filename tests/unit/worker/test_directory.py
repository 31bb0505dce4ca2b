"""Private directories and what is believed about the files in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from coffre_cli.worker.directory import private_directory, sweep, taken
from coffre_cli.worker.errors import UntrustworthyResultError


def test_a_private_directory_is_for_its_owner_only_and_goes_away() -> None:
    with private_directory() as place:
        (place / "secret").write_bytes(b"x")
        assert place.stat().st_mode & 0o777 == 0o700
    assert not place.exists()


def test_a_sweep_spares_what_is_in_use() -> None:
    with private_directory() as place:
        sweep(place.parent)
        assert place.exists()


def test_a_sweep_removes_what_a_dead_process_left(tmp_path: Path) -> None:
    (tmp_path / "coffre-work-0.lock").touch()
    (tmp_path / "coffre-work-0").mkdir()
    (tmp_path / "coffre-work-0" / "plain").write_bytes(b"x")
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "/etc/passwd", "a/b", "missing", "link", "other"])
def test_a_reported_file_must_be_a_file_of_its_own_in_the_directory(tmp_path: Path, name: str) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "one").write_bytes(b"x")
    (tmp_path / "other").hardlink_to(tmp_path / "one")
    with pytest.raises(UntrustworthyResultError):
        taken(tmp_path, name)


def test_an_honest_file_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out.pdf").write_bytes(b"x")
    assert taken(tmp_path, "out.pdf") == tmp_path / "out.pdf"
