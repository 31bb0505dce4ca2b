"""`./dev docs`: generate the reference, then check that every link of the documentation leads somewhere."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from house import generated
from house.programs import ROOT

_LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def main() -> int:
    """Write what is generated; return 1 when a link is dead."""
    for path in generated.regenerate():
        print(f"wrote {path.relative_to(ROOT)}")
    dead = list(dead_links())
    for line in dead:
        print(line)
    return 1 if dead else 0


def dead_links() -> Iterator[str]:
    """Give every link of a page to a file or a heading that is not there."""
    for page in pages():
        for match in _LINK.finditer(_FENCE.sub("", page.read_text("utf-8"))):
            target = page.parent / match[1] if match[1] else page
            if not target.exists():
                yield f"{page.relative_to(ROOT)}: {match[0]}: no such file"
            elif match[2] and target.suffix == ".md" and match[2] not in anchors(target.read_text("utf-8")):
                yield f"{page.relative_to(ROOT)}: {match[0]}: no such heading"


def pages() -> list[Path]:
    """Return the pages of documentation."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "changelog.d").glob("*.md")])


def anchors(text: str) -> set[str]:
    """Return the names by which the headings of *text* can be linked to."""
    headings = re.findall(r"^#+ +(.+?)\s*$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


if __name__ == "__main__":
    sys.exit(main())
