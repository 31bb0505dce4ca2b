"""Signing at B-B, everything from the start of our command to its end: 200 PDFs of 100 kB, and one of 200 MB.

pyHanko's own loop is timed from the start of its program to its end, as ours is, and once more from its first file to
its last, its start and imports for nothing; of its command, 20 runs are timed and multiplied by ten.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.measure import MEBIBYTE, Aim, Command, Row, Sample
from bench.place import PYTHON, Place

FILES = 200
SIZE = 100_000
COMMANDS = 20
LARGE = 200
_PASSWORD = "of a certificate that lives for a minute"  # noqa: S105 - no secret
_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def rows(place: Place) -> Iterator[Row]:
    """Give the rows of this area."""
    place.open_safe()
    pile = place.folder / "pile"
    pile.mkdir()
    for number in range(FILES):
        (pile / f"{number:03}.pdf").write_bytes(paper(SIZE))
    for kind, name in (("p256", "P-256"), ("rsa", "RSA-3072")):
        place.run("identity", "create", "--person", name, "--key", kind)
        certificate = _exported(place, name)
        ours = _ours(place, name)
        beside = "pyHanko's `SimpleSigner`, the same key"
        yield Row(
            f"coffre sign of {FILES} PDFs, {name}",
            ours,
            _program(place, certificate),
            Aim.FASTER,
            3,
            "s",
            beside,
            rounds=1 if kind == "rsa" else 3,  # theirs takes minutes
        )
        if kind == "p256":
            loop, least = _loop(place, certificate), "the same, their start for nothing"
            yield Row(least, ours, loop, Aim.FASTER, 3, "s", beside, rounds=3)
            theirs = _commands(place, certificate) if shutil.which("pyhanko") else None
            beside = f"one `pyhanko sign` a file ({COMMANDS} × {FILES // COMMANDS})"
            yield Row("the same, beside commands", ours, theirs, Aim.FASTER, 10, "s", beside, "pyhanko", rounds=1)
    yield _memory(place)


def _memory(place: Place) -> Row:
    large = place.folder / "large.pdf"
    # made by another process: what this one held would count as the peak of its children
    make = f"from bench.sign import paper; open({str(large)!r}, 'wb').write(paper({LARGE * MEBIBYTE}))"
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    subprocess.run([PYTHON, "-c", make], check=True, env=here)
    sign = place.coffre("sign", str(large), "-o", str(place.folder / "signed.pdf"), "--force", "--quiet")
    name = f"memory to sign a PDF of {LARGE} MB"
    return Row(name, sign.peak_megabytes, None, Aim.BELOW, 100, "MB", "–", rounds=3)


def paper(size: int) -> bytes:
    """Return a page with a picture of *size* bytes that does not compress."""
    picture = b"<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8 "
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /P 4 0 R >> >> >>",
        picture + b"/Length %d >>\nstream\n%s\nendstream" % (size, os.urandom(size)),
    )
    data, places = bytearray(_HEAD), []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % one for one in places)
    end = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(data)
    return bytes(data + b"xref\n0 5\n0000000000 65535 f \n" + table + end)


def _exported(place: Place, name: str) -> Path:
    password, file = place.folder / "certificate-password", place.folder / f"{name}.p12"
    password.write_text(_PASSWORD, "utf-8")
    place.run("identity", "export", name, str(file), "--with-key", "--certificate-password-file", str(password))
    return file


def _ours(place: Place, name: str) -> Sample:
    command = place.coffre("sign", "pile", "--identity", name, "-o", "signed", "--quiet")
    return Command(command.words, command.environment, command.folder, lambda: place.clear("signed")).seconds


def _program(place: Place, certificate: Path) -> Sample:
    return Command(*_simple_signer(place, certificate), lambda: place.clear("looped")).seconds


def _loop(place: Place, certificate: Path) -> Sample:
    words, here, folder = _simple_signer(place, certificate)

    def seconds() -> float:
        place.clear("looped")
        said = subprocess.run(words, check=True, cwd=folder, env=os.environ | here, capture_output=True, text=True)
        return float(said.stdout)

    return seconds


def _simple_signer(place: Place, certificate: Path) -> tuple[tuple[str, ...], dict[str, str], Path]:
    words = (PYTHON, "-m", "bench.simple_signer", str(certificate), _PASSWORD, "pile", "looped")
    return words, {"PYTHONPATH": str(Path(__file__).parent.parent)}, place.folder


def _commands(place: Place, certificate: Path) -> Sample:
    password = str(place.folder / "certificate-password")
    files = sorted((place.folder / "pile").iterdir())[:COMMANDS]
    out = place.folder / "commanded.pdf"
    tail = ("pkcs12", "--passfile", password)
    commands = [
        Command(
            ("pyhanko", "sign", "addsig", "--use-pades", "--field", "Sig", *tail, str(file), str(out), str(certificate))
        )
        for file in files
    ]
    return lambda: sum(command.seconds() for command in commands) * FILES / COMMANDS
