"""Functions that workers run in the tests."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from coffre_cli.errors import FileUnreadableError
from coffre_cli.worker.program import run_program


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A value type that is not the product's."""

    number: int


def double(number: int) -> int:
    return 2 * number


def slow_double(number: int) -> int:
    time.sleep(0.05 * (3 - number))
    return 2 * number


def refuse() -> None:
    raise FileUnreadableError(path=Path("/a/b"), reason="test")


def fail() -> None:
    raise ValueError("odd file")


def crash() -> None:
    ctypes.string_at(0)


def sleep_for_ever() -> None:
    time.sleep(1000)


def burn() -> None:
    while True:
        pass


def eat_memory() -> int:
    return len(bytearray(1 << 33))


def environment() -> dict[str, str]:
    return dict(os.environ)


def write_far(path: str) -> None:
    Path(path).write_text("x", encoding="ascii")


def write_near() -> str:
    Path("here").write_text("x", encoding="ascii")
    return str(Path.cwd())


def write_much() -> None:
    Path("big").write_bytes(bytes(3 << 20))


def connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=2).close()


def foreign() -> NotOurs:
    return NotOurs(1)


def leave_a_program() -> int:
    return subprocess.Popen(["sleep", "1000"], start_new_session=True).pid


def link_result() -> None:
    Path(".result").symlink_to("/etc/passwd")
    os._exit(0)


def program_output(*words: str) -> tuple[int, bytes, bool]:
    done = run_program(words, directory=Path.cwd(), seconds=5)
    return done.code, done.output, done.sandboxed


def program_in_no_time(*words: str) -> None:
    run_program(words, directory=Path.cwd(), seconds=0.3)
