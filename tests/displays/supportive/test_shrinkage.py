"""The posterior on the page: beside it model and prior, and words that keep it no test."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sample_scores import make_scores, one_person, without_arm
from score_values import draw_values, make_adsl, view_values
from table_cells import read_cells

from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Display, Figure, Table, Withheld
from helpers.displays.results import Key
from helpers.displays.supportive import shrinkage_figure
from helpers.displays.supportive.shrinkage_figure import plot_shrinkage
from helpers.displays.supportive.shrinkage_table import tabulate_shrinkage
from helpers.displays.treatment_effect.key_model import tabulate_key_model
from helpers.params.interim import Shrinkage
from helpers.view import View

ADSL = make_adsl({"IV": 6, "IT": 5, "CTL": 5})
VALUES = draw_values(ADSL)
KEY = Key("ITT", "", "NIHSSTOT", "M06", contrast="IV - C")


def view_of(interim: str = "fin", **changes: object) -> View:
    view = view_values(VALUES, ADSL, interim)
    return replace(view, interim=view.interim.model_copy(update=changes))


def tabulate(view: View) -> Table:
    table = tabulate_shrinkage(view)
    assert isinstance(table, Table)
    return table


def test_the_model_s_estimate_is_the_key_result_as_improvement() -> None:
    raw = tabulate(view_of()).statistics[KEY._replace(category="LSMEAN.IMP")]
    key = tabulate_key_model(view_of()).statistics[KEY._replace(category="LSMEAN")]
    assert (raw["estimate"], raw["lower"], raw["upper"]) == (
        -key["estimate"],
        -key["upper"],
        -key["lower"],
    )


def test_the_posterior_stands_between_estimate_and_prior() -> None:
    rows = tabulate(view_of()).statistics
    posterior, prior = (rows[KEY._replace(category=c)] for c in ("POSTERIOR", "PRIOR"))
    raw = rows[KEY._replace(category="LSMEAN.IMP")]["estimate"]
    assert abs(posterior["estimate"]) < abs(raw)
    assert posterior["shrinkage"] == pytest.approx(posterior["estimate"] / raw)
    assert prior["p_better"] == 0.5
    assert prior["estimate"] == 0


def test_a_wider_prior_shrinks_less() -> None:
    narrow = tabulate(view_of(shrinkage=Shrinkage(mean_sd=0.05, tau_scale=0.05)))
    wide = tabulate(view_of(shrinkage=Shrinkage(mean_sd=20.0, tau_scale=20.0)))
    place = KEY._replace(category="POSTERIOR")
    # the arms pull at each other however wide the prior is
    assert narrow.statistics[place]["shrinkage"] < 0.1
    assert 0.9 < wide.statistics[place]["shrinkage"] < 1


def test_chances_are_whole_percents_that_are_never_0_or_100() -> None:
    cells = read_cells(tabulate(view_of(shrinkage=Shrinkage(mean_sd=0.01, tau_scale=0.01))))
    assert cells["Pr(better by 4 points or more), %"] == ("<1", "<1")


def test_the_headline_says_that_it_is_no_test_and_where_one_started() -> None:
    said = tabulate(view_of()).headline
    assert said.startswith("Probability under a prior and a model, no test: better than control")
    assert "(before any data 50%)" in said
    notes = " ".join(tabulate(view_of()).notes)
    assert "It is no p value, no test and no error rate" in notes
    assert "SD 0.35, tau half-normal with scale 0.25" in notes


@pytest.mark.parametrize("make", [tabulate_shrinkage, plot_shrinkage])
def test_the_headline_says_how_the_test_of_the_look_went(
    make: Callable[[View], Display],
) -> None:
    """As the headline of T-E-05 says; the arms of one draw are alike, of the other far apart."""
    far = VALUES.copy()
    gains = far["USUBJID"].str.startswith("IV")
    far.loc[gains, ["M03", "M06", "M12"]] -= 12
    for values, said in ((VALUES, "is not crossed"), (far, "is crossed by IV - C")):
        view = view_values(values, ADSL, "fin")
        headline = make(view).headline
        assert headline.endswith(f" The test of this look is in T-E-05: its bound {said}.")
        headline = tabulate_key_model(view).headline
        assert ("No difference crosses" in headline) == ("not" in said)


@pytest.mark.parametrize("make", [tabulate_shrinkage, plot_shrinkage])
def test_the_sd_that_standardises_is_named_with_its_value(
    make: Callable[[View], Display],
) -> None:
    display = make(view_of())
    frame = VALUES.merge(ADSL[["USUBJID", "TRT01P"]], on="USUBJID")
    change = (frame["M06"] - frame["BL"]).groupby(frame["TRT01P"])
    sd = (change.apply(lambda x: ((x - x.mean()) ** 2).sum()).sum() / (len(frame) - 3)) ** 0.5
    (note,) = [note for note in display.notes if note.startswith("Standardised by the SD")]
    assert note.endswith(f"within arms, pooled: {sd:.2f} points.")


def test_without_a_prior_at_looks_without_alpha_and_without_a_control_there_is_none() -> None:
    view = view_of()
    uncontrolled = replace(view, trial=view.trial.model_copy(update={"control": None}))
    for own in (view_of(shrinkage=None), view_of("ia2"), uncontrolled):
        assert isinstance(tabulate_shrinkage(own), Withheld)
        assert isinstance(plot_shrinkage(own), Withheld)


def test_a_score_without_a_threshold_has_no_line_for_it() -> None:
    view = view_of()
    score = view.trial.scores["NIHSSTOT"].model_copy(update={"responder": None})
    scores = {**view.trial.scores, "NIHSSTOT": score}
    own = replace(view, trial=view.trial.model_copy(update={"scores": scores}))
    table = tabulate(own)
    assert not [row for row in table.statistics.values() if "p_mcid" in row]
    assert "points or more" not in "".join((table.headline, *table.notes))
    assert isinstance(plot_shrinkage(own), Figure)


def test_the_figure_holds_the_numbers_of_the_table_and_no_text_covers_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(
        shrinkage_figure,
        "render_svg",
        lambda figure, name: seen.extend(find_overlaps(figure)) or "",
    )
    figure = plot_shrinkage(view_of())
    assert isinstance(figure, Figure)
    assert figure.results == tabulate(view_of()).results
    assert seen == []


@pytest.mark.parametrize("make", [one_person, make_scores, lambda: without_arm("CTL")])
def test_little_data_are_ne_and_no_failure(make) -> None:
    table = tabulate(make())
    assert table.headline == "No difference can be estimated, so nothing is shrunk."
    assert read_cells(table)["Posterior mean (95% interval)"] == ("NE", "NE")
    assert isinstance(plot_shrinkage(make()), Figure)
