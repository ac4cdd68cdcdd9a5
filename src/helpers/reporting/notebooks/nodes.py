"""Notebooks as nbformat nodes: the few calls we need, with types (nbformat's have none)."""

from collections.abc import Mapping, Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.errors import RunError

KERNEL = {"name": "python3", "display_name": "Interim reports", "language": "python"}


def build_node(content: Mapping[str, Any]) -> NotebookNode:
    """Node with its own copy of `content`, nested."""
    node: NotebookNode = nbformat.from_dict(dict(content))  # type: ignore[no-untyped-call]
    return node


def build_notebook(cells: Sequence[NotebookNode]) -> NotebookNode:
    """Notebook of these cells with the same metadata everywhere."""
    return build_node(
        {
            "cells": list(cells),
            "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def build_code_cell(source: str, tags: Sequence[str]) -> NotebookNode:
    """Code cell that has not run."""
    return build_node(
        {
            "cell_type": "code",
            "id": "new",
            "source": source,
            "metadata": {"tags": list(tags)},
            "execution_count": None,
            "outputs": [],
        }
    )


def read_notebook(content: bytes, name: str) -> NotebookNode:
    """Notebook from its bytes.

    Raises
    ------
    RunError
        If the bytes are no notebook.
    """
    try:
        notebook: NotebookNode = nbformat.reads(content.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
    except (ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError) as error:
        reason = " ".join(str(error).split())[:200]
        raise RunError(f"{name}: not a readable notebook ({reason})") from None
    return notebook


def format_notebook(notebook: NotebookNode) -> bytes:
    """Bytes of a notebook, keys sorted."""
    return f"{nbformat.writes(notebook, version=4)}\n".encode()  # type: ignore[no-untyped-call]


def tags_of(cell: NotebookNode) -> list[str]:
    """Tags of a cell."""
    return list(cell.metadata.get("tags", []))
