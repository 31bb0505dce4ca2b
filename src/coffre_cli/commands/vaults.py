"""Finding and opening the vault that the command line means."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from coffre_cli.commands.arrivals import take_in_arrivals
from coffre_cli.commands.context import now, settings
from coffre_cli.errors import CoffreError, NotFoundError
from coffre_cli.i18n import N_, _
from coffre_cli.model import Progress, no_progress
from coffre_cli.ui.output import Output
from coffre_cli.ui.plain import plain
from coffre_cli.ui.progress import ProgressBar
from coffre_cli.ui.prompt import Terminal
from coffre_cli.usecases.configuration import read_settings

if TYPE_CHECKING:  # keys and ciphers are loaded when a vault is meant, not for `--help`
    from coffre_cli.access.unlock import SecretSources
    from coffre_cli.signing.trust_roots import Trust
    from coffre_cli.usecases.unlocking import Door
    from coffre_cli.vault.opening import Located
    from coffre_cli.vault.parts import Surroundings
    from coffre_cli.vault.places import Places
    from coffre_cli.vault.session import Vault


class NoProxyError(NotFoundError):
    """The vault has given nobody a procuration of that name."""

    code = "not_found"
    message = N_("Nobody called « {name} » may act for the holder of this safe.")
    hint = N_("Leave `--as` out, and use the password of the safe.")


def output() -> Output:
    """Return how the command at work was asked to speak."""
    chosen = settings()
    return Output(chosen.as_json, chosen.quiet, chosen.verbose)


def terminal() -> Terminal:
    """Return the person at the terminal."""
    return Terminal(not settings().no_input)


def here() -> Places:
    """Return the directories of this user."""
    from coffre_cli.vault.places import places

    return places(os.environ)


def trusted() -> Trust:
    """Return whom this user believes about signatures."""
    from coffre_cli.usecases.trust import trust_of

    return trust_of(here().roots, here().trusted)


def surroundings(progress: Progress = no_progress) -> Surroundings:
    """Return what a vault needs of the world."""
    from coffre_cli.vault.parts import Surroundings

    chosen = settings()
    return Surroundings(
        clock=now,
        state=here().state,
        progress=progress,
        waiting=_tell_waiting,
        verb=chosen.command,
    )


def sources() -> SecretSources:
    """Return where a secret may come from."""
    from coffre_cli.access.unlock import SecretSources

    chosen = settings()
    return SecretSources(chosen.password_fd, chosen.password_file, chosen.password_command, os.environ)


def located() -> Located:
    """Return the vault that is meant, closed."""
    from coffre_cli.vault.places import locate

    chosen, mine = settings(), here()
    if chosen.as_name is not None:
        raise NoProxyError(name=chosen.as_name)
    asked = chosen.vault or os.environ.get("COFFRE_VAULT")
    default = None if asked else read_settings(mine.settings).get("vault")
    return locate(mine, asked, default)


def door(progress: Progress = no_progress, *, ask: bool = True) -> Door:
    """Return the vault that is meant, with the means to open it; without *ask*, those that need no question."""
    from coffre_cli.usecases.unlocking import PASSWORD_QUESTION, Door

    found = located()
    question = _(PASSWORD_QUESTION).format(safe=plain(found.descriptor.name))
    person = terminal() if ask else Terminal(allowed=False)
    return Door(found, surroundings(progress), sources(), person, question)


@contextlib.contextmanager
def opened_vault(progress: Progress | None = None, *, ask: bool = True) -> Iterator[Vault]:
    """Open the vault that is meant, and close it; an index that must be folded anew shows how far that has come.

    What was sealed while it was locked is taken in first. An index that turns out to be damaged is folded
    anew, for the next command.
    """
    from coffre_cli.store.errors import IndexDamagedError
    from coffre_cli.usecases.unlocking import enter

    with ProgressBar(quiet=settings().quiet or settings().as_json) as bar:
        vault = enter(door(progress or bar, ask=ask))
    try:
        take_in_arrivals(vault, trusted)
        yield vault
    except IndexDamagedError:
        vault.close()
        with contextlib.suppress(CoffreError), vault.parts.lock.exclusive():
            from coffre_cli.vault.opening import fold_index

            fold_index(vault.parts).close()
        raise
    finally:
        vault.close()
        _tell_owed(vault)


@contextlib.contextmanager
def session_vault() -> Iterator[Vault | None]:
    """Open the vault that is meant if a session holds it open; else go on without one, and ask nothing."""
    from coffre_cli.access.held import Session
    from coffre_cli.vault.opening import open_vault

    vault = None
    with contextlib.suppress(CoffreError):
        found = located()
        payload = Session(here().state / "sessions", found.descriptor.vault_id).payload(now())
        vault = None if payload is None else open_vault(found, payload, surroundings())
    try:
        yield vault
    finally:
        if vault is not None:
            vault.close()


def _tell_owed(vault: Vault) -> None:
    """Say that an act is not in the journal yet: the disk is full, or cannot be written."""
    if vault.owes_events and not settings().quiet:
        text = _(N_("The safe cannot be written to now; its journal will tell of this as soon as it can be."))
        sys.stderr.write(f"coffre: {text}\n")


def _tell_waiting(holder: str) -> None:
    if not settings().quiet:
        sys.stderr.write(_(N_("waiting for another coffre ({holder})…")).format(holder=plain(holder)) + "\n")
