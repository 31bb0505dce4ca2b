"""A double of `store.fs.Disk` that records each step, and the worlds that a power cut after any of them may leave.

The model is stricter than common file systems: what a file holds lasts when the file was fsynced; a name (a creation,
a rename, a removal) lasts when its folder was fsynced; anything else may be there or not, each step on its own, and a
write may be there in part. SQLite writes past the door: the index is set to anything that it was before the cut.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from coffre_cli.store.fs import Disk

_NAMES = frozenset({"make", "rename", "unlink", "folder", "no_folder"})


@dataclass(frozen=True)
class Step:
    """One step that reached the door."""

    kind: str
    """`make write cut sync rename unlink folder no_folder sync_folder ack`."""
    path: str = ""
    file: int = 0
    offset: int = 0
    data: bytes = b""
    source: str = ""
    index: int = 0
    """Which image of the index was on the disk before this step."""


@dataclass
class Recording(Disk):
    """Does what it is asked, and writes it down."""

    root: Path
    steps: list[Step] = field(default_factory=list)
    indexes: list[dict[str, bytes]] = field(default_factory=lambda: [{}])
    _names: dict[str, int] = field(default_factory=dict)
    _open: dict[int, tuple[int, int]] = field(default_factory=dict)
    _files: int = 0
    _marks: tuple[object, ...] = ()

    def adopt(self) -> Image:
        """Take the files that are there as a beginning that lasts."""
        image = Image({}, {})
        for path in sorted(self.root.rglob("*")):
            name = self._name(path)
            if path.is_dir():
                image.names[name] = None
            elif not _is_index(name):
                self._files += 1
                image.names[name] = self._names[name] = self._files
                image.contents[self._files] = path.read_bytes()
        self._snap()
        return image

    def acknowledge(self) -> int:
        """Say that what was done so far was told to the user; return the number of steps so far."""
        self._note(Step("ack"))
        return len(self.steps)

    def create(self, path: Path) -> int:
        descriptor = super().create(path)
        self._begin(path, descriptor)
        return descriptor

    def open_log(self, path: Path) -> int:
        fresh = not path.exists()
        descriptor = super().open_log(path)
        if fresh:
            self._begin(path, descriptor)
        elif self._inside(path):
            self._open[descriptor] = (self._names[self._name(path)], 0)
        return descriptor

    def write(self, descriptor: int, data: bytes | bytearray | memoryview, path: Path) -> None:
        super().write(descriptor, data, path)
        if descriptor in self._open:
            file, offset = self._open[descriptor]
            self._note(Step("write", self._name(path), file, offset, bytes(data)))
            self._open[descriptor] = (file, offset + len(data))

    def write_at(self, descriptor: int, data: bytes, offset: int, path: Path) -> None:
        if descriptor in self._open:
            self._open[descriptor] = (self._open[descriptor][0], offset)
        super().write_at(descriptor, data, offset, path)

    def sync(self, descriptor: int, path: Path) -> None:
        super().sync(descriptor, path)
        if descriptor in self._open:
            self._note(Step("sync", self._name(path), self._open[descriptor][0]))

    def close(self, descriptor: int) -> None:
        super().close(descriptor)
        self._open.pop(descriptor, None)

    def truncate(self, descriptor: int, size: int, path: Path) -> None:
        super().truncate(descriptor, size, path)
        if descriptor in self._open:
            self._note(Step("cut", self._name(path), self._open[descriptor][0], size))

    def rename(self, source: Path, target: Path) -> None:
        super().rename(source, target)
        old, new = self._name(source), self._name(target)
        if _is_index(new):
            return
        for name in [name for name in self._names if name == old or name.startswith(f"{old}/")]:
            self._names[new + name[len(old) :]] = self._names.pop(name)
        self._note(Step("rename", new, self._names.get(new, 0), source=old))

    def unlink(self, path: Path) -> None:
        super().unlink(path)
        if self._inside(path) and self._names.pop(self._name(path), None) is not None:
            self._note(Step("unlink", self._name(path)))

    def make_folder(self, path: Path) -> None:
        fresh = not path.exists()
        super().make_folder(path)
        if fresh and self._inside(path):
            self._note(Step("folder", self._name(path)))

    def remove_folder(self, path: Path) -> None:
        super().remove_folder(path)
        if self._inside(path):
            self._note(Step("no_folder", self._name(path)))

    def sync_folder(self, path: Path) -> None:
        super().sync_folder(path)
        if self._inside(path):
            self._note(Step("sync_folder", self._name(path)))

    def _begin(self, path: Path, descriptor: int) -> None:
        if self._inside(path):
            self._files += 1
            self._names[self._name(path)] = self._files
            self._open[descriptor] = (self._files, 0)
            self._note(Step("make", self._name(path), self._files))

    def _note(self, step: Step) -> None:
        self._snap()
        self.steps.append(replace(step, index=len(self.indexes) - 1))

    def _snap(self) -> None:
        """Keep the present image of the index, when it is another than the last one kept."""
        found = [path for path in self.root.rglob("index.db*") if path.suffix in {".db", ".db-wal"} and _in_place(path)]
        marks = tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(found))
        if marks != self._marks:
            self._marks = marks
            self.indexes.append({self._name(path): path.read_bytes() for path in found})

    def _inside(self, path: Path) -> bool:
        return path == self.root or self.root in path.parents

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


@dataclass
class Image:
    """A folder as it lasts: names and what they lead to."""

    names: dict[str, int | None]
    """None for a folder."""
    contents: dict[int, bytes]

    def write_to(self, root: Path, index: dict[str, bytes]) -> None:
        """Make *root* such a folder, with *index* in it."""
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(mode=0o700, parents=True)
        for name in sorted(self.names):
            file = self.names[name]
            path = root / name
            if not path.parent.is_dir():
                continue  # its folder did not last
            if file is None:
                path.mkdir(exist_ok=True)
            else:
                path.write_bytes(self.contents.get(file, b""))
        for name, data in index.items():
            if (root / name).parent.is_dir():
                (root / name).write_bytes(data)


Keep = Callable[[Step], bool]


def world(base: Image, steps: Iterable[Step], keep: Keep, torn: random.Random | None = None) -> Image:
    """Return what a cut after *steps* leaves when, of what was not fsynced, *keep* says what is there all the same."""
    steps = list(steps)
    image = Image(dict(base.names), dict(base.contents))
    synced = {step.file: number for number, step in enumerate(steps) if step.kind == "sync"}
    folders = {step.path: number for number, step in enumerate(steps) if step.kind == "sync_folder"}
    for number, step in enumerate(steps):
        if step.kind in {"write", "cut"}:
            lasts = synced.get(step.file, -1) > number
            if lasts or keep(step):
                _apply_data(image, step, None if lasts else torn)
        elif step.kind in _NAMES:
            lasts = folders.get(_folder_of(step.path), -1) > number
            if lasts or keep(step):
                _apply_name(image, step)
    return image


def _apply_data(image: Image, step: Step, torn: random.Random | None) -> None:
    data = bytearray(image.contents.get(step.file, b""))
    if step.kind == "cut":
        del data[step.offset :]
    else:
        written = step.data[: torn.randrange(len(step.data) + 1)] if torn is not None and step.data else step.data
        data.extend(bytes(max(0, step.offset - len(data))))
        data[step.offset : step.offset + len(written)] = written
    image.contents[step.file] = bytes(data)


def _apply_name(image: Image, step: Step) -> None:
    if step.kind == "folder":
        image.names.setdefault(step.path, None)
    elif step.kind == "unlink":
        image.names.pop(step.path, None)
    elif step.kind == "no_folder":
        if not any(name.startswith(f"{step.path}/") for name in image.names):
            image.names.pop(step.path, None)
    elif step.kind == "rename":
        for name in [name for name in image.names if name == step.source or name.startswith(f"{step.source}/")]:
            image.names[step.path + name[len(step.source) :]] = image.names.pop(name)
        if step.file:
            image.names[step.path] = step.file  # also when the name it was made under did not last
    else:
        image.names[step.path] = step.file


def _folder_of(name: str) -> str:
    return name.rpartition("/")[0] or "."


def _is_index(name: str) -> bool:
    return name.rpartition("/")[2].startswith("index.db")


def _in_place(path: Path) -> bool:
    return "tmp" not in path.parts[-2:]
