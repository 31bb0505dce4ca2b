"""What an alarm is: the plan that the user made, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from coffre_cli.alarms.errors import EmptyLabelError, ImpossibleDateError, ImpossibleDelayError
from coffre_cli.alarms.zones import EARLIEST, LATEST, zone_of
from coffre_cli.model import RecordId

USUAL_LEADS = (30, 7, 1, 0)
"""Days before the deadline at which it is told, when the user names none."""
LONGEST_LEAD = 3650
"""Days; beyond ten years a delay is a slip of the finger."""
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the user asked for; `settled` checks it."""

    label: str
    due: date
    """The first occurrence."""
    zone: str
    """The IANA time zone of `due` and `hour`."""
    hour: time | None = None
    """When notices of the day fall due; none: as soon as the day begins."""
    before: tuple[int, ...] = ()
    """Leads in days, the longest first; empty: the usual ones."""
    repeat: str | None = None
    """A name or an RRULE (see `rule`); none: once."""
    recipients: tuple[str, ...] = ()
    """Addresses, besides the holder's own."""
    document: RecordId | None = None


@dataclass(frozen=True, slots=True)
class Snooze:
    """One occurrence put off: its notices keep silent until a day, when it is told again."""

    occurrence: date
    until: date


@dataclass(frozen=True, slots=True)
class Alarm:
    """A plan under way; only `transitions` makes the next state of one."""

    id: RecordId
    plan: Plan
    created_at: datetime
    """In UTC."""
    told_through: date | None = None
    """All notices planned up to this day have been told, and none planned later."""
    closed_through: date | None = None
    """The occurrences up to this one are done."""
    snooze: Snooze | None = None


def settled(plan: Plan) -> Plan:
    """Return *plan* checked and in its one form: its first date is its first occurrence, its rule is spelled one way.

    Raises:
        CoffreError: A label, date, zone, lead or rule that cannot be; exit code 2.
    """
    zone_of(plan.zone)
    if not EARLIEST <= plan.due <= LATEST:
        raise ImpossibleDateError(value=plan.due.isoformat())
    once = replace(plan, label=_one_line(plan.label), before=_leads(plan.before or USUAL_LEADS))
    return once if plan.repeat is None else _repeating(once, plan.repeat, usual=not plan.before)


def _one_line(label: str) -> str:
    """Return *label* as one line of valid Unicode without control characters."""
    line = " ".join(label.encode("utf-8", "replace").decode().translate(_CONTROLS).split())
    if not line:
        raise EmptyLabelError
    return line


def _leads(before: tuple[int, ...]) -> tuple[int, ...]:
    for lead in before:
        if not 0 <= lead <= LONGEST_LEAD:
            raise ImpossibleDelayError(value=str(lead))
    return tuple(sorted(set(before), reverse=True))


def _repeating(plan: Plan, rule: str, *, usual: bool) -> Plan:
    """Return *plan* following *rule*; a usual lead longer than a period would announce several occurrences at once."""
    from coffre_cli.alarms.repeating import settled as settled_rule  # 20 ms: see `recurrence`
    from coffre_cli.alarms.repeating import shortest_gap

    repeat, due = settled_rule(rule, plan.due, hour=plan.hour, zone=plan.zone)
    before = tuple(lead for lead in plan.before if not usual or lead < shortest_gap(repeat))
    return replace(plan, repeat=repeat, due=due, before=before)
