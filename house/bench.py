"""`./dev bench [NAME]`: measure every area (or the one called NAME), print the table, write docs/performance.md."""

from __future__ import annotations

import compileall
import contextlib
import sys
from collections.abc import Sequence
from types import ModuleType

from bench import listing, start_up, streams, table
from bench.measure import Result, Row, measure
from bench.place import a_place
from house.programs import ROOT, install_line

AREAS: dict[str, ModuleType] = {"start-up": start_up, "listing": listing, "streams": streams}
PAGE = ROOT / "docs" / "performance.md"


def main(arguments: Sequence[str]) -> int:
    """Measure; return 1 when a goal is missed and 2 when there is no such area."""
    chosen = {name: area for name, area in AREAS.items() if not arguments or name in arguments}
    if not chosen:
        print(f"coffre: there is no such area; there are: {' '.join(AREAS)}", file=sys.stderr)
        return 2
    compileall.compile_dir(ROOT / "src", quiet=1)
    left_out: list[Row] = []
    measured = [(name, area.__doc__ or "", _measure(name, area, left_out)) for name, area in chosen.items()]
    results = [result for _, _, area in measured for result in area]
    print(table.plain(table.lines(results)))
    if left_out:
        programs = sorted({row.program for row in left_out if row.program})
        print(f"left out: {', '.join(row.name for row in left_out)}; to measure them: {install_line(programs)}")
    if len(chosen) == len(AREAS):
        PAGE.write_text(table.page(measured, left_out), "utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0 if all(result.reached() for result in results) else 1


def _measure(name: str, area: ModuleType, left_out: list[Row]) -> list[Result]:
    print(f"measuring {name} …", file=sys.stderr, flush=True)
    results = []
    with a_place() as place, contextlib.closing(area.rows(place)) as rows:
        for row in rows:
            if row.program and row.theirs is None:
                left_out.append(row)
            else:
                results.append(measure(row))
    return results


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
