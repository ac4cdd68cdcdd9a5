"""The estimands are those of the parameters, in words that tell no arm."""

from dataclasses import replace

from sample_scores import make_scores, without_scores
from sample_trial import make_sample
from trial_views import view_of_export
from view_factory import shipped_trial

from helpers.displays.efficacy.estimand_table import list_estimands_shown
from helpers.displays.efficacy.estimands import (
    describe_response,
    find_estimand,
    list_estimands,
)
from helpers.displays.model import Listing, Withheld
from helpers.models.planned_fit import list_hypothetical
from helpers.params.scores import Responder
from helpers.view import View


def with_interim(view: View, **changes: object) -> View:
    return replace(view, interim=view.interim.model_copy(update=changes))


def rows_of(view: View) -> dict[str, tuple[str, ...]]:
    listing = list_estimands_shown(view)
    assert isinstance(listing, Listing)
    return {row[0]: row[1:] for row in listing.rows}


def test_the_trial_has_seven_estimands_made_from_its_key_score_and_visit() -> None:
    rows = rows_of(make_scores())
    assert list(rows) == ["E1", "E2", "E3", "E4", "E5", "E6", "E7"]
    assert rows["E1"][1] == "Change from baseline of NIHSS total at month 6"
    assert "recurrent stroke, new rehabilitation" in rows["E1"][2]
    assert rows["E3"][1] == (
        "Response of NIHSS total at month 6: a fall of 4 or more, or a value of 1 or less"
    )
    assert rows["E4"][1] == "Change from baseline of MAS arm mean, MAS leg mean; sub-scores alike"
    assert rows["E4"][2].startswith("New antispastic: hypothetical")
    assert "FIM total" in rows["E5"][1]
    # T-E-06 has the motor items of the key score, as E5
    assert rows["E5"][1].endswith("; sub-scores alike, also those of NIHSS total")
    assert "NIHSS total" not in rows["E5"][1].split(";")[0]
    assert rows["E6"][3] == "Cumulative incidence at 183 and 365 days"
    assert rows["E7"][0].startswith("Per-protocol population")


def test_without_a_per_protocol_analysis_it_is_no_estimand() -> None:
    rows = rows_of(with_interim(make_scores(), pp_sensitivity=False))
    assert list(rows) == ["E1", "E2", "E3", "E4", "E5", "E6"]


def test_another_key_score_and_visit_make_other_estimands() -> None:
    rows = rows_of(with_interim(make_scores(), key_param="FIMTOT", key_visit="M12"))
    assert rows["E1"][1] == "Change from baseline of FIM total at month 12"
    assert rows["E3"][1].endswith("a rise of 22 or more")
    assert "NIHSS total" in rows["E5"][1]
    assert "E6" not in rows  # no sustained response of this score is planned


def test_a_key_score_without_a_threshold_has_no_responders() -> None:
    rows = rows_of(with_interim(make_scores(), key_param="NIHSSMOT"))
    assert "E3" not in rows
    assert "always read with E2." in rows["E1"][2]


def test_without_a_key_score_there_is_no_estimand() -> None:
    view = with_interim(make_scores(), key_param=None)
    assert isinstance(list_estimands_shown(view), Withheld)
    assert list_estimands(view) == []


def test_open_readers_get_the_estimands_without_a_word_on_arms_or_displays() -> None:
    listing = list_estimands_shown(make_sample("open"))
    assert isinstance(listing, Listing)
    assert len(listing.rows) >= 6
    text = " ".join([*listing.notes, *(cell for row in listing.rows for cell in row)]).lower()
    for word in ("arm ", "arms", "dose", "control", "sham", "route", "cell"):
        assert word not in text.replace("mas arm", "mas"), word
    assert "In this report" not in listing.headers


def test_closed_readers_are_told_which_displays_estimate_them() -> None:
    listing = list_estimands_shown(make_scores("ia2"))
    assert isinstance(listing, Listing)
    assert listing.headers[-1] == "In this report"
    assert {row[-1] for row in listing.rows} == {"not estimated"}  # nothing is compared
    assert any("sham" in note for note in listing.notes)


def test_a_look_that_compares_no_arms_says_that_each_is_described_by_itself(export) -> None:
    listing = list_estimands_shown(view_of_export(export, "ia2", "closed_unmasked"))
    assert isinstance(listing, Listing)
    shown = {row[0]: row[-1] for row in listing.rows}
    assert shown["E3"] == "T-E-10, F-E-09, in each arm by itself"
    assert shown["E1"] == "not estimated"
    listing = list_estimands_shown(view_of_export(export, "ia3", "closed_unmasked"))
    assert isinstance(listing, Listing)
    assert all("by itself" not in row[-1] for row in listing.rows)


def test_thresholds_in_words() -> None:
    assert describe_response(Responder(change=-0.48)) == "a fall of 0.48 or more"
    both = Responder(change=22.0, or_value_at_least=120.0)
    assert describe_response(both) == "a rise of 22 or more, or a value of 120 or more"


def test_each_score_has_its_estimand() -> None:
    view = without_scores()
    found = {code: find_estimand(view.trial, view.interim, code) for code in view.trial.scores}
    assert (found["NIHSSTOT"], found["MASUE"], found["FIMTOT"]) == ("E1", "E4", "E5")
    assert list_hypothetical(shipped_trial(), shipped_trial().scores["MASLE"]) == {
        "NEW_ANTISPASTIC"
    }
