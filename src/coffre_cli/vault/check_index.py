"""The index as `check` uses it: the vault's own, or one folded for the occasion when that cannot be read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from coffre_cli.errors import CoffreError, StorageFailedError, StorageFullError
from coffre_cli.store import inspection
from coffre_cli.store.errors import IndexDamagedError
from coffre_cli.store.index import OTHER_VERSION, Index, create_index, open_index, remove_index
from coffre_cli.vault.check_model import INDEX, INDEX_DIFFERS, Finding, finding
from coffre_cli.vault.fold import catch_up
from coffre_cli.vault.index_place import begin_outside
from coffre_cli.vault.opening import fold_index
from coffre_cli.vault.parts import Parts
from coffre_cli.vault.refold import fold_anew


@dataclass(frozen=True, slots=True)
class IndexView:
    """What there is of an index."""

    own: Index | None
    """The vault's, when every page of it is what was written."""
    usable: Index | None
    """The vault's, else a fold of the log; None when there is neither."""
    findings: tuple[Finding, ...] = ()


def renew_index(parts: Parts) -> None:
    """Fold the index anew when an earlier coffre made it, or when none was needed here yet: that is no damage."""
    if parts.index != parts.layout.index and not parts.index.exists():
        with contextlib.suppress(CoffreError), parts.lock.exclusive():
            begin_outside(parts.layout, parts.index)
            if not parts.index.exists():
                fold_index(parts).close()
        return
    try:
        open_index(parts.index, parts.keychain.index, parts.vault_id).close()
    except IndexDamagedError as error:
        if error.facts.get("reason") == OTHER_VERSION:
            with contextlib.suppress(CoffreError), parts.lock.exclusive():
                fold_index(parts).close()


@contextlib.contextmanager
def viewed_index(parts: Parts) -> Iterator[IndexView]:
    """Give the index of *parts*, its pages verified; fold one in the staging folder when it cannot be used."""
    try:
        index = open_index(parts.index, parts.keychain.index, parts.vault_id)
    except IndexDamagedError as error:
        with _stand_in(parts) as usable:
            yield IndexView(None, usable, (finding(INDEX, reason=str(error.facts["reason"])),))
        return
    try:
        inspection.verify_pages(index)
    except IndexDamagedError as error:
        index.close()
        with _stand_in(parts) as usable:
            yield IndexView(None, usable, (finding(INDEX, reason=str(error.facts["reason"])),))
        return
    try:
        yield IndexView(index, index)
    finally:
        index.close()


def check_index_whole(parts: Parts, index: Index) -> Iterator[Finding]:
    """Level 3: verify the structure of the index, and compare it with a fresh fold."""
    try:
        inspection.verify_structure(index)
    except IndexDamagedError as error:
        yield finding(INDEX, reason=str(error.facts["reason"]))
        return
    with _stand_in(parts) as fresh:
        if fresh is None:
            return  # the log does not fold: check_log has said so
        with contextlib.suppress(CoffreError):
            catch_up(parts, index)
        table = inspection.differing_table(index, fresh)
    if table is not None:
        yield finding(INDEX_DIFFERS, table=table)


@contextlib.contextmanager
def _stand_in(parts: Parts) -> Iterator[Index | None]:
    path = parts.index_staging / f"{parts.around.random(8).hex()}.db"
    try:
        index = create_index(path, parts.keychain.index, parts.vault_id)
        try:
            yield _folded(parts, index)
        finally:
            index.close()
    finally:
        remove_index(path)


def _folded(parts: Parts, index: Index) -> Index | None:
    try:
        fold_anew(parts, index)
    except (StorageFullError, StorageFailedError):  # nothing was compared, and nothing may be claimed
        raise
    except CoffreError:
        return None
    return index
