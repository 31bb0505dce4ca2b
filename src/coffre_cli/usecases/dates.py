"""Days as people type them, for documents."""

from __future__ import annotations


def document_date(text: str | None) -> str | None:
    """Return the ISO day that *text* names, if any is given.

    Raises:
        CoffreError: It names no day (exit 2).
    """
    if text is None:
        return None
    from coffre_cli.alarms.typed import parse_moment

    return parse_moment(text)[0].isoformat()
