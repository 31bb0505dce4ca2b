"""The whole vault against a dictionary: whatever is done, in whatever order, the two hold the same."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, precondition, rule

from coffre_cli.crypto.secret import Secret
from coffre_cli.journal.event import Operation
from coffre_cli.model import RecordId
from coffre_cli.store import documents
from coffre_cli.store.documents import Filter
from coffre_cli.store.search import search
from coffre_cli.vault.rekey import NewKeys, rekey
from coffre_cli.vault.session import Vault
from tests.simulators.safe import QUICK, Safe, add, content, delete, edit, put

_MEMORY = Path("/dev/shm")
_LONG = hypothesis.settings().max_examples > 1_000
STEPS, RUNS = 50, 400 if _LONG else 44
"""2,200 steps in a normal run, 20,000 in a long one."""

titles = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
folders = st.sampled_from(["", "Maison", "Maison/Bail", "Impôts/2026", "%_", "Maison%"])
tags = st.frozensets(st.sampled_from(["eau", "Été", "urgent", "a b"]), max_size=3)
contents = st.one_of(st.binary(max_size=300), st.integers(0, 70_000).map(lambda size: b"\x7f" * size))
words = st.lists(st.sampled_from(["chaudière", "loyer", "octobre", "quittance", "neige"]), max_size=4).map(" ".join)


@dataclass(frozen=True)
class Held:
    """What the dictionary knows of a document."""

    title: str
    folder: str
    tags: tuple[str, ...]
    content: bytes
    words: str


class VaultAgainstDictionary(RuleBasedStateMachine):
    """Does the same to both."""

    living = Bundle("living")

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="coffre-model-", dir=_MEMORY if _MEMORY.is_dir() else None))
        self.safe = Safe(self.place / "vault", self.place / "state")
        self.held: dict[RecordId, Held] = {}
        self.dead: set[RecordId] = set()
        self.older: bytes | None = None
        self.vault: Vault

    @initialize()
    def begin(self) -> None:
        self.safe.make()
        self.vault = self.safe.open()

    @rule(target=living, title=titles, folder=folders, tags=tags, content=contents, words=words)
    def deposit(self, title: str, folder: str, tags: frozenset[str], content: bytes, words: str) -> RecordId:
        marked = tuple(sorted(tags))
        record = add(self.vault, title, content, folder=folder, words=words, tags=marked)
        self.held[record] = Held(title, folder, marked, content, words)
        return record

    @rule(count=st.integers(2, 20))
    def deposit_many(self, count: int) -> None:
        with self.vault.change() as change:
            for number in range(count):
                record = put(change, self.vault, f"lot {number}", b"lot")
                self.held[record] = Held(f"lot {number}", "", (), b"lot", "")

    @rule(record=living, folder=folders)
    def move(self, record: RecordId, folder: str) -> None:
        edit(self.vault, record, Operation.MOVE, lambda document: replace(document, folder=folder))
        self.held[record] = replace(self.held[record], folder=folder)

    @rule(record=living, title=titles)
    def rename(self, record: RecordId, title: str) -> None:
        edit(self.vault, record, Operation.RENAME, lambda document: replace(document, title=title))
        self.held[record] = replace(self.held[record], title=title)

    @rule(record=living, tags=tags)
    def tag(self, record: RecordId, tags: frozenset[str]) -> None:
        marked = tuple(sorted(tags))
        edit(self.vault, record, Operation.TAG, lambda document: replace(document, tags=marked))
        self.held[record] = replace(self.held[record], tags=marked)

    @rule(record=consumes(living))
    def delete(self, record: RecordId) -> None:
        delete(self.vault, record)
        del self.held[record]
        self.dead.add(record)

    @rule(record=living)
    def read(self, record: RecordId) -> None:
        assert content(self.vault, record) == self.held[record].content

    @rule(word=st.sampled_from(["chaudière", "loyer", "octobre", "quittance", "neige"]))
    def find(self, word: str) -> None:
        found = {hit.record for hit in search(self.vault.index, word, 1_000).hits}
        assert found == {record for record, one in self.held.items() if word in one.words.split()}

    @rule(folder=folders)
    def list_folder(self, folder: str) -> None:
        found = set(documents.listed(self.vault.index, Filter(folder=folder or None)))
        inside = {r for r, one in self.held.items() if not folder or f"{one.folder}/".startswith(f"{folder}/")}
        assert found == inside

    @rule()
    def keep_a_copy_of_the_index(self) -> None:
        self.vault.close()
        self.older = self.safe.located.layout.index.read_bytes()
        self.vault = self.safe.open()

    @rule(how=st.sampled_from(["as it is", "without index", "with an older index", "with an empty index"]))
    def open_again(self, how: str) -> None:
        self.vault.close()
        index = self.safe.located.layout.index
        if how == "without index":
            index.unlink()
        elif how == "with an empty index":
            index.write_bytes(b"")
        elif how == "with an older index" and self.older is not None:
            index.write_bytes(self.older)
        self.vault = self.safe.open()

    @precondition(lambda self: len(self.held) > 3)
    @rule()
    def change_keys(self) -> None:
        def ignore(_code: Secret) -> None:
            """Let the test forget the code."""

        rekey(self.vault.parts, self.vault.index, NewKeys(self.safe.password, ignore, QUICK))
        self.vault.close()
        self.vault = self.safe.open()

    @rule()
    def check(self) -> None:
        report = self.safe.check(data=True, full=True)
        assert report.findings == []
        assert report.documents == len(self.held)

    @invariant()
    def both_hold_the_same(self) -> None:
        if not hasattr(self, "vault"):
            return
        assert documents.count(self.vault.index) == len(self.held)
        assert all(self.vault.document(record) is None for record in self.dead)
        for record, one in self.held.items():
            document = self.vault.document(record)
            assert document is not None
            assert (document.title, document.folder, document.tags) == (one.title, one.folder, one.tags)

    def teardown(self) -> None:
        if hasattr(self, "vault"):
            self.vault.close()
        shutil.rmtree(self.place, ignore_errors=True)


TestVaultAgainstDictionary = VaultAgainstDictionary.TestCase
TestVaultAgainstDictionary.settings = hypothesis.settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    phases=[
        hypothesis.Phase.explicit,
        hypothesis.Phase.generate,
    ],  # to shrink fifty steps takes longer than to read them
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
)
