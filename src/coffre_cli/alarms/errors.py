"""What can be wrong with an alarm."""

from __future__ import annotations

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_


class ImpossibleDateError(CoffreError):
    """The calendar has no such date, or it is not written as one."""

    exit_code = ExitCode.USAGE
    message = N_("« {value} » is not a date of the calendar.")
    hint = N_("Type it as 2027-03-01, 2027-03-01T09:00 or 01/03/2027 (years 1900 to 2199).")


class ImpossibleDelayError(CoffreError):
    """A number of days is not one."""

    exit_code = ExitCode.USAGE
    message = N_("« {value} » is not a number of days.")
    hint = N_("Type 3d for three days, 30d,7d,1d,0 for several reminders; ten years at most.")


class UnknownRepeatError(CoffreError):
    """A rule of repetition cannot be understood."""

    exit_code = ExitCode.USAGE
    message = N_("« {value} » is not a repetition.")
    hint = N_("Use daily, weekly, monthly, quarterly, yearly, or a rule such as FREQ=MONTHLY;BYDAY=-1FR.")


class TooFrequentError(CoffreError):
    """A rule comes round more than once a day."""

    exit_code = ExitCode.USAGE
    message = N_("« {value} » comes round more than once a day.")
    hint = N_("An alarm repeats daily at most.")


class NeverHappensError(CoffreError):
    """A rule never comes round."""

    exit_code = ExitCode.USAGE
    message = N_("« {value} » never comes round.")
    hint = N_("Check the days and months of the rule, and that it ends after the date of the alarm.")


class UnknownZoneError(CoffreError):
    """A time zone is not in the database of this computer."""

    exit_code = ExitCode.USAGE
    message = N_("« {value} » is not a time zone known here.")
    hint = N_("Use a name such as Europe/Paris; the system package `tzdata` holds the list.")


class EmptyLabelError(CoffreError):
    """An alarm says nothing."""

    exit_code = ExitCode.USAGE
    message = N_("An alarm needs a label.")
    hint = N_("Say in a few words what is due: « Renew the insurance ».")


class AlarmDoneError(CoffreError):
    """There is nothing left to close or to put off."""

    exit_code = ExitCode.NOT_ALLOWED
    message = N_("The alarm « {label} » is done already.")
    hint = N_("`coffre alarms edit` gives it a new date.")


class CalendarUnreadableError(CoffreError):
    """A file is not an iCalendar file."""

    exit_code = ExitCode.UNREADABLE
    message = N_("This file is not a calendar (.ics).")
    hint = N_("Export it again from the calendar program, as iCalendar.")


class EventNotTakenError(CoffreError):
    """An event says more than an alarm can."""

    exit_code = ExitCode.CANNOT_CONVERT
    message = N_("The event « {label} » has no date, or dates that follow no single rule; it was left out.")
    hint = N_("Add it with `coffre alarms add`.")
