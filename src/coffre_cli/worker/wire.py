"""How a task goes to its process and how its value comes back.

Out: pickle, for the parent is trusted. Back: a pickle read by a reader that finds no name but those of plain value
types, because the writer may have been taken over by the file it was reading.
"""

from __future__ import annotations

import dataclasses
import importlib
import io
import json
import pickle
import socket
import struct
from enum import Enum
from typing import NamedTuple

from coffre_cli.errors import CoffreError, Fact
from coffre_cli.i18n import N_
from coffre_cli.worker.errors import UntrustworthyResultError
from coffre_cli.worker.limits import Limits

_LENGTH = struct.Struct(">Q")
_PLAIN = {
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("datetime", "datetime"),
    ("datetime", "date"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("pathlib", "PosixPath"),
    ("pathlib._local", "PosixPath"),
}
RESULT_LIMIT = 256 * 1024 * 1024


class Order(NamedTuple):
    """One task, as sent to the server."""

    number: int
    function: tuple[str, str]
    arguments: bytes
    limits: Limits
    directory: str


class Report(NamedTuple):
    """How the process of one task ended, as the server saw it."""

    number: int
    status: int
    timed_out: bool
    cpu_seconds: float
    peak_bytes: int


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (module, name) == ("builtins", "getattr"):
            return _member  # how Python 3.11.0 to 3.11.3 write a member of an enumeration
        if (module, name) in _PLAIN or module.startswith("coffre_cli."):
            found: object = super().find_class(module, name)
            if (module, name) in _PLAIN or (isinstance(found, type) and _is_value(found)):
                return found
        raise UntrustworthyResultError(reason=N_("unexpected type"))


def _member(enumeration: object, name: str) -> Enum:
    if isinstance(enumeration, type) and issubclass(enumeration, Enum) and name in enumeration.__members__:
        return enumeration[name]
    raise UntrustworthyResultError(reason=N_("unexpected type"))


def _is_value(found: type) -> bool:
    return dataclasses.is_dataclass(found) or issubclass(found, Enum)


def read_value(data: bytes) -> object:
    """Return the value that a worker wrote.

    Raises:
        UntrustworthyResultError: The bytes are no plain value.
    """
    try:
        value: object = _Reader(io.BytesIO(data)).load()
    except UntrustworthyResultError:
        raise
    except Exception as error:
        raise UntrustworthyResultError(reason=N_("unreadable")) from error
    return value


def error_of(module: str, name: str, facts: dict[str, Fact]) -> CoffreError:
    """Return the CoffreError that a worker says was raised."""
    if not module.startswith("coffre_cli."):
        raise UntrustworthyResultError(reason=N_("unexpected error"))
    found: object = getattr(importlib.import_module(module), name, None)
    if not (isinstance(found, type) and issubclass(found, CoffreError)):
        raise UntrustworthyResultError(reason=N_("unexpected error"))
    return found(**{str(key): value for key, value in facts.items()})


def send_order(channel: socket.socket, order: Order) -> None:
    """Hand one task to the server, which trusts its parent."""
    _send(channel, pickle.dumps(tuple(order)))


def send_report(channel: socket.socket, report: Report) -> None:
    """Tell the parent how a task ended; plain numbers, for the parent trusts nobody below."""
    _send(channel, json.dumps(tuple(report)).encode("ascii"))


def read_report(data: bytes) -> Report | None:
    """Return the report in *data*; None when it is none."""
    match json.loads(data):
        case [int(number), int(status), bool(late), float(cpu), int(peak)]:
            return Report(number, status, late, cpu, peak)
        case _:
            return None


def _send(channel: socket.socket, body: bytes) -> None:
    channel.sendall(_LENGTH.pack(len(body)) + body)


def receive(channel: socket.socket) -> bytes | None:
    """Return the bytes of the next message, or None when the other side has gone."""
    head = _exactly(channel, _LENGTH.size)
    return None if head is None else _exactly(channel, _LENGTH.unpack(head)[0])


def _exactly(channel: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        piece = channel.recv(min(size - len(data), 1 << 20))
        if not piece:
            return None
        data += piece
    return bytes(data)
