"""One file under judgement: its bytes, its objects, and what its pages use."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from tests.pdfa.lexer import next_word
from tests.pdfa.raw import RawFile
from tests.pdfa.walk import Walk, walked

_DEEPEST = 50


class Document:
    """A PDF opened for reading."""

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        self.raw = RawFile(self.data)
        self.pdf = pikepdf.open(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pdf.close()

    @property
    def root(self) -> Object:
        """The catalogue."""
        return self.pdf.Root

    @cached_property
    def pages(self) -> list[Dictionary]:
        """The pages as they stand in the tree; pikepdf's own list would first write into them what they inherit."""
        return list(_leaves(self.root["/Pages"]))

    @cached_property
    def walk(self) -> Walk:
        """What the content streams use."""
        return walked(self.pages)

    @cached_property
    def objects(self) -> list[Object]:
        """Every indirect object."""
        return list(self.pdf.objects)

    def dictionaries(self) -> Iterator[Dictionary | Stream]:
        """Yield every dictionary and stream, those inside others too."""
        for one in self.objects:
            yield from _inside(one)

    def streams(self) -> Iterator[Stream]:
        """Yield every stream."""
        yield from (one for one in self.objects if isinstance(one, Stream))

    def filters(self, stream: Stream) -> list[tuple[str, Dictionary | None]]:
        """Return the names of a stream's filters with their parameters."""
        names, parameters = stream.get("/Filter"), stream.get("/DecodeParms")
        listed = list(names) if isinstance(names, Array) else [] if names is None else [names]
        given = list(parameters) if isinstance(parameters, Array) else [parameters]
        given += [None] * (len(listed) - len(given))
        return [
            (str(name), one if isinstance(one, Dictionary) else None) for name, one in zip(listed, given, strict=False)
        ]

    @staticmethod
    def label(one: Object) -> str:
        """Return where an object stands."""
        return f"object {one.objgen[0]}" if one.is_indirect else "a direct object"

    def fonts(self) -> Iterator[Dictionary]:
        """Yield every font dictionary, descendants too."""
        for one in self.dictionaries():
            if isinstance(one, Dictionary) and one.get("/Type") == Name.Font:
                yield one

    def font_names(self) -> Iterator[bytes]:
        """Yield the names of fonts, as bytes."""
        for one in self.dictionaries():
            for key in ("/BaseFont", "/FontName"):
                if isinstance(one.get(key), Name):
                    yield name_bytes(one[key])

    def colorants(self) -> Iterator[bytes]:
        """Yield the names of colorants, as bytes."""
        for space in self.arrays():
            if len(space) >= 4 and space[0] in (Name.Separation, Name.DeviceN):
                names = list(space[1]) if isinstance(space[1], Array) else [space[1]]
                yield from (name_bytes(name) for name in names if isinstance(name, Name))

    def arrays(self) -> Iterator[Array]:
        """Yield every array that is an indirect object or a value of a dictionary, and those inside."""
        for one in self.objects:
            if isinstance(one, Array):
                yield from _arrays(one)
        for holder in self.dictionaries():
            for value in dict(holder).values():
                if isinstance(value, Array) and not value.is_indirect:
                    yield from _arrays(value)

    def structure_types(self) -> Iterator[bytes]:
        """Yield the types of structure elements, as bytes."""
        for one in self.dictionaries():
            if "/S" in one and "/P" in one and isinstance(one["/S"], Name):
                yield name_bytes(one["/S"])

    def annotations(self) -> Iterator[tuple[int, Dictionary]]:
        """Yield the annotations with the numbers of their pages, from 1."""
        for number, page in enumerate(self.pages, start=1):
            for note in page.get("/Annots", ()):
                if isinstance(note, Dictionary):
                    yield number, note

    def output_intents(self) -> list[Dictionary]:
        """Return the output intents."""
        found = self.root.get("/OutputIntents")
        return [one for one in found if isinstance(one, Dictionary)] if isinstance(found, Array) else []

    @cached_property
    def intent_space(self) -> str | None:
        """The colour space of the PDF/A output intent's profile: `RGB `, `CMYK`, `GRAY`."""
        for one in self.output_intents():
            profile = one.get("/DestOutputProfile")
            if one.get("/S") == Name.GTS_PDFA1 and isinstance(profile, Stream):
                return profile.read_bytes()[16:20].decode("latin-1")
        return None


def name_bytes(name: Object) -> bytes:
    """Return the bytes of a name, without its slash."""
    word = next_word(name.unparse(), 0)
    return word.value if word else b""


def inherited(one: Dictionary, key: str) -> Object | None:
    """Return the value of *key* in a page or in what it hangs from."""
    for _level in range(_DEEPEST):
        if key in one:
            return one[key]
        parent = one.get("/Parent")
        if not isinstance(parent, Dictionary):
            break
        one = parent
    return None


def _leaves(node: Object, depth: int = 0) -> Iterator[Dictionary]:
    if not isinstance(node, Dictionary) or depth > _DEEPEST:
        return
    if "/Kids" not in node:
        yield node
    for child in node.get("/Kids", ()):
        yield from _leaves(child, depth + 1)


def _inside(one: Object, depth: int = 0) -> Iterator[Dictionary | Stream]:
    if isinstance(one, Dictionary | Stream):
        yield one
        values = [value for _key, value in one.items()]
    else:
        values = list(one) if isinstance(one, Array) else []
    for value in values:
        if isinstance(value, Dictionary | Array) and not value.is_indirect and depth < _DEEPEST:
            yield from _inside(value, depth + 1)


def _arrays(one: Array, depth: int = 0) -> Iterator[Array]:
    yield one
    for value in one:
        if isinstance(value, Array) and not value.is_indirect and depth < _DEEPEST:
            yield from _arrays(value, depth + 1)
