"""What the system knows of the person at the keyboard."""

from __future__ import annotations

import contextlib
import os
import sys

from coffre_cli.commands.vaults import here
from coffre_cli.i18n import N_, _
from coffre_cli.usecases.identities import Holder


def holder() -> Holder:
    """Return the system's full name for the user, if it has one, and where public roots lie."""
    return Holder(
        _full_name(),
        here().roots,
        _(N_("The certificate of {name} ends: `coffre identity renew`")),
        _(N_("The certificate of {name} ends: ask its issuer for a new one, then `coffre identity import`")),
    )


def _full_name() -> str | None:
    if sys.platform == "win32":
        return os.environ.get("USERNAME")
    with contextlib.suppress(KeyError, ImportError):
        import pwd

        entry = pwd.getpwuid(os.getuid())
        name = entry.pw_gecos.partition(",")[0].strip()
        return name if name and name != entry.pw_name and entry.pw_uid else None
    return None
