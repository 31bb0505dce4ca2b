"""The process that imports once and forks for each task; started by `pool`, never imported by it.

One thread, one loop: orders come over a socket, each becomes a child in its own process group with its limits on;
a child's end, or the end of its time, becomes a report. When the parent's end of the socket closes, everything here
is killed and the private directory removed.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import select
import shutil
import signal
import socket
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from coffre_cli.errors import CoffreError
from coffre_cli.worker import isolation, wire
from coffre_cli.worker.limits import Limits, impose
from coffre_cli.worker.outcome import RESULT

_CRASH = 70
_GENERATIONS = 50
"""Of programs that start programs and end; each round takes the next."""


@dataclass(slots=True)
class _Server:
    channel: socket.socket
    wakeup: int
    running: dict[int, tuple[int, float]] = field(default_factory=dict)
    """Process id → task number, moment to end it."""
    late: set[int] = field(default_factory=set)


def main(descriptor: int, root: str, modules: tuple[str, ...]) -> NoReturn:
    """Serve orders from the socket *descriptor* until it closes; *root* is removed then."""
    channel = socket.socket(fileno=descriptor)
    channel.sendall(b"\1" if isolation.cut_network() else b"\0")
    isolation.adopt_orphans()
    for name in modules:
        _preload(name)
    gc.collect()
    gc.freeze()
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    server = _Server(channel, reading)
    while _turn(server):
        pass
    for process in list(server.running):
        _kill_group(process)
        os.waitpid(process, 0)
    _kill_orphans(server)
    shutil.rmtree(root, ignore_errors=True)
    os._exit(0)


def _preload(name: str) -> None:
    """Import a module; call the function after the colon, if there is one, so that what it caches is inherited."""
    module, _colon, function = name.partition(":")
    loaded = importlib.import_module(module)
    if function:
        with tempfile.TemporaryDirectory() as place:
            os.chdir(place)
            getattr(loaded, function)()
            os.chdir("/")


def _turn(server: _Server) -> bool:
    """Wait for one thing to happen and answer it; False once the parent has gone."""
    deadline = min((moment for _number, moment in server.running.values()), default=None)
    patience = None if deadline is None else max(0.0, deadline - time.monotonic())
    ready, _, _ = select.select([server.channel.fileno(), server.wakeup], [], [], patience)
    if server.wakeup in ready:
        os.read(server.wakeup, 4096)
    _reap(server)
    now = time.monotonic()
    for process, (number, moment) in server.running.items():
        if moment <= now and number not in server.late:
            server.late.add(number)
            _kill_group(process)
    if server.channel.fileno() in ready:
        data = wire.receive(server.channel)
        if data is None:
            return False
        _start(server, wire.Order(*pickle.loads(data)))  # noqa: S301 - from our own parent
    return True


def _start(server: _Server, order: wire.Order) -> None:
    parent = os.getpid()
    process = os.fork()
    if process == 0:
        _child(server, order, parent)
    os.setpgid(process, process)
    server.running[process] = (order.number, time.monotonic() + order.limits.wall_seconds)


def _reap(server: _Server) -> None:
    while True:
        try:
            process, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if process == 0:
            return
        if process not in server.running:  # an orphan of some task, adopted
            continue
        number, _moment = server.running.pop(process)
        _kill_group(process)
        _kill_orphans(server)
        late = number in server.late
        server.late.discard(number)
        cpu = usage.ru_utime + usage.ru_stime
        wire.send_report(server.channel, wire.Report(number, status, late, cpu, usage.ru_maxrss * 1024))


def _kill_group(process: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)


def _kill_orphans(server: _Server) -> None:
    """End what tasks have left behind in groups of their own: programs, and what becomes ours when they end."""
    for _generation in range(_GENERATIONS):
        left = isolation.orphans(server.running)
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        for process in left:  # gone before the report says that the task is over
            with suppress(ChildProcessError):
                os.waitpid(process, 0)
        if not left:
            return


def _child(server: _Server, order: wire.Order, parent: int) -> NoReturn:
    code = _CRASH
    try:
        os.setpgid(0, 0)
        isolation.die_with_parent(parent)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        server.channel.close()
        os.close(server.wakeup)
        _settle(Path(order.directory), order.limits)
        _answer(Path(order.directory), _evaluate(order))
        code = 0
    finally:
        os._exit(code)


def _settle(directory: Path, limits: Limits) -> None:
    os.chdir(directory)
    os.umask(0o077)
    tempfile.tempdir = str(directory)
    os.environ.update(HOME=str(directory), TMPDIR=str(directory))
    impose(limits)
    if not limits.runs_programs:
        isolation.write_only_in(directory)


def _evaluate(order: wire.Order) -> tuple[str, object]:
    module, name = order.function
    try:
        function = getattr(importlib.import_module(module), name)
        arguments, named = pickle.loads(order.arguments)  # noqa: S301 - from our own parent
        return ("value", function(*arguments, **named))
    except CoffreError as error:
        return ("error", (type(error).__module__, type(error).__qualname__, error.facts))
    except MemoryError:
        return ("memory", None)
    except Exception as error:  # noqa: BLE001 - whatever a hostile file provokes is reported, never let out
        return ("failed", f"{type(error).__name__}: {error}"[:300])


def _answer(directory: Path, answer: tuple[str, object]) -> None:
    gc.disable()
    data = pickle.dumps(answer)
    with (directory / RESULT).open("wb") as file:
        file.write(data)
