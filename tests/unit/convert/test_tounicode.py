"""The words of a PDF come through Ghostscript, or it is not believed."""

from __future__ import annotations

import re

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

from coffre_cli.convert.recall import recall
from coffre_cli.convert.tounicode import long_meanings, with_bytes_in_order, with_small_blocks
from coffre_cli.convert.words import Words


def meaning(pdf: Pdf, body: bytes) -> Stream:
    stream = pdf.make_stream(b"begincmap\n" + body + b"\nendcmap")
    pdf.Root["/F"] = pdf.make_indirect(Dictionary(Type=Name.Font, ToUnicode=stream))
    return stream


def block(kind: str, entries: list[str]) -> bytes:
    return f"{len(entries)} begin{kind}\n{chr(10).join(entries)}\nend{kind}".encode()


def test_a_long_block_of_meanings_is_parted_and_no_meaning_is_lost() -> None:
    singles = [f"<{code:04X}> <{code + 32:04X}>" for code in range(128)]
    ranges = [f"<{code:04X}> <{code:04X}> [<0041>]" for code in range(200, 450)]
    with pikepdf.new() as pdf:
        stream = meaning(pdf, block("bfchar", singles) + b"\n" + block("bfrange", ranges))
        with_small_blocks(pdf)
        data = stream.read_bytes()
    assert [int(count) for count in re.findall(rb"(\d+) begin", data)] == [100, 28, 100, 100, 50]
    assert all(entry.encode() in data for entry in singles + ranges)


def test_a_block_with_something_else_in_it_stays_as_it_is() -> None:
    odd = [*(f"<{code:04X}> <0041>" for code in range(120)), "% and so on"]
    with pikepdf.new() as pdf:
        stream = meaning(pdf, block("bfchar", odd))
        before = stream.read_bytes()
        with_small_blocks(pdf)
        assert stream.read_bytes() == before


def test_meanings_whose_bytes_were_exchanged_are_put_in_order() -> None:
    with pikepdf.new() as source, pikepdf.new() as made:
        meaning(source, block("bfchar", ["<0001> <00660069>", "<0002> <D83DDE00>", "<0003> <0061>"]))
        stream = meaning(made, block("bfrange", ["<01><01><66006900>", "<02><02><3dd800de>", "<03><03><0061>"]))
        with_bytes_in_order(made, long_meanings(source))
        data = stream.read_bytes()
    assert b"<00660069>" in data
    assert b"<d83dde00>" in data
    assert b"<03><03><0061>" in data


def test_words_are_recognised_however_they_are_parted_and_ordered() -> None:
    assert recall(Words(("Une fin d’année",)), Words(("année d ’ Une f in",))) == 1.0


def test_words_that_turned_into_other_letters_are_missed() -> None:
    assert recall(Words(("Bonjour", "Facture payable")), Words(("Bonjour", "Idfwxuh sdbdeoh"))) == 0.0
    assert recall(Words(("Bonjour",)), Words(("Bonjour", ""))) == 0.0
