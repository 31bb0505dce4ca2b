"""What scripts rely on (the command line's contract): each exit code, and the keys of each JSON object."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.line import Answer, coffre, note
from tests.transcripts.given import make, pdf

DOCUMENT = {
    "schema", "id", "title", "folder", "tags", "date", "added", "pages", "size", "sha256", "format",
    "source", "renditions", "signatures", "warnings",
}  # fmt: skip
ERROR = {"schema", "error", "exit_code", "message", "hint", "facts"}
VERIFICATION = {"schema", "file", "conclusion", "integrity", "reason", "signatures", "deposit"}
SIGNATURE = {
    "field", "kind", "signer", "signing_time", "time_source", "level", "integrity", "covers_whole_file",
    "changes_after", "revocation", "problems",
}  # fmt: skip
JOURNAL = {"schema", "intact", "events", "size", "root", "first_bad", "reason", "checkpoints", "timestamps"}
ALARM = {"schema", "id", "label", "document", "due", "next_notice", "before", "repeat", "state"}


def keys(value: object) -> set[str]:
    assert isinstance(value, dict)
    return set(value)


def test_a_deposit_answers_with_the_document(safe: Path) -> None:
    added = coffre("add", note(safe), "--folder", "Maison/Clés", "--tag", "clé", "--date", "2026-10-01")
    assert added.code == 0
    assert added.line.keys() >= DOCUMENT
    assert added.line["schema"] == "coffre.document/1"
    assert keys(added.line["source"]) == {"name", "media_type", "size", "sha256"}
    renditions = added.line["renditions"]
    assert isinstance(renditions, list)
    assert {one["kind"] for one in renditions} >= {"original", "archive"}
    assert all(keys(one) >= {"kind", "media_type", "size", "sha256"} for one in renditions)
    assert [added.line[name] for name in ("folder", "tags", "date")] == ["Maison/Clés", ["clé"], "2026-10-01"]


def test_every_way_to_find_answers_with_the_same_document(safe: Path) -> None:
    document = coffre("add", note(safe), "--no-archive").line["id"]
    for words in (["list"], ["show", document], ["show", str(document)[:10]], ["show", "note"], ["convert", "note"]):
        found = coffre(*words)
        assert found.code == 0, words
        assert found.line["id"] == document
        assert found.line.keys() >= DOCUMENT
    assert coffre("search", "cle gardienne").line.keys() >= DOCUMENT | {"snippet"}


def test_an_error_is_one_object_on_stderr() -> None:
    asked = coffre("show", "nobody")
    assert asked.code == asked.error["exit_code"] == 14
    assert asked.error.keys() == ERROR
    assert asked.error["error"] == "not_found"
    assert not asked.lines


def test_a_batch_goes_on_and_tells_each_file(safe: Path) -> None:
    kept, missing = note(safe), safe / "missing.txt"
    assert coffre("add", kept, missing).code == 3
    assert coffre("add", kept).code == 17
    assert coffre("add", safe).code == 17
    assert coffre("add", kept, "--allow-duplicate").code == 0
    assert coffre("add", missing).code == 14
    other = note(safe, "other.txt", "other")
    assert coffre("add", other, "--digest", "sha256:" + "0" * 64).code == 20
    assert coffre("add", other, "--alarm", "2031-02-30").code == 2


def test_what_is_taken_out_is_bit_for_bit_and_overwrites_nothing(safe: Path) -> None:
    source = note(safe)
    coffre("add", source, "--no-archive")
    assert coffre("get", "note", "--original", "-o", safe / "copy").code == 0
    assert (safe / "copy").read_bytes() == source.read_bytes()
    assert coffre("get", "note", "--original", "-o", safe / "copy").code == 17
    assert coffre("get", "note", "--original", "-o", safe / "copy", "--force").code == 0


def test_documents_are_moved_renamed_tagged_and_deleted(safe: Path) -> None:
    coffre("add", note(safe), "--no-archive")
    assert coffre("move", "note", "Maison").line["folder"] == "Maison"
    assert coffre("rename", "note", "Clé").line["title"] == "Clé"
    assert coffre("tag", "Clé", "--add", "a", "--add", "b").line["tags"] == ["a", "b"]
    assert coffre("tag", "Clé", "--remove", "a").line["tags"] == ["b"]
    assert coffre("delete", "Clé").code == 2
    assert coffre("delete", "Clé", "--yes").code == 0
    assert coffre("count").line["documents"] == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["list", "--vault", "nowhere"], 10),
        (["list", "--password-file", "wrong"], 12),
        (["list", "--sort", "colour"], 2),
        (["colour"], 2),
        (["sign", "note.txt"], 16),
        (["seal", "contract.pdf"], 2),
        (["alarms", "add", "2031-02-30", "never"], 2),
        (["sign", "contract.pdf", "--level", "t"], 75),
        (["verify", "contract.pdf"], 23),
        (["verify", "note.txt"], 23),
        (["verify", "missing.pdf"], 14),
        (["init", "MAISON"], 17),
        (["add", "contract.pdf", "--vault", "narrow"], 15),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_what_goes_wrong_has_its_code(words: list[str], code: int, safe: Path) -> None:
    note(safe)
    note(safe, "wrong", "Cerise-Violon-Brume-49")
    (safe / "contract.pdf").write_bytes(pdf("Contrat"))
    if "narrow" in words:
        assert coffre("init", "narrow", "--quota", "100", "--recovery-file", safe / "recovery").code == 0
    if "--level" in words:
        coffre("config", "set", "tsa", "http://127.0.0.1:9/")
    assert coffre(*words).code == code


@pytest.fixture
def signed(safe: Path) -> Path:
    """A contract that the holder signed, without a timestamp."""
    make("contrat.pdf", safe)
    made = coffre("sign", "contrat.pdf", "--level", "b")
    assert made.code == 0, made.error
    return safe / "contrat-signed.pdf"


def test_a_verdict_has_the_keys_that_scripts_read(signed: Path) -> None:
    verified = coffre("verify", signed)
    assert verified.code == 0
    assert verified.line.keys() >= VERIFICATION
    assert verified.line["file"] == str(signed)
    assert [verified.line[name] for name in ("conclusion", "integrity")] == ["passed", "intact"]
    (signature,) = _listed(verified.line, "signatures")
    assert signature.keys() >= SIGNATURE
    assert keys(signature["signer"]) >= {"name", "organisation", "issuer", "serial", "trusted"}


@pytest.mark.parametrize(
    ("change", "conclusion", "integrity", "code"),
    [
        (lambda data: data.replace(b"Lilas", b"Roses"), "failed", "broken", 21),
        (lambda data: data + b"\nmore after the end", "failed", "modified", 20),
        (lambda _: b"no PDF at all", "indeterminate", "unreadable", 24),
        (lambda _: pdf("unsigned"), "none", "unsigned", 23),
    ],
    ids=["a byte changed", "bytes added", "not a PDF", "unsigned"],
)
def test_each_conclusion_has_its_code(change: object, conclusion: str, integrity: str, code: int, signed: Path) -> None:
    assert callable(change)
    signed.write_bytes(change(signed.read_bytes()))
    verified = coffre("verify", signed)
    assert verified.code == code
    assert [verified.line[name] for name in ("conclusion", "integrity")] == [conclusion, integrity]


def test_a_signer_nobody_knows_is_indeterminate(signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COFFRE_HOME", str(tmp_path / "stranger"))
    verified = coffre("verify", signed)
    assert verified.code == 22
    assert [verified.line[name] for name in ("conclusion", "integrity", "deposit")] == ["indeterminate", "intact", None]


def test_several_inputs_exit_with_the_worst_and_a_folder_has_a_line_each(signed: Path) -> None:
    note(signed.parent)
    verified = coffre("verify", signed.parent)
    assert verified.code == 23
    assert {str(line["file"]) for line in verified.lines} == {str(path) for path in signed.parent.iterdir()}


def test_a_journal_is_exported_verified_and_never_passes_when_changed(safe: Path) -> None:
    coffre("add", note(safe), "--no-archive")
    assert coffre("journal", "export", safe / "journal.jsonl").code == 0
    for words in (
        ["journal", "verify"],
        ["journal", "verify", safe / "journal.jsonl"],
        ["verify", safe / "journal.jsonl"],
    ):
        verified = coffre(*words)
        assert verified.code == 0, words
        assert verified.line.keys() >= JOURNAL
    lines = (safe / "journal.jsonl").read_bytes().split(b"\n")
    (safe / "changed.jsonl").write_bytes(b"\n".join([lines[0], lines[1].replace(b'"at":"2', b'"at":"1'), *lines[2:]]))
    changed = coffre("journal", "verify", safe / "changed.jsonl")
    assert changed.code == 20
    assert [changed.line[name] for name in ("intact", "first_bad")] == [False, 1]


def test_alarms_are_kept_told_and_put_off() -> None:
    added = coffre("alarms", "add", "2020-03-01", "Assurance", "--before", "1d,0", "--repeat", "yearly")
    assert added.line.keys() >= ALARM
    for words in (["list"], ["show", added.line["id"]], ["edit", "Assurance", "--label", "Contrat"]):
        assert coffre("alarms", *words).line.keys() >= ALARM
    assert coffre("alarms", "check", "--dry-run", "--exit-code").code == 30
    assert coffre("alarms", "check").code == 0
    silent = coffre("alarms", "check", "--exit-code")
    assert (silent.code, silent.lines) == (0, ())
    assert coffre("alarms", "snooze", "Contrat", "3d").code == 0
    assert coffre("alarms", "done", "Contrat").code == 0
    assert coffre("alarms", "delete", "Contrat").code == 0
    assert coffre("alarms", "show", "Contrat").code == 14


@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["check"],
        ["account", "show"],
        ["doctor"],
        ["config", "list"],
        ["identity", "list"],
        ["trust", "list"],
    ],
    ids=" ".join,
)
def test_looking_at_the_safe_is_done_when_all_is_well(words: list[str]) -> None:
    assert coffre(*words).code in {0, 14}


def test_a_lost_blob_is_altered_and_named(safe: Path, tmp_path: Path) -> None:
    document = coffre("add", note(safe), "--no-archive").line["id"]
    (blob,) = (tmp_path / "home/data/vaults/maison/blobs").glob("*/*.cof")
    blob.unlink()
    checked = coffre("check")
    assert checked.code == 20
    finding = next(line for line in checked.lines if line.get("code"))
    assert finding.keys() >= {"schema", "code", "severity", "consequence", "command"}
    assert str(document)[:12] in str(finding)


def _listed(answer: Answer, name: str) -> list[Answer]:
    found = answer[name]
    assert isinstance(found, list)
    return found
