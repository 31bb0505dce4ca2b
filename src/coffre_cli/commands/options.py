"""Options that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

from coffre_cli.i18n import N_, _

DocumentPasswordOption = Annotated[int | None, typer.Option(help=_(N_("Read the file's own password there.")))]
