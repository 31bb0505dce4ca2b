"""Values: frozen dataclasses with slots, whose methods are written when they are first called.

`dataclasses` compiles six methods for each class it is given, used or not, and imports `inspect` to do so: 40 ms of
each `coffre list` (docs/adr/0014-values-made-when-used.md). A class under `@frozen` is a dataclass to everybody else:
`replace`, `asdict`, `fields`, `match`, `copy` and `pickle` treat it as one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from dataclasses import Field

T = TypeVar("T")


class _Fresh:
    """A default that is made anew for each value."""

    def __init__(self, factory: Callable[[], object]) -> None:
        self.factory = factory


class _Unshown:
    """The default of a field whose value no repr shows."""

    def __init__(self, default: object) -> None:
        self.default = default


def field(*, factory: Callable[[], T]) -> T:
    """Return the default of a field that *factory* makes anew for each value."""
    return _Fresh(factory)  # type: ignore[return-value] # a specifier stands where the field's value will be


def unshown(*, default: T) -> T:
    """Return the *default* of a field whose value no repr shows, such as a password."""
    return _Unshown(default)  # type: ignore[return-value] # the same


if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414 - so mypy hears that it is for others, too
else:

    def replace(value, **changes):  # noqa: ANN001, ANN003, ANN201 - typed by the standard library's, above
        """Do what `dataclasses.replace` does, without loading it: 8 ms of each command that has no parser."""
        return type(value)(**{name: getattr(value, name) for name in _names(type(value))} | changes)


@dataclass_transform(frozen_default=True, field_specifiers=(field, unshown))
def frozen(written: type[T]) -> type[T]:
    """Make the class *written* a frozen dataclass with slots; its fields are its own annotations."""
    names = tuple(written.__annotations__)
    content = {name: item for name, item in written.__dict__.items() if name not in {"__dict__", "__weakref__", *names}}
    content |= {
        "__slots__": names,
        "__match_args__": names,
        "__qualname__": written.__qualname__,
        "__init__": _write_init,
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__reduce__": _reduce,
        "__dataclass_fields__": _Fields(),
        "_defaults": {name: _shown(written.__dict__[name]) for name in names if name in written.__dict__},
        "_unshown": {name for name in names if isinstance(written.__dict__.get(name), _Unshown)},
    }
    for name, method in (("__eq__", _equal), ("__hash__", _hash), ("__repr__", _repr)):
        if content.get(name) is None:  # a class with an `__eq__` of its own has None for a hash
            content[name] = method
    return type(written.__name__, written.__bases__, content)


class _Fields:
    """The fields as `dataclasses` knows them, found out for the first who asks: `replace` does each time (1.6 ms)."""

    def __get__(self, instance: object, owner: type) -> dict[str, Field[object]]:
        from dataclasses import make_dataclass

        specified = [(name, str(kind), _specified(owner, name)) for name, kind in owner.__annotations__.items()]
        found: dict[str, Field[object]] = vars(make_dataclass(owner.__name__, specified))["__dataclass_fields__"]
        owner.__dataclass_fields__ = found  # type: ignore[attr-defined] # in place of this descriptor
        return found


def _specified(owner: type, name: str) -> object:
    from dataclasses import field as specify

    defaults = _defaults(owner)
    default = defaults.get(name)
    if isinstance(default, _Fresh):
        return specify(default_factory=default.factory)
    return specify(default=default) if name in defaults else specify()


def _write_init(self: object, *arguments: object, **named: object) -> None:
    """Write the class's `__init__`, which stands here from now on, and call it."""
    made = type(self)
    defaults = _defaults(made)
    known: dict[str, object] = {}
    parameters, lines = ["self"], []
    for name in _names(made):
        known[f"_set_{name}"] = getattr(made, name).__set__
        value = name
        if name in defaults:
            default = known[f"_default_{name}"] = defaults[name]
            if isinstance(default, _Fresh):
                known[f"_make_{name}"] = default.factory
                value = f"_make_{name}() if {name} is _default_{name} else {name}"
        parameters.append(f"{name}=_default_{name}" if name in defaults else name)
        lines.append(f" _set_{name}(self, {value})")
    if hasattr(made, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or [" pass"]), known)  # noqa: S102 - names of fields
    made.__init__ = known["__init__"]  # type: ignore[assignment] # the class's own from now on
    made.__init__(self, *arguments, **named)


def _defaults(made: type) -> dict[str, object]:
    return made._defaults  # type: ignore[attr-defined,no-any-return] # noqa: SLF001 - set by `frozen`


def _names(made: type) -> tuple[str, ...]:
    return made.__match_args__  # type: ignore[attr-defined,no-any-return] # set by `frozen`


def _shown(default: object) -> object:
    return default.default if isinstance(default, _Unshown) else default


def _values(value: object) -> tuple[object, ...]:
    return tuple(getattr(value, name) for name in _names(type(value)))


def _equal(self: object, other: object) -> bool:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hash(self: object) -> int:
    return hash(_values(self))


def _repr(self: object) -> str:
    fields = zip(_names(type(self)), _values(self), strict=True)
    unshown_: set[str] = type(self)._unshown  # type: ignore[attr-defined] # noqa: SLF001 - set by `frozen`
    shown = (f"{name}={value!r}" for name, value in fields if name not in unshown_)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse(_self: object, name: str, *_value: object) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(name)


def _reduce(self: object) -> tuple[type, tuple[object, ...]]:
    return type(self), _values(self)
