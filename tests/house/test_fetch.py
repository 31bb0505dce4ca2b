"""The first program is fetched with the standard library, and only kept when it is what the index announced."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from house import fetch
from house.fetch import FetchError, Wheel, fetch_uv, fits, read_page
from house.index import Index

PLATFORMS = "py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64"


def _wheel() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("uv-0.13.1.data/scripts/uv", "#!/bin/sh\necho uv 0.13.1\n")
    return content.getvalue()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """Paths and what a package index on the loopback answers there; its address is under ``/``."""
    pages: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = pages.get(self.path)
            self.send_response(404 if content is None else 200)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_words: object) -> None:
            pass

    monkeypatch.setattr(fetch, "_machine_platforms", lambda: (r"manylinux\d+_x86_64",))
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        pages["/"] = f"http://127.0.0.1:{server.server_port}".encode()
        yield pages
        server.shutdown()
        thread.join()


def _offer(pages: dict[str, bytes], announced: str) -> Index:
    name = f"uv-0.13.1-{PLATFORMS}.whl"
    pages["/simple/uv/"] = f'<a href="../../files/{name}#sha256={announced}">{name}</a>'.encode()
    pages[f"/files/{name}"] = _wheel()
    return Index(pages["/"].decode() + "/simple")


def test_what_the_index_announced_is_kept_and_can_be_run(served: dict[str, bytes], tmp_path: Path) -> None:
    fetch_uv(_offer(served, hashlib.sha256(_wheel()).hexdigest()), tmp_path / "tools" / "uv")
    assert (tmp_path / "tools" / "uv").stat().st_mode & 0o111
    assert [path.name for path in (tmp_path / "tools").iterdir()] == ["uv"]


def test_another_file_than_the_one_announced_is_refused(served: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="is not the file"):
        fetch_uv(_offer(served, "0" * 64), tmp_path / "uv")
    assert not (tmp_path / "uv").exists()


def test_a_file_without_a_hash_is_refused(served: dict[str, bytes], tmp_path: Path) -> None:
    index = _offer(served, "")
    with pytest.raises(FetchError, match="no SHA-256"):
        fetch_uv(index, tmp_path / "uv")


def test_an_index_that_does_not_answer_is_named(served: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"no package index answers .*/nothing/uv/"):
        fetch_uv(Index(served["/"].decode() + "/nothing"), tmp_path / "uv")


def test_a_folder_of_wheels_serves_without_any_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_machine_platforms", lambda: (r"manylinux\d+_x86_64",))
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / f"uv-0.13.1-{PLATFORMS}.whl").write_bytes(_wheel())
    fetch_uv(Index(no_index=True, find_links=(str(tmp_path / "wheels"),)), tmp_path / "uv")
    assert (tmp_path / "uv").is_file()


def test_a_version_taken_back_by_its_authors_is_passed_over() -> None:
    assert read_page('<a data-yanked="" href="uv-0.13.1-py3-none-any.whl#sha256=00">x</a>', "https://a/uv/") == []


@pytest.mark.parametrize(
    ("version", "platforms", "verdict"),
    [
        ((0, 13, 9), "manylinux2014_x86_64", True),
        ((0, 14, 0), "manylinux2014_x86_64", False),
        ((0, 8, 9), "manylinux2014_x86_64", False),
        ((0, 13, 9), "win_amd64", False),
    ],
)
def test_only_what_runs_here_and_was_tried_fits(version: tuple[int, ...], platforms: str, verdict: bool) -> None:
    assert fits(Wheel(version, platforms, "", ""), [r"manylinux\d+_x86_64"]) is verdict
