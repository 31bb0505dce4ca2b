"""A progress bar on stderr for work longer than a second; rich is imported when that second has passed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from coffre_cli.ui.plain import plain

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_PATIENCE_SECONDS = 1.0


class ProgressBar:
    """Shows how far a long piece of work has come, when stderr is a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        """Stay silent when *quiet*, or when nobody watches."""
        self._silent = quiet or not sys.stderr.isatty()
        self._started = time.monotonic()
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._count: Callable[[], int] | None = None
        self._total: int | None = None

    def expect(self, count: Callable[[], int]) -> None:
        """Take what *count* finds for the total, should the work get long and nobody tell another."""
        self._count = count

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int | None, label: str) -> None:
        """Say that *done* of *total* units are done."""
        if self._silent or time.monotonic() - self._started < _PATIENCE_SECONDS:
            return
        if self._bar is None:
            self._begin()
        if self._bar is not None and self._task is not None:
            whole = self._total if total is None else total
            reached = done if whole is None else min(done, whole)
            self._bar.update(self._task, completed=reached, total=whole, description=plain(label)[:40])

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the terminal to a question."""
        if self._bar is not None:
            self._bar.stop()
        try:
            yield
        finally:
            if self._bar is not None:
                self._bar.start()

    def _begin(self) -> None:
        from rich.console import Console
        from rich.progress import MofNCompleteColumn
        from rich.progress import Progress as Bar

        self._total = self._count() if self._count is not None else None
        self._bar = Bar(*Bar.get_default_columns(), MofNCompleteColumn(), console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("", total=self._total)
        self._bar.start()
