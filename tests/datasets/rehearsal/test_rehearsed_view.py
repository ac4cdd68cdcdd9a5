"""The closed view of a rehearsal: other than the real one where arms enter, and nowhere else."""

import pandas as pd
import pytest
from program import PARAMS
from trial_views import view_of_export

from helpers.bundle import pack_view
from helpers.datasets.build import build_view
from helpers.datasets.reader import Reader
from helpers.params import load_interim, load_trial

TRIAL = load_trial(PARAMS)
# What depends on the arm or on a dose, by data set; rows of these data sets may come and go.
OF_DOSES = {
    "adbr",
    "adex",
    "adsdv",  # records by table, those of doses among them
    "cuteffect",
    "recount",
    "adlb",
    "advs",
    "adcm",
    "addv",
    "adstop",
    "adpause",
    "adtte",
    "found",
    "previous",
}
OF_ARMS = {
    "adsl": "TRT01P TRT01A TRT01PN TRT01AN SAFFL PPFL ANCHORDTM ANCHORDT TRTSDTM TRT2DTM TRTEDTM "
    "DOSES ROUTE1 D1STAT D2STAT EOTSTT EOTDT EOTREAS WAITSTT WAITENDT LSTALVDT EXITDT TIMEONST "
    "LDDTHELD RISKSTDT EXPYRS RANDPYRS CRP",  # baseline of a test is the last before the first dose
    "adae": "TRT01P TRT01A SAFFL TRTSDTM ANCHORDTM ANCHORDT EXITDT WAITSTT WAITENDT ASTDTM ASTDT "
    "ADY AENDY PREFL BTWNFL TRTEMFL DOSEREF DOSEROUTE HRSINF DAYSINF W24FL W72FL W7DFL W30FL "
    "ADMINFL BIN AALISTFL AEREL AERELPR AEACN RELPRODFL RELPROCFL RELIMPFL RELFL AAFL SEVTOXFL "
    # a day without a time is placed by the dose
    "AOCCFL AOCCSFL AOCCPFL AOCCMXFL ALTSTPFL ALTAAFL ALTTRGFL ALTREF ALTWINHR WINHRS UNCSTPFL",
    "adeff": "TRT01P TRT01A ADY OFFSET AWTDIFF ICEFL ICEREAS AFTERD2",
    "advisit": "TRT01P DUEDT WINLO WINHI AFTERD2",
    "admh": "TRT01P TRT01A SAFFL ANCHORDT",
    "adaemat": "TRT01P",
    "adcoint": "TRT01P AVAL CHG",  # baseline is what was in use before the first dose
    "adharm": "TRT01P TRT01A ADY DOSEORD DBASE DWORS",
    "postcut": "TRT01P TRT01A ANCHORDT ADY AEREL AERELPR DOSEREF DAYSINF",
}


def rehearse(export, audience="closed_unmasked"):
    interim = load_interim(PARAMS, "ia3", TRIAL)
    return build_view(export, PARAMS, trial=TRIAL, interim=interim, audience=Reader(audience, 7))


@pytest.fixture(scope="module")
def views(export):
    return view_of_export(export, "ia3"), rehearse(export)


def test_it_differs_from_the_real_one_where_arms_or_doses_enter_and_nowhere_else(views):
    real, other = views
    assert real.datasets.keys() == other.datasets.keys()
    for name in real.datasets.keys() - OF_DOSES - {"previous"}:  # of what was said before
        columns = [c for c in real[name] if c not in OF_ARMS.get(name, "").split()]
        pd.testing.assert_frame_equal(real[name][columns], other[name][columns], obj=name)
    assert not real.adsl["TRT01P"].equals(other.adsl["TRT01P"])


def test_its_arms_have_doses_of_their_own_route(views):
    given = views[1].adex[views[1].adex["GIVENFL"] == "Y"]
    routes = {arm.code: arm.route for arm in TRIAL.arms}
    assert (given["ROUTE"] == given["TRT01P"].map(routes)).mean() > 0.9
    assert set(given["TRT01P"]) <= {arm.code for arm in TRIAL.arms if arm.route}


def test_the_open_view_of_a_rehearsal_is_the_real_one_byte_for_byte(export):
    real = view_of_export(export, "ia3", "open")
    assert pack_view(rehearse(export, "open")) == pack_view(real)
