"""The log file: append-only frames, one per commit (docs/format/log.md)."""

from __future__ import annotations

import contextlib
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from coffre_cli.crypto.errors import SealError
from coffre_cli.crypto.secret import Secret
from coffre_cli.crypto.stream import open_sealed, seal
from coffre_cli.errors import CoffreError, StorageFailedError, StorageFullError
from coffre_cli.i18n import N_
from coffre_cli.model import RandomBytes
from coffre_cli.store.errors import LogDamagedError, LogUncertainError
from coffre_cli.store.fs import Disk, guarded
from coffre_cli.values import frozen

MAGIC: Final = b"COFLOG1\n"
_HEADER: Final = struct.Struct(">8sIQI")
_CHECKED_HEADER_SIZE: Final = _HEADER.size - 4
_LENGTH_SIZE: Final = 4
_SCAN_SIZE: Final = 1 << 20


@frozen
class StoredEvent:
    """A line and its sealed body, as bytes."""

    line: bytes
    sealed_body: bytes


@frozen
class Frame:
    """One commit, opened."""

    offset: int
    end: int
    first: int
    events: tuple[StoredEvent, ...]
    note: str


@frozen
class NewFrame:
    """What a frame is to hold."""

    first: int
    events: tuple[StoredEvent, ...]
    note: str


@frozen
class LogFile:
    """The log of one generation of a vault."""

    disk: Disk
    path: Path
    key: Secret
    vault_id: bytes
    random: RandomBytes

    def size(self) -> int:
        """Return the log's size in bytes; 0 when it is missing."""
        with guarded(self.path):
            return self.path.stat().st_size if self.path.exists() else 0

    def append(self, offset: int, first: int, events: tuple[StoredEvent, ...], note: str) -> int:
        """Commit a frame at *offset*, the log's present end; return its new end.

        A failed append is cut off again. If that fails too the next open decides: a torn tail is no commit.

        Raises:
            StorageFullError, StorageFailedError: Nothing was committed.
            LogUncertainError: Whether it was, the next opening finds.
        """
        frame = self._frame(first, events, note)
        descriptor = self.disk.open_log(self.path)
        try:
            try:
                self.disk.write_at(descriptor, frame, offset, self.path)
                self.disk.sync(descriptor, self.path)
                if offset == 0:
                    self.disk.sync_folder(self.path.parent)
            except (StorageFullError, StorageFailedError) as error:
                self._cut_off(descriptor, offset, error)
                raise
        finally:
            self.disk.close(descriptor)
        return offset + len(frame)

    def _cut_off(self, descriptor: int, offset: int, reason: CoffreError) -> None:
        try:
            self.disk.truncate(descriptor, offset, self.path)
            self.disk.sync(descriptor, self.path)
        except (StorageFullError, StorageFailedError):
            raise LogUncertainError(path=self.path) from reason

    def write_all(self, frames: Iterable[NewFrame | bytes]) -> int:
        """Fill the new, empty log with *frames*, some as bytes already; durable on return, but for its name.

        Return its end.
        """
        end = 0
        descriptor = self.disk.create(self.path)
        try:
            for frame in frames:
                data = frame if isinstance(frame, bytes) else self._frame(frame.first, frame.events, frame.note)
                self.disk.write(descriptor, data, self.path)
                end += len(data)
            self.disk.sync(descriptor, self.path)
        finally:
            self.disk.close(descriptor)
        return end

    def raw(self, frame: Frame) -> bytes:
        """Return the bytes of *frame*."""
        with guarded(self.path), self.path.open("rb") as file:
            file.seek(frame.offset)
            return file.read(frame.end - frame.offset)

    def whole_frames(self) -> Iterator[Frame]:
        """Yield every whole frame, also behind damage: what a rebuilt log can keep."""
        if not self.path.exists():
            return
        offset: int | None = 0
        with guarded(self.path), self.path.open("rb") as file:
            while offset is not None:
                with contextlib.suppress(LogDamagedError):
                    while (frame := self._read_frame(file, offset)) is not None:
                        yield frame
                        offset = frame.end
                offset = _next_magic(file, offset + 1)

    def sync(self) -> None:
        """Make what is in the log last: another process may have died before its fsync."""
        descriptor = self.disk.open_log(self.path)
        try:
            self.disk.sync(descriptor, self.path)
        finally:
            self.disk.close(descriptor)

    def frames(self, offset: int = 0) -> Iterator[Frame]:
        """Yield the whole frames from *offset*, a frame's start; stop at the end or at a torn tail.

        Raises:
            LogDamagedError: Bytes that are neither a whole frame nor a torn tail.
        """
        if not self.path.exists():
            return
        with guarded(self.path), self.path.open("rb") as file:
            while (frame := self._read_frame(file, offset)) is not None:
                yield frame
                offset = frame.end

    def cut_tail(self, offset: int, quarantine: Path) -> None:
        """Move what lies after *offset* to the file *quarantine* and cut it off."""
        with guarded(self.path), self.path.open("rb") as file:
            file.seek(offset)
            tail = file.read()
        descriptor = self.disk.create(quarantine)
        try:
            self.disk.write(descriptor, tail, quarantine)
            self.disk.sync(descriptor, quarantine)
        finally:
            self.disk.close(descriptor)
        self.disk.sync_folder(quarantine.parent)
        descriptor = self.disk.open_log(self.path)
        try:
            self.disk.truncate(descriptor, offset, self.path)
            self.disk.sync(descriptor, self.path)
        finally:
            self.disk.close(descriptor)

    def _frame(self, first: int, events: tuple[StoredEvent, ...], note: str) -> bytes:
        parts = [len(events).to_bytes(_LENGTH_SIZE, "big")]
        for event in events:
            parts += [_sized(event.line), _sized(event.sealed_body)]
        parts.append(_sized(note.encode()))
        message = seal(self.key.reveal(), self._context(first), b"".join(parts), self.random)
        head = _HEADER.pack(MAGIC, len(message), first, 0)[:_CHECKED_HEADER_SIZE]
        return head + zlib.crc32(message, zlib.crc32(head)).to_bytes(4, "big") + message

    def _read_frame(self, file: BinaryIO, offset: int) -> Frame | None:
        file.seek(offset)
        head = file.read(_HEADER.size)
        if not head:
            return None
        magic, length, first, checksum = _HEADER.unpack(head) if len(head) == _HEADER.size else (b"", 0, 0, 0)
        left = os.fstat(file.fileno()).st_size - offset - _HEADER.size
        message = file.read(length) if magic == MAGIC and length <= left else b""
        whole = magic == MAGIC and len(message) == length
        if not whole or zlib.crc32(message, zlib.crc32(head[:_CHECKED_HEADER_SIZE])) != checksum:
            if _next_magic(file, offset + 1) is not None:
                raise LogDamagedError(offset=offset, reason=N_("frame"))
            return None
        try:
            plaintext = open_sealed(self.key.reveal(), self._context(first), message)
        except SealError as error:
            raise LogDamagedError(offset=offset, reason=error.code) from error
        events, note = _parse(plaintext, offset)
        return Frame(offset, offset + _HEADER.size + length, first, events, note)

    def _context(self, first: int) -> bytes:
        return b"coffre/1/log\x00" + self.vault_id + first.to_bytes(8, "big")


def _next_magic(file: BinaryIO, offset: int) -> int | None:
    """Return where the next frame seems to begin, from *offset* on."""
    file.seek(offset)
    window = b""
    while block := file.read(_SCAN_SIZE):
        window = window[-len(MAGIC) + 1 :] + block
        offset += len(block)
        if (found := window.find(MAGIC)) >= 0:
            return offset - len(window) + found
    return None


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(_LENGTH_SIZE, "big") + data


def _parse(plaintext: bytes, offset: int) -> tuple[tuple[StoredEvent, ...], str]:
    position = _LENGTH_SIZE

    def take() -> bytes:
        nonlocal position
        length = int.from_bytes(plaintext[position : position + _LENGTH_SIZE], "big")
        position += _LENGTH_SIZE + length
        return plaintext[position - length : position]

    count = int.from_bytes(plaintext[:_LENGTH_SIZE], "big")
    events = tuple(StoredEvent(take(), take()) for _ in range(count))
    note = take()
    if position != len(plaintext):
        raise LogDamagedError(offset=offset, reason=N_("layout"))
    return events, note.decode()
