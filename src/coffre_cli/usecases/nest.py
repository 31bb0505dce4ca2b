"""Packages in packages: how deep the deposit is, and how much one file given by the user may unfold to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from coffre_cli.convert.errors import TooManyMembersError, UnpacksTooLargeError
from coffre_cli.convert.model import Bounds
from coffre_cli.errors import CoffreError
from coffre_cli.usecases.intake import Input, Refused


class Nest:
    """Counts what comes out of one file, through all the packages in it."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        """Begin outside any package."""
        self.depth = 0
        self._bounds = bounds or Bounds()
        self._files = 0
        self._bytes = 0

    @contextmanager
    def entered(self, name: str, inside: Sequence[Input | Refused]) -> Iterator[list[Input | Refused]]:
        """Give the files *inside* the package called *name*; a refusal instead, once they are too many in all."""
        if self.depth == 0:
            self._files = self._bytes = 0
        self._files += len(inside)
        self._bytes += sum(one.path.stat().st_size for one in inside if isinstance(one, Input))
        self.depth += 1
        try:
            refusal = self._refusal()
            yield list(inside) if refusal is None else [Refused(name, refusal)]
        finally:
            self.depth -= 1

    def _refusal(self) -> CoffreError | None:
        if self._files > self._bounds.package_entries:
            return TooManyMembersError(limit=self._bounds.package_entries)
        if self._bytes > self._bounds.package_bytes:
            return UnpacksTooLargeError(limit=self._bounds.package_bytes)
        return None
