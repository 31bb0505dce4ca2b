"""What every test stands on: profiles of Hypothesis, and the programs a test may need."""

from __future__ import annotations

import os
from collections.abc import Iterable

import hypothesis
import pytest

from house.programs import PACKAGES, install_line, is_there

hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis.settings.register_profile("long", deadline=None, database=None, print_blob=True, max_examples=2000)

_MISSING = pytest.StashKey[dict[str, int]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run also what takes minutes")
    parser.addoption("--accept", action="store_true", help="write down in the transcripts what the product says now")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("long" if config.getoption("--long") else "ci")
    config.stash[_MISSING] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the slow tests unless asked for, and those whose programs an ordinary user does not have."""
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        missing = [] if _must_have_everything() else missing_programs(item)
        for program in missing:
            config.stash[_MISSING][program] = config.stash[_MISSING].get(program, 0) + 1
        slow = item.get_closest_marker("long") is not None and not config.getoption("--long")
        (left_out if missing or slow else kept).append(item)
    items[:] = kept
    if left_out:
        config.hook.pytest_deselected(items=left_out)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """As root and in CI a missing program is a failure: whoever could install it must not pass without it."""
    missing = missing_programs(item)
    if missing:
        pytest.fail(f"missing: {', '.join(missing)}; type: {install_line(missing)}", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    missing = config.stash[_MISSING]
    if missing:
        names = ", ".join(f"{program} ({count})" for program, count in sorted(missing.items()))
        terminalreporter.write_line(f"NOT RUN, for want of {names}; to run them: {install_line(sorted(missing))}")


def missing_programs(item: pytest.Item) -> list[str]:
    """Return the programs that *item* needs and this machine lacks."""
    named: Iterable[str] = (program for mark in item.iter_markers("needs") for program in mark.args)
    programs = dict.fromkeys(named)
    unknown = programs.keys() - PACKAGES.keys()
    if unknown:
        raise pytest.UsageError(f"{item.nodeid} needs {', '.join(unknown)}: add it to house/programs.py")
    return [program for program in programs if not is_there(program)]


def _must_have_everything() -> bool:
    return os.geteuid() == 0 or bool(os.environ.get("CI"))
