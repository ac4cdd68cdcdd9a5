"""Blocks of text, one per record: a heading, sentences made from fields, and a quotation."""

from dataclasses import dataclass
from typing import Any

from helpers.displays.free_text import shorten_text
from helpers.displays.model import Display


@dataclass(frozen=True)
class Block:
    """One record: `quote` is free text of the export, shown as a quotation and never as markup."""

    title: str
    text: str
    quote: str = ""


@dataclass(frozen=True)
class Blocks(Display):
    """Records as blocks; `file_blocks` stand in the CSV copy only, below the others."""

    blocks: tuple[Block, ...] = ()
    file_blocks: tuple[Block, ...] = ()
    empty: str = ""

    def csv_copy(self) -> tuple[list[str], list[list[str]]]:
        """One row per record."""
        every = (*self.blocks, *self.file_blocks)
        return ["record", "text", "as recorded"], [[b.title, b.text, b.quote] for b in every]


def describe_blocks(display: Blocks) -> list[dict[str, Any]]:
    """Blocks as plain data, for a template; a quotation that is far too long is cut, saying so."""
    return [
        {"title": block.title, "text": block.text, "quote": shorten_text(block.quote)}
        for block in display.blocks
    ]
