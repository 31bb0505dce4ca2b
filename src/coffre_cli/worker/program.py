"""Run an external program inside its own sandbox."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coffre_cli.errors import MissingProgramError
from coffre_cli.worker.errors import WorkerTimedOutError
from coffre_cli.worker.process import clean_environment

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/etc", "/nix", "/gnu")
_CACHES = ("/var/cache/fontconfig", "/var/lib/libreoffice", "/var/lib/ghostscript")
_OUTPUT_LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended. Its exit code proves nothing: look at what it left."""

    code: int
    output: bytes
    errors: bytes
    sandboxed: bool
    """Whether it ran in bubblewrap: no network, no file but the system's and the directory's."""


def run_program(
    arguments: Sequence[str],
    *,
    directory: Path,
    seconds: float,
    environment: Mapping[str, str] | None = None,
) -> Finished:
    """Run a program in *directory*, which it sees as its current and home directory and may write to.

    It gets no input, an environment of its own, and bubblewrap around it when that is installed and works. Call it
    inside a task with `runs_programs`: the task's limits bind it too, and its process group dies with the task.

    Raises:
        MissingProgramError: It is not installed.
        WorkerTimedOutError: It took more than *seconds*.
    """
    if shutil.which(arguments[0]) is None:
        raise MissingProgramError(program=arguments[0], install=f"apt install {arguments[0]}")
    wrapper = sandbox(directory)
    process = subprocess.Popen(
        [*wrapper, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=directory,
        env={**clean_environment(directory), **(environment or {})},
        process_group=0,  # so that a time-out ends its children too; the server kills what a dead task leaves
    )
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        raise WorkerTimedOutError(seconds=int(seconds)) from None
    return Finished(process.returncode, output[:_OUTPUT_LIMIT], errors[:_OUTPUT_LIMIT], bool(wrapper))


def sandbox(directory: Path) -> list[str]:
    """Return the words to put before a command so that it runs in bubblewrap; none when that cannot work here."""
    if not sandbox_works():
        return []
    system = [word for path in _SYSTEM + _CACHES if Path(path).exists() for word in ("--ro-bind", path, path)]
    return [
        *("bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--proc", "/proc", "--dev", "/dev"),
        *("--tmpfs", "/tmp", *system, "--bind", str(directory), str(directory)),  # noqa: S108 - the sandbox's own
        *("--chdir", str(directory), "--"),
    ]


@cache
def sandbox_works() -> bool:
    """Whether bubblewrap is installed and the kernel lets it make its namespaces."""
    if shutil.which("bwrap") is None:
        return False
    tried = subprocess.run(
        ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"], capture_output=True, check=False, timeout=5
    )
    return tried.returncode == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
