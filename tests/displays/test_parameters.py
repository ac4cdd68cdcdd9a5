"""Functions of displays take what they need as few named things: a context, then the data."""

import ast
from collections.abc import Iterator
from pathlib import Path

import helpers.displays

MOST = 5
DECLARATION = "shown_as"  # its parameters are the fields of a declaration, each by name


def list_functions(source: str) -> Iterator[tuple[str, int]]:
    """Name and number of named parameters of each function; the instance is none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            arguments = node.args
            named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            yield node.name, len([a for a in named if a.arg not in ("self", "cls")])


def test_no_function_of_displays_takes_more_than_five_parameters() -> None:
    folder = Path(helpers.displays.__file__).parent
    long = [
        f"{path.relative_to(folder)}: {name} takes {n}"
        for path in sorted(folder.rglob("*.py"))
        for name, n in list_functions(path.read_text(encoding="utf-8"))
        if n > MOST and name != DECLARATION
    ]
    assert not long, "a NamedTuple or RowContext says what belongs together:\n" + "\n".join(long)


def test_a_sixth_parameter_would_be_found() -> None:
    source = "class A:\n def f(self, a, b, /, c, *, d, e, g): ...\ndef h(a, *b, **c): ..."
    assert set(list_functions(source)) == {("f", 6), ("h", 1)}
