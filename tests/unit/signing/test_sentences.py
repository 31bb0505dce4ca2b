"""What the changes after a signature are called."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from coffre_cli.signing.identity import Identity
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_pdf
from coffre_cli.ui.verdicts import verification_text
from tests.unit.signing.bases import Base, bases, signed
from tests.unit.signing.documents import highest_object, update
from tests.unit.signing.test_later_revisions import validation_data_added


@pytest.fixture(scope="module")
def documents(alice: Identity) -> dict[str, Base]:
    return bases(alice)


def said(data: bytes, path: Path, trust: Trust, now: datetime) -> str:
    path.write_bytes(data)
    return "\n".join(verification_text(verify_pdf(path, trust, at=now), "a.pdf"))


def test_an_annotation_that_came_is_called_added(
    documents: dict[str, Base], tmp_path: Path, trust: Trust, now: datetime
) -> None:
    base = documents["certified 3"]
    number = highest_object(base.data) + 1
    note = b"<< /Type /Annot /Subtype /Text /Rect [400 400 420 420] /F 4 /Contents (Attention) >>"
    page = base.edited(4, b"/Annots [", b"/Annots [%d 0 R " % number)
    text = said(update(base.data, {number: note, 4: page}), tmp_path / "a.pdf", trust, now)
    assert "an annotation was added, page 1: – → Text Attention" in text


def test_validation_data_that_went_is_called_removed(
    documents: dict[str, Base], alice: Identity, tmp_path: Path, trust: Trust, now: datetime
) -> None:
    twice = signed(validation_data_added(documents["letter"]), alice, "Signature2")
    root = re.sub(rb"/DSS \d+ 0 R", b"", Base(twice).object(1))
    text = said(update(twice, {1: root}), tmp_path / "a.pdf", trust, now)
    assert "validation data was removed (/DSS)" in text


def test_a_signature_that_shows_nowhere_is_on_no_page(
    documents: dict[str, Base], tmp_path: Path, trust: Trust, now: datetime
) -> None:
    text = said(documents["twice"].data, tmp_path / "a.pdf", trust, now)
    assert "a signature was added (Signature2)\n" in text


def test_where_no_version_can_be_taken_out_none_is_offered(
    documents: dict[str, Base], tmp_path: Path, trust: Trust, now: datetime
) -> None:
    hidden = update(documents["letter"].data, {1: b"<< /Type /Catalog /Pages 2 0 R >>"})
    text = said(hidden, tmp_path / "a.pdf", trust, now)
    assert "Ask the sender for the document again." in text
    assert "--extract" not in text
