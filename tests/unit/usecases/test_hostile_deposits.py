"""Hostile files are kept as they came, end within their limits, reach nothing and leave nothing."""

from __future__ import annotations

import io
import socket
import stat
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest

from coffre_cli.convert.errors import TooDeepError
from coffre_cli.convert.model import Bounds, Ocr
from coffre_cli.model import RenditionKind
from coffre_cli.usecases.deposit import deposit
from coffre_cli.usecases.intake import Deposited, Input, Refused, Wishes, inputs
from coffre_cli.usecases.nest import Nest
from coffre_cli.usecases.retrieve import file_name
from coffre_cli.vault.session import Vault
from tests.simulators.office import docx
from tests.unit.convert.test_hostile import HOSTILE

EVERYTHING = Wishes(ocr=Ocr.NEVER)
NAMES = (
    "../../etc/passwd",
    "/etc/cron.d/x",
    "C:\\Windows\\system.ini",
    "\\\\server\\share\\x",
    "CON",
    "nul.txt",
    "a/../../b",
    "x" * 400 + ".txt",
    "retour\r\nligne",
    "\u202egpj.exe",
    "deux.txt",
    "deux.txt",
    ".",
    "..",
)


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as package:
        for name, data in members:
            package.writestr(name, data)
    return output.getvalue()


def add(vault: Vault, path: Path, content: bytes, wishes: Wishes = EVERYTHING) -> list[Deposited]:
    path.write_bytes(content)
    return list(deposit(vault, inputs([path], ""), wishes))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_in_a_package_lead_nowhere(vault: Vault, tmp_path: Path) -> None:
    members = [(name, f"contenu {number}".encode()) for number, name in enumerate(NAMES)]
    link = zipfile.ZipInfo("lien")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    outcomes = add(vault, tmp_path / "a.zip", zipped(*members, (link, b"/etc/passwd")))
    documents = [outcome.document for outcome in outcomes if outcome.document is not None]
    assert len(documents) == len(outcomes) == len(NAMES) + 2
    for document in documents:
        name = file_name(document, document.shown)
        assert "/" not in name
        assert "\\" not in name
        assert name not in {".", ".."}
        assert (tmp_path / "out" / name).resolve().parent == (tmp_path / "out").resolve()
        assert not document.folder
    followed = next(document for document in documents if document.source.name == "lien")
    assert followed.source.size == len("/etc/passwd"), "a link is its few bytes, never what it points at"


def nested(levels: int) -> bytes:
    inner = b"le fond"
    for level in range(levels):
        inner = zipped((f"niveau{level}.{'txt' if level == 0 else 'zip'}", inner))
    return inner


def test_packages_are_opened_three_deep_and_no_deeper(vault: Vault, tmp_path: Path) -> None:
    outcomes = add(vault, tmp_path / "a.zip", nested(8))
    kept = [outcome.document for outcome in outcomes if outcome.document is not None]
    assert len(kept) == 1 + Bounds().depth
    assert kept[-1].remarks[0].message == TooDeepError.message
    assert all(document.rendition(RenditionKind.ORIGINAL) is not None for document in kept)


def test_mails_in_mails_count_as_well(vault: Vault, tmp_path: Path) -> None:
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "a@b.fr", "0"
    letter.set_content("le fond")
    for number in range(1, 8):
        outer = EmailMessage()
        outer["From"], outer["Subject"] = "a@b.fr", str(number)
        outer.set_content(f"niveau {number}")
        outer.add_attachment(letter)
        letter = outer
    kept = [one.document for one in add(vault, tmp_path / "a.eml", letter.as_bytes()) if one.document is not None]
    assert len(kept) == 1 + Bounds().depth
    assert kept[-1].remarks[0].message == TooDeepError.message
    assert kept[-1].rendition(RenditionKind.ARCHIVE) is not None, "its own words are a page all the same"


def test_what_unfolds_from_one_file_is_counted_through_all_its_packages(tmp_path: Path) -> None:
    nest = Nest(Bounds(package_entries=5))
    (tmp_path / "x").write_bytes(b"x")
    inside = [Input(tmp_path / "x", "x", "")] * 3
    with nest.entered("a.zip", inside) as first:
        assert len(first) == 3
        with nest.entered("b.zip", inside) as second:
            (refused,) = second
    assert isinstance(refused, Refused)
    with nest.entered("c.zip", inside) as again:
        assert len(again) == 3, "another file begins anew"


@pytest.mark.parametrize("name", HOSTILE)
def test_the_original_is_kept_and_the_next_file_is_converted(vault: Vault, tmp_path: Path, name: str) -> None:
    make, _error = HOSTILE[name]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_bytes(make())
    (tmp_path / "in" / "b.txt").write_text("bonjour")
    first, second = deposit(vault, inputs([tmp_path / "in"], ""), EVERYTHING)
    assert first.error is None
    assert first.document is not None
    assert first.document.rendition(RenditionKind.ORIGINAL) is not None
    assert first.document.lacks_archive
    assert second.document is not None
    assert not second.document.lacks_archive


def test_twins_inside_a_package_are_no_failure(vault: Vault, tmp_path: Path) -> None:
    outcomes = add(vault, tmp_path / "a.zip", zipped(("a.txt", b"pareil"), ("b.txt", b"pareil")))
    twin = outcomes[-1]
    assert twin.error is not None
    assert twin.parent is not None, "a caller must know that nobody named this file"
    assert twin.duplicate_of is not None


@dataclass
class Spy:
    """Counts who calls."""

    server: socket.socket
    calls: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.server.getsockname()[1])

    def listen(self) -> None:
        while True:
            try:
                connection, _address = self.server.accept()
            except OSError:
                return
            with connection:
                self.calls.append(connection.recv(200).decode("latin-1"))


@pytest.fixture
def spy() -> Iterator[Spy]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = Spy(server)
        thread = threading.Thread(target=found.listen, daemon=True)
        thread.start()
        socket.create_connection(("127.0.0.1", found.port)).close()  # it does hear
        yield found
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def callers(port: int) -> dict[str, bytes]:
    """Files that ask whoever opens them to call."""
    url = f"http://127.0.0.1:{port}"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r9" Type="{relation}/attachedTemplate" Target="{url}/t.dotm" TargetMode="External"/>'
        f'<Relationship Id="r8" Type="{relation}/image" Target="{url}/i.png" TargetMode="External"/></Relationships>'
    )
    field_code = f'x</w:t></w:r><w:r><w:instrText> INCLUDEPICTURE "{url}/f.png" </w:instrText></w:r><w:r><w:t>'
    html = (
        f"<html><img src='{url}/h.png'><iframe src='{url}/f'></iframe><p style='background:url({url}/b)'>x</p></html>"
    )
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "a@b.fr", "x"
    letter.set_content(html, subtype="html")
    return {
        "a.docx": docx(field_code, **{"word/_rels/document.xml.rels": links.encode()}),
        "b.html": html.encode(),
        "c.eml": letter.as_bytes(),
        "d.rtf": f'{{\\rtf1 {{\\field{{\\*\\fldinst INCLUDEPICTURE "{url}/r.png"}}{{\\fldrslt x}}}}}}'.encode(),
        "e.docx": docx("x", f'<!DOCTYPE w SYSTEM "{url}/x.dtd">'),
    }


@pytest.mark.needs("soffice")
def test_nobody_is_called_by_opening_files(vault: Vault, tmp_path: Path, spy: Spy) -> None:
    place = tmp_path / "in"
    place.mkdir()
    for name, content in callers(spy.port).items():
        (place / name).write_bytes(content)
    outcomes = list(deposit(vault, inputs([place], ""), EVERYTHING))
    assert len([one for one in outcomes if one.document is not None]) == 5
    assert [call for call in spy.calls if call] == []
