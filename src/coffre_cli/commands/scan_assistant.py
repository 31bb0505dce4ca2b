"""The person at the scanner: how many pages there are, how they look, what to do about a jam, and what is next."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_, _, ngettext
from coffre_cli.intake.errors import FeederEmptyError, ScannerError
from coffre_cli.intake.join import THUMBNAIL, PageLook
from coffre_cli.intake.scanner import Told
from coffre_cli.ui.failures import sentence
from coffre_cli.ui.output import Output
from coffre_cli.ui.thumbnails import can_show_pictures, contact_sheet
from coffre_cli.usecases.scanning import Batch

_YES = frozenset({"y", "yes", "o", "oui"})
_STOP = frozenset({"s", "stop", "n", "no", "non"})


class Person(Protocol):
    """Whoever can be asked."""

    def is_there(self) -> bool:
        """Tell whether somebody is."""

    def answer(self, question: str) -> str:
        """Ask for a line."""


@dataclass
class Assistant:
    """Leads through a scan; without a person it scans once and takes every default."""

    person: Person
    shown: Output
    scan: Callable[[Path, Told], Batch]
    look: Callable[[Sequence[Path]], Sequence[PageLook]]
    pages: list[Path] = field(default_factory=list)
    looks: list[PageLook] = field(default_factory=list)
    fault: CoffreError | None = None
    """Why the last batch stopped early, when nobody could put it right."""

    def gather(self, private: Path) -> None:
        """Scan into *private* until there is no more paper; a fault is told, and tried again when somebody says so.

        Raises:
            FeederEmptyError, ScannerError: There is not a single page.
        """
        batches = 0
        while True:
            directory = private / f"batch{batches:04d}"
            directory.mkdir()
            batches += 1
            self._one_batch(directory)
            if not self._wants_more():
                break
        if self.fault is not None and not self.pages:
            raise self.fault

    def blank_to_leave_out(self, *, chosen: bool) -> bool:
        """Tell whether blank pages are to be left out: as *chosen*, else as the person says who sees which they are."""
        blank = [number for number, look in enumerate(self.looks, 1) if look.blank]
        if chosen or not blank or len(blank) == len(self.looks) or not self.person.is_there():
            return chosen
        numbers = ", ".join(str(number) for number in blank)
        question = ngettext(
            "Page {numbers} looks blank. Leave it out? [y/N]",
            "Pages {numbers} look blank. Leave them out? [y/N]",
            len(blank),
        )
        return self._answer(question.format(numbers=numbers)) in _YES

    def asked(self, question: str, default: str) -> str:
        """Return the answer to *question* (a word or two, without a colon), or *default*."""
        if not self.person.is_there():
            return default
        form = _(N_("{question} [{default}]:")) if default else _(N_("{question}:"))
        return self.person.answer(form.format(question=question, default=default)).strip() or default

    def _one_batch(self, directory: Path) -> None:
        before = len(self.pages)
        try:
            batch = self.scan(directory, lambda count: self._count(before + count))
        except (FeederEmptyError, ScannerError) as error:
            batch = Batch([], error)
        if batch.pages:
            self._count_ends()
        self.pages += batch.pages
        self.fault = batch.stopped
        found = list(self.look(batch.pages)) if batch.pages and self.person.is_there() else []
        self.looks += found
        if found and can_show_pictures():
            self._show(found, before)

    def _wants_more(self) -> bool:
        if not self.person.is_there():
            return False
        if self.fault is not None:
            self.shown.warn(sentence(self.fault))
            again = _(N_("Put it right, lay in the sheets that are missing, then press Enter; « s » stops here:"))
            return self._answer(again) not in _STOP
        more = _(N_("More pages? Lay them in and type « y », or press Enter to file these:"))
        return self._answer(more) in _YES

    def _answer(self, question: str) -> str:
        return self.person.answer(question).strip().lower()

    def _show(self, looks: Sequence[PageLook], before: int) -> None:
        blank = _(N_("blank"))
        captions = [f"{before + number}{f' {blank}' if look.blank else ''}" for number, look in enumerate(looks, 1)]
        columns = shutil.get_terminal_size().columns
        for line in contact_sheet([look.grey for look in looks], captions, THUMBNAIL, columns):
            self.shown.say(line)

    def _count(self, count: int) -> None:
        text = ngettext("{count} page scanned", "{count} pages scanned", count).format(count=count)
        if sys.stderr.isatty() and not self.shown.quiet and not self.shown.as_json:
            sys.stderr.write(f"\r{text}")
            sys.stderr.flush()
        else:
            self.shown.say(text)

    def _count_ends(self) -> None:
        if sys.stderr.isatty():
            self.shown.say("")
