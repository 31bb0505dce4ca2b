"""Packages come from where pip would take them."""

from __future__ import annotations

from pathlib import Path

import pytest

from house.index import PUBLIC, Index, configured_index
from house.ready import index_options


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with a home of its own and no file of the machine."""
    return {"HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path / "xdg"), "XDG_CONFIG_HOME": str(tmp_path / "conf")}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_without_configuration_it_is_the_public_index(home: dict[str, str]) -> None:
    assert Index().simple_urls() == (PUBLIC,)
    assert "--default-index" not in index_options(Index())


def test_a_variable_wins_over_the_file_of_the_user(home: dict[str, str], tmp_path: Path) -> None:
    _write(tmp_path / "conf" / "pip" / "pip.conf", "[global]\nindex-url = https://file.example/simple\ncert = ca.pem\n")
    found = configured_index(home | {"PIP_INDEX_URL": "https://variable.example/simple"})
    assert (found.url, found.certificates) == ("https://variable.example/simple", "ca.pem")


def test_the_users_file_wins_over_that_of_the_machine(home: dict[str, str], tmp_path: Path) -> None:
    _write(tmp_path / "xdg" / "pip" / "pip.conf", "[global]\nindex-url = https://machine.example/simple\n")
    _write(tmp_path / ".pip" / "pip.conf", "[global]\nindex-url = https://user.example/simple\n")
    assert configured_index(home).url == "https://user.example/simple"


def test_the_section_for_installing_counts_too_and_lists_may_span_lines(home: dict[str, str], tmp_path: Path) -> None:
    _write(
        tmp_path / "named.conf",
        "[install]\nextra-index-url =\n  https://a.example\n  https://b.example\nno-index = 1\n",
    )
    found = configured_index(home | {"PIP_CONFIG_FILE": str(tmp_path / "named.conf")})
    assert (found.extra, found.no_index) == (("https://a.example", "https://b.example"), True)


def test_no_file_is_read_when_pip_is_told_to_read_none(home: dict[str, str], tmp_path: Path) -> None:
    _write(tmp_path / ".pip" / "pip.conf", "[global]\nindex-url = https://user.example/simple\n")
    assert configured_index(home | {"PIP_CONFIG_FILE": "/dev/null"}) == Index()


def test_a_file_that_cannot_be_read_as_configuration_is_passed_over(home: dict[str, str], tmp_path: Path) -> None:
    _write(tmp_path / ".pip" / "pip.conf", "index-url = outside of any section\n")
    assert configured_index(home).url == configured_index(home | {"PIP_CONFIG_FILE": "/dev/null"}).url


def test_uv_is_told_of_every_place_once() -> None:
    found = index_options(Index("https://a", ("https://b",), ("wheels",), trusted_hosts=("a",)))
    assert found[:8] == [
        "--default-index", "https://a", "--index", "https://b", "--find-links", "wheels", "--allow-insecure-host", "a",
    ]  # fmt: skip
