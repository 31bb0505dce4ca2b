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
    """Give every file that is, or is about to be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=False,
        cwd=ROOT,
        capture_output=True,
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:  # a copy without git: what is not hidden
        hidden = (".venv", ".tools", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache", "__pycache__")
        paths = [path for path in ROOT.rglob("*") if not set(hidden) & set(path.parts)]
    yield from (path for path in sorted(paths) if path.is_file())
