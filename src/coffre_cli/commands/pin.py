"""The PIN of a card or USB token: from a file, else from the person at the terminal, and never twice."""

from __future__ import annotations

import os
from pathlib import Path

from coffre_cli.access.unlock import SecretSources
from coffre_cli.commands.vaults import terminal
from coffre_cli.i18n import N_, _
from coffre_cli.signing.cryptoki import AskPin, TokenState, Tries
from coffre_cli.signing.errors import PinAtRiskError, PinNeededError
from coffre_cli.ui.plain import plain

_QUESTIONS = {
    Tries.ENOUGH: N_("PIN of the token {token}:"),
    Tries.FEW: N_("PIN of the token {token} (a wrong one was given before):"),
    Tries.LAST: N_("PIN of the token {token} (last try: a wrong one locks it):"),
}


def pin_asker(file: Path | None) -> AskPin:
    """Return who gives the PIN: *file*, the file that COFFRE_PIN_FILE names, or the terminal.

    A file is not read once a wrong PIN was given: unattended work would lock the token.
    """

    def ask(state: TokenState) -> str:
        named = file or os.environ.get("COFFRE_PIN_FILE")
        if named:
            if state.tries is not Tries.ENOUGH:
                raise PinAtRiskError(token=state.label)
            secret = SecretSources(file=Path(named)).explicit()
            if secret is not None:
                return secret.reveal().decode()
        if not terminal().is_there():
            raise PinNeededError(token=state.label)
        question = _QUESTIONS.get(state.tries, _QUESTIONS[Tries.ENOUGH])
        return terminal().password(_(question).format(token=plain(state.label)))

    return ask
