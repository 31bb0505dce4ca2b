"""Only scans that can become faithful copies go on to the deposit; the others stay where they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from coffre_cli.convert.convert import workers
from coffre_cli.convert.faithful import require_faithful
from coffre_cli.convert.model import Source
from coffre_cli.errors import CoffreError
from coffre_cli.usecases.intake import Input, Refused, Wishes


def faithful_only(found: Iterable[Input | Refused], wishes: Wishes, moment: datetime) -> Iterator[Input | Refused]:
    """Yield *found*, what cannot be a faithful copy as a refusal: nothing of it is kept under that name."""
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
