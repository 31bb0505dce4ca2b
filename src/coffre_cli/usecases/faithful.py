"""Only scans that can become faithful copies go on to the deposit; the others stay where they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from coffre_cli.convert.model import Profile, Source
from coffre_cli.errors import CoffreError
from coffre_cli.usecases.intake import Input, Refused, Wishes


def checked(found: Iterable[Input | Refused], wishes: Wishes, moment: datetime) -> Iterable[Input | Refused]:
    """Return *found*; where faithful copies are wanted, what cannot be one is a refusal: nothing of it is kept."""
    return _faithful_only(found, wishes, moment) if wishes.profile is Profile.FIDELE else found


def _faithful_only(found: Iterable[Input | Refused], wishes: Wishes, moment: datetime) -> Iterator[Input | Refused]:
    from coffre_cli.convert.convert import workers
    from coffre_cli.convert.faithful import require_faithful

    with workers() as pool:
        for one in found:
            if isinstance(one, Refused):
                yield one
                continue
            try:
                require_faithful(pool, Source(one.path, one.name), wishes.options(moment))
            except CoffreError as error:
                yield Refused(one.name, error)
            else:
                yield one
