"""Talking to tokens (PKCS#11 v2.40): modules are loaded, tokens recognised, answers made errors of ours.

python-pkcs11 comes with the extra `token`; it is imported when a token is asked for, never before.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.errors import MissingProgramError
from coffre_cli.signing.errors import (
    TokenAbsentError,
    TokenFailedError,
    TokenLockedError,
    TokenModuleError,
    WrongPinError,
)

if TYPE_CHECKING:
    from pkcs11 import Token

INSTALL = "pip install 'coffre-cli[token]'"


class Tries(StrEnum):
    """How many wrong PINs a token still bears, as far as it tells."""

    ENOUGH = "enough"
    FEW = "few"
    """A wrong PIN was given since the last right one."""
    LAST = "last"
    """The next wrong PIN locks it."""
    NONE = "none"
    """It is locked."""


@dataclass(frozen=True, slots=True)
class TokenState:
    """A card or USB token, and how it stands."""

    label: str
    serial: str
    model: str
    has_pin_pad: bool
    """Whether the PIN is typed on the reader itself."""
    tries: Tries


AskPin = Callable[[TokenState], str]
"""Gives the PIN of a token, once: a wrong one is never tried again. Never called for a token with a PIN pad."""


def tokens_of(module: Path) -> list[tuple[TokenState, Token]]:
    """Return the tokens that *module* sees now.

    Raises:
        MissingProgramError: The extra `token` is not installed.
        TokenModuleError: The module cannot be loaded, or does not answer.
    """
    try:
        import pkcs11
    except ImportError as error:
        raise MissingProgramError(program="python-pkcs11", install=INSTALL) from error
    try:
        slots = pkcs11.lib(str(module)).get_slots(token_present=True)
    except (pkcs11.PKCS11Error, OSError, RuntimeError) as error:
        raise TokenModuleError(module=module, reason=_words(error)) from error
    found = []
    for slot in slots:
        # a reader whose card was taken out, or is of another kind
        with contextlib.suppress(pkcs11.PKCS11Error):
            token = slot.get_token()
            state = _state(token)
            if state is not None:
                found.append((state, token))
    return found


@contextlib.contextmanager
def answering(label: str) -> Iterator[None]:
    """Turn what the token *label* answers into errors that a user can act on.

    Raises:
        WrongPinError: It refused the PIN.
        TokenLockedError: It was locked by wrong PINs.
        TokenAbsentError: It was taken out.
        TokenFailedError: It answered something else.
    """
    import pkcs11

    try:
        yield
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
        raise WrongPinError(token=label) from error
    except (pkcs11.PinLocked, pkcs11.PinExpired) as error:
        raise TokenLockedError(token=label) from error
    except (pkcs11.TokenNotPresent, pkcs11.DeviceRemoved, pkcs11.SlotIDInvalid) as error:
        raise TokenAbsentError(token=label) from error
    except pkcs11.PKCS11Error as error:
        raise TokenFailedError(token=label, reason=_words(error)) from error


def _state(token: Token) -> TokenState | None:
    """Return how *token* stands; None for one that was never initialised."""
    from pkcs11 import TokenFlag

    flags = token.flags
    if not flags & TokenFlag.TOKEN_INITIALIZED and not token.label.strip():
        return None
    tries = Tries.ENOUGH
    for flag, meaning in (
        (TokenFlag.USER_PIN_COUNT_LOW, Tries.FEW),
        (TokenFlag.USER_PIN_FINAL_TRY, Tries.LAST),
        (TokenFlag.USER_PIN_LOCKED, Tries.NONE),
    ):
        if flags & flag:
            tries = meaning
    return TokenState(
        label=token.label.strip(),
        serial=token.serial.decode("utf-8", "replace").strip(" \0"),
        model=token.model.strip(),
        has_pin_pad=bool(flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH),
        tries=tries,
    )


def _words(error: Exception) -> str:
    """Return the last thing that *error* says, else its name (most answers of PKCS#11 are a bare code)."""
    return str(error).rpartition(": ")[2] or type(error).__name__
