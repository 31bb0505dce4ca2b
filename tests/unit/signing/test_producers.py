"""Signatures as other programs lay them out: an honest one is never called changed, doubtful or broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from coffre_cli.errors import ExitCode
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_pdf
from coffre_cli.signing.verdict import Conclusion, Integrity
from tests.unit.signing.byhand import Layout, plain_hex, signed_by_hand
from tests.unit.signing.documents import letter


def in_lines(der: bytes) -> bytes:
    """Write *der* in lines of 64 digits."""
    digits = plain_hex(der)[1:-1]
    return b"<" + b"\n".join(digits[at : at + 64] for at in range(0, len(digits), 64)) + b">"


def with_zeros(text: bytes) -> bytes:
    """Write the numbers of a byte range with ten digits each."""
    return b"[0 %010d %010d %010d]" % tuple(int(number) for number in text[3:-1].split())


USUAL = Layout()
HONEST = {
    "as PAdES": replace(USUAL, subfilter=b"/ETSI.CAdES.detached"),
    "digest parameters absent (Bouncy Castle)": USUAL,
    "digest parameters null": replace(USUAL, null_parameters=True),
    "no signed attributes": replace(USUAL, attributes=False),
    "sha512": replace(USUAL, digest="sha512"),
    "no time at all": replace(USUAL, declares_time=False, entries=b""),
    "a time in the dictionary only": replace(USUAL, declares_time=False),
    "a time in the CMS only": replace(USUAL, entries=b""),
    "lower case": replace(USUAL, contents=lambda der: plain_hex(der).lower()),
    "hexadecimal in lines": replace(USUAL, contents=in_lines),
    "an odd number of digits": replace(USUAL, contents=lambda der: plain_hex(der)[:-2] + b">"),
    "range padded inside": replace(USUAL, byte_range=lambda text: text[:-1].ljust(35) + b"]"),
    "range padded before": replace(USUAL, byte_range=lambda text: text.rjust(36)),
    "range with leading zeros": replace(USUAL, byte_range=with_zeros),
    "range as an object of its own": replace(USUAL, range_apart=True),
    "dictionary in the field": replace(USUAL, inline=True),
    "build properties": replace(
        USUAL,
        entries=b"/Prop_Build << /Filter << /Name /Adobe.PPKLite >> /App << /Name /Exchange-Pro /REx (11.0) >> >> "
        b"/Name (Alice) /Reason (\xfe\xff\x00L\x00u) /Location (Angers) /ContactInfo () ",
    ),
    "field without a name": replace(USUAL, widget=b"/FT /Sig /Type /Annot /Subtype /Widget /Rect [0 0 0 0] "),
}  # fmt: skip
DOUBTFUL = {
    "sha1": replace(USUAL, digest="sha1"),
    "adbe.pkcs7.sha1": replace(USUAL, subfilter=b"/adbe.pkcs7.sha1"),
    "something behind the CMS (PDFBox, encrypted files)": replace(
        USUAL, contents=lambda der: plain_hex(der)[:-9] + b"C0FFEE42>" if der.strip(b"\0") else plain_hex(der)
    ),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_layout_passes(name: str, alice: Identity, tmp_path: Path, trust: Trust, now: datetime) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(signed_by_hand(letter("Contrat"), alice, HONEST[name]))
    found = verify_pdf(path, trust, at=now)
    assert (found.integrity, found.exit_code) == (Integrity.INTACT, ExitCode.DONE), found


@pytest.mark.parametrize("name", HONEST)
def test_the_same_layout_over_other_bytes_is_broken(
    name: str, alice: Identity, tmp_path: Path, trust: Trust, now: datetime
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(signed_by_hand(letter("Contrat"), alice, HONEST[name]).replace(b"(Contrat)", b"(Contrit)"))
    assert verify_pdf(path, trust, at=now).integrity is Integrity.BROKEN


@pytest.mark.parametrize("name", DOUBTFUL)
def test_a_doubtful_layout_is_intact_and_does_not_pass(
    name: str, alice: Identity, tmp_path: Path, trust: Trust, now: datetime
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(signed_by_hand(letter("Contrat"), alice, DOUBTFUL[name]))
    found = verify_pdf(path, trust, at=now)
    assert (found.integrity, found.conclusion) == (Integrity.INTACT, Conclusion.INDETERMINATE), found
    assert found.signatures[0].problems


def test_several_signers_in_one_signature_are_not_judged(
    alice: Identity, tmp_path: Path, trust: Trust, now: datetime
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(signed_by_hand(letter("Contrat"), alice, replace(USUAL, signers=2)))
    assert verify_pdf(path, trust, at=now).exit_code is ExitCode.INDETERMINATE
