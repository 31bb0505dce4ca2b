"""What a test needs is read from the test, and installed once."""

from __future__ import annotations

from pathlib import Path

from house.programs import needs_in, packages_for


def test_the_programs_a_test_needs_are_read_from_its_mark() -> None:
    text = '@pytest.mark.needs("pdfsig", "qpdf")\n# needs: gs strace\npytestmark = pytest.mark.needs("age")\n'
    assert needs_in(text) == {"pdfsig", "qpdf", "gs", "strace", "age"}


def test_a_program_named_in_passing_is_not_installed() -> None:
    assert needs_in("text = \"@pytest.mark.needs('gs')\"") == set()


def test_a_package_that_brings_two_programs_is_installed_once() -> None:
    assert packages_for(["pdfsig", "pdftoppm", "strace"]) == ("poppler-utils", "strace")


def test_no_tool_of_the_house_is_shipped() -> None:
    assert not list(Path("src").rglob("house"))
