"""Eight writers, a check and readers at once: no error, nothing lost, nobody waits long."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulators.safe import Safe, add, everything

WRITERS, DEPOSITS, READERS = 8, 12, 2
LONGEST_WAIT = 5.0

_ACTOR = """
import json, sys, time
from pathlib import Path
from tests.simulators.safe import Clock, Safe, add, content, everything
from coffre_cli.store import documents
from coffre_cli.store.documents import Filter
from coffre_cli.store.errors import BlobMissingError
from coffre_cli.usecases.erase import erase
from coffre_cli.vault.errors import KeyMissingError
role, number, root, state, count = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5])
safe = Safe(root, state)
waits = []
for turn in range(count):
    began = time.monotonic()
    if role == "check":
        report = safe.check(data=True, full=False)
        assert report.findings == [], report.findings
    else:
        vault = safe.open()
        if role == "writer":
            record = add(vault, f"{number}-{turn}", f"{number} {turn} ".encode() * 400, words=f"mot{number}x{turn}")
            if turn % 3 == 0:
                erase(vault, [vault.document(record)])
        else:
            for record in documents.listed(vault.index, Filter())[:5]:
                try:
                    content(vault, record)
                except (LookupError, BlobMissingError, KeyMissingError):
                    assert vault.document(record) is None
        vault.close()
    waits.append(time.monotonic() - began)
print(json.dumps(waits))
"""


@pytest.mark.timeout(280)
def test_a_crowd_gets_along(quick_folder: Path) -> None:
    safe = Safe(quick_folder / "vault", quick_folder / "state")
    safe.make()
    vault = safe.open()
    add(vault, "premier", b"first" * 100, words="premier")
    vault.close()
    root = Path(__file__).parent.parent.parent
    crowd = [("writer", number, DEPOSITS) for number in range(WRITERS)]
    crowd += [("reader", number, DEPOSITS) for number in range(READERS)] + [("check", 0, 4)]
    actors = [
        subprocess.Popen(
            [sys.executable, "-c", _ACTOR, role, str(number), str(safe.root), str(safe.state), str(count)],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for role, number, count in crowd
    ]
    waits: list[float] = []
    for (role, number, _count), actor in zip(crowd, actors, strict=True):
        out, err = actor.communicate(timeout=240)
        assert actor.returncode == 0, f"{role} {number}: {err}"
        waits += json.loads(out) if role != "check" else []
    assert max(waits) < LONGEST_WAIT, sorted(waits)[-5:]
    vault = safe.open()
    titles = {title for title, _, _, _ in everything(vault).values()}
    vault.close()
    assert titles == {"premier"} | {
        f"{number}-{turn}" for number in range(WRITERS) for turn in range(DEPOSITS) if turn % 3
    }
    assert safe.check().findings == []
