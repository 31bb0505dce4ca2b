"""Passwords of documents: asked for once each, where somebody can be asked; kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from coffre_cli.convert.errors import PasswordNeededError
from coffre_cli.convert.model import Conversion, Options

if TYPE_CHECKING:
    from coffre_cli.worker.pool import Workers

Ask = Callable[[str], str]
"""Asks for the password of the document called so; an empty answer means: leave this one, and ask no more."""


@dataclass
class DocumentKeys:
    """What opens documents that are locked; the passwords live as long as the command."""

    ask: Ask | None = None
    """None where nobody can be asked."""
    _known: list[str] = field(default_factory=list, repr=False)

    def opened(self, pool: Workers, conversions: Iterable[Conversion], options: Options) -> Iterator[Conversion]:
        """Yield *conversions*, those of locked documents after another try with a password, if one is given."""
        for conversion in conversions:
            yield self._opened(pool, conversion, options) if is_locked(conversion) else conversion

    def _opened(self, pool: Workers, locked: Conversion, options: Options) -> Conversion:
        for password in self._known:
            again = _again(pool, locked, replace(options, password=password))
            if not is_locked(again):
                return again
        answer = self.ask(locked.source.name) if self.ask is not None else ""
        if not answer:
            self.ask = None
            return locked
        self._known.append(answer)
        return _again(pool, locked, replace(options, password=answer))


def is_locked(conversion: Conversion) -> bool:
    """Whether only a password is wanting."""
    return conversion.reason is not None and conversion.reason.message == PasswordNeededError.message


def _again(pool: Workers, locked: Conversion, options: Options) -> Conversion:
    from coffre_cli.convert.convert import convert

    return convert(pool, locked.source, options)
