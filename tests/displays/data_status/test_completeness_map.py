import pandas as pd
import pytest
from matplotlib import rcParams
from matplotlib.pyplot import get_fignums
from sample_trial import make_empty, make_sample, without_arm

from helpers.displays.conduct.reasons import VISIT_STATES
from helpers.displays.data_status import completeness_drawing
from helpers.displays.data_status.completeness_map import plot_completeness
from helpers.displays.data_status.form_counts import FormCounts
from helpers.displays.figures.parts import find_overlaps
from helpers.displays.results import Key
from helpers.params.design import Visit
from helpers.params.scores import Form
from helpers.params.trial import Trial
from helpers.view import Group


def test_the_finding_names_the_worst_form_and_visit() -> None:
    figure = plot_completeness(make_sample())
    assert figure.headline == (
        "72.7% of the forms due were received (40 of 55); lowest: NIHSS at month 6, 50.0% (1 of 2)."
    )


def test_every_status_of_every_cell_is_in_the_numbers() -> None:
    figure = plot_completeness(make_sample())
    numbers = figure.statistics
    assert numbers[Key("ITT", "Total", "FIM", "M03", "MISSED")] == {"n": 1}
    assert numbers[Key("ITT", "Total", "FIM", "M03", "DEAD")] == {"n": 1}
    assert numbers[Key("ITT", "CTL", "FIM", "M03")] == {"n": 1, "total": 1, "pct": 100}


def test_the_alternative_reads_received_of_due_panel_by_panel() -> None:
    text = plot_completeness(make_sample()).alternative
    assert text.startswith("Total, 6 participants. NIHSS: baseline 5 of 6, month 3 2 of 3, ")
    assert "Control, 2 participants." in text


def test_open_readers_see_one_panel_and_learn_why_it_may_differ() -> None:
    figure = plot_completeness(make_sample("open"))
    assert {result.key.arm for result in figure.results} == {"Total"}
    assert "Control" not in figure.svg
    assert any("counted from randomisation" in note for note in figure.notes)


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_with_nothing_due_the_map_is_drawn_and_says_so(audience: str) -> None:
    figure = plot_completeness(make_empty(audience))
    assert figure.headline == "No form was due by the cut-off."
    assert "<svg" in figure.svg


def test_an_empty_arm_keeps_its_panel() -> None:
    assert "Intrathecal (N = 0)" in plot_completeness(without_arm("IT")).svg


def find_overlaps_of_map(monkeypatch: pytest.MonkeyPatch, trial: Trial, n: int) -> list:
    """Texts that cover each other in the map of a trial whose cells all hold `n` forms."""
    seen: list = []
    monkeypatch.setattr(
        completeness_drawing, "render_svg", lambda figure, _: seen.extend(find_overlaps(figure))
    )
    statuses = dict.fromkeys(VISIT_STATES, 0) | {"RECEIVED": n, "NOT_DUE": n}
    counts = [
        FormCounts(form, visit, statuses, None)
        for form in trial.forms
        for visit in trial.visit_codes
    ]
    groups = [Group(str(i), f"Arm {i}", str(i), i, pd.Index([])) for i in range(3)]
    completeness_drawing.draw_panels(trial, [(group, counts) for group in groups], "F-S-03")
    return seen


LARGE = pytest.param(15, 9, marks=pytest.mark.slow)


@pytest.mark.parametrize(("n_visits", "n_forms"), [(2, 1), (4, 5), (15, 3), LARGE])
def test_no_text_covers_another_however_many_visits_and_forms(
    monkeypatch: pytest.MonkeyPatch, n_visits: int, n_forms: int
) -> None:
    trial = make_sample().trial
    visits = tuple(Visit(code=f"W{i}", label=f"Week {2 * i}", target=i) for i in range(n_visits))
    form = Form(label="Clinician's impression of change", visits=())
    forms = {f"FORM{i}": form.model_copy(update={"label": f"Scale {i}"}) for i in range(n_forms)}
    large = trial.model_copy(update={"visits": visits, "forms": forms | {"LONG": form}})
    assert find_overlaps_of_map(monkeypatch, large, 254) == []


def test_many_visits_stand_below_each_other() -> None:
    trial = make_sample().trial
    visits = tuple(Visit(code=f"W{i}", label=f"Week {2 * i}", target=i) for i in range(15))
    few = completeness_drawing.choose_layout(trial, [])
    many = completeness_drawing.choose_layout(trial.model_copy(update={"visits": visits}), [])
    assert list(few.down) == list(many.across) == list(trial.forms)
    assert len(many.down) == 16


def test_drawing_registers_no_figure_and_changes_no_setting() -> None:
    before = dict(rcParams)
    plot_completeness(make_sample())
    assert get_fignums() == []
    assert dict(rcParams) == before
