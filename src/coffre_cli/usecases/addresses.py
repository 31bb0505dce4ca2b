"""Mail addresses as people type them."""

from __future__ import annotations

import re

from coffre_cli.errors import InvalidValueError
from coffre_cli.i18n import N_

_LONGEST, _LONGEST_NAME = 254, 64
"""RFC 5321, 4.5.3.1, in bytes."""
_ADDRESS = re.compile(
    r"[^\s@<>()\[\],;:\"\\.]+(?:\.[^\s@<>()\[\],;:\"\\.]+)*"  # RFC 5322 dot-atom; letters of any script (RFC 6531)
    r"@(?:[^\W_](?:[\w-]*[^\W_])?\.)*[^\W_](?:[\w-]*[^\W_])?"  # a host of the local network has no dot
)


def checked_address(text: str, *, option: str) -> str:
    """Return the mail address *text*, one that *option* was given; whether anybody reads it is not asked.

    Raises:
        InvalidValueError: It cannot be one.
    """
    address = text.strip()
    short = len(address.encode()) <= _LONGEST and len(address.partition("@")[0].encode()) <= _LONGEST_NAME
    if not (short and address.isprintable() and _ADDRESS.fullmatch(address)):
        raise InvalidValueError(value=text, what=option, expected=N_("an address such as name@example.org"))
    return address
