"""Files of every family, damaged by chance: each gives a conversion or a reason, and nothing is left behind."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from coffre_cli.convert.convert import convert_all, workers
from coffre_cli.convert.model import Source
from coffre_cli.convert.sniff import sniff
from tests.simulators.office import docx
from tests.unit.convert.conftest import PLAIN
from tests.unit.convert.locks import locked_pdf, locked_zip
from tests.unit.convert.pictures import arrow, encoded
from tests.unit.convert.test_compound import outlook_page
from tests.unit.convert.test_hostile import text_pdf
from tests.unit.convert.test_mail import laid_out

QUICK, MANY = 200, 3000
SEED = 20261122


def zipped() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a/note.txt", "bonjour")
        package.writestr("inside.zip", docx("x"))
    return output.getvalue()


def seeds() -> list[bytes]:
    """One file of each family, and of each container it comes in."""
    pictures = [encoded(arrow(), kind) for kind in ("JPEG", "PNG", "TIFF", "GIF", "WEBP", "BMP", "JPEG2000")]
    return [
        *pictures,
        encoded(Image.new("1", (64, 64)), "TIFF", compression="group4"),
        text_pdf(),
        locked_pdf(text_pdf(), "clé"),
        docx("Bonjour"),
        b"{\\rtf1\\ansi Bonjour {\\b gras}\\par}",
        zipped(),
        locked_zip("a.txt", b"bonjour", "clé"),
        laid_out(plain="bonjour").as_bytes(),
        outlook_page(encoded(arrow(), "PNG")),
        "<html><body><p>é</p><table><tr><td>1</td></tr></table></body></html>".encode(),
        "é;b\n1;2\n".encode(),
        b"From: a@b\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n",
    ]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change some bytes, move a piece, and cut the end, each more or less."""
    changed = bytearray(data)
    for _change in range(chance.choice((0, 1, 3, 20))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    if chance.random() < 0.3:
        start, size = chance.randrange(len(changed)), chance.randint(1, 64)
        piece = changed[start : start + size]
        at = chance.randrange(len(changed))
        changed[at:at] = piece * chance.randint(1, 4)
    return bytes(changed[: chance.randint(len(changed) // 3, len(changed))] if chance.random() < 0.5 else changed)


def convert_mutations(folder: Path, count: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same mutations every time
    families = seeds()
    sources = []
    for number in range(count):
        path = folder / f"{number}"
        path.write_bytes(mutated(families[number % len(families)], chance))
        sources.append(Source(path, f"{number}"))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = 0
    with workers(2) as pool:
        place = pool.directory
        for made in convert_all(pool, sources, PLAIN):
            done += 1
            said = made.archive is not None or made.durable or made.reason is not None
            assert said, f"{made.source.name} of {seed} ({sniff(made.source.path).label}) gave nothing and no reason"
            made.discard()
    assert done == count
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before, "a source was touched"
    assert not place.exists()
    assert users_of(place) == []


def users_of(place: Path) -> list[str]:
    """Return the processes, as /proc tells, that work in *place* or name it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = f"{(process / 'cwd').readlink()} {(process / 'cmdline').read_bytes()!r}"
        except OSError:  # it has ended, or is another user's
            continue
        if str(place) in told:
            found.append(told)
    return found


def test_damaged_files_of_every_family_end_with_an_archive_or_a_reason(tmp_path: Path) -> None:
    convert_mutations(tmp_path, QUICK, SEED)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(3))
def test_more_of_them(tmp_path: Path, seed: int) -> None:
    convert_mutations(tmp_path, MANY // 3, seed)
