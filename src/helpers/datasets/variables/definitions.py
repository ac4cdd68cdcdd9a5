"""Definitions of the variables that a text names, for the readers of one view."""

import re

from helpers.datasets.variables.declaration import VariableRow, find_names
from helpers.datasets.variables.families import declare_view
from helpers.view import ClosedView, View


def define_named(text: str, view: View) -> tuple[str, ...]:
    """A line for each variable that `text` names: its name, label and derivation.

    Looked up in the data sets that the text names too, in its order. What the view does not hold
    is not told. Of imported data only the label is known: how they were derived is their owner's
    knowledge.
    """
    declared = view.once(declare_view)  # every display asks
    datasets = [name for name in dict.fromkeys(re.findall(r"[a-z_]+", text)) if name in declared]
    lines = []
    for name in find_names(text):
        held = [dataset for dataset in datasets if name in view[dataset]]
        rows = [declared[dataset][name] for dataset in held if name in declared[dataset]]
        lines += [_define(row, view) for row in rows[:1]]
    return tuple(lines)


def _define(row: VariableRow, view: View) -> str:
    closed = isinstance(view, ClosedView)
    unit = f" ({row.unit})" if row.unit else ""
    named = f"{row.variable}: {row.label}{unit}"
    if view.trial.level == "adam":
        return f"{named} \u2013 of the imported data"
    # masked readers have variables of closed data, whose derivations can name doses and routes
    told = closed or row.is_open
    return f"{named} \u2013 {row.derivation_for(closed=closed)}" if told else named
