"""Data sets and variables as Markdown tables, for docs/variables.md."""

from helpers.datasets.variables.declaration import Declaration, VariableRow, load_declaration


def describe_datasets() -> list[str]:
    """Lines of the page: the data sets, then one table of variables for each."""
    declaration = load_declaration()
    lines = ["| data set | label | grain | keys |", "|---|---|---|---|"]
    lines += [
        f"| [{name}](#{name}) | {row.label} | {row.grain} | {', '.join(row.key_names)} |"
        for name, row in declaration.datasets.items()
    ]
    for name in declaration.datasets:
        lines += _describe_dataset(name, declaration)
    return lines


def _describe_dataset(name: str, declaration: Declaration) -> list[str]:
    dataset = declaration.datasets[name]
    return [
        "",
        f"## {name}",
        "",
        f"{dataset.label}: {dataset.grain}. Keys: {', '.join(dataset.key_names)}.",
        "",
        "| variable | label | type | unit | origin | derivation | open readers |",
        "|---|---|---|---|---|---|---|",
        *(_describe_variable(row) for row in declaration.variables[name]),
    ]


def _describe_variable(row: VariableRow) -> str:
    given = {"": "no", "Y": "yes"}.get(row.open, f"yes: {row.open}")
    cells = (row.variable, row.label, row.type, row.unit, row.origin or "derived", row.derivation)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in (*cells, given)) + " |"
