"""The mark of a second, complete and trusted signature: it may stand beside anything, and hide nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.stamp import StaticStampStyle

from coffre_cli.errors import ExitCode
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.signer import HeldKeySigner
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_pdf
from coffre_cli.signing.verdict import Integrity, Verification
from tests.unit.signing.attacks_prepared import HIDDEN_BY_A_MARK, prepared_bases
from tests.unit.signing.bases import Base, bases

Box = tuple[int, int, int, int]
Mark = Callable[[str, Box | None, bytes], Verification]

PAPER = b"1 1 1 rg -600 -600 1800 1800 re f 0 0 1 RG 2 2 40 8 re S"
FRAME = b"0 0 1 RG 2 2 40 8 re S"
BLANK: Box = (72, 200, 272, 250)


def marked(data: bytes, identity: Identity, field: str, box: Box | None, drawing: bytes) -> bytes:
    """Return *data* signed once more, in *field*; where *box* says, or where the field is, the mark is *drawing*."""
    width, height = (box[2] - box[0], box[3] - box[1]) if box else (306, 52)
    style = StaticStampStyle(
        background=RawContent(drawing, box=BoxConstraints(width=width, height=height)), border_width=0,
        background_opacity=1,
    )  # fmt: skip
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    spec = SigFieldSpec(field, box=box) if box else None
    output = BytesIO()
    signer = PdfSigner(metadata, HeldKeySigner(identity), stamp_style=style, new_field_spec=spec)
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(data)), output=output)
    return output.getvalue()


@pytest.fixture(scope="module")
def documents(alice: Identity) -> dict[str, Base]:
    return bases(alice) | prepared_bases(alice)


@pytest.fixture
def mark(documents: dict[str, Base], alice: Identity, tmp_path: Path, trust: Trust, now: datetime) -> Mark:
    def make(name: str, box: Box | None, drawing: bytes) -> Verification:
        path = tmp_path / "marked.pdf"
        field = "Signature2" if box else "Bailleur"
        path.write_bytes(marked(documents[name].data, alice, field, box, drawing))
        return verify_pdf(path, trust, at=now)

    return make


@pytest.mark.parametrize("name", HIDDEN_BY_A_MARK)
def test_a_mark_that_hides_what_was_signed_changes_the_document(name: str, mark: Mark) -> None:
    assert mark(name, HIDDEN_BY_A_MARK[name], PAPER).integrity is Integrity.MODIFIED


@pytest.mark.parametrize("name", HIDDEN_BY_A_MARK)
def test_the_same_mark_in_blank_space_passes(name: str, mark: Mark) -> None:
    found = mark(name, BLANK, PAPER)
    assert (found.integrity, found.exit_code) == (Integrity.EXTENDED, ExitCode.DONE)


@pytest.mark.parametrize("name", HIDDEN_BY_A_MARK)
def test_a_mark_through_which_all_is_seen_passes(name: str, mark: Mark) -> None:
    assert mark(name, HIDDEN_BY_A_MARK[name], FRAME).exit_code is ExitCode.DONE


def test_a_mark_in_a_field_prepared_over_words_is_for_the_reader_to_judge(mark: Mark) -> None:
    found = mark("field over words", None, PAPER)
    assert (found.integrity, found.exit_code) == (Integrity.EXTENDED, ExitCode.INDETERMINATE)


def test_a_transparent_mark_in_a_field_prepared_over_words_passes(mark: Mark) -> None:
    assert mark("field over words", None, FRAME).exit_code is ExitCode.DONE
