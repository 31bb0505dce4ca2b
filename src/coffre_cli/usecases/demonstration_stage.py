"""The stage of the demonstration: real commands in processes of their own, far from everything the user has."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SECONDS: Final = 180
_OURS: Final = ("COFFRE_", "XDG_")
_RESERVED_CODE: Final = 124
"""What `timeout` answers for a command that never ends."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a command printed and answered."""

    out: str
    err: str
    code: int


@dataclass(frozen=True, slots=True)
class Stage:
    """A private folder to play in, and the environment that keeps every command inside it."""

    folder: Path
    environment: Mapping[str, str]

    @property
    def desk(self) -> Path:
        """The current folder of every command: where the papers lie."""
        return self.folder / "desk"

    def play(self, words: Sequence[str]) -> Played:
        """Run a command line; `coffre` is this very program, anything else is found on the PATH."""
        ours = [sys.executable, "-P", "-m", "coffre_cli", *words[1:]] if words[0] == "coffre" else list(words)
        try:
            done = subprocess.run(
                ours,
                check=False,
                cwd=self.desk,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return Played("", "", _RESERVED_CODE)
        return Played(done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"), done.returncode)


def set_stage(folder: Path, language: str, surroundings: Mapping[str, str] = os.environ) -> Stage:
    """Prepare *folder*: a desk, a home, a password that nobody needs to know; none of the user's own settings."""
    stage = Stage(folder, _environment(folder, language, surroundings))
    for path in (stage.desk, folder / "home"):
        path.mkdir(mode=0o700)
    password = folder / "password"
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(18), "utf-8")
    return stage


def _environment(folder: Path, language: str, surroundings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in surroundings.items() if not name.startswith(_OURS)}
    return kept | {
        "HOME": str(folder / "home"),
        "COFFRE_HOME": str(folder / "coffre"),
        "COFFRE_PASSWORD_FILE": str(folder / "password"),
        "COFFRE_LANG": language,
        "PYTHONUTF8": "1",
        "LC_ALL": "C.UTF-8",
    }
