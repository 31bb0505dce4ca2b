"""What may be a mail address, and what cannot."""

from __future__ import annotations

import pytest

from coffre_cli.errors import InvalidValueError
from coffre_cli.usecases.addresses import checked_address


@pytest.mark.parametrize(
    "text", ["a@b.fr", " alice@example.org ", "alice.martin+coffre@sous.maison.example", "root@localhost", "zoé@été.fr"]
)
def test_an_address_is_taken(text: str) -> None:
    assert checked_address(text, option="--to") == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", "alice", "@b.fr", "a@", "a@b@c", "a b@c.fr", "a@b..fr", ".a@b.fr", "a@-b.fr", "A <a@b.fr>", "a@b.fr,c@d.fr",
     "a\n@b.fr", "a" * 65 + "@b.fr"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        checked_address(text, option="--to")
