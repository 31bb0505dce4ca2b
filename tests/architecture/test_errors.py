"""An error is one thing to act on: one word, a code of the contract, a sentence whose every field is filled."""

from __future__ import annotations

import ast
import re
from collections import Counter

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.ui.failures import USERS_WORDS
from house.errors import MEANINGS, error_classes, fields_of
from tests.architecture.sources import name_of, nothing, source_files, tree_of

LITERAL = {"program", "install", "command", "option", "level", "source", "expected"}
"""Facts that read the same in every language: what is typed, and names."""


def test_no_two_errors_have_the_same_word_but_one_that_only_words_it_otherwise() -> None:
    words = Counter(
        each.code for each in error_classes() if each.code not in {getattr(base, "code", "") for base in each.__bases__}
    )
    assert {word: count for word, count in words.items() if count > 1} == {}


def test_every_error_ends_with_error_and_answers_a_code_of_the_contract() -> None:
    strange = [
        each.__qualname__ for each in error_classes() if not each.__name__.endswith("Error") or not each.exit_code
    ]
    nothing(strange)


def test_every_exit_code_of_the_contract_is_explained() -> None:
    assert set(MEANINGS) == set(ExitCode)


def test_every_error_says_what_is_wrong() -> None:
    families = {parent for each in error_classes() for parent in each.__mro__[1:]}
    nothing(
        f"{each.__module__}.{each.__qualname__}"
        for each in error_classes()
        if each not in families and each.message == CoffreError.message
    )


def test_a_sentence_ends_with_a_full_stop_and_begins_with_a_capital_or_a_quotation() -> None:
    odd = [
        f"{each.__qualname__}: {each.message}"
        for each in error_classes()
        if not re.match(r"[A-ZÉ«{`]", each.message) or not re.search(r"[.!?}]$", each.message)
    ]
    nothing(odd)


def test_every_field_of_a_sentence_is_given_where_the_error_is_raised() -> None:
    fields = {each.__name__: fields_of(each) for each in error_classes()}
    forgotten = [
        f"{name_of(path)}:{call.lineno}: {name} lacks {', '.join(sorted(lacking))}"
        for path in source_files()
        for call, name in _raised(tree_of(path))
        if name in fields and (lacking := fields[name] - _given(call))
    ]
    nothing(forgotten)


def _raised(tree: ast.AST) -> list[tuple[ast.Call, str]]:
    return [
        (node.exc, node.exc.func.attr if isinstance(node.exc.func, ast.Attribute) else node.exc.func.id)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name | ast.Attribute)
        and all(keyword.arg for keyword in node.exc.keywords)
    ]


def _given(call: ast.Call) -> set[str]:
    return {keyword.arg for keyword in call.keywords if keyword.arg}


def test_every_word_of_ours_in_a_sentence_is_marked_for_the_catalogue() -> None:
    fields = {each.__name__: fields_of(each) - USERS_WORDS - LITERAL for each in error_classes()}
    unmarked = [
        f"{name_of(path)}:{call.lineno}: {keyword.arg}={keyword.value.value!r}"
        for path in source_files()
        for call, name in _raised(tree_of(path))
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str) and keyword.value.value
        if keyword.arg in fields.get(name, set()) and not keyword.value.value.startswith("--")
    ]
    nothing(unmarked)
