"""The table, for the terminal and for docs/performance.md."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.measure import Result, Row

_TITLE = "## "
_HEAD = ("what", "goal", "is", "reached", "ours", "theirs", "beside")


def lines(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """Return the cells of the table, its head included."""
    return [_HEAD, *(_cells(result) for result in results)]


def plain(cells: Sequence[Sequence[str]]) -> str:
    """Return the table in columns."""
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)


def section(about: str, results: Sequence[Result], left_out: Sequence[Row]) -> str:
    """Return what the page says of one area."""
    cells = lines(results)
    parts = [about, "", _row(cells[0]), "|" + "---|" * len(_HEAD), *map(_row, cells[1:]), ""]
    if left_out:
        parts += [f"Left out, for want of the other program: {', '.join(row.name for row in left_out)}.", ""]
    load = os.getloadavg()[1] if hasattr(os, "getloadavg") else 0
    parts.append(f"Measured on {_machine()}, load {load:.1f}; {', '.join(_versions())}.")
    return "\n".join(parts)


def page(sections: Mapping[str, str]) -> str:
    """Return docs/performance.md of the *sections* by name."""
    parts = [
        "# Performance",
        "",
        "Written by `./dev bench`; do not edit. Each row is measured beside another program in the same run, in turn",
        "(A B A B …), and the medians are compared: the ratio says more than the milliseconds of one machine.",
        "`≤` is our cost over theirs, `≥` says how many times faster we are (with a unit: what we reach alone), `<` is",
        "our own cost, which a load above the number of cores multiplies. Rows that miss their goal say so.",
    ]
    for name, text in sections.items():
        parts += ["", f"{_TITLE}{name}", "", text]
    return "\n".join(parts) + "\n"


def sections(text: str) -> dict[str, str]:
    """Return the sections of a page that was written before, by name."""
    found = (part.partition("\n") for part in text.split(f"\n{_TITLE}")[1:])
    return {name: body.strip("\n") for name, _, body in found}


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cells(result: Result) -> tuple[str, ...]:
    row = result.row
    unit = row.unit if result.theirs is None else "×"
    return (
        row.name,
        f"{row.aim} {_number(row.goal)} {unit}",
        f"{_number(result.figure())} {unit}",
        "yes" if result.reached() else "NO",
        f"{_number(result.ours)} {row.unit}",
        "–" if result.theirs is None else f"{_number(result.theirs)} {row.unit}",
        row.beside,
    )


def _number(value: float) -> str:
    return f"{value:.3g}" if value < 1_000 else f"{value:,.0f}"  # noqa: PLR2004 - from there on `g` writes powers of ten


def _machine() -> str:
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [
            line.partition(":")[2].strip() for line in cpuinfo.read_text("utf-8").splitlines() if "model name" in line
        ]
        model = f" ({names[0]})" if names else ""
    return (
        f"{os.cpu_count()} cores{model}, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def _versions() -> list[str]:
    found = []
    for program in ("age", "borg", "restic"):
        try:
            option = "version" if program == "restic" else "--version"
            said = subprocess.run([program, option], check=True, capture_output=True, text=True).stdout.split()
        except (OSError, subprocess.CalledProcessError):
            continue
        found.append(f"{program} {next((word for word in said if word[:1].isdigit() or word[:2] == 'v1'), '')}")
    return found or ["no peer installed"]
