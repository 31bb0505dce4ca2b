"""Where things are printed: results to stdout, the rest to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from coffre_cli.crypto.canonical import Json
from coffre_cli.i18n import _
from coffre_cli.model import Remark
from coffre_cli.ui.plain import json_line, plain
from coffre_cli.values import frozen

if TYPE_CHECKING:
    from typing import TextIO


@frozen
class Output:
    """How the command at work was asked to speak."""

    as_json: bool = False
    quiet: bool = False
    verbose: int = 0
    aside: bool = False
    """Whether stdout carries the bytes of a document: what is told goes to stderr, then."""

    @property
    def _told(self) -> TextIO:
        return sys.stderr if self.aside else sys.stdout

    def result(self, text: str) -> None:
        """Print a line of the result."""
        if not self.as_json:
            self._told.write(f"{text}\n")

    def item(self, value: Mapping[str, Json]) -> None:
        """Print one JSON object, whole and flushed: its effect is durable."""
        if self.as_json:
            self._told.write(json_line(value) + "\n")
            self._told.flush()

    def show(self, text: str, value: Mapping[str, Json]) -> None:
        """Print a result in the form that was asked for."""
        if self.as_json:
            self.item(value)
        else:
            self.result(text)

    def confirm(self, text: str, value: Mapping[str, Json]) -> None:
        """Say that something is done, where the doing is all that was asked: silence will do."""
        if self.as_json:
            self.item(value)
        elif not self.quiet:
            self.result(text)

    def confirm_text(self, text: str) -> None:
        """Say one more thing about what is done; scripts find it in the JSON."""
        if not self.as_json and not self.quiet:
            self.result(text)

    def say(self, text: str) -> None:
        """Tell the person something that is not the result."""
        if not self.quiet and not self.as_json:
            sys.stderr.write(f"{text}\n")

    def detail(self, text: str) -> None:
        """Tell what only `--verbose` wants to know."""
        if self.verbose and not self.quiet:
            sys.stderr.write(f"{text}\n")

    def warn(self, text: str) -> None:
        """Warn; scripts find warnings in the JSON as well."""
        if not self.quiet:
            sys.stderr.write(f"{_('warning:')} {text}\n")

    def warn_all(self, remarks: Iterable[Remark]) -> None:
        """Warn of each of *remarks*."""
        for remark in remarks:
            self.warn(remark_text(remark))


def remark_text(remark: Remark) -> str:
    """Return the sentence of *remark*, in the user's language."""
    return _(remark.message).format(**{name: plain(_(value)) for name, value in remark.facts})
