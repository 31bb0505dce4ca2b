"""Folders in memory where there is some: these tests make thousands of small files."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulators.household import Household, make_household, with_new_keys

_MEMORY = Path("/dev/shm")


@pytest.fixture(scope="module")
def quick_folder() -> Iterator[Path]:
    yield from _folder_in_memory()


@pytest.fixture(scope="session")
def households() -> Iterator[dict[str, Household]]:
    """Give a representative safe as it was made, and after a change of keys: never to be changed, only copied."""
    for folder in _folder_in_memory():
        (folder / "first").mkdir()
        first = make_household(folder / "first")
        yield {"as it was made": first, "after new keys": with_new_keys(first, folder / "second")}


def _folder_in_memory() -> Iterator[Path]:
    place = _MEMORY if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="coffre-faults-", dir=place))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
