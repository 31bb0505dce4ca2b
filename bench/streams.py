"""Large files: how fast they are sealed and opened, and in how much memory."""

from __future__ import annotations

from collections.abc import Iterator

from bench.measure import Aim, Command, Row
from bench.place import PYTHON, Place
from house.programs import is_there

MEGABYTES = 1024
_FASTER = (Aim.FASTER, 1.5, "s")


def rows(place: Place) -> Iterator[Row]:
    """Give the rows of this area."""
    big = str(place.noise("big.bin", MEGABYTES))
    yield from _ciphers(place, big)
    place.clear("big.age")
    place.clear("big.out")
    place.clear("blobs")
    place.open_safe()
    add = place.coffre("add", big, "--no-archive", "--allow-duplicate", "--quiet")
    yield Row("memory of `coffre add` of 1 GiB", add.peak_megabytes, None, Aim.BELOW, 80, "MB", "–", rounds=1)
    get = place.coffre("get", "big", "-o", "out.bin", "--original", "--force", "--quiet")
    yield Row("memory of `coffre get` of 1 GiB", get.peak_megabytes, None, Aim.BELOW, 80, "MB", "–", rounds=1)


def _ciphers(place: Place, big: str) -> Iterator[Row]:
    seal, unseal = _blob(place, "write", big), _blob(place, "read", big)
    age = hashed = decrypt = None
    if is_there("age"):
        Command(("age-keygen", "-o", "age.key"), folder=place.folder).seconds()
        age, hashed = _age_encrypt(place).seconds, _age_encrypt(place, "sha256sum big.bin").seconds
        decrypt = Command(("age", "-d", "-i", "age.key", "-o", "big.out", "big.age"), folder=place.folder).seconds
    yield Row("encrypt and hash 1 GiB", seal.seconds, hashed, *_FASTER, "`age -e`, then `sha256sum`", "age", 5)
    yield Row("the same, its hash for nothing", seal.seconds, age, *_FASTER, "`age -e` alone", "age", 5)
    yield Row("decrypt 1 GiB", unseal.seconds, decrypt, *_FASTER, "`age -d`", "age", 5)


def _age_encrypt(place: Place, afterwards: str = "true") -> Command:
    line = f"age -e -i age.key -o big.age big.bin && {afterwards}"
    return Command(("sh", "-c", line), folder=place.folder, before=lambda: place.clear("big.age"))


def _blob(place: Place, verb: str, path: str) -> Command:
    """Return the store's own path to and from a blob, in a process of its own, without a safe around it."""

    def before() -> None:
        place.clear("big.out")
        if verb == "write":
            place.clear("blobs")

    return Command((PYTHON, "-m", "bench.blob", verb, path, str(place.folder)), before=before)
