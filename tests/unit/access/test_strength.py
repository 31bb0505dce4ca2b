"""A password is refused when anybody would guess it, and remarked on when some would."""

from __future__ import annotations

import pytest
from hypothesis import given

from coffre_cli.access.errors import PasswordTooWeakError
from coffre_cli.access.strength import judge_password
from tests.strategies import texts

NAMES = ("MonCoffre", "élise")


@pytest.mark.parametrize(
    "password",
    [
        "",
        "12345",
        "e\u0301" * 5,
        "123456",
        "Azerty",
        "MOT DE PASSE",
        "password",
        "p-a-s-s-w-o-r-d",
        "aaaaaaaaaaaa",
        "abababababab",
        "!!!!!!!!!!!!",
        "moncoffre",
        "MON COFFRE",
        "Élise ",
        "e\u0301lise.",
    ],
)
def test_a_password_anybody_would_try_is_refused(password: str) -> None:
    with pytest.raises(PasswordTooWeakError):
        judge_password(password, NAMES)


@pytest.mark.parametrize(
    ("password", "remarks"),
    [
        ("Trois châteaux, deux ponts", 0),
        ("k8#fQ!", 1),
        ("onze lettre", 1),
        ("douze lettres", 0),
        ("le coffre d'Elise et de Paul", 1),
        ("élise1", 2),
        ("汉字漢字假名", 1),
    ],
)
def test_a_password_some_would_guess_is_taken_with_a_remark(password: str, remarks: int) -> None:
    assert len(judge_password(password, NAMES).remarks) == remarks


@pytest.mark.parametrize("name", ["", "x", "de", "---", "   "])
def test_a_name_that_says_nothing_is_in_no_password(name: str) -> None:
    assert judge_password("Trois châteaux, deux ponts", (name,)).remarks == ()


@given(texts(40))
def test_refusals_and_remarks_never_repeat_the_password(password: str) -> None:
    try:
        told = str(judge_password(password, NAMES))
    except PasswordTooWeakError as refused:
        told = str(refused.facts["reason"])
    assert len(password) < 6 or password not in told
