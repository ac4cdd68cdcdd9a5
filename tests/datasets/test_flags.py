from pathlib import Path

import pandas as pd
import pytest
from trial_views import view_of_export

from helpers.datasets.flags import first_of, flag, yes_no

# a question of its own: Y or N where it has an answer, empty where it cannot have one
ANSWERED = {"WINFL", "USABLEFL", "CRIT1FL", "FLOORFL", "CEILFL", "PREFL", "ONTRTFL"}
ANSWERED |= {"MUCHFL", "KNOWNFL", "CHGFL", "ADDEDFL"}
# of participants: everybody is in or out; the last three for each of their co-interventions
OF_PERSONS = {"DTHFL", "ENRFL", "RANDFL", "ITTFL", "SAFFL", "SCRFFL", "EFFFL", "PPFL"}
OF_PERSONS |= {"BASEFL", "NEWFL", "MUCHFL"}
NO_FLAG = {"LIMITFL"}  # why a laboratory value has no exact number: BLQ or ALQ

HIT = pd.Series([True, False, pd.NA], index=[5, 6, 7], dtype="boolean")


def test_a_record_flag_is_y_or_nothing():
    assert list(flag(HIT).where(flag(HIT).notna(), None)) == ["Y", None, None]
    assert list(flag(HIT).index) == [5, 6, 7]


def test_a_population_flag_is_y_or_n_and_unknown_is_n():
    assert list(yes_no(HIT)) == ["Y", "N", "N"]


def test_the_first_of_each_group_among_the_rows_hit():
    frame = pd.DataFrame({"WHO": ["a", "a", "b", "b"], "WHAT": [1, 1, 2, 3]})
    hit = pd.Series([False, True, True, True])
    assert list(first_of(frame, ["WHO"], hit).notna()) == [False, True, True, False]
    assert list(first_of(frame, ["WHO", "WHAT"], hit).notna()) == [False, True, True, True]


def test_no_row_no_flag():
    assert flag(pd.Series([], dtype=bool)).empty


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_every_flag_of_every_data_set_has_one_of_three_domains(export: Path, audience: str):
    """Who counts a flag must know whether N or nothing is its no; nothing else may be in it."""
    view = view_of_export(export, "fin", audience)
    seen = set()
    for frame in view.datasets.values():
        for name in set(filter(lambda column: column.endswith("FL"), frame)) - NO_FLAG:
            values = {None if pd.isna(value) else value for value in frame[name].unique()}
            yes_or_nothing = name not in ANSWERED | OF_PERSONS
            allowed = {"Y", None} if yes_or_nothing else {"Y", "N"}
            assert values <= allowed | ({None} if name in ANSWERED else set()), name
            seen.add(name)
    assert seen & ANSWERED
    assert seen & OF_PERSONS
