"""Which displays there are: read from their declarations, `@shown_as("T-S-10", ...)`."""

import ast
from functools import cache
from pathlib import Path

from helpers.errors import UsageError
from helpers.params.words import nearest
from helpers.params.yaml_file import read_yaml

DECORATOR = "shown_as"


@cache
def list_displays() -> tuple[str, ...]:
    """Ids of all displays of this package, sorted; the modules are read and not imported."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    found = {name for path in files for name in _find_declared(path.read_text(encoding="utf-8"))}
    return tuple(sorted(found))


def _find_declared(source: str) -> list[str]:
    if DECORATOR not in source:
        return []
    return [
        call.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        for call in node.decorator_list
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == DECORATOR
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    ]


def check_named_displays(audiences: Path) -> None:
    """Stop when the allow-list names a display that does not exist: it would show nothing.

    Raises
    ------
    UsageError
        With file, line, what was found, what is allowed, and the nearest known id.
    """
    content = read_yaml(audiences)
    known = list_displays()
    for audience, declared in content.items():
        for key in ("displays", "sentence"):
            named = declared.get(key, ())
            for place, display in enumerate(() if named == "all" else named):
                if display not in known:
                    part = place if key == "displays" else display
                    raise UsageError(
                        f"{content.place((audience, key, part))}: {audience}.{key}: found "
                        f"{display!r}, allowed: {', '.join(known)}{nearest(display, known)}"
                    )
