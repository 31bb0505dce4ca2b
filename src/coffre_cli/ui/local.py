"""Days and numbers as people of the user's language write them."""

from __future__ import annotations

import re
from datetime import date

from coffre_cli.i18n import N_, _

_DECIMAL_MARK = N_(".")
_ISO_DAY = re.compile(r"[12]\d{3}-\d\d-\d\d")


def local_day(day: date) -> str:
    """Return *day* as it is written."""
    return day.strftime(_(N_("%Y-%m-%d")))


def local_iso(text: str) -> str:
    """Return the ISO day *text* as it is written; any other text stays."""
    if not _ISO_DAY.fullmatch(text):
        return text
    try:
        return local_day(date.fromisoformat(text))
    except ValueError:
        return text


def decimal(number: float, digits: int = 1) -> str:
    """Return *number* with its decimal mark."""
    return f"{number:.{digits}f}".replace(".", _(_DECIMAL_MARK))


def labelled(name: str, text: str) -> str:
    """Return what is said of *name*, as one line."""
    return _(N_("{name}: {text}")).format(name=name, text=text)
