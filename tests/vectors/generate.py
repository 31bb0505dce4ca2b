"""Write `seal/*.txt`: `python -m tests.vectors.generate` (README.md says what a vector is)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.vectors.messages import messages
from tests.vectors.recipe import FOLDER, Vector
from tests.vectors.sealed_blobs import blobs
from tests.vectors.sealed_slots import slots


def every_vector() -> Iterator[Vector]:
    """Yield every vector, made anew."""
    yield from messages()
    yield from blobs()
    yield from slots()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.txt"):
        path.unlink()
    for vector in every_vector():
        (FOLDER / f"{vector.name}.txt").write_text(vector.text(), "utf-8")


if __name__ == "__main__":
    main()
