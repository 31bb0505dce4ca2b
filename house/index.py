"""Where packages come from: the places pip would look, read without pip.

Order of pip, the later wins: the files of the machine, of the user, of the environment in use, `PIP_CONFIG_FILE`,
then the `PIP_…` variables. Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PUBLIC = "https://pypi.org/simple"
_SECTIONS = ("global", "download", "install")
_OPTIONS = ("index-url", "extra-index-url", "find-links", "no-index", "cert", "proxy", "trusted-host")


@dataclass(frozen=True, slots=True)
class Index:
    """The places to fetch packages from."""

    url: str | None = None
    """The main index when one is configured; None means the public one."""
    extra: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    """Pages or folders that list files of many packages."""
    no_index: bool = False
    certificates: str | None = None
    """A file of certificate authorities."""
    proxy: str | None = None
    trusted_hosts: tuple[str, ...] = ()

    def simple_urls(self) -> tuple[str, ...]:
        """Return the indexes to ask, the main one first."""
        main = () if self.no_index else (self.url or PUBLIC,)
        return main + (() if self.no_index else self.extra)


def configured_index(environment: Mapping[str, str] = os.environ) -> Index:
    """Return what pip's files and variables say."""
    options: dict[str, str] = {}
    for path in configuration_files(environment):
        options.update(_read(path))
    for name in _OPTIONS:
        value = environment.get("PIP_" + name.upper().replace("-", "_"))
        if value:
            options[name] = value
    return Index(
        url=options.get("index-url"),
        extra=tuple(options.get("extra-index-url", "").split()),
        find_links=tuple(options.get("find-links", "").split()),
        no_index=options.get("no-index", "").lower() in {"1", "true", "yes", "on"},
        certificates=options.get("cert"),
        proxy=options.get("proxy"),
        trusted_hosts=tuple(options.get("trusted-host", "").split()),
    )


def configuration_files(environment: Mapping[str, str]) -> Iterator[Path]:
    """Give pip's files in the order in which they are read."""
    own = environment.get("PIP_CONFIG_FILE")
    if own == os.devnull:
        return
    home = Path(environment.get("HOME", "~")).expanduser()
    for folder in environment.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":"):
        yield Path(folder, "pip", "pip.conf")
    yield Path("/etc/pip.conf")
    yield Path("/Library/Application Support/pip/pip.conf")
    yield home / ".pip" / "pip.conf"
    yield home / "Library" / "Application Support" / "pip" / "pip.conf"
    yield Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"
    yield Path(sys.prefix, "pip.conf")
    if own:
        yield Path(own)


def _read(path: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return {}
    found: dict[str, str] = {}
    for section in _SECTIONS:
        if parser.has_section(section):
            found.update({name: value for name, value in parser.items(section) if name in _OPTIONS and value})
    return found
