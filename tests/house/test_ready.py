"""What `./dev` prepares before anything else runs."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from house import ready


def test_the_product_is_compiled_also_where_python_is_told_to_write_no_byte_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "room" / "module.py"
    module.parent.mkdir()
    module.write_text("answer = 42\n", "utf-8")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(ready, "COMPILED", (tmp_path,))
    ready.compile_sources()
    assert Path(importlib.util.cache_from_source(module)).is_file()
