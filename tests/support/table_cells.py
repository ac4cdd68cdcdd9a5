"""A table as a reader sees it: its cells by label, without the signs that only align."""

from helpers.displays.model import Display

SPACES = str.maketrans({"\u00a0": " ", "\u2007": None, "\u2008": None, "\u2212": "-"})


def read_cells(table: Display) -> dict[str, tuple[str, ...]]:
    """Cells by label; of two rows with one label the later one is `label#2`, and so on."""
    found: dict[str, tuple[str, ...]] = {}
    _, rows = table.csv_copy()
    for label, *cells in rows:
        name, number = label, 2
        while name in found:
            name, number = f"{label}#{number}", number + 1
        found[name] = tuple(cell.translate(SPACES) for cell in cells)
    return found
