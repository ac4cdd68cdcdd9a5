"""Who imports whom, held to the table in docs/architecture.md."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "src" / "helpers"
FREE = "everything"


def read_table() -> dict[str, str]:
    """What each package may import, as the table says it."""
    text = (PROJECT / "docs" / "architecture.md").read_text()
    table = text[text.index("## Who may import whom") :]
    rows = re.findall(r"(?m)^\| (`.*?) \| (.*?) \|$", table)
    return {name: rule for names, rule in rows for name in re.findall(r"`(\w+)`", names)}


def name_module(path: Path) -> str:
    """Dotted name of a module below helpers: `stats.rates`, `errors`, `displays` for its own."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_module(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def read_imports(path: Path, top_level_only: bool = False) -> set[str]:
    """Modules of ours that a module imports, late or for types only included."""
    tree = ast.parse(path.read_text())
    found: set[str] = set()
    for node in tree.body if top_level_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = name_source(node, path)
            deeper = {f"{source}.{alias.name}" for alias in node.names}
            modules = {name for name in deeper if name.removeprefix("helpers.") in MODULES}
            found |= modules or {source}
    return {name.removeprefix("helpers.") for name in found if name.startswith("helpers.")}


def name_source(node: ast.ImportFrom, path: Path) -> str:
    """Full name of what an import reads from, dots resolved."""
    if not node.level:
        return node.module or ""
    package = ("helpers", *path.relative_to(PACKAGE).parent.parts)
    kept = package[: len(package) - node.level + 1]
    return ".".join((*kept, node.module) if node.module else kept)


def is_allowed(imported: str, rule: str) -> bool:
    if rule.startswith(FREE):
        return True
    allowed = {name.strip(" `") for name in rule.split(",")}
    return any(imported == name or imported.startswith(f"{name}.") for name in allowed)


def test_every_import_is_one_that_the_table_allows():
    table = read_table()
    found = [
        f"{module} imports {imported}"
        for module, path in MODULES.items()
        if module
        for imported in sorted(read_imports(path))
        if imported.split(".")[0] != module.split(".")[0]
        and not is_allowed(imported, table[module.split(".")[0]])
    ]
    assert found == []


def test_the_table_names_every_package_and_no_other():
    assert set(read_table()) == {module.split(".")[0] for module in MODULES if module}


def test_no_module_needs_itself_to_be_imported():
    graph = {
        module: read_imports(path, top_level_only=True) & set(MODULES)
        for module, path in MODULES.items()
    }
    order = list(TopologicalSorter(graph).static_order())
    assert set(order) == set(MODULES)


def test_the_statistics_open_no_file():
    for module, path in MODULES.items():
        if module.startswith("stats."):
            names = {
                node.id
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.Name)
            }
            assert names.isdisjoint({"open", "Path"}), module


def test_a_forbidden_import_would_be_found():
    assert not is_allowed("datasets.adsl", read_table()["displays"])
    assert not is_allowed("intake.read", read_table()["view"])
    assert is_allowed("intake.schema", read_table()["view"])


def test_nothing_is_called_by_a_name_that_says_nothing():
    vague = {"utils", "util", "misc", "common", "tools", "base_utils", "helper"}
    assert not [module for module in MODULES if vague & set(module.split("."))]
