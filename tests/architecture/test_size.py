"""Functions fit on a screen and files can be read in one sitting; what does not says why it may stay."""

from __future__ import annotations

import ast

from tests.architecture.sources import name_of, nothing, source_files, tree_of

LONGEST_FUNCTION = 40
LONGEST_FILE = 300

LONG_FUNCTIONS: dict[str, str] = {}
"""`file:function` → why it is better whole."""
LONG_FILES: dict[str, str] = {}
"""`file` → why it is better whole."""


def test_a_function_fits_on_a_screen() -> None:
    long = {
        f"{name_of(path)}:{node.name}": length
        for path in source_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := _lines_of_code(node)) > LONGEST_FUNCTION
    }
    nothing({name: length for name, length in long.items() if name not in LONG_FUNCTIONS}.items())
    assert LONG_FUNCTIONS.keys() <= long.keys(), "an exception that nothing needs any more"


def test_a_file_can_be_read_in_one_sitting() -> None:
    long = {
        name_of(path): length for path in source_files() if (length := _length(path.read_text("utf-8"))) > LONGEST_FILE
    }
    nothing({name: length for name, length in long.items() if name not in LONG_FILES}.items())
    assert LONG_FILES.keys() <= long.keys(), "an exception that nothing needs any more"


def _length(text: str) -> int:
    return len(text.splitlines())


def _lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the body without its docstring: options of a command and words about it are no complexity."""
    body = function.body
    documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    first = body[1:] if documented else body
    return (function.end_lineno or 0) - first[0].lineno + 1 if first else 0
