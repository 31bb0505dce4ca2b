"""Moving, renaming and tagging documents."""

from __future__ import annotations

from collections.abc import Callable

from coffre_cli.errors import InvalidValueError
from coffre_cli.i18n import N_
from coffre_cli.journal.event import Operation
from coffre_cli.model import Document
from coffre_cli.usecases.find import resolve
from coffre_cli.usecases.folders import clean_folder
from coffre_cli.usecases.intake import clean_title
from coffre_cli.usecases.renditions import revealed
from coffre_cli.usecases.terms import require_term
from coffre_cli.values import replace
from coffre_cli.vault.session import Vault

Edit = Callable[[Document], Document]


def move(vault: Vault, name: str, folder: str) -> Document:
    """Put the document called *name* into *folder*."""
    return _edit(vault, name, Operation.MOVE, lambda document: replace(document, folder=clean_folder(folder)))


def rename(vault: Vault, name: str, title: str) -> Document:
    """Give the document called *name* another title.

    Raises:
        InvalidValueError: The title is empty.
    """
    clean = clean_title(title)
    if not clean:
        raise InvalidValueError(value=title, what=N_("a title"), expected=N_("a word at least"))
    return _edit(vault, name, Operation.RENAME, lambda document: replace(document, title=clean))


def tag(vault: Vault, name: str, *, add: tuple[str, ...], remove: tuple[str, ...]) -> Document:
    """Add tags to the document called *name*, and remove some."""

    def edited(document: Document) -> Document:
        tags = sorted({*document.tags, *clean_tags(add)} - {*clean_tags(remove)})
        return replace(document, tags=tuple(tags))

    return _edit(vault, name, Operation.TAG, edited)


def clean_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return tags in their one form: one line, no leading `#`, each once."""
    return tuple(dict.fromkeys(clean_title(tag_.lstrip("#")) for tag_ in tags if tag_.strip("# ")))


def _edit(vault: Vault, name: str, operation: Operation, edit: Edit) -> Document:
    require_term(vault)
    before = resolve(vault, name)
    after = edit(before)
    if after != before:
        with vault.change() as change:
            change.put_document(operation, after, before=before, reveal=revealed)
    return vault.document(after.id) or after
