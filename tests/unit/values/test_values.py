"""A class under `@frozen` is what `@dataclass(frozen=True, slots=True)` would have made of it."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import sys
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffre_cli.values import field, frozen, replace, unshown


@frozen
class Paper:
    """Ours."""

    title: str
    pages: int = 1
    tags: list[str] = field(factory=list)

    @property
    def thick(self) -> bool:
        """Whether it has many pages."""
        return self.pages > 9


@dataclass(frozen=True, slots=True)
class Model:
    """The standard library's."""

    title: str
    pages: int = 1
    tags: list[str] = dataclasses.field(default_factory=list)


@frozen
class Locked:
    """Holds what nobody should read."""

    name: str
    password: str | None = unshown(default=None)


@frozen
class Nothing:
    """Has no field."""


@frozen
class Even:
    """Looks at what it is given."""

    number: int

    def __post_init__(self) -> None:
        """Refuse odd numbers."""
        if self.number % 2:
            raise ValueError(self.number)


@frozen
class Blind:
    """Is the same as any other."""

    number: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Blind)

    def __hash__(self) -> int:
        return 7


TITLES = st.text(max_size=3)
PAGES = st.integers(0, 3)


@given(TITLES, PAGES, TITLES, PAGES)
def test_values_are_equal_when_their_fields_are(title: str, pages: int, other: str, others: int) -> None:
    ours, theirs = Paper(title, pages) == Paper(other, others), Model(title, pages) == Model(other, others)
    assert ours is theirs
    strangers: list[object] = [Paper("a"), Model("a"), Even(2), Nothing()]
    assert all(one is another or one != another for one in strangers for another in strangers)


@given(TITLES, PAGES)
def test_a_value_shows_hashes_and_changes_as_a_dataclass_does(title: str, pages: int) -> None:
    ours, theirs = Paper(title, pages=pages, tags=[]), Model(title, pages=pages, tags=[])
    assert repr(ours) == repr(theirs).replace("Model", "Paper")
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert repr(dataclasses.replace(ours, title="x")) == repr(dataclasses.replace(theirs, title="x")).replace(
        "Model", "Paper"
    )
    assert hash(Even(4)) == hash((4,))


def test_the_standard_library_takes_it_for_a_dataclass() -> None:
    assert dataclasses.is_dataclass(Paper)
    assert [(one.name, one.type) for one in dataclasses.fields(Paper)] == [
        (one.name, one.type) for one in dataclasses.fields(Model)
    ]


def test_what_is_not_to_be_shown_is_in_no_repr_and_is_a_field_all_the_same() -> None:
    assert repr(Locked("bail.pdf", "sesame")) == "Locked(name='bail.pdf')"
    assert Locked("bail.pdf").password is None
    assert Locked("bail.pdf", "sesame") != Locked("bail.pdf", "other")


@given(TITLES, PAGES)
def test_a_value_is_replaced_as_the_standard_library_does_it(title: str, pages: int) -> None:
    for value in (Paper(title, pages), Model(title, pages)):
        assert replace(value, title="x") == dataclasses.replace(value, title="x")
    assert repr(replace(Locked("a", "sesame"), name=title)) == f"Locked(name={title!r})"
    with pytest.raises(TypeError):
        replace(Paper(title), unknown=1)  # type: ignore[call-arg] # what is tried


def test_its_fields_are_found_out_once() -> None:
    assert Paper("a").__dataclass_fields__ is Paper.__dataclass_fields__  # as `replace` asks


def test_it_passes_through_pickle_and_copy() -> None:
    paper = Paper("Bail", 12, ["maison"])
    assert pickle.loads(pickle.dumps(paper)) == paper  # noqa: S301 - our own bytes
    assert copy.deepcopy(paper) == paper
    assert copy.deepcopy(paper).tags is not paper.tags


def test_it_can_be_taken_apart_by_its_fields() -> None:
    match Paper("Bail", 12):
        case Paper(title, pages):
            assert (title, pages) == ("Bail", 12)


def test_no_field_can_be_set_or_deleted_and_none_added() -> None:
    paper = Paper("Bail")
    for name in ("title", "unknown"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(paper, name, "x")
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(paper, name)
    assert not hasattr(paper, "__dict__")


def test_a_wrong_call_says_so_as_a_function_does() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'title'"):
        Paper()  # type: ignore[call-arg] # what the checker refuses, too
    with pytest.raises(TypeError, match="unexpected keyword argument 'name'"):
        Paper("Bail", name="x")  # type: ignore[call-arg] # the same


def test_a_default_that_can_change_is_made_anew_each_time() -> None:
    one, other = Paper("a"), Paper("b")
    one.tags.append("x")
    assert other.tags == []


def test_what_a_class_brings_itself_stays() -> None:
    assert Paper("Bail", 12).thick
    assert Blind(1) == Blind(2)
    assert hash(Blind(1)) == hash(Blind(2))
    assert Nothing() == Nothing()
    with pytest.raises(ValueError, match="3"):
        Even(3)


def test_making_a_class_loads_nothing() -> None:
    import subprocess

    program = "import sys, coffre_cli.values; print('dataclasses' in sys.modules or 'inspect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout == b"False\n"
