"""Listings of scores and of notes on scoring, read against the sample."""

from dataclasses import replace

import pandas as pd
from sample_response import add_response, make_response
from sample_scores import ADEFF, make_scores, without_scores

from helpers.displays.model import Listing, Withheld
from helpers.displays.scores import listed_rows
from helpers.displays.scores.note_listing import list_scoring_notes
from helpers.displays.scores.score_listing import list_scores
from helpers.view import View

DAYS = {"BL": 1, "M03": 92, "M06": 180}


def noted() -> pd.DataFrame:
    """Day of every form; a note on A's month-3 forms, whose FMS cannot be computed."""
    rows = add_response(ADEFF).assign(ADY=lambda r: r["AVISIT"].map(DAYS).astype("Int64"))
    rows = rows.assign(ADT=pd.Timestamp("2022-01-01"), NOTE=None)
    own = (rows["USUBJID"] == "A") & (rows["AVISIT"] == "M03") & (rows["ANL01FL"] == "Y")
    rows = rows.assign(NOTE=rows["NOTE"].mask(own & (rows["PARAMCD"] == "FMS"), "missing item 1"))
    lost = own & (rows["PARAMCD"] == "FMS")
    rows = rows.assign(AVAL=rows["AVAL"].mask(lost), CHG=rows["CHG"].mask(lost))
    double = rows[lost].assign(PARAMCD="FMATOT")
    return pd.concat([rows, double], ignore_index=True)


def show(view: View) -> Listing:
    listing = list_scores(view)
    assert isinstance(listing, Listing)
    return listing


def test_a_visit_is_a_row_with_values_and_changes_or_the_reason_why_there_is_none() -> None:
    rows = {(row[0], row[2]): row for row in show(make_response(adeff=noted())).rows}
    assert rows["A", "Month 3"] == ("A", "IV", "Month 3", "92", "8 (\u22122)", "missing")
    assert rows["A", "Baseline"] == ("A", "IV", "Baseline", "1", "10", "40")
    assert rows["D", "Month 6"][4:] == ("died", "died")
    assert rows["G", "Month 3"][4:] == ("left", "left")
    assert ("A", "Month 12") not in rows  # not due


def test_a_value_without_a_baseline_has_no_change() -> None:
    rows = {(row[0], row[2]): row for row in show(make_response()).rows}
    assert rows["G", "Baseline"][4] == "7"


def test_without_states_of_forms_only_values_are_listed() -> None:
    view = make_scores(adeff=add_response(ADEFF))
    assert not [row for row in show(view).rows if "missing" in row or "died" in row]


def test_a_form_with_a_note_is_one_row_with_the_scores_it_cannot_give() -> None:
    listing = list_scoring_notes(make_response(adeff=noted()))
    assert isinstance(listing, Listing)
    (row,) = listing.rows
    assert row[:6] == ("A", "IV", "Fugl-Meyer", "Month 3", "92", "missing item 1")
    assert row[6] == "FMS (Fugl-Meyer motor total); Fugl-Meyer motor total"
    assert "Forms with a note: 1; of these without at least one score: 1." in (
        listing.population_line
    )


def test_no_note_is_said_and_no_scores_are_left_out() -> None:
    rows = noted().assign(NOTE=None)
    listing = list_scoring_notes(make_response(adeff=rows))
    assert isinstance(listing, Listing)
    assert listing.rows == ()
    assert listing.empty == "No form has a note on its scoring"
    assert isinstance(list_scores(make_response(adeff=without_scores()["adeff"])), Withheld)
    assert isinstance(list_scoring_notes(make_response()), Withheld)


def test_of_many_rows_the_page_has_the_first_and_the_copy_all() -> None:
    many = tuple((str(number),) for number in range(listed_rows.MOST + 2))
    shown, more, note = listed_rows.cap_rows(many)
    assert (len(shown), len(more)) == (listed_rows.MOST, 2)
    assert str(len(many)) in note
    assert listed_rows.cap_rows(many[:3]) == (many[:3], (), "")


def test_a_participant_of_another_population_is_not_listed() -> None:
    view = make_response()
    adsl = view["adsl"].assign(
        ITTFL=view["adsl"]["USUBJID"].map(lambda s: "N" if s == "A" else "Y")
    )
    other = replace(view, datasets={**view.datasets, "adsl": adsl})
    assert "A" not in {row[0] for row in show(other).rows}
