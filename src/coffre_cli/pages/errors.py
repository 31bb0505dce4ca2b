"""What can go wrong when a page is drawn."""

from __future__ import annotations

from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_


class PageError(CoffreError):
    """A template could not be turned into pages."""

    message = N_("The page « {template} » could not be drawn: {reason}.")
    hint = N_("This is a fault of coffre; please report it.")
