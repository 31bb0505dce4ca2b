"""A vault in a folder of the test's own: quick to open, with a clock that only the test moves."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from coffre_cli.access.slots import Payload, SlotKind
from coffre_cli.crypto.kdf import Argon2Parameters
from coffre_cli.crypto.secret import Secret, password_secret
from coffre_cli.journal.event import Operation
from coffre_cli.model import Document, RandomBytes, RecordId, Rendition, RenditionKind, Source
from coffre_cli.store.documents import Filter, listed
from coffre_cli.store.fs import Disk
from coffre_cli.usecases.erase import erase
from coffre_cli.usecases.renditions import revealed
from coffre_cli.vault.change import Change
from coffre_cli.vault.check import Depth, Report, examine
from coffre_cli.vault.check_data import Share
from coffre_cli.vault.create import NewVault, create_vault
from coffre_cli.vault.descriptor import read_descriptor
from coffre_cli.vault.index_place import FileSystemOf, file_system
from coffre_cli.vault.layout import Layout
from coffre_cli.vault.opening import Located, open_vault
from coffre_cli.vault.parts import Parts, Surroundings, assemble
from coffre_cli.vault.repair import repair
from coffre_cli.vault.session import Vault
from coffre_cli.vault.ways_in import WaysIn

PASSWORD = "correct horse battery staple"
QUICK = Argon2Parameters(memory_kib=8, iterations=1, lanes=1)
START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Stands still until it is moved."""

    moment: datetime = START

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@dataclass(frozen=True)
class Safe:
    """A vault on the disk, and what this computer remembers of it."""

    root: Path
    state: Path
    password: Secret = field(default_factory=lambda: password_secret(PASSWORD))
    disk: Disk = field(default_factory=Disk)
    random: RandomBytes = os.urandom
    clock: Clock = field(default_factory=Clock)
    file_system: FileSystemOf = file_system

    @property
    def around(self) -> Surroundings:
        return Surroundings(
            clock=self.clock,
            state=self.state,
            disk=self.disk,
            random=self.random,
            patience=20,
            file_system=self.file_system,
        )

    @property
    def located(self) -> Located:
        return Located(*read_descriptor(Disk(), Layout(self.root)))

    def make(self) -> Secret:
        """Make the vault; return its recovery code."""
        return create_vault(NewVault("essai", self.root, self.password, QUICK), self.around, {}).recovery_code

    def payload(self, kind: SlotKind = SlotKind.PASSWORD, secret: Secret | None = None) -> Payload:
        located = self.located
        ways_in = WaysIn(Disk(), located.layout, os.urandom, located.descriptor.vault_id)
        found = ways_in.open(kind, secret or self.password)
        if found is None:
            raise LookupError(kind)
        return found[1]

    def parts(self, payload: Payload | None = None) -> Parts:
        return assemble(self.located.descriptor, self.located.layout, payload or self.payload(), self.around)

    def open(self, payload: Payload | None = None) -> Vault:
        return open_vault(self.located, payload or self.payload(), self.around)

    def check(self, payload: Payload | None = None, *, data: bool = True, full: bool = True) -> Report:
        return examine(self.parts(payload), Depth(Share() if data else None, full))

    def mend(self) -> Report:
        """Check, repair, and return what a second check finds."""
        parts = self.parts()
        found = examine(parts, Depth()).findings
        if found:
            repair(parts, found)
        return self.check()

    def on(self, disk: Disk) -> Safe:
        """Return the same vault reached through *disk*."""
        return replace(self, disk=disk)


def add(
    vault: Vault, title: str, content: bytes, *, folder: str = "", words: str = "", tags: tuple[str, ...] = ()
) -> RecordId:
    """Deposit a document with a text rendition that says *words*."""
    with vault.change() as change:
        return put(change, vault, title, content, folder=folder, words=words, tags=tags)


def put(
    change: Change,
    vault: Vault,
    title: str,
    content: bytes,
    *,
    folder: str = "",
    words: str = "",
    tags: tuple[str, ...] = (),
) -> RecordId:
    """Gather a document into *change*."""
    record = change.new_record()
    original = change.keep(io.BytesIO(content), record)
    renditions = [
        Rendition(RenditionKind.ORIGINAL, original.blob, "application/pdf", original.size, original.sha256, None, "PDF")
    ]
    if words:
        text = change.keep(io.BytesIO(words.encode()), record)
        renditions.append(Rendition(RenditionKind.TEXT, text.blob, "text/plain", text.size, text.sha256, None, "text"))
    document = Document(
        id=record,
        title=title,
        folder=folder,
        tags=tags,
        date=None,
        added=vault.parts.around.clock().replace(microsecond=0),
        source=Source(f"{title}.pdf", "application/pdf", original.size, original.sha256),
        renditions=tuple(renditions),
    )
    change.put_document(Operation.DEPOSIT, document, reveal=revealed, words=words)
    return record


def edit(vault: Vault, record: RecordId, operation: Operation, change_it: Callable[[Document], Document]) -> None:
    """Change what is said of a document."""
    document = vault.document(record)
    if document is None:
        raise LookupError(record)
    with vault.change() as change:
        after = change_it(document)
        change.put_document(operation, after, before=document, reveal=revealed)


def delete(vault: Vault, record: RecordId) -> None:
    """Delete a document for good."""
    document = vault.document(record)
    if document is None:
        raise LookupError(record)
    if not erase(vault, [document]):
        raise RuntimeError


def content(vault: Vault, record: RecordId) -> bytes:
    """Return the original of a document, bit for bit."""
    document = vault.document(record)
    if document is None:
        raise LookupError(record)
    sink = io.BytesIO()
    vault.read(document, document.shown, sink)
    return sink.getvalue()


def everything(vault: Vault) -> dict[RecordId, tuple[str, str, tuple[str, ...], bytes]]:
    """Return title, folder, tags and bytes of every document."""
    found = {}
    for record in listed(vault.index, Filter()):
        document = vault.document(record)
        if document is not None:
            found[record] = (document.title, document.folder, document.tags, content(vault, record))
    return found
