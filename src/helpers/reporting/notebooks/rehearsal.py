"""The mark of a rehearsal in files that are no pages: a column of a table, a cell of a notebook."""

import csv
import io

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from helpers.reporting.notebooks.csv_copies import format_csv
from helpers.reporting.notebooks.nodes import build_node
from helpers.reporting.page.audiences import REHEARSAL

COLUMN = "rehearsal"  # the last one: whoever reads the others by name or place reads them as ever


def mark_csv(content: bytes) -> bytes:
    """A table whose every row says that it is of a rehearsal."""
    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    return format_csv([*header, COLUMN], [[*row, REHEARSAL] for row in rows]).encode()


def mark_notebook(notebook: NotebookNode) -> NotebookNode:
    """A notebook that begins with the mark; a page has it in its own places."""
    first = new_markdown_cell(f"# {REHEARSAL}", id=COLUMN)  # type: ignore[no-untyped-call]
    return build_node({**notebook, "cells": [first, *notebook.cells]})
