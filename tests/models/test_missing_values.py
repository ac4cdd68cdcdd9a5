"""Why a value is missing: ten participants by hand, and the denominators of the responders."""

from pathlib import Path

import pandas as pd
import pytest
from left_early import FATES, make_left, make_participants, make_visits
from trial_views import shared_view

from helpers.displays.responders.response import find_response
from helpers.displays.responders.states import assess, find_states
from helpers.models.missing_values import build_fates, find_stops
from helpers.models.score_rows import Selection
from helpers.view import ClosedView, View

ITT = Selection("ITT")


def read_fates(view: View, selection: Selection = ITT) -> pd.DataFrame:
    assert isinstance(view, ClosedView)
    return build_fates(view, "NIHSSTOT", ("M03", "M06"), selection).set_index(["USUBJID", "AVISIT"])


def test_every_missing_value_has_its_reason() -> None:
    rows = read_fates(make_left()).xs("M06", level="AVISIT")
    assert rows["FATE"].to_dict() == {who: FATES.get(who, "OBSERVED") for who in rows.index}
    assert set(rows.index[rows["DEPARTED"]]) == {"IV00", "IV01", "IV04", "IT00", "CTL00"}
    assert set(rows.index[rows["NOTDUE"]]) == {"IT01", "CTL01"}


def test_dosing_stops_on_the_day_on_which_the_dose_was_due() -> None:
    """Dose 2 is due 91 days after the anchor, on the day of month 3: that value is still before."""
    stops = find_stops(make_left()).dropna()
    assert stops.to_dict() == dict.fromkeys(("IV01", "IV04"), pd.Timestamp("2021-08-31"))
    early = read_fates(make_left()).xs("M03", level="AVISIT")
    assert not early["DEPARTED"].any()


def test_a_dose_that_leaving_prevented_counts_from_the_later_of_its_day_and_the_end() -> None:
    adsl = make_participants()
    for ended, expected in (("2021-07-01", "2021-08-31"), ("2021-10-01", "2021-10-01")):
        own = adsl["USUBJID"] == "IV05"
        left = adsl.assign(
            D2STAT=adsl["D2STAT"].mask(own, "LEFT"),
            EOSDT=adsl["EOSDT"].mask(own, pd.Timestamp(ended)),
        )
        assert find_stops(make_left(adsl=left))["IV05"] == pd.Timestamp(expected)


def test_a_value_that_the_estimand_leaves_out_is_a_reason_of_its_own() -> None:
    view = make_left()
    rows = view["adeff"]
    late = (rows["USUBJID"] == "IV06") & (rows["AVISIT"] == "M06")
    view.datasets["adeff"] = rows.assign(ICEREAS=pd.Series("DRUG", rows.index).where(late, None))
    own = read_fates(view, Selection("ITT", frozenset({"DRUG"}))).loc[("IV06", "M06")]
    assert (own["FATE"], own["DEPARTED"]) == ("SET_MISSING", False)
    assert read_fates(view).loc[("IV06", "M06"), "FATE"] == "OBSERVED"


def test_without_days_and_doses_only_the_state_of_the_form_is_known() -> None:
    adsl = make_participants().drop(columns=["ANCHORDT", "D1STAT", "D2STAT", "EOSDT"])
    forms = make_visits(make_participants()).drop(columns="DUEDT")
    view = make_left()
    view.datasets.update(adsl=adsl, advisit=forms, adeff=view["adeff"].drop(columns="ADT"))
    rows = read_fates(view).xs("M06", level="AVISIT")["FATE"]
    assert (rows["IV00"], rows["IV01"], rows["IT01"]) == ("LEFT", "OTHER", "LEFT")


@pytest.mark.parametrize("name", ["ia3", "fin"])
def test_who_is_due_is_who_is_due_among_the_responders(export: Path, name: str) -> None:
    view = shared_view(export, name)
    assert isinstance(view, ClosedView)
    assessed = assess(view)
    for visit in ("M03", "M06", "M12"):
        rows = build_fates(view, "NIHSSTOT", (visit,), ITT).set_index("USUBJID")["FATE"]
        due = find_response(assessed, "NIHSSTOT", visit).due
        assert set(rows.index[rows != "NOT_DUE"]) == set(due)
        states = find_states(assessed, "NIHSSTOT", visit).reindex(rows.index)
        assert ((states == "O") == (rows == "OBSERVED")).all()
        assert ((rows == "LEFT") <= (states == "L")).all()
        assert ((rows == "DIED") <= (states == "D")).all()
