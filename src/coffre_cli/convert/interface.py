"""What every converter is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from coffre_cli.convert.model import Kind, Options, Product, Source


class Converter(Protocol):
    """Turns files of one family into durable pages, in a worker, in a private directory that is the current one."""

    needs_programs: bool
    """Whether it starts external programs."""
    memory_bytes: int
    """Address space it may use."""

    def __call__(self, sources: Sequence[Source], kind: Kind, options: Options, directory: Path, /) -> Product:
        """Make one archive of *sources* (one, but for pictures joined to one document), in *directory*.

        Raises:
            ConversionError: There can be no archive; the error says why.
        """
