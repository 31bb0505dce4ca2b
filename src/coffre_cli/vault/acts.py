"""Events to come, each on the newest state of its record: what two commands change at once both lasts.

A command reads a record, thinks, and commits; another may have changed the record meanwhile. Under the lock, what the
command changed is then put on top of the newest state; of one and the same field the later command's value stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Json
from coffre_cli.journal.commitments import disclosures
from coffre_cli.journal.event import Body, Operation
from coffre_cli.model import Document, RandomBytes, RecordId
from coffre_cli.store import events
from coffre_cli.store.index import Index
from coffre_cli.values import frozen, replace
from coffre_cli.vault.errors import KeyMissingError

Reveal = Callable[[Mapping[str, Json]], Mapping[str, Json]]
"""What a line commits to, told from the state of its record."""


@frozen
class Act:
    """One event to come."""

    operation: Operation
    record: RecordId
    """What the line names."""
    body: Body
    words: str | None = None
    deposited: Document | None = None
    """What the body says, when it is the first of a new document."""
    before: Mapping[str, Json] | None = None
    """The state that the body's was made from, when the record is not new."""
    reveal: Reveal | None = None


def resolved(act: Act, index: Index, random: RandomBytes) -> Act:
    """Return *act* on the newest state of its record in *index*, which must be up to date.

    Raises:
        KeyMissingError: The record was destroyed meanwhile.
    """
    if act.before is None or act.body.state is None:
        return act
    found = events.state(index, act.record)
    if found is None:
        raise KeyMissingError(record=act.record.hex())
    if found.state == canonical.encode(act.before):
        return act
    state = merged(act.before, act.body.state, canonical.decode(found.state, what=act.body.kind))
    shown = disclosures(act.reveal(state) if act.reveal else {}, random)
    return replace(act, body=replace(act.body, state=state, disclosures=shown))


def merged(before: Mapping[str, Json], after: Mapping[str, Json], newest: Mapping[str, Json]) -> dict[str, Json]:
    """Return *newest* with what *after* changed of *before*; in lists of words, the words it added and removed."""
    return dict(newest) | {
        name: _merged(before.get(name), value, newest.get(name))
        for name, value in after.items()
        if value != before.get(name)
    }


def _merged(before: Json, after: Json, newest: Json) -> Json:
    old, ours, theirs = _words(before), _words(after), _words(newest)
    if old is None or ours is None or theirs is None:
        return after
    kept = [word for word in theirs if word in ours or word not in old]
    return [*kept, *(word for word in ours if word not in old and word not in kept)]


def _words(value: Json) -> list[str] | None:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        return None
    return [one for one in value if isinstance(one, str)]
