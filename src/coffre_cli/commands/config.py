"""`coffre config`: settings of this computer."""

from __future__ import annotations

from typing import Annotated

import typer

from coffre_cli.commands.edge import Command, family, translated_help
from coffre_cli.commands.vaults import here, output
from coffre_cli.i18n import N_, _
from coffre_cli.ui.plain import plain
from coffre_cli.usecases.configuration import SETTINGS, read_setting, read_settings, write_setting

app = family()
Name = Annotated[str, typer.Argument(help=_(N_("The setting.")))]


def get(name: Name) -> None:
    """Print one setting."""
    value = read_setting(here().settings, name)
    output().show(value or "", {"schema": "coffre.setting/1", "name": name, "value": value})


def set_(
    name: Name, value: Annotated[str | None, typer.Argument(help=_(N_("Its value; without it, unset.")))] = None
) -> None:
    """Change one setting."""
    write_setting(here(), name, value)
    text = f"{name} = {plain(value or '')}"
    output().confirm(text, {"schema": "coffre.setting/1", "name": name, "value": value})


def list_() -> None:
    """List the settings."""
    found = read_settings(here().settings)
    shown = output()
    for setting in SETTINGS:
        value = found.get(setting.name)
        text = f"{setting.name:<10} {plain(value or '–'):<24} {_(setting.meaning)}"
        shown.show(text, {"schema": "coffre.setting/1", "name": setting.name, "value": value})


for _verb, _function in (("get", get), ("set", set_), ("list", list_)):
    app.command(_verb, cls=Command, help=translated_help(_function))(_function)
