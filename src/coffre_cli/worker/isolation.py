"""What the kernel can take away from a process: network, writing elsewhere, outliving its parent.

Each function does what this system allows and says whether it was done; nothing here ever stops a task.
Linux only (system calls by number, the same on every architecture since 2019); elsewhere everything answers False.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from collections.abc import Collection
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH = 1
_WRITE_FILE, _REMOVE_TO_MAKE_SYMLINK = 1 << 1, sum(1 << bit for bit in range(4, 13))
_REFER, _TRUNCATE, _IOCTL_DEVICE = 1 << 13, 1 << 14, 1 << 15
_ABI_TRUNCATE, _ABI_NETWORK, _ABI_SCOPE = 3, 4, 6
_DEVICES = (Path("/dev/null"),)


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent: int) -> None:
    """End the calling process when its *parent* (a process id) does."""
    libc = _libc()
    if libc is not None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def adopt_orphans() -> bool:
    """Become the parent of whatever the descendants of this process leave behind."""
    libc = _libc()
    return libc is not None and libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def orphans(known: Collection[int]) -> list[int]:
    """Return the children of the calling process, by process id, that are not *known*."""
    me = os.getpid()
    try:
        words = Path(f"/proc/{me}/task/{me}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [process for process in map(int, words) if process not in known]


def cut_network() -> bool:
    """Put the calling process, which must have one thread, in a network of its own with nobody else in it."""
    libc = _libc()
    if libc is None:
        return False
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        try:
            Path("/proc/self", name).write_text(text, encoding="ascii")
        except OSError:
            continue
    return True


def write_only_in(directory: Path) -> bool:
    """Forbid the calling process to write, create or remove outside *directory*, to use TCP, or to signal others."""
    libc = _libc()
    if libc is None:
        return False
    abi = int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1))
    if abi < 1:
        return False
    files = _WRITE_FILE | _REMOVE_TO_MAKE_SYMLINK | (_REFER if abi > 1 else 0)
    files |= _TRUNCATE if abi >= _ABI_TRUNCATE else 0
    network = 3 if abi >= _ABI_NETWORK else 0
    scope = 3 if abi >= _ABI_SCOPE else 0
    attribute = struct.pack("=QQQ", files, network, scope)
    size = 24 if abi >= _ABI_SCOPE else 16 if abi >= _ABI_NETWORK else 8
    rules = int(libc.syscall(_CREATE_RULESET, attribute, ctypes.c_size_t(size), 0))
    if rules < 0:
        return False
    try:
        _allow(libc, rules, directory, files)
        for device in _DEVICES:
            _allow(libc, rules, device, files & (_WRITE_FILE | _TRUNCATE))
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return int(libc.syscall(_RESTRICT_SELF, rules, 0)) == 0
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    where = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", rights, where), 0)
    finally:
        os.close(where)
