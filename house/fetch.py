"""Fetch one wheel from a package index with the standard library: uv, which then installs everything else.

The page is the "simple repository" page of PEP 503; the file is kept only when its SHA-256 is the one the page gives.
"""

from __future__ import annotations

import base64
import hashlib
import html.parser
import platform
import re
import ssl
import stat
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from house.index import Index

OLDEST = (0, 9)
NEWEST_BEFORE = (0, 14)
"""The range of uv this project was built with; the same as `uv_build` in pyproject.toml."""
_TIMEOUT = 60.0
_WHEEL = re.compile(r"uv-(?P<version>\d+(?:\.\d+)+)-py3-none-(?P<platforms>[\w.]+)\.whl$")


class FetchError(Exception):
    """What was wanted could not be had; the text is for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A file that an index offers."""

    version: tuple[int, ...]
    platforms: str
    url: str
    sha256: str


def fetch_uv(index: Index, target: Path) -> None:
    """Put the newest fitting `uv` at *target*, whole or not at all.

    Raises:
        FetchError: No index answers, none offers uv for this machine, or the file is not what the index announced.
    """
    wheel = newest(wheel for wheel in _offers(index) if fits(wheel, _machine_platforms()))
    content = _download(wheel.url, index)
    if not wheel.sha256 and not wheel.url.startswith("file:"):
        raise FetchError(f"the package index gives no SHA-256 for {wheel.url}")
    if wheel.sha256 and hashlib.sha256(content).hexdigest() != wheel.sha256:
        raise FetchError(f"{wheel.url} is not the file that the package index announced")
    _unpack(content, target)


def newest(wheels: Iterable[Wheel]) -> Wheel:
    """Return the newest of *wheels*."""
    candidates = sorted(wheels, key=lambda wheel: wheel.version)
    if not candidates:
        raise FetchError("the package index offers no uv for this machine: install uv by hand, then try again")
    return candidates[-1]


def fits(wheel: Wheel, platforms: Iterable[str]) -> bool:
    """Tell whether *wheel* is in the range of versions and runs on one of *platforms* (regular expressions)."""
    in_range = OLDEST <= wheel.version[:2] < NEWEST_BEFORE
    return in_range and any(re.fullmatch(wanted, tag) for wanted in platforms for tag in wheel.platforms.split("."))


def read_page(text: str, url: str) -> list[Wheel]:
    """Return the wheels of uv that a simple page links to."""
    reader = _Links()
    reader.feed(text)
    found = []
    for link in reader.links:
        address, _, fragment = urllib.parse.urljoin(url, link).partition("#")
        match = _WHEEL.search(urllib.parse.unquote(address))
        if match:
            version = tuple(int(part) for part in match["version"].split("."))
            sha256 = fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else ""
            found.append(Wheel(version, match["platforms"], address, sha256))
    return found


class _Links(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a" and named.get("href") and "data-yanked" not in named:
            self.links.append(named["href"] or "")


def _machine_platforms() -> tuple[str, ...]:
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    if sys.platform == "darwin":
        return (r"macosx_\d+_\d+_" + ("arm64" if machine == "aarch64" else machine),)
    libc = "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"
    return (rf"{libc}_\d+_\d+_{machine}", rf"{libc}\d+_{machine}")


def _offers(index: Index) -> list[Wheel]:
    found: list[Wheel] = []
    failures: list[str] = []
    for base in index.simple_urls():
        url = _as_url(base).rstrip("/") + "/uv/"
        try:
            found += _page(url, index)
        except (OSError, urllib.error.URLError) as error:
            failures.append(f"{_without_secret(url)}: {error}")
    for place in index.find_links:
        try:
            found += _page(_as_url(place), index)
        except (OSError, urllib.error.URLError) as error:
            failures.append(f"{_without_secret(place)}: {error}")
    if not found and failures:
        raise FetchError("no package index answers (" + "; ".join(failures) + ")")
    return found


def _page(url: str, index: Index) -> list[Wheel]:
    folder = Path(urllib.request.url2pathname(urllib.parse.urlsplit(url).path))
    if url.startswith("file:") and folder.is_dir():
        page = folder / "index.html"
        if page.is_file():
            return read_page(page.read_text("utf-8"), url if url.endswith("/") else url + "/")
        return [wheel for path in folder.iterdir() for wheel in read_page(f'<a href="{path.as_uri()}">', url)]
    return read_page(_download(url, index).decode("utf-8"), url)


def _download(url: str, index: Index) -> bytes:
    request = urllib.request.Request(_without_secret(url), headers={"Accept": "text/html, */*;q=0.1"})  # noqa: S310 - the index is the user's choice
    parts = urllib.parse.urlsplit(url)
    if parts.username:
        pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        request.add_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    with urllib.request.urlopen(request, timeout=_TIMEOUT, context=_tls(parts.hostname, index)) as answer:  # noqa: S310 - as above
        content: bytes = answer.read()
    return content


def _tls(host: str | None, index: Index) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=index.certificates)
    if host in {trusted.partition(":")[0] for trusted in index.trusted_hosts}:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _as_url(place: str) -> str:
    return place if "://" in place else Path(place).expanduser().resolve().as_uri()


def _without_secret(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _unpack(content: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        archive = Path(folder, "uv.whl")
        archive.write_bytes(content)
        with zipfile.ZipFile(archive) as wheel:
            name = next((name for name in wheel.namelist() if name.endswith(".data/scripts/uv")), None)
            if name is None:
                raise FetchError("the wheel of uv holds no uv")
            program = Path(folder, "uv")
            program.write_bytes(wheel.read(name))
        program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        program.replace(target)
