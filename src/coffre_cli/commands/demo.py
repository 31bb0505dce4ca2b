"""`coffre demo`: the main job on a throw-away safe."""

from __future__ import annotations

import os
import shlex
import sys

import typer

from coffre_cli.commands.context import now
from coffre_cli.commands.vaults import output
from coffre_cli.errors import ExitCode
from coffre_cli.i18n import N_, _, language
from coffre_cli.ui.output import Output
from coffre_cli.usecases.demonstration import Demonstration, Scene
from coffre_cli.usecases.demonstration_stage import set_stage
from coffre_cli.worker.directory import private_directory


def demo() -> None:
    """Show the main job on a throw-away safe."""
    shown = output()
    with private_directory() as folder:
        shown.result(_(N_("All this happens in {folder}, which goes away at the end.")).format(folder=folder))
        stage = set_stage(folder, language())
        failed = [scene for scene in Demonstration(stage, language(), now()).scenes() if not _show(shown, scene)]
    if failed:
        names = ", ".join(scene.name for scene in failed)
        shown.warn(_(N_("These steps did not do what they should: {names}.")).format(names=names))
        raise typer.Exit(ExitCode.FAILURE)
    shown.result("\n" + _(N_("Every step did what it should. Now your own: `coffre init`, then `coffre add FILE`.")))


def _show(shown: Output, scene: Scene) -> bool:
    says = _(scene.says).format(**scene.facts)
    if shown.as_json:
        shown.item(
            {
                "schema": "coffre.demo/1",
                "step": scene.name,
                "says": says,
                "command": list(scene.command),
                "exit_code": scene.played.code if scene.played else None,
                "passed": scene.passed,
            }
        )
        return scene.passed
    shown.result(f"\n{_bold(says)}")
    if scene.played is not None:
        shown.result(f"  $ {shlex.join(scene.command)}")
        for line in (scene.played.out + scene.played.err).splitlines():
            shown.result(f"  {line}")
        if scene.played.code:
            shown.result(f"  [{_(N_('exit code {code}')).format(code=scene.played.code)}]")
    if not scene.passed:
        shown.result(f"  {_(N_('THIS IS NOT WHAT SHOULD HAVE COME.'))}")
    sys.stdout.flush()
    return scene.passed


def _bold(text: str) -> str:
    plain = "NO_COLOR" in os.environ or not sys.stdout.isatty()
    return text if plain else f"\x1b[1m{text}\x1b[0m"
