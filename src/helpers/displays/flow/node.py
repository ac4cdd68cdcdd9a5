"""A count and the ways in which it divides: every split adds up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.displays.results import Key
from helpers.displays.rows import name_code


@dataclass(frozen=True)
class Node:
    """So many participants, and the ways in which they divide: the parts of each split sum to `n`.

    A part that is not `drawn` is the rest of a count beside it and stands in the text only.
    """

    label: str
    key: Key
    n: int
    splits: tuple[tuple["Node", ...], ...] = ()
    drawn: bool = True

    def walk(self) -> Iterator["Node"]:
        """The node and all below it, in the order shown."""
        yield self
        for split in self.splits:
            for part in split:
                yield from part.walk()


def split_by(label: str, key: Key, values: pd.Series, labels: Mapping[str, str]) -> Node:
    """A node divided by the categories that occur in `values`, labelled ones first."""
    counts = values.value_counts()
    order = [*labels, *sorted(code for code in counts.index if code not in labels)]
    parts = tuple(
        Node(
            labels.get(code, name_code(code)),
            key._replace(category=f"{key.category}:{code}"),
            int(counts[code]),
        )
        for code in order
        if code in counts.index
    )
    return Node(label, key, len(values), (parts,) if parts else ())


def describe_node(node: Node) -> str:
    """A tree in words: `Follow-up 10: in follow-up 7, completed 3; seen at month 3 9, ...`."""
    splits = "; ".join(describe_parts(split) for split in node.splits)
    return f"{node.label} {node.n}{f': {splits}' if splits else ''}"


def describe_parts(parts: Iterable[Node]) -> str:
    """Parts of a split with what they divide into, in brackets."""
    return ", ".join(describe_part(part) for part in parts)


def describe_part(part: Node) -> str:
    """One part in words, with its own parts."""
    below = "; ".join(describe_parts(split) for split in part.splits if any(p.n for p in split))
    is_word = part.label[1:2].islower()
    name = part.label[:1].lower() + part.label[1:] if is_word else part.label
    return f"{name} {part.n}{f' ({below})' if below else ''}"


def check_sums(nodes: Sequence[Node]) -> None:
    """Stop when a split does not add up: a flow that loses participants must not be drawn.

    Raises
    ------
    ValueError
        Naming the first node that does not.
    """
    for node in nodes:
        for split in node.splits:
            if sum(part.n for part in split) != node.n:
                raise ValueError(f"{node.label}: its parts do not add up to {node.n}")
