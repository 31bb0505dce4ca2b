"""`coffre` alone: a greeting."""

from __future__ import annotations

import sys

from coffre_cli import __version__
from coffre_cli.i18n import N_, _


def welcome() -> None:
    """Greet, and say the first thing to type."""
    lines = (
        f"coffre {__version__}",
        _(N_("A digital safe on your own disk, and the signature desk beside it.")),
        "",
        _(N_("  coffre init             make a safe")),
        _(N_("  coffre add FILE         deposit")),
        _(N_("  coffre search WORDS     find")),
        _(N_("  coffre sign FILE.pdf    sign")),
        _(N_("  coffre verify FILE.pdf  check a document received")),
        _(N_("  coffre demo             see it all on a throw-away safe")),
        "",
        _(N_("`coffre --help` lists everything.")),
    )
    sys.stdout.write("\n".join(lines) + "\n")
