"""Rooms and names: everything public is documented, and nothing is called after its lack of a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.sources import SOURCE, name_of, nothing, source_files, tree_of

NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base", "core", "stuff"}


def test_no_module_is_called_after_its_lack_of_a_name() -> None:
    nothing([name_of(path) for path in source_files() if path.stem in NAMELESS or path.parent.name in NAMELESS])


def test_every_room_says_what_its_words_mean() -> None:
    silent = [
        name_of(path) for path in source_files() if path.name == "__init__.py" and not ast.get_docstring(tree_of(path))
    ]
    nothing(silent)


def test_every_public_name_is_documented() -> None:
    silent = [
        f"{name_of(path)}:{node.lineno}: {name}"
        for path in source_files()
        for name, node in _public(tree_of(path))
        if not ast.get_docstring(node)
    ]
    nothing(silent)


def test_the_package_says_that_it_is_typed() -> None:
    assert (SOURCE / "py.typed").is_file()


def _public(
    tree: ast.Module | ast.ClassDef,
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            if any(_is_overload(decorator) for decorator in node.decorator_list):
                continue
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                yield from ((f"{node.name}.{name}", each) for name, each in _public(node))


def _is_overload(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Name) and decorator.id in {"overload", "override"}
