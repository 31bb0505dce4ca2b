"""`python -m house.picture`: type a short session on a throw-away safe, and draw it as `docs/images/terminal.svg`."""

from __future__ import annotations

import re
import shlex
import sys
from datetime import UTC, datetime
from io import StringIO

from rich.console import Console
from rich.text import Text

from coffre_cli.usecases.demonstration_papers import write_papers
from coffre_cli.usecases.demonstration_stage import Stage, set_stage
from coffre_cli.usecases.demonstration_words import WORDS
from coffre_cli.worker.directory import private_directory
from house.programs import ROOT

PICTURE = ROOT / "docs" / "images" / "terminal.svg"
_COLUMNS = 104
_FONTS = "DejaVu Sans Mono, Menlo, Consolas, monospace"
_BEFORE = (
    ("coffre", "init", "home", "--recovery-file", "recovery.txt"),
    ("coffre", "account", "edit", "--person", "Camille Martin"),
)
_SESSION = (
    ("coffre", "add", "lease.pdf", "insurance.tif", "electricity.jpg", "--folder", "Home"),
    ("coffre", "search", "reimbursed"),
    ("coffre", "sign", "lease.pdf", "--reason", "I agree"),
    ("coffre", "verify", "lease-signed.pdf"),
    ("coffre", "journal", "verify"),
)


def main() -> int:
    """Play the session and draw it; return 1 when a command failed."""
    console = Console(record=True, width=_COLUMNS, file=StringIO(), force_terminal=True)
    with private_directory() as folder:
        stage = set_stage(folder, "en")
        write_papers(stage.desk, WORDS["en"].papers, language="en", moment=datetime.now(UTC))
        codes = [stage.play(words).code for words in _BEFORE]
        codes += [_typed(console, stage, words) for words in _SESSION]
    picture = console.export_svg(title="coffre").replace("Fira Code, monospace", _FONTS)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    # The picture fetches no font from anywhere: what the reader's machine has will do.
    PICTURE.write_text(re.sub(r"\s*@font-face \{.*?\n    \}", "", picture, flags=re.DOTALL), "utf-8")
    print(f"wrote {PICTURE.relative_to(ROOT)}")
    return int(any(codes))


def _typed(console: Console, stage: Stage, words: tuple[str, ...]) -> int:
    played = stage.play(words)
    console.print(Text(f"$ {shlex.join(words)}", style="bold #7bd88f"))
    for line in played.out.splitlines():
        console.print(Text(line), soft_wrap=False)
    for line in played.err.splitlines():
        console.print(Text(line, style="#e5c07b"), soft_wrap=False)
    console.print()
    return played.code


if __name__ == "__main__":
    sys.exit(main())
