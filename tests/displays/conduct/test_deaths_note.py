"""Deaths by disposition against the recorded deaths of the first page."""

import pandas as pd
from sample_trial import ADSL, make_sample

from helpers.displays.conduct.disposition import tabulate_disposition
from helpers.displays.flow.participant_flow import plot_participant_flow


def change(person: str, **values: object) -> pd.DataFrame:
    adsl = ADSL.copy()
    adsl.loc[adsl["USUBJID"] == person, list(values)] = list(values.values())
    return adsl


def notes_of(adsl: pd.DataFrame, audience: str = "closed_unmasked") -> list[str]:
    if audience == "open":
        adsl = make_sample("open")["adsl"].assign(
            **{name: adsl[name] for name in ("EOSSTT", "EOSREAS", "DTHFL")}
        )
    view = make_sample(audience, adsl=adsl)
    displays = (tabulate_disposition(view), plot_participant_flow(view))
    return [note for display in displays for note in display.notes if "Deaths here" in note]


def test_where_both_agree_nothing_is_said():
    assert notes_of(ADSL) == []


def test_a_death_after_another_end_of_study_is_named_to_closed_readers():
    said = notes_of(change("S2", DTHFL="Y"))
    text = (
        "Deaths here are study ends by death (1); the first page counts the recorded deaths (2): "
        "1 died without a study end by death (S2)."
    )
    assert said == [text, text]


def test_an_end_by_death_without_a_recorded_death_is_named_too():
    said = notes_of(change("S6", DTHFL=None))
    assert said[0].endswith("1 left the study by death without a recorded death (S6).")


def test_open_readers_are_told_how_many_and_not_who():
    said = notes_of(change("S2", DTHFL="Y"), "open")
    assert said[0].endswith("1 died without a study end by death.")
