"""The supportive displays in trials of one to six arms, with or without a control."""

from dataclasses import replace

import numpy as np
import pytest
from score_values import draw_values, make_adsl, view_values

from helpers.displays.model import Display, Figure, Table, Withheld
from helpers.displays.render import show_html
from helpers.displays.supportive.shrinkage_figure import plot_shrinkage
from helpers.displays.supportive.shrinkage_table import tabulate_shrinkage
from helpers.displays.supportive.subgroup_forest import plot_subgroups
from helpers.displays.supportive.subgroup_table import tabulate_subgroups
from helpers.params.design import Arm
from helpers.view import View

MAKERS = (tabulate_subgroups, plot_subgroups, tabulate_shrinkage, plot_shrinkage)
LONG = "An arm whose label is as long as a sponsor's name for it may be"


def make_trial(arms: int, per_arm: int, *, control: bool, label: str = "Arm") -> View:
    """A trial of so many arms, half of each women; the last arm is the control."""
    codes = [f"A{number}" for number in range(arms)]
    adsl = make_adsl(dict.fromkeys(codes, per_arm))
    adsl = adsl.assign(SEX=np.where(adsl["USUBJID"].str[-1].isin(list("02468")), "F", "M"))
    view = view_values(draw_values(adsl), adsl)
    declared = tuple(
        Arm(code=code, label=f"{label} {code}", name=code, contrast=code) for code in codes
    )
    changes = {"arms": declared, "control": codes[-1] if control else None}
    return replace(view, trial=view.trial.model_copy(update=changes))


def make_all(view: View) -> list[Display]:
    made = [make(view) for make in MAKERS]
    assert all(show_html(display) for display in made if not isinstance(display, Withheld))
    return made


# five differences from a control cost half a minute of integrals in their family
TRIALS = [
    pytest.param(arms, control, marks=pytest.mark.slow if (arms, control) == (6, True) else ())
    for arms in (1, 2, 4, 6)
    for control in (True, False)
]


@pytest.mark.parametrize(("arms", "control"), TRIALS)
def test_any_number_of_arms_has_its_displays(arms: int, control: bool) -> None:
    subgroups, forest, shrunk, drawn = make_all(make_trial(arms, 8, control=control))
    assert isinstance(subgroups, Table)
    assert isinstance(forest, Figure)
    shown = {key.contrast for key in subgroups.statistics if key.contrast}
    expected = arms - 1 if control else arms * (arms - 1) / 2
    assert len(shown) == expected
    for display in (shrunk, drawn):
        assert isinstance(display, Withheld) is not (control and arms > 1)


def test_long_labels_and_many_participants_are_drawn() -> None:
    make_all(make_trial(3, 8, control=True, label=LONG))
    table, *_ = make_all(make_trial(3, 120, control=True))
    assert "4 of 4 differences can be estimated" in table.headline
