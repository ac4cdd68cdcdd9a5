"""The effect displays in trials of one to six arms, with or without a control, small and large."""

from dataclasses import replace

import pytest
from score_values import draw_values, make_adsl, view_values

from helpers.displays.model import Display, Figure, Table
from helpers.displays.render import show_html
from helpers.displays.treatment_effect.effect_figure import plot_effect
from helpers.displays.treatment_effect.key_model import tabulate_key_model
from helpers.displays.treatment_effect.sensitivity_forest import plot_sensitivity
from helpers.displays.treatment_effect.sensitivity_lines import tabulate_sensitivity
from helpers.params.design import Arm
from helpers.view import View

MAKERS = (tabulate_key_model, plot_effect, tabulate_sensitivity, plot_sensitivity)
LONG = "An arm whose label is as long as a sponsor's name for it may be"


def make_trial(arms: int, per_arm: int, *, control: bool, label: str = "Arm") -> View:
    """A trial of so many arms; the last one is the control."""
    codes = [f"A{number}" for number in range(arms)]
    adsl = make_adsl(dict.fromkeys(codes, per_arm)).assign(ONSETGR1="<=6")
    view = view_values(draw_values(adsl), adsl)
    declared = tuple(
        Arm(code=code, label=f"{label} {code}", name=code, contrast=code) for code in codes
    )
    changes = {"arms": declared, "control": codes[-1] if control else None}
    return replace(view, trial=view.trial.model_copy(update=changes))


def make_all(view: View) -> list[Display]:
    made = [make(view) for make in MAKERS]
    assert all(isinstance(display, Table | Figure) for display in made)
    assert all(show_html(display) for display in made)
    return made


# five differences from a control cost half a minute of integrals in their family
TRIALS = [
    pytest.param(arms, control, marks=pytest.mark.slow if (arms, control) == (6, True) else ())
    for arms in (1, 2, 4, 6)
    for control in (True, False)
]


@pytest.mark.parametrize(("arms", "control"), TRIALS)
def test_any_number_of_arms_has_its_displays(arms: int, control: bool) -> None:
    table, *_ = make_all(make_trial(arms, 6, control=control))
    contrasts = {key.contrast for key in table.statistics if key.contrast}
    assert len(contrasts) == arms * (arms - 1) / 2
    if arms == 1:
        assert "no difference can be estimated" in table.headline
    elif control:
        assert isinstance(table, Table)
        others = [f"A{n} - A{arms - 1}" for n in range(arms - 1)]
        assert [header.label for header in table.headers[arms:]] == others


def test_long_labels_and_many_participants_are_drawn() -> None:
    make_all(make_trial(3, 4, control=True, label=LONG))
    table, *_ = make_all(make_trial(3, 170, control=True))
    assert table.statistics
