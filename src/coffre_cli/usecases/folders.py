"""Folders as people type them. A room of its own: listing a folder needs nothing of deposits."""

from __future__ import annotations

import unicodedata


def clean_folder(folder: str) -> str:
    """Return a folder path in its one form: parts joined by `/`, no empty part, no `.` or `..`."""
    parts = (part.strip() for part in unicodedata.normalize("NFC", folder).replace("\\", "/").split("/"))
    return "/".join(part for part in parts if part not in {"", ".", ".."})
