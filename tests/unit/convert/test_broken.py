"""Files that break one rule of PDF/A each: what is called PDF/A afterwards keeps them all."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from coffre_cli.convert.archive import attempt_archive
from coffre_cli.convert.flat import flattened
from tests.pdfa import specimen as made
from tests.pdfa import validate
from tests.pdfa.test_rules import BROKEN
from tests.unit.convert.conftest import MOMENT

_INKS = b"/N cs 1 1 scn 0 0 5 5 re f"
"""Several inks in one colour space are never approved: without them the rest is judged."""


def broken(name: str, path: Path) -> None:
    """Write the specimen with one rule broken, and its claim to be PDF/A taken away."""
    with made.specimen() as pdf:
        BROKEN[name](pdf)
        page = pdf.pages[0].obj
        page["/Contents"].write(page["/Contents"].read_bytes().replace(_INKS, b""))
        spaces = page.get("/Resources", pikepdf.Dictionary()).get("/ColorSpace", pikepdf.Dictionary())
        if "/N" in spaces and not name.startswith(("6.2.4.4", "6.1.13-9")):
            del spaces["/N"]
        if "/Metadata" in pdf.Root:
            del pdf.Root["/Metadata"]
        made.saved(pdf, path)


@pytest.mark.filterwarnings("ignore:This document has 1 form widget")  # one of them has a widget without a form
@pytest.mark.parametrize("name", BROKEN)
def test_what_is_called_pdf_a_keeps_every_rule(name: str, tmp_path: Path) -> None:
    broken(name, tmp_path / "broken.pdf")
    with pikepdf.open(tmp_path / "broken.pdf") as pdf:
        flattened(pdf)
        written, why = attempt_archive(pdf, tmp_path, MOMENT)
    assert why if written is None else validate(written.path) == []


def test_what_breaks_no_rule_is_approved(tmp_path: Path) -> None:
    broken("6.6.4-2", tmp_path / "sound.pdf")
    with pikepdf.open(tmp_path / "sound.pdf") as pdf:
        flattened(pdf)
        written, why = attempt_archive(pdf, tmp_path, MOMENT)
    assert written is not None, why
    assert validate(written.path) == []
