"""Where a visible signature goes, as it is typed: `page=,x=,y=,w=,h=`, an anchor text, or any free space."""

from __future__ import annotations

from coffre_cli.errors import InvalidValueError
from coffre_cli.signing.request import Anchor, Box, FreeSpace, Visible

_DEFAULT_WIDTH, _DEFAULT_HEIGHT = 200.0, 70.0
_MARGIN = 36.0


def read_visible(visible: str | None, anchor: str | None, *, shows: bool = False) -> Visible:
    """Return the place that the options name; None for a signature that does not show, unless *shows* says it does.

    Raises:
        InvalidValueError: The place is not written as it should be.
    """
    if anchor is not None:
        return Anchor(anchor)
    if visible is None and not shows:
        return None
    if visible is None or not visible.strip():
        return FreeSpace()
    values = dict(_pair(part, visible) for part in visible.split(","))
    return Box(
        x=values.get("x", _MARGIN),
        y=values.get("y", _MARGIN),
        width=values.get("w", _DEFAULT_WIDTH),
        height=values.get("h", _DEFAULT_HEIGHT),
        page=int(values.get("page", -1)),
    )


def _pair(part: str, whole: str) -> tuple[str, float]:
    name, _, value = part.strip().partition("=")
    try:
        if name in {"page", "x", "y", "w", "h"}:
            return name, float(value)
    except ValueError:
        pass
    raise InvalidValueError(value=whole, what="--visible", expected="--visible=page=1,x=36,y=36,w=200,h=70")
