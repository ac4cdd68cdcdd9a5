"""What a variable of analysis data is, told by its name (naming rules of CDISC ADaM)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

Kind = Literal["id", "text", "text_date", "datetime", "date", "time", "flag", "number", "other"]
RULES = Path(__file__).with_name("variables.yaml")


@dataclass(frozen=True)
class VariableRules:
    """Patterns by kind, in the order in which they are tried, and of what is restricted.

    `baseline` is recorded before randomisation, `treatment` about who was treated, `outcome` about
    what happened, `places` about where.
    """

    kinds: tuple[tuple[Kind, re.Pattern[str]], ...]
    restricted: re.Pattern[str]
    restricted_datasets: frozenset[str]
    baseline: re.Pattern[str]
    treatment: re.Pattern[str]
    outcome: re.Pattern[str]
    places: re.Pattern[str]

    def kind_of(self, name: str) -> Kind:
        """Kind of a variable; `other` where the name does not say."""
        return next((kind for kind, pattern in self.kinds if pattern.fullmatch(name)), "other")

    def is_restricted(self, dataset: str, name: str) -> bool:
        """Whether a variable tells who got what."""
        return dataset in self.restricted_datasets or bool(self.restricted.fullmatch(name))


@cache
def load_rules() -> VariableRules:
    """The rules shipped beside this module."""
    content: Mapping[str, Any] = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    ordered: list[tuple[Kind, list[str]]] = [
        ("number", content["numbers_first"]),
        ("flag", content["flags_first"]),
        *content["kinds"].items(),
    ]
    return VariableRules(
        kinds=tuple((kind, _join(patterns)) for kind, patterns in ordered),
        restricted=_join(content["restricted"]),
        restricted_datasets=frozenset(content["restricted_datasets"]),
        baseline=_join(content["baseline"]),
        treatment=_join(content["treatment"]),
        outcome=_join(content["outcome"]),
        places=_join(content["places"]),
    )


def _join(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
