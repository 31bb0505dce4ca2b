"""What a signature permits after it: DocMDP, FieldMDP and field locks (ISO 32000-2, 12.8.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from coffre_cli.signing.objects import (
    Dictionary,
    PdfObject,
    dictionary_at,
    elements,
    entry,
    integer,
    raw,
    resolve,
    text,
)


class Needs(IntEnum):
    """What a change needs to be permitted."""

    NOTHING = 1
    """Validation data, document timestamps, metadata: permitted after any signature (ETSI EN 319 142-1, 5.4)."""
    FORMS = 2
    """Form filling and further signatures."""
    COMMENTS = 3
    """Annotations."""
    NEVER = 9
    """Nothing permits it."""


@dataclass(frozen=True, slots=True)
class FieldLock:
    """Fields that must not change any more."""

    action: str
    """`/All`, `/Include` or `/Exclude`."""
    names: tuple[str, ...]

    def covers(self, name: str) -> bool:
        """Tell whether the field *name*, or one above it, is locked."""
        named = any(name == locked or name.startswith(f"{locked}.") for locked in self.names)
        if self.action == "/Include":
            return named
        return not (self.action == "/Exclude" and named)


@dataclass(frozen=True, slots=True)
class Permissions:
    """What may be done after a signature."""

    level: int
    """1 nothing, 2 form filling and signatures, 3 annotations too."""
    locks: tuple[FieldLock, ...] = ()

    def allow(self, needs: Needs, field: str | None = None) -> bool:
        """Tell whether a change that needs *needs*, made to *field*, is permitted."""
        if needs is Needs.NOTHING:
            return True
        if field is not None and any(lock.covers(field) for lock in self.locks):
            return False
        return needs <= self.level


DEFAULT_LEVEL = 2
"""Of a signature that says nothing: what is shown must stay, forms and signatures may follow."""


def permissions(signature: Dictionary, field: Dictionary) -> Permissions:
    """Read what *signature*, in *field*, permits; what cannot be read permits nothing."""
    level: int | None = None
    locks: list[FieldLock] = []
    for item in elements(raw(signature, "/Reference")):
        transform = resolve(item)
        if not isinstance(transform, Dictionary):
            continue
        parameters = dictionary_at(transform, "/TransformParams") or Dictionary()
        method = text(raw(transform, "/TransformMethod"))
        if method == "/DocMDP":
            level = _level(entry(parameters, "/P"))
        elif method == "/FieldMDP":
            locks.append(_lock(parameters))
    lock = dictionary_at(field, "/Lock")
    if lock is not None:
        locks.append(_lock(lock))
        if level is None and entry(lock, "/P") is not None:
            level = _level(entry(lock, "/P"))
    return Permissions(DEFAULT_LEVEL if level is None else level, tuple(locks))


def certification_level(signature: Dictionary) -> int | None:
    """Return the DocMDP level when *signature* certifies its document."""
    for item in elements(raw(signature, "/Reference")):
        transform = resolve(item)
        if isinstance(transform, Dictionary) and text(raw(transform, "/TransformMethod")) == "/DocMDP":
            return _level(entry(dictionary_at(transform, "/TransformParams") or Dictionary(), "/P"))
    return None


def _level(item: PdfObject | None) -> int:
    if item is None:
        return 2
    number = integer(item)
    return number if number in (1, 2, 3) else 1


def _lock(parameters: Dictionary) -> FieldLock:
    names = tuple(name for name in (text(item) for item in elements(raw(parameters, "/Fields"))) if name is not None)
    return FieldLock(text(raw(parameters, "/Action")) or "/All", names)
