"""Passwords of documents: asked for once each, where somebody can be asked; kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from coffre_cli.convert.errors import PasswordNeededError
from coffre_cli.convert.model import Conversion, Options
from coffre_cli.values import replace

if TYPE_CHECKING:
    from coffre_cli.worker.pool import Workers

Ask = Callable[[str], str]
"""Asks for the password of the document called so; an empty answer means: leave this one, and ask no more."""


class DocumentKeys:
    """What opens documents that are locked; the passwords live as long as the command."""

    def __init__(self, ask: Ask | None = None) -> None:
        """Begin with no password; *ask* is None where nobody can be asked."""
        self._ask = ask
        self._known: list[str] = []

    def opened(self, pool: Workers, conversions: Iterable[Conversion], options: Options) -> Iterator[Conversion]:
        """Yield *conversions*, those of locked documents after another try with a password, if one is given."""
        for conversion in conversions:
            yield self._opened(pool, conversion, options) if is_locked(conversion) else conversion

    def _opened(self, pool: Workers, locked: Conversion, options: Options) -> Conversion:
        for password in self._known:
            again = _again(pool, locked, replace(options, password=password))
            if not is_locked(again):
                return again
        answer = self._ask(locked.source.name) if self._ask is not None else ""
        if not answer:
            self._ask = None
            return locked
        self._known.append(answer)
        return _again(pool, locked, replace(options, password=answer))


def is_locked(conversion: Conversion) -> bool:
    """Whether only a password is wanting."""
    return conversion.reason is not None and conversion.reason.message == PasswordNeededError.message


def _again(pool: Workers, locked: Conversion, options: Options) -> Conversion:
    from coffre_cli.convert.convert import convert

    return convert(pool, locked.source, options)
