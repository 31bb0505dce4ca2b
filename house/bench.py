"""`./dev bench [NAME…]`: measure every area (or those named), print the tables, write them to docs/performance.md."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from types import ModuleType

from bench import bulk, check, convert, deposit, listing, scale, sign, start_up, streams, table, verify
from bench.measure import Result, Row, measure
from bench.place import a_place
from house.programs import ROOT, install_line

AREAS: dict[str, ModuleType] = {
    "start-up": start_up,
    "listing": listing,
    "streams": streams,
    "bulk": bulk,
    "convert": convert,
    "deposit": deposit,
    "check": check,
    "sign": sign,
    "verify": verify,
}
LONG: dict[str, ModuleType] = {"scale": scale}
"""Areas that take a quarter of an hour: measured only when named."""
PAGE = ROOT / "docs" / "performance.md"


def main(arguments: Sequence[str]) -> int:
    """Measure; return 1 when a goal is missed and 2 when there is no such area."""
    known = AREAS | LONG
    chosen = {name: known[name] for name in arguments or AREAS if name in known}
    if not chosen:
        print(f"coffre: there is no such area; there are: {' '.join(known)}", file=sys.stderr)
        return 2
    sections = table.sections(PAGE.read_text("utf-8")) if PAGE.exists() else {}
    results: list[Result] = []
    for name, area in chosen.items():
        left_out: list[Row] = []
        found = _measure(name, area, left_out)
        print(table.plain(table.lines(found)), flush=True)
        if left_out:
            programs = sorted({row.program for row in left_out if row.program})
            print(f"left out: {', '.join(row.name for row in left_out)}; to measure them: {install_line(programs)}")
        results += found
        sections[name] = table.section(area.__doc__ or "", found, left_out)
        PAGE.write_text(table.page({name: sections[name] for name in known if name in sections}), "utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0 if all(result.reached() for result in results) else 1


def _measure(name: str, area: ModuleType, left_out: list[Row]) -> list[Result]:
    print(f"measuring {name} …", file=sys.stderr, flush=True)
    results = []
    with a_place(on_disk=getattr(area, "ON_DISK", False)) as place, contextlib.closing(area.rows(place)) as rows:
        for row in rows:
            if row.program and row.theirs is None:
                left_out.append(row)
            else:
                results.append(measure(row))
    return results


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
