"""A document whose structure is flawed, written anew before its first signature; never one that is signed."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from coffre_cli.signing.errors import UnreadablePdfError
from coffre_cli.signing.inspect import scan
from coffre_cli.signing.window import open_window


def can_be_normalised(source: Path) -> bool:
    """Tell whether nothing in *source* looks like a signature: then no signed byte can be lost."""
    with open_window(source) as data:
        return not scan(data).has_signature_marks


@contextlib.contextmanager
def normalised(source: Path) -> Iterator[Path]:
    """Give a copy of *source* with a sound structure, which lasts as long as the block.

    Raises:
        UnreadablePdfError: No reader makes sense of it.
    """
    with tempfile.TemporaryDirectory(prefix="coffre-") as directory:
        copy = Path(directory) / "normalised.pdf"
        try:
            with pikepdf.open(source) as document:
                if "/Size" not in document.trailer:  # qpdf writes none where it had to guess the trailer
                    document.trailer["/Size"] = len(document.objects) + 1
                document.save(copy)
        except pikepdf.PdfError as error:
            raise UnreadablePdfError(path=source, reason=str(error)) from error
        yield copy
