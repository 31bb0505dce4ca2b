"""`coffre alarms`: deadlines."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from coffre_cli.alarms.alarm import Alarm
from coffre_cli.alarms.typed import parse_days, parse_leads, parse_moment
from coffre_cli.commands.context import local_zone, now, settings
from coffre_cli.commands.edge import Command, family, translated_help
from coffre_cli.commands.vaults import opened_vault, output
from coffre_cli.errors import ExitCode
from coffre_cli.i18n import N_, _
from coffre_cli.ui.alarms import alarm_json, alarm_line, alarm_table, notice_line
from coffre_cli.usecases import alarms
from coffre_cli.usecases.addresses import checked_address
from coffre_cli.usecases.alarms import Asked
from coffre_cli.usecases.find import resolve as resolve_document
from coffre_cli.vault.session import Vault

app = family()
AlarmName = Annotated[str, typer.Argument(metavar="ID", help=_(N_("Its id, a beginning of it, or its label.")))]
DocOption = Annotated[str | None, typer.Option("--doc", help=_(N_("The document it is about.")))]
BeforeOption = Annotated[str | None, typer.Option("--before", help=_(N_("When to tell: 30d,7d,1d,0.")))]
RepeatOption = Annotated[str | None, typer.Option("--repeat", help=_(N_("yearly, monthly, … or an RRULE.")))]
ToOption = Annotated[list[str] | None, typer.Option("--to", help=_(N_("An address to tell; may be repeated.")))]


def add(
    date: Annotated[str, typer.Argument(help=_(N_("The deadline: 2027-03-01, 01/03/2027, 2027-03-01T09:00.")))],
    label: Annotated[str, typer.Argument(help=_(N_("What it is about.")))],
    *,
    doc: DocOption = None,
    before: BeforeOption = None,
    repeat: RepeatOption = None,
    to: ToOption = None,
) -> None:
    """Keep a deadline."""
    day, hour = parse_moment(date)
    leads = None if before is None else parse_leads(before)
    told = _addresses(to)
    with opened_vault() as vault:
        about = resolve_document(vault, doc).id if doc else None
        asked = Asked(hour=hour, document=about, before=leads, repeat=repeat, recipients=told or (), zone=local_zone())
        alarm = alarms.add(vault, asked, day=day, label=label)
    _tell(alarm)


def list_() -> None:
    """List the deadlines."""
    shown = output()
    with opened_vault() as vault:
        found = alarms.list_alarms(vault)
    for alarm in found:
        shown.item(alarm_json(alarm, now()))
    for line in alarm_table(found, now()) if found and not shown.as_json else ():
        shown.result(line)
    if not found:
        shown.say(_(N_("No alarm yet: `coffre alarms add 2027-03-01 LABEL` keeps one.")))


def show(name: AlarmName) -> None:
    """Show one deadline."""
    with opened_vault() as vault:
        alarm = alarms.resolve(vault, name)
    _tell(alarm)


def edit(
    name: AlarmName,
    *,
    date: Annotated[str | None, typer.Option("--date", help=_(N_("Another deadline.")))] = None,
    label: Annotated[str | None, typer.Option("--label", help=_(N_("Another label.")))] = None,
    doc: DocOption = None,
    before: BeforeOption = None,
    repeat: RepeatOption = None,
    to: ToOption = None,
) -> None:
    """Change a deadline."""
    day, hour = parse_moment(date) if date else (None, None)
    leads = None if before is None else parse_leads(before)
    told = _addresses(to)
    with opened_vault() as vault:
        about = resolve_document(vault, doc).id if doc else None
        asked = Asked(day, hour, label, about, leads, repeat, told)
        alarm = alarms.edit(vault, name, asked)
    _tell(alarm)


def done(name: AlarmName) -> None:
    """Say that a deadline is met; a repeated one goes on to its next date."""
    _change(name, alarms.done)


def snooze(name: AlarmName, delay: Annotated[str, typer.Argument(help=_(N_("How long: 3d, 2w.")))]) -> None:
    """Keep a deadline silent for a while."""
    days = parse_days(delay)
    _change(name, lambda vault, one: alarms.snooze(vault, one, days))


def delete(name: AlarmName) -> None:
    """Delete a deadline for good."""
    with opened_vault() as vault:
        alarm = alarms.delete(vault, name)
    text = _(N_("deleted for good: {alarm}")).format(alarm=alarm_line(alarm, now()))
    output().confirm(text, alarm_json(alarm, now(), deleted=True))


def check(
    *,
    exit_code: Annotated[bool, typer.Option("--exit-code", help=_(N_("Exit 30 when something is due.")))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_(N_("Say it, and say it again next time.")))] = False,
) -> None:
    """Tell what is due: nothing when there is no news."""
    shown = output()
    with opened_vault() as vault:
        notices = alarms.due_now(vault)
        for notice in notices:
            line = alarm_json(
                notice.alarm, now(), days_left=notice.days_left, occurrence=notice.latest.occurrence.isoformat()
            )
            shown.show(notice_line(notice), line)
        sys.stdout.flush()
        if notices and not dry_run:
            alarms.mark_told(vault, notices)
    if notices and exit_code:
        raise typer.Exit(ExitCode.ALARMS_DUE)


def _addresses(typed: list[str] | None) -> tuple[str, ...] | None:
    return None if typed is None else tuple(checked_address(one, option="--to") for one in typed)


def _change(name: str, act: Callable[[Vault, str], Alarm]) -> None:
    with opened_vault() as vault:
        alarm = act(vault, name)
    _tell(alarm)


def _tell(alarm: Alarm) -> None:
    shown = output()
    if not settings().quiet or shown.as_json:
        shown.show(alarm_line(alarm, now()), alarm_json(alarm, now()))


_VERBS = (
    ("add", add),
    ("list", list_),
    ("show", show),
    ("edit", edit),
    ("done", done),
    ("snooze", snooze),
    ("delete", delete),
    ("check", check),
)
for _name, _function in _VERBS:
    app.command(_name, cls=Command, help=translated_help(_function))(_function)
