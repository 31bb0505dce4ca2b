"""Names found inside files: labels to show, never paths to follow."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from coffre_cli.convert.model import Child
from coffre_cli.pages.glyphs import shown

_LONGEST = 200


def label(name: str) -> str:
    """Return *name* as a label: NFC, what would act made visible, no `.` or `..` part, at most 200 characters."""
    plain = shown(unicodedata.normalize("NFC", name).replace("\\", "/")).replace("\n", " ").replace("\t", " ")
    parts = [part.strip() for part in plain.split("/")]
    return "/".join(part for part in parts if part not in {"", ".", ".."})[:_LONGEST]


def put_child(directory: Path, number: int, name: str, data: bytes) -> Child:
    """Write a file found inside to *directory*, under a neutral name, and return what to say of it."""
    file = f"child{number:05}"
    (directory / file).write_bytes(data)
    return Child(label(name) or file, file, len(data))
