"""Every leaf of the parameters, changed one by one: does any part of the effect become another?"""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from altered_exports import copy_export
from leaf_effects import AUDIENCES, Effects, Part, list_parts
from leaf_settings import (
    Path_,
    Settings,
    find_field,
    find_kind,
    group_leaves,
    is_words,
    list_leaves,
    matches,
    name_leaf,
)
from leaf_values import TOGETHER, Stage, find_stage, propose

from helpers.params.base import Params

# Read by what makes no report: other tests hold them.
# of a masked report: tests/masking/test_scope.py
ELSEWHERE = ("interim_defaults", "mask_scope")


@contextmanager
def spy_on_parameters() -> Iterator[set[str]]:
    """Names of the parameters that are read meanwhile."""
    read: set[str] = set()

    def spy(model: Params, name: str) -> Any:
        read.add(name)
        return object.__getattribute__(model, name)

    Params.__getattribute__ = spy  # type: ignore[method-assign]
    try:
        yield read
    finally:
        del Params.__getattribute__


class Walk:
    """Leaves changed one by one; what they are compared with is made once.

    What the shipped settings read while a part is made says which parts are looked at first, of
    each audience the quickest before the others. A leaf counts as dead only after all parts of the
    effect.
    """

    def __init__(self, base: Settings, data: Path, scratch: Path) -> None:
        self.data, self.scratch = data, scratch
        self.base = base
        self.whole = Effects(base, data, scratch / "whole")
        self.reads: dict[Part, tuple[set[str], float]] = {}
        self.known: dict[Stage, tuple[Settings, Effects]] = {Stage(): (base, self.whole)}

    def find_shown(self) -> set[Path_]:
        """Words that are shown as they are: each gets a mark, and all marks are looked for."""
        leaves = [path for path, value in list_leaves(self.base) if is_words(path, value)]
        settings = self.base
        for place, path in enumerate(leaves):
            settings = settings.change(path, f"zq{place}z")
        text = Effects(settings, self.data, self.scratch / "marked").texts()
        shown = {path for place, path in enumerate(leaves) if f"zq{place}z" in text}
        kinds = {find_kind(path) for path in shown}
        return {path for path in leaves if find_kind(path) in kinds}

    def list_groups(self, shown: Collection[Path_]) -> list[list[tuple[Path_, Any]]]:
        """Leaves by kind, without those that are known to be shown or that other tests hold."""
        groups = [
            [
                (path, value)
                for path, value in group
                if path not in shown and not any(matches(path, pattern) for pattern in ELSEWHERE)
            ]
            for group in group_leaves(list_leaves(self.base))
        ]
        return [group for group in groups if group]

    def has_effect(self, path: Path_, value: Any, *, everywhere: bool = True) -> bool:
        """Whether another value of a leaf makes any part of the effect another one.

        `everywhere` looks also at what does not read a parameter of this name.
        """
        settings, known = self._find_known(find_stage(path))
        settings = settings.change(path, value)
        for pattern, changes in TOGETHER.items():
            for place, changed in changes if matches(path, pattern) else ():
                settings = settings.change(place, changed)
        other = Effects(settings, known.data, self.scratch / "other", known.view)
        if other.outlines != known.outlines:
            return True
        parts = self._order_parts(find_field(path), everywhere=everywhere)
        return any(other.part(part) != known.part(part) for part in parts)

    def find_dead(self, leaves: Sequence[tuple[Path_, Any]]) -> str:
        """What was tried in vain on leaves of one kind; empty where one of them has an effect."""
        tries = [(path, value, other) for path, value in leaves for other in propose(path, value)]
        for everywhere in (False, True):
            for path, _, other in tries:
                if self.has_effect(path, other, everywhere=everywhere):
                    return ""
        tried = [f"{name_leaf(path)}: {value!r} to {other!r}" for path, value, other in tries]
        return "; ".join(tried[:3]) or f"{name_leaf(leaves[0][0])}: nothing else is known"

    def find_reads(self, part: Part) -> tuple[set[str], float]:
        """Names of the parameters that a part of the effect reads, and the seconds it takes."""
        if part not in self.reads:
            start = time.process_time()
            with spy_on_parameters() as read:
                self.whole.part(part)
            self.reads[part] = read, time.process_time() - start
        return self.reads[part]

    def _order_parts(self, name: str, *, everywhere: bool) -> Iterator[Part]:
        """Parts of the effect, first those that read a parameter of this name.

        Open readers come first: they have few displays, so that many leaves are done with soon.
        Before any display of an audience was made, its data are looked at.
        """
        others: list[Part] = []
        for audience in reversed(AUDIENCES):
            parts = [part for part in list_parts() if part.audience == audience]
            if parts[-1] not in self.reads and name in self.find_reads(Part(audience))[0]:
                yield Part(audience)
            quickest = sorted(parts, key=lambda part: self.find_reads(part)[1])
            yield from (part for part in quickest if name in self.find_reads(part)[0])
            others += [part for part in quickest if name not in self.find_reads(part)[0]]
        yield from others if everywhere else ()

    def _find_known(self, stage: Stage) -> tuple[Settings, Effects]:
        """The shipped settings and their effect, with what a leaf needs around it."""
        if stage not in self.known:
            settings, data = self.base, self.data
            for path, value in stage.leaves:
                settings = settings.change(path, value)
            if stage.alter is not None:
                data = copy_export(data, self.scratch / f"data{len(self.known)}")
                stage.alter(data)
            folder = self.scratch / f"base{len(self.known)}"
            self.known[stage] = settings, Effects(settings, data, folder)
        return self.known[stage]
