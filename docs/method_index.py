"""The index of docs/methods.md: every public function of the statistics, read without running it.

Names and words are those of the docstrings, sources the paragraph "Source: ..." of each module. The
tests of a module are those that import from it; a part that no test imports has the tests of the
modules that import the part.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parents[1]
SOURCE, TESTS = PROJECT / "src", PROJECT / "tests"
FOLDERS = ("helpers/stats", "helpers/models")
MARK = "Source:"
MOST_TESTS = 4
IMPORTS = re.compile(r"(?m)^[ \t]*from (helpers[\w.]*) import (\([^)]*\)|[^(\n]+)")
TEXTS = re.compile(r'(?s)(""").*?\1')


class Method(NamedTuple):
    """One module: its name below `helpers`, first words, source, public definitions, tests."""

    name: str
    words: str
    source: str
    public: Mapping[str, str]
    tests: tuple[str, ...]


def list_index() -> list[str]:
    """Lines of the table: a module, then its public functions and classes."""
    lines = ["| module, function | what it gives | source | tests |", "|---|---|---|---|"]
    for method in list_methods():
        tests = ", ".join(f"`{name}`" for name in _shorten(method.tests))
        lines.append(f"| **`{method.name}`** | {method.words} | {method.source} | {tests} |")
        lines += [f"| `{name}` | {words} |  |  |" for name, words in method.public.items()]
    return lines


def list_methods() -> list[Method]:
    """Every module, the statistics before the models, in alphabetical order."""
    folders = [folder.replace("/", ".") for folder in FOLDERS]
    order = [[name for name in sorted(_list_modules()) if name.startswith(f)] for f in folders]
    return [_read_method(module) for names in order for module in names]


def _read_method(module: str) -> Method:
    tree = _parse(_place(module))
    doc = ast.get_docstring(tree) or ""
    parts = [part.replace("\n", " ") for part in doc.split("\n\n")]
    source = next((part for part in parts if part.startswith(MARK)), "")
    return Method(
        module.removeprefix("helpers."),
        _escape(parts[0]),
        _escape(source.removeprefix(MARK).strip()),
        {
            node.name: _escape((ast.get_docstring(node) or "").partition("\n")[0])
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        },
        tuple(sorted(str(path.relative_to(TESTS)) for path in find_tests(module))),
    )


def _shorten(tests: Sequence[str]) -> list[str]:
    """A few tests by name, of many the folders that hold them."""
    if len(tests) <= MOST_TESTS:
        return list(tests)
    return sorted({f"{test.rpartition('/')[0]}/" for test in tests})


def find_tests(module: str) -> set[Path]:
    """Tests that import from a module, else those of the modules that import it.

    Those in the folder of its family if there are any, else in those of statistics and models.
    """
    family = TESTS.joinpath(*module.removeprefix("helpers.").split(".")[:-1])
    own = [TESTS / folder.removeprefix("helpers/") for folder in FOLDERS]
    return _search(module, [family]) or _search(module, own) or _search(module, [TESTS])


def _search(module: str, folders: Sequence[Path]) -> set[Path]:
    """The nearest tests in the folders, over the modules that import a module."""
    seen, asked = {module}, {module}
    while asked:
        near = {test for name in asked for test in _test_imports().get(name, ())}
        found = {test for test in near if any(test.is_relative_to(f) for f in folders)}
        if found:
            return found
        asked = {user for name in asked for user in _users().get(name, ())} - seen
        seen |= asked
    return set()


@cache
def _test_imports() -> dict[str, set[Path]]:
    """Tests by the modules that they import names from, whatever package passes these on."""
    found: dict[str, set[Path]] = {}
    for test in TESTS.rglob("test_*.py"):
        for module, name in _list_imports(test):
            found.setdefault(_find_home(module, name), set()).add(test)
    return found


@cache
def _users() -> dict[str, set[str]]:
    """Modules of the package by the modules that they import."""
    found: dict[str, set[str]] = {}
    for path in (SOURCE / "helpers").rglob("*.py"):
        if path.name != "__init__.py":
            for module, name in _list_imports(path):
                found.setdefault(_find_home(module, name), set()).add(_name(path))
    return found


def _find_home(module: str, name: str) -> str:
    """The module in which a name is defined, however many pass it on."""
    if f"{module}.{name}" in _list_modules():
        return f"{module}.{name}"
    passed = {own: origin for origin, own in _list_imports(_place(module))}
    return _find_home(passed[name], name) if name in passed else module


@cache
def _list_imports(path: Path) -> list[tuple[str, str]]:
    """Module and name of every import from the package; read by words, as parsing takes seconds."""
    if not path.is_file():
        return []
    text = TEXTS.sub("", path.read_text(encoding="utf-8"))  # what stands in a text imports nothing
    return [
        (module, name.split()[0])
        for module, names in IMPORTS.findall(text)
        for name in re.sub(r"#.*", "", names).strip("()").split(",")
        if name.strip()
    ]


@cache
def _list_modules() -> frozenset[str]:
    return frozenset(
        _name(path)
        for folder in FOLDERS
        for path in (SOURCE / folder).rglob("*.py")
        if path.name != "__init__.py"
    )


def _place(module: str) -> Path:
    """File of a module or of a package."""
    path = SOURCE.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _name(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts)


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _escape(text: str) -> str:
    return text.replace("|", "\\|")
