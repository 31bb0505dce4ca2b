"""One flipped bit anywhere: it is named, nothing wrong is returned, and no command stumbles.

Every byte of every small file (descriptor, slots, log, key packs, the headers of blobs), one flip per 4 KiB of the
others. A normal run flips one bit of each byte and has it judged by the part of `check` that looks at that file;
`--long` flips all eight and has it judged by the whole `check`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from coffre_cli.access.slots import Payload
from coffre_cli.errors import CoffreError
from coffre_cli.model import RecordId
from coffre_cli.vault.check import Depth, examine
from coffre_cli.vault.check_data import Share
from coffre_cli.vault.check_files import MadeAgain, check_files
from coffre_cli.vault.check_index import viewed_index
from coffre_cli.vault.check_keys import check_keys
from coffre_cli.vault.check_log import check_log
from coffre_cli.vault.check_model import Finding
from coffre_cli.vault.check_ways import check_ways_in
from coffre_cli.vault.opening import open_vault
from coffre_cli.vault.parts import Parts
from tests.simulators.household import Household
from tests.simulators.safe import Safe, add, everything

PAGE = 4096
_HEADER = 48 + 56
Look = Callable[[Parts], list[Finding]]
Contents = dict[RecordId, tuple[str, str, tuple[str, ...], bytes]]


@pytest.fixture(scope="module")
def safe(quick_folder: Path) -> Safe:
    """Give a small safe: what is in it is little, and every kind of file is there."""
    safe = Safe(quick_folder / "small" / "vault", quick_folder / "small" / "state")
    safe.make()
    vault = safe.open()
    add(vault, "Bail", b"lease" * 700, words="le bail", tags=("important",))
    vault.close()
    return safe


@pytest.fixture(scope="module")
def payload(safe: Safe) -> Payload:
    return safe.payload()


@pytest.fixture(scope="module")
def before(safe: Safe, payload: Payload) -> Contents:
    return held(safe, payload)


def held(safe: Safe, payload: Payload) -> Contents:
    vault = safe.open(payload)
    try:
        return everything(vault)
    finally:
        vault.close()


def _with_index(parts: Parts, look: str) -> list[Finding]:
    with viewed_index(parts) as view:
        if look == "log":
            return list(check_log(parts, view.own))
        return [] if view.usable is None else list(check_keys(parts, view.usable))


LOOKS: dict[str, Look] = {
    "vault.json": lambda parts: list(check_ways_in(parts)),
    "spare/vault.json": lambda parts: list(check_ways_in(parts)),
    "slots/*.json": lambda parts: list(check_ways_in(parts)),
    "spare/slots/*.json": lambda parts: list(check_ways_in(parts)),
    "log": lambda parts: _with_index(parts, "log"),
    "keys/*.keys": lambda parts: _with_index(parts, "keys"),
}


def whole_check(parts: Parts) -> list[Finding]:
    return examine(parts, Depth()).findings


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("files", LOOKS)
def test_a_flip_in_any_byte_of_a_small_file_is_named(
    files: str, safe: Safe, payload: Payload, before: Contents, request: pytest.FixtureRequest
) -> None:
    long = bool(request.config.getoption("--long"))
    look, bits = (whole_check, range(8)) if long else (LOOKS[files], range(1))
    parts = safe.parts(payload)
    assert look(parts) == []
    found = sorted(safe.root.glob(files))
    assert found
    for path in found:
        data = path.read_bytes()
        for position in range(len(data)):
            for number in bits:
                bit = (position + number) % 8
                with flipped(safe.root, path, position, bit):
                    assert look(parts), f"bit {bit} of byte {position} of {path.name} flipped, and nothing said"
                    if position % 16 == 0 or long:
                        reads_rightly_or_refuses(safe, payload, before)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("files", ["blobs/*/*.cof", "index.db", "ballast"])
def test_a_flip_in_any_header_and_any_4_kib_of_a_large_file_is_named(
    files: str, households: dict[str, Household], quick_folder: Path
) -> None:
    household = households["as it was made"].copy(quick_folder / f"flips-{files.partition('/')[0]}")
    safe = household.safe
    payload = safe.payload()
    before, parts = held(safe, payload), safe.parts(payload)
    deep = Depth(Share()) if files.startswith("blobs") else Depth()
    for number, path in enumerate(sorted(safe.root.glob(files))):
        size = path.stat().st_size
        pages = range(_HEADER if files.startswith("blobs") else 0, size, PAGE)
        for position in [*_header(files, number), *(min(start + 977, size - 1) for start in pages)]:
            with flipped(safe.root, path, position, position % 8):
                judge = check_ballast if files == "ballast" else lambda parts: examine(parts, deep).findings
                assert judge(parts), f"byte {position} of {path.name} flipped, and nothing said"
                reads_rightly_or_refuses(safe, payload, before)
    assert examine(parts, Depth(Share(), full=True)).findings == []


def check_ballast(parts: Parts) -> list[Finding]:
    return list(check_files(parts, MadeAgain()))


def _header(files: str, number: int) -> range:
    """Return the bytes of the header and the commitment: all of them for the first blob, a few for the others."""
    return range(0) if not files.startswith("blobs") else range(0, _HEADER, 1 if number == 0 else 31)


READERS = (
    ("list",),
    ("search", "bail"),
    ("show", "contrat"),
    ("get", "contrat", "-o", "out", "--force"),
    ("get", "facture", "--original", "-o", "out", "--force"),
    ("status",),
    ("alarms", "list"),
    ("identity", "list"),
    ("journal", "verify"),
    ("check", "--data"),
)
_SPOTS = (0.0, 0.03, 0.3, 0.6, 0.97)
"""Where in each file."""


def test_no_command_that_reads_stumbles_over_a_flip(
    households: dict[str, Household],
    quick_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    household = households["after new keys"].copy(quick_folder / "readers")
    for name, value in household.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(household.folder)
    wanted = {words: _typed(household, words, capfd) for words in READERS if words[0] == "get"}
    assert all(code == 0 for code, _ in wanted.values())
    root = household.safe.root
    sizes = {path: path.stat().st_size for path in sorted(root.rglob("*")) if path.is_file()}
    codes: set[int] = set()
    spots = [(path, int(size * spot)) for path, size in sizes.items() if size for spot in _SPOTS]
    for number, (path, position) in enumerate(spots):
        if path.name == "ballast":
            continue
        with flipped(root, path, position, number % 8, state=household.home / "state"):
            for words in READERS[number % 3 :: 3]:
                what = f"{' '.join(words)}, byte {position} of {path.relative_to(root)} flipped"
                code, taken = _typed(household, words, capfd)
                told = capfd.readouterr().err
                codes.add(code)
                assert code in {0, 12, 20, 24}, f"{what}: {code} {told}"
                assert words[0] != "get" or code or taken == wanted[words][1], what
    assert codes >= {0, 20}, "some flips are healed on the way, some are refused"


def _typed(household: Household, words: tuple[str, ...], capfd: pytest.CaptureFixture[str]) -> tuple[int, bytes]:
    """Type a command; return its code and the file that it wrote. An error that nobody foresaw is code 1."""
    from coffre_cli.cli import run

    out = household.folder / "out"
    out.unlink(missing_ok=True)
    capfd.readouterr()
    code = int(run([*words, "--no-input"]))
    return code, out.read_bytes() if out.exists() else b""


def reads_rightly_or_refuses(safe: Safe, payload: Payload, before: Contents) -> None:
    """Open with a session's keys, then with the password: what is read is what was written, or it is refused."""
    try:
        located = safe.located
        vault = open_vault(located, payload, safe.around)
    except CoffreError:
        return
    try:
        with_all = everything(vault)
    except CoffreError:
        return
    finally:
        vault.close()
    assert with_all == before
    try:
        assert safe.payload() == payload
    except (CoffreError, LookupError):
        return


@contextmanager
def flipped(root: Path, path: Path, position: int, bit: int, *, state: Path | None = None) -> Iterator[None]:
    """Flip one bit of *path*; afterwards everything but the blobs below *root* is again as it was."""
    kept = _snapshot(root)
    remembered = {} if state is None else _snapshot(state)
    whole = path.read_bytes()
    with path.open("r+b", buffering=0) as file:
        file.seek(position)
        file.write(bytes([whole[position] ^ 1 << bit]))
    try:
        yield
    finally:
        if path.read_bytes() != whole:
            path.write_bytes(whole)
        _restore(root, kept)
        if state is not None:
            _restore(state, remembered)


def _snapshot(root: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name != "blobs"]
        for name in files:
            if name != "ballast":
                found[os.path.join(folder, name)] = Path(folder, name).read_bytes()  # noqa: PTH118 - thousands of times
    return found


def _restore(root: Path, kept: dict[str, bytes]) -> None:
    for name, data in _snapshot(root).items():
        if kept.get(name) != data:
            Path(name).unlink()
    for name, data in kept.items():
        if not Path(name).exists():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_bytes(data)
