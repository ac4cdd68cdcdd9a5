"""Arms of an imported study dealt out anew."""

import pandas as pd
import pytest
import small_trial

from helpers.datasets.build import build_view
from helpers.datasets.reader import Reader
from helpers.params import load_interim, load_trial


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return small_trial.write_trial(tmp_path_factory.mktemp("given"))


def view_of(folders, seed=None, audience="closed_unmasked"):
    data, params = folders
    trial = load_trial(params)
    interim = load_interim(params, "final", trial)
    return build_view(data, params, trial=trial, interim=interim, audience=Reader(audience, seed))


def arms_of(view, name="TRT01P"):
    return view.adsl.set_index("SUBJID")[name]


def test_arms_go_to_others_and_each_has_as_many_as_before(folders):
    real = arms_of(view_of(folders))
    found = {tuple(arms_of(view_of(folders, seed)).fillna("")) for seed in range(8)}
    assert len(found) > 2
    for arms in found:
        assert sorted(arms) == sorted(real.fillna(""))
        assert arms[5] == ""  # failed at screening


def test_whoever_was_treated_is_treated_and_whoever_was_not_is_not(folders):
    for seed in range(8):
        view = view_of(folders, seed)
        assert arms_of(view, "TRT01A").notna().tolist() == [True] * 4 + [False] * 2
        assert sum(group.n for group in view.groups("SAF")[:-1]) == 4


def test_events_take_the_arm_of_their_participant(folders):
    view = view_of(folders, 3)
    arms = arms_of(view)
    assert (view.adae["TRT01P"] == view.adae["SUBJID"].map(arms)).all()


def test_scores_events_and_days_stay_whose_they_are(folders):
    real, other = view_of(folders), view_of(folders, 3)
    for name, columns in (
        ("adeff", ["USUBJID", "PARAMCD", "AVISIT", "AVAL"]),
        ("adae", ["USUBJID", "AEDECOD", "ASTDT", "ATOXGR", "AESER"]),
        ("adsl", ["USUBJID", "AGE", "RANDDT", "EOSSTT", "EOSDT", "DTHFL", "ITTFL"]),
    ):
        pd.testing.assert_frame_equal(real[name][columns], other[name][columns])


def test_for_open_readers_nothing_changes(folders):
    real, other = (view_of(folders, seed, "open") for seed in (None, 3))
    for name in real.datasets:
        pd.testing.assert_frame_equal(real[name], other[name])
