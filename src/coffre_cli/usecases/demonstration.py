"""The demonstration: the main job, told scene by scene, each scene a real command whose answer is checked."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from coffre_cli.errors import ExitCode
from coffre_cli.i18n import N_
from coffre_cli.usecases.demonstration_papers import write_papers
from coffre_cli.usecases.demonstration_stage import Played, Stage
from coffre_cli.usecases.demonstration_words import WORDS, Words

SIGNER: Final = "Camille Martin"
_LINE_CHANGED: Final = 4
"""The line of the export in which a word is changed: the first one says what the file is."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One step: what it is about, what is typed, what came, and whether that is what should come."""

    name: str
    says: str
    """A catalogue key with named fields."""
    facts: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    """Nothing when the scene only tells, or only looks."""
    played: Played | None = None
    passed: bool = True


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The story, ready to be played on *stage*."""

    stage: Stage
    language: str
    moment: datetime

    @property
    def words(self) -> Words:
        """What is typed."""
        return WORDS[self.language]

    def scenes(self) -> Iterator[Scene]:
        """Play every scene in turn, whatever came of the one before; the session is closed in any case."""
        write_papers(self.stage.desk, self.words.papers, language=self.language, moment=self.moment)
        try:
            yield from self._deposit()
            yield from self._find()
            yield from self._sign()
            yield from self._tamper()
            yield from self._journal()
            yield from self._remember()
        finally:
            closing = self._scene("lock", N_("The safe is locked again, in every shell at once."), "coffre", "lock")
        yield closing

    def _deposit(self) -> Iterator[Scene]:
        words = self.words
        yield self._scene(
            "init",
            N_("A safe is made. Its password comes from a file here; a person would type it."),
            *("coffre", "init", words.safe, "--recovery-file", "recovery.txt"),
        )
        yield self._session()
        yield self._scene(
            "holder", N_("Who holds it: the name that will stand in signatures."), "coffre", "account", "edit",
            *("--person", SIGNER),
        )  # fmt: skip
        yield self._scene(
            "add-pdf",
            N_("A lease goes in: a PDF as a word processor makes it."),
            *("coffre", "add", words.papers.lease, "--folder", words.lease_folder, "--tag", words.tag),
        )
        yield self._scene(
            "add-scans",
            N_("So do a scanned letter (TIFF, two pages, G4) and a photographed bill (JPEG), both askew and speckled."),
            *("coffre", "add", words.papers.letter, words.papers.bill, "--folder", words.folder),
        )
        yield self._scene(
            "list",
            N_("Each is kept as received; what is no PDF/A yet gets one beside."),
            *("coffre", "list"),
            shows=("PDF/A-2b", words.lease),
        )

    def _session(self) -> Scene:
        scene = self._scene(
            "unlock", N_("The safe is opened for a while, in every shell of this user."), "coffre", "unlock",
            *("--for", "10m"),
        )  # fmt: skip
        if scene.passed or scene.played is None or scene.played.code != ExitCode.FAILURE:
            return scene
        return Scene(
            "unlock",
            N_("No keyring of this system can hold a session: each command below reads the password again."),
            command=scene.command,
            played=scene.played,
        )

    def _find(self) -> Iterator[Scene]:
        words = self.words
        yield self._scene(
            "search-pdf",
            N_("One word of the lease finds it."),
            *("coffre", "search", words.word_in_lease),
            shows=(words.lease,),
        )
        if self._is_there("tesseract"):
            yield self._scene(
                "search-scan",
                N_("One word of the scanned letter finds it too: Tesseract has read the picture."),
                *("coffre", "search", words.word_in_letter),
                shows=(words.papers.letter.partition(".")[0],),
            )
        else:
            yield Scene(
                "search-scan",
                N_("With Tesseract, words on scans are found too: {install}"),
                {"install": "sudo apt install tesseract-ocr tesseract-ocr-fra"},
            )
        yield self._scene(
            "show", N_("All that is known of it."), "coffre", "show", words.lease, shows=("sha256", words.lease_folder)
        )
        yield self._scene(
            "get",
            N_("Taken out again, it is the same, bit for bit."),
            *("coffre", "get", words.lease, "--original", "-o", "copy.pdf"),
        )
        yield self._same_bytes()

    def _same_bytes(self) -> Scene:
        digests = [
            hashlib.sha256((self.stage.desk / name).read_bytes()).hexdigest()
            if (self.stage.desk / name).is_file()
            else "–"
            for name in (self.words.papers.lease, "copy.pdf")
        ]
        return Scene(
            "same",
            N_("SHA-256 of what went in: {first}… and of what came out: {second}…"),
            {"first": digests[0][:16], "second": digests[1][:16]},
            passed=digests[0] == digests[1],
        )

    def _sign(self) -> Iterator[Scene]:
        words = self.words
        yield self._scene(
            "sign",
            N_("The lease is signed; the certificate is made at this first use, without a question."),
            *("coffre", "sign", words.papers.lease, "--reason", words.reason, "--anchor", words.anchor),
            *("-o", "signed.pdf"),
        )
        yield self._scene(
            "verify",
            N_("Verified: by coffre…"),
            *("coffre", "verify", "signed.pdf"),
            shows=(SIGNER,),
        )
        yield from self._second_opinion("pdfsig", "signed.pdf", "Signature is Valid")

    def _second_opinion(self, name: str, file: str, verdict: str) -> Iterator[Scene]:
        if self._is_there("pdfsig"):
            yield self._scene(
                name,
                N_("…and by poppler's pdfsig, which knows nothing of coffre."),
                *("pdfsig", file),
                shows=(verdict,),
                codes=tuple(range(256)),  # poppler answers 0 or not as its version goes; its words are stable
            )
        elif name == "pdfsig":
            install = {"install": "sudo apt install poppler-utils"}
            yield Scene(name, N_("…and by poppler's pdfsig, when it is there: {install}"), install)

    def _is_there(self, program: str) -> bool:
        return shutil.which(program, path=self.stage.environment.get("PATH")) is not None

    def _tamper(self) -> Iterator[Scene]:
        signed = self.stage.desk / "signed.pdf"
        content = bytearray(signed.read_bytes() if signed.is_file() else b"?")
        place = len(content) // 4
        content[place] ^= 1
        (self.stage.desk / "changed.pdf").write_bytes(content)
        yield self._scene(
            "verify-changed",
            N_("One bit of a copy is turned, in byte {place} of {size}: coffre says so, also by its exit code…"),
            *("coffre", "verify", "changed.pdf"),
            codes=(ExitCode.ALTERED, ExitCode.SIGNATURE_BROKEN),
            facts={"place": str(place), "size": str(len(content))},
        )
        yield from self._second_opinion("pdfsig-changed", "changed.pdf", "Digest Mismatch")

    def _journal(self) -> Iterator[Scene]:
        yield self._scene(
            "journal",
            N_("Everything was written down, reading too, each line linked to the one before."),
            *("coffre", "journal", "list"),
        )
        yield self._scene(
            "journal-export", N_("It leaves the safe as one file, which tells no title…"), "coffre", "journal",
            *("export", "journal.jsonl"),
        )  # fmt: skip
        yield self._scene(
            "journal-verify",
            N_("…and which anybody verifies, without the safe."),
            *("coffre", "journal", "verify", "journal.jsonl"),
        )
        number = self._forge_journal()
        yield self._scene(
            "journal-changed",
            N_("The date of event {number} is put back by a year in a copy: the event is named."),
            *("coffre", "journal", "verify", "forged.jsonl"),
            codes=(ExitCode.ALTERED,),
            shows=(str(number),),
            facts={"number": str(number)},
        )

    def _forge_journal(self) -> int:
        """Change the year in one line of a copy of the export; return the number of its event."""
        export = self.stage.desk / "journal.jsonl"
        lines = export.read_text("utf-8").splitlines(keepends=True) if export.is_file() else []
        if len(lines) > _LINE_CHANGED:
            lines[_LINE_CHANGED] = _a_year_earlier(lines[_LINE_CHANGED])
        (self.stage.desk / "forged.jsonl").write_text("".join(lines), "utf-8")
        return _LINE_CHANGED

    def _remember(self) -> Iterator[Scene]:
        words = self.words
        today = self.moment.astimezone().date()
        yield self._scene(
            "alarm",
            N_("A deadline in thirty days, to be told a month before."),
            *("coffre", "alarms", "add", (today + timedelta(days=30)).isoformat(), words.alarm),
            *("--doc", words.lease, "--before", "30d,7d,0"),
        )
        yield self._scene(
            "alarm-check",
            N_("It is raised. (cron asks this each hour; code {code} says that there is news.)"),
            *("coffre", "alarms", "check", "--exit-code"),
            codes=(ExitCode.ALARMS_DUE,),
            shows=(words.alarm,),
            facts={"code": str(int(ExitCode.ALARMS_DUE))},
        )
        yield self._scene(
            "alarm-silent",
            N_("Told once, it is silent until the next notice."),
            *("coffre", "alarms", "check", "--exit-code"),
        )
        yield self._scene(
            "delete",
            N_("A paper is deleted for good: its key is destroyed, and with it every sealed copy here."),
            *("coffre", "delete", words.bill, "--yes"),
        )
        yield self._scene("status", N_("How the safe is doing."), "coffre", "status")

    def _scene(
        self,
        name: str,
        says: str,
        *command: str,
        codes: tuple[int, ...] = (ExitCode.DONE,),
        shows: tuple[str, ...] = (),
        facts: dict[str, str] | None = None,
    ) -> Scene:
        """Play *command* and compare: its code is one of *codes*, its output has all of *shows*."""
        played = self.stage.play(command)
        passed = played.code in codes and all(word in played.out + played.err for word in shows)
        return Scene(name, says, facts or {}, command, played, passed)


def _a_year_earlier(line: str) -> str:
    return re.sub(r'(?<="at":")\d{4}', lambda year: str(int(year[0]) - 1), line, count=1)
