"""What Hypothesis draws in more than one room."""

from __future__ import annotations

import itertools
import string
from datetime import UTC, datetime

from hypothesis import strategies as st

from coffre_cli.crypto.canonical import Json
from coffre_cli.model import RandomBytes


def texts(max_size: int = 20) -> st.SearchStrategy[str]:
    """Any text that UTF-8 can carry, control characters included."""
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=max_size)


def json_values() -> st.SearchStrategy[Json]:
    """Values of canonical JSON."""
    leaves: st.SearchStrategy[Json] = st.none() | st.booleans() | st.integers() | texts()
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts(), inner, max_size=4),
        max_leaves=12,
    )


def json_objects() -> st.SearchStrategy[dict[str, Json]]:
    """Objects of canonical JSON."""
    return st.dictionaries(texts(), json_values(), max_size=5)


def words() -> st.SearchStrategy[str]:
    """Words of Latin letters, accents included."""
    return st.text(string.ascii_letters + "éèêàçùïôœÉÀ", min_size=2, max_size=12)


def ids() -> st.SearchStrategy[bytes]:
    """Ids of records, vaults, blobs."""
    return st.binary(min_size=16, max_size=16)


def moments() -> st.SearchStrategy[datetime]:
    """Moments to the second, in UTC."""
    return st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001 - made aware at once
        lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
    )


def counted_random() -> RandomBytes:
    """Return a source of bytes that never repeats itself and is the same at each run."""
    numbers = itertools.count(1)
    return lambda size: b"".join(next(numbers).to_bytes(4, "big") for _ in range(-(-size // 4)))[:size]
