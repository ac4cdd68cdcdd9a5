"""Families of variables: which members a trial has, and the declaration of what a view holds."""

import re
from collections.abc import Iterator, Sequence

from helpers.datasets.variables.declaration import VariableRow, load_declaration
from helpers.params.interim import Interim
from helpers.params.trial import Trial
from helpers.view import View


def list_members(trial: Trial, interim: Interim) -> dict[str, tuple[str, ...]]:
    """Members of each family, by the word in braces that stands for them."""
    sources = trial.baseline_sources
    scores = [row.variable for row in trial.baseline_table if row.score and row.kind == "number"]
    severity = [name for name in (sources.severity_score,) if name is not None]
    return {
        "visit": tuple(visit.code for visit in trial.visits),
        "risk_factor": tuple(sources.risk_factors),
        "medication": tuple(sources.medication),
        "therapy_hours": tuple(sources.weekly_hours),
        "score": tuple(dict.fromkeys([*scores, *severity])),
        "severity_group": tuple(name for name in (sources.severity_group,) if name is not None),
        "test": tuple(sources.laboratory),
        "dose": tuple(str(number) for number in range(1, trial.doses.planned + 1)),
        "window": tuple(interim.windows),
    }


def expand_families(
    rows: Sequence[VariableRow], trial: Trial, interim: Interim
) -> Iterator[VariableRow]:
    """One row per variable: a family becomes its members in this trial and interim."""
    members = list_members(trial, interim)
    for row in rows:
        found = re.search(r"\{(\w+)\}", row.variable)
        if found is None:
            yield row
            continue
        for member in members[found[1]]:
            words = {
                name: getattr(row, name).replace(found[0], member) for name in ("variable", "label")
            }
            yield row.model_copy(update=words)


def declare_view(view: View) -> dict[str, dict[str, VariableRow]]:
    """What is declared of each data set that a view holds, by data set and variable."""
    declared = load_declaration().variables
    return {
        dataset: {
            row.variable: row
            for row in expand_families(declared[dataset], view.trial, view.interim)
        }
        for dataset in view.datasets
        if dataset in declared
    }
