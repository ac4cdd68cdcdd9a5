"""Which displays there are: read from their declarations, and the pages made from these."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import nbformat

from helpers.displays.declare import ALLOWED, VISIBLE, load_catalogue
from helpers.errors import UsageError
from helpers.params.words import nearest
from helpers.params.yaml_file import read_yaml

DECORATOR = "shown_as"
# its lines above a function of a module: reading the whole of every module takes a quarter second
DECLARED = re.compile(rf"(?ms)^@{DECORATOR}\(.*?(?=^def )")
BY_ARM_AS_A_RULE = "closed_unmasked"


def list_displays() -> tuple[str, ...]:
    """Ids of all displays of this package, sorted."""
    return tuple(sorted(_read_declarations()))


@cache
def _read_declarations() -> Mapping[str, Mapping[str, str]]:
    """What other than closed readers get, by id; the modules are read and not imported."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    found = (_find_declared(path.read_text(encoding="utf-8")) for path in files)
    return {name: given for declared in found for name, given in declared}


def _find_declared(source: str) -> list[tuple[str, Mapping[str, str]]]:
    return [
        (ast.literal_eval(call.args[0]), _find_given(call))
        for found in DECLARED.findall(source)
        for call in _read_decorators(found)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == DECORATOR
    ]


def _read_decorators(lines: str) -> list[ast.expr]:
    tree = ast.walk(ast.parse(f"{lines}def found(): ..."))
    return next(node.decorator_list for node in tree if isinstance(node, ast.FunctionDef))


def _find_given(call: ast.Call) -> Mapping[str, str]:
    named = {word.arg: word.value for word in call.keywords}
    given: Mapping[str, str] = ast.literal_eval(named.get("audiences", ast.Dict([], [])))
    return given


def check_named_displays(audiences: Path) -> None:
    """Stop when the allow-list names a display that does not exist, or is not for the audience.

    Raises
    ------
    UsageError
        With file, line, what was found, what is allowed, and the nearest known id.
    """
    content = read_yaml(audiences)
    for audience, declared in content.items():
        for key, known in (("displays", list_given(audience)), ("sentence", list_displays())):
            named = declared.get(key, ())
            for place, display in enumerate(() if isinstance(named, str) else named):
                if display not in known:
                    part = place if key == "displays" else display
                    raise UsageError(
                        f"{content.place((audience, key, part))}: {audience}.{key}: found "
                        f"{display!r}, allowed: {', '.join(known)}{nearest(display, known)}"
                    )


def list_given(audience: str) -> tuple[str, ...]:
    """Ids of the displays whose declaration gives them to an audience."""
    if audience == BY_ARM_AS_A_RULE:
        return list_displays()
    given = _read_declarations()
    return tuple(name for name in list_displays() if given[name].get(audience) in VISIBLE)


def tabulate_displays(notebooks: Sequence[Path]) -> list[str]:
    """Lines of the Markdown table of docs/displays.md, in the order of the reports.

    Parameters
    ----------
    notebooks : the notebooks of the reports, which say in which chapter a display stands.
    """
    listed = [item for path in notebooks for item in _list_calls(path)]
    chapters = {call: (place, chapter) for place, (call, chapter) in enumerate(listed)}
    head = [
        f"| display | title | chapter | {' | '.join(ALLOWED)} | made from | function |",
        "|---|---|---|---|---|---|---|---|",
    ]
    rows = {}
    for name, declared in load_catalogue().items():
        function = declared.maker.rpartition(".")[2]
        place, chapter = chapters.get(function, (len(chapters), "in no report"))
        given = [declared.given_to(audience) for audience in ALLOWED]
        needs = ", ".join(declared.needs) or "view"
        module = declared.maker.removeprefix("helpers.displays.").rpartition(".")[0]
        cells = (name, declared.title, chapter, *given, needs, f"`{module}.{function}`")
        rows[place, name] = f"| {' | '.join(cells)} |"
    return head + [rows[place] for place in sorted(rows)]


def _list_calls(notebook: Path) -> Iterator[tuple[str, str]]:
    """Every function called with the view, and its chapter (report: heading), in order."""
    report, chapter = notebook.stem.removesuffix("_report"), ""
    for cell in nbformat.read(notebook, as_version=4).cells:  # type: ignore[no-untyped-call]
        if cell.cell_type == "markdown":
            titles = [line for line in cell.source.splitlines() if line.startswith("## ")]
            chapter = titles[-1].removeprefix("## ") if titles else chapter
        else:
            for call in re.findall(r"(\w+)\(view\b", cell.source):
                yield call, f"{report}: {chapter}"
