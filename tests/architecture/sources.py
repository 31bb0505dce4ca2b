"""The product's own source, as the tests of this folder read it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "coffre_cli"


def nothing(found: Iterable[object]) -> None:
    """Fail with the whole list of what was found, one to a line."""
    lines = "\n".join(str(each) for each in found)
    if lines:
        pytest.fail(lines, pytrace=False)


def source_files() -> list[Path]:
    """Return every Python file that is shipped."""
    return sorted(SOURCE.rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the parsed *path*."""
    return ast.parse(path.read_text("utf-8"), str(path))


def name_of(path: Path) -> str:
    """Return the path as people write it: from `src/coffre_cli/` on."""
    return path.relative_to(SOURCE).as_posix()


def repository_files() -> Iterator[Path]:
    """Give every file that is, or is about to be, committed; all that is not hidden in a copy without git."""
    if (ROOT / ".git").exists():
        words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(words, check=True, cwd=ROOT, capture_output=True).stdout.decode()
        paths = [ROOT / name for name in listed.split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not _is_hidden(path.relative_to(ROOT))]
    yield from (path for path in sorted(paths) if path.is_file())


def _is_hidden(path: Path) -> bool:
    return "__pycache__" in path.parts or any(part.startswith(".") for part in path.parts)
