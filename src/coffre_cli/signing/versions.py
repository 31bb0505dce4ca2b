"""The version that was signed: taken out byte for byte, and compared with what is shown now, page by page."""

from __future__ import annotations

from pathlib import Path

from coffre_cli.signing.staging import staged
from coffre_cli.signing.verdict import SignatureVerdict, Verification

PIECE = 1 << 20
MOST_PAGES = 20
"""Pages drawn when a change names no page."""


def extract_version(path: Path, signature: SignatureVerdict, target: Path) -> None:
    """Write to *target* the exact bytes of *path* as they were when *signature* was made.

    Raises:
        ValueError: Nobody can tell which bytes those are: the signature is broken.
    """
    if signature.signed_length is None:
        raise ValueError(signature.field)
    left = signature.signed_length
    with path.open("rb") as source, staged(target) as output:
        while left and (piece := source.read(min(PIECE, left))):
            output.file.write(piece)
            left -= len(piece)


def changed_pages(verification: Verification) -> tuple[tuple[int, int], ...]:
    """Return, for each change that may show, the length of the version before it and its page (0: any page)."""
    wanted = {
        (one.signed_length, change.page or 0)
        for one in verification.signatures
        for change in one.changes_after
        if one.signed_length is not None and (change.visible or not change.permitted or change.page is not None)
    }
    return tuple(sorted(wanted))


def draw_differences(
    path: Path, wanted: tuple[tuple[int, int], ...], directory: Path, password: str | None = None
) -> tuple[str, ...]:
    """Draw the pages *wanted* before and after their change; return the names of the pictures in *directory*.

    A page that looks the same is drawn only when it was asked for by its number. Run this in a worker.
    """
    from coffre_cli.signing.rendering import NotComparedError, compare_page, page_count, write_pictures

    size = path.stat().st_size
    names: list[str] = []
    for length, page in wanted:
        try:
            pages = [page] if page else range(1, min(page_count(path, size, password), MOST_PAGES) + 1)
            for number in pages:
                if page or compare_page(path, length, size, number, None, password).changed:
                    names.extend(write_pictures(path, length, size, number, directory, password))
        except NotComparedError:
            continue
    return tuple(dict.fromkeys(names))
