"""Whether a new password may be taken: refused under 6 characters or when obvious, warned of under 12."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from coffre_cli.access.errors import PasswordTooWeakError
from coffre_cli.i18n import N_
from coffre_cli.model import Remark

MINIMUM_LENGTH = 6
COMFORTABLE_LENGTH = 12
_OBVIOUS = frozenset(
    """password passwort motdepasse azerty azertyuiop qwerty qwertyuiop 123456 1234567 12345678 123456789 1234567890
    000000 111111 654321 abcdef abcdefgh soleil doudou bonjour iloveyou jetaime secret coffre coffrefort letmein
    """.split()  # noqa: SIM905 - a list of words reads better than fifty quotation marks
)


@dataclass(frozen=True, slots=True)
class Strength:
    """A password that may be taken."""

    remarks: tuple[Remark, ...] = ()


def judge_password(password: str, names: Iterable[str]) -> Strength:
    """Return what to say of *password*; *names* are words that say something of its owner.

    Raises:
        PasswordTooWeakError: It is under six characters, or obvious.
    """
    folded = _folded(password)
    if len(unicodedata.normalize("NFC", password)) < MINIMUM_LENGTH:
        raise PasswordTooWeakError(reason=N_("it has fewer than 6 characters"))
    if folded in _OBVIOUS or len(set(folded)) <= 2:  # noqa: PLR2004 - "ababab" is as obvious as "aaaaaa"
        raise PasswordTooWeakError(reason=N_("everybody tries it first"))
    known = [name for name in map(_folded, names) if len(name) >= 3]  # noqa: PLR2004 - shorter ones are in any sentence
    if folded in known:
        raise PasswordTooWeakError(reason=N_("it is a name everybody knows"))
    remarks = []
    if len(password) < COMFORTABLE_LENGTH:
        remarks.append(Remark(N_("This password is short: 12 characters or more are much harder to guess.")))
    if any(name in folded for name in known):
        remarks.append(Remark(N_("This password contains a name that others know.")))
    return Strength(tuple(remarks))


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in decomposed if character.isalnum())
