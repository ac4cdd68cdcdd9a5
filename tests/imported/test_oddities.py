"""One oddity at a time in an untouched study: the report is the same, or says why it is not."""

import random

import pandas as pd
import pytest
from base_study import read_base
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oddities import ODDITIES
from study_files import (
    FORMS,
    count,
    find_more_than_all,
    import_into,
    list_findings,
    propose_into,
    view_study,
    write_study,
)

from helpers.displays.results import Key
from helpers.errors import InterimError

BY_NAME = {oddity.name: oddity for oddity in ODDITIES}
CASES = [(oddity.name, form) for oddity in ODDITIES for form in oddity.forms]


def frames_of_study():
    """The untouched study with a time to event for each participant."""
    frames = read_base()
    adsl = frames["adsl"]
    days = pd.Series(range(20, 20 + 2 * len(adsl), 2), index=adsl.index)
    frames["adtte"] = pd.DataFrame(
        {
            "STUDYID": "ZZ",
            "USUBJID": adsl["USUBJID"],
            "PARAMCD": "TTFALL",
            "PARAM": "Time to first fall",
            "STARTDT": adsl["TRTSDT"],
            "ADT": adsl["TRTSDT"] + pd.to_timedelta(days, unit="D"),
            "AVAL": days.astype(float) + 1,
            "CNSR": [0.0, 1.0, 1.0] * 8,
        }
    )
    return frames


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """Parameters, numbers, findings and import of the untouched study, by form of file."""
    folder = tmp_path_factory.mktemp("untouched")
    found = {}
    for form in FORMS:
        source = write_study(folder / form / "in", frames_of_study(), form)
        imported = import_into(folder / form / "data", source)
        params = propose_into(folder / form / "params", imported)
        view = view_study(folder / form / "data", params)
        found[form] = (params, count(view), list_findings(view), imported)
    return found


def is_same(imported, other):
    """Whether two imports are one in everything that a report is made of."""
    return imported.datasets.keys() == other.datasets.keys() and all(
        dataset.frame.equals(other.datasets[name].frame)
        and dataset.restricted == other.datasets[name].restricted
        for name, dataset in imported.datasets.items()
    )


def plant(folder, oddity, form, draw):
    frames = frames_of_study()
    if oddity.frames:
        frames = oddity.frames(frames, draw)
    source = write_study(folder, frames, form)
    if oddity.files:
        oddity.files(source, draw)
    return source


def check(folder, untouched, name, form, seed, *, differs=False):
    """What has to come of an oddity comes of it; `differs` where one that is told changes numbers.

    In some places it changes none: a flag may be lost that was N.
    """
    oddity = BY_NAME[name]
    params, numbers, findings, plain = untouched[form]
    source = plant(folder / "in", oddity, form, random.Random(f"{name} {form} {seed}"))
    if oddity.outcome == "stopped":
        with pytest.raises(InterimError) as caught:
            view_study(import_into(folder / "data", source) and folder / "data", params)
        assert oddity.says in str(caught.value).splitlines()[0]
        return
    imported = import_into(folder / "data", source)
    if oddity.outcome == "same" and is_same(imported, plain):  # then the report is the same too
        texts = list(imported.notes["what"])
        assert not oddity.says or any(oddity.says in text for text in texts)
        return
    view = view_study(folder / "data", params)
    shown = count(view)
    assert find_more_than_all(shown) == []
    said = list_findings(view) - findings
    texts = [text for _, _, text in said] + list(imported.notes["what"])
    if oddity.outcome == "same":
        differing = {k: (numbers.get(k), shown.get(k)) for k in numbers.keys() | shown.keys()
                     if numbers.get(k) != shown.get(k)}  # fmt: skip
        assert differing == {}
    else:
        assert said, "differs without a finding"
        assert not differs or shown != numbers
    assert not oddity.says or any(oddity.says in text for text in texts)


def test_every_form_of_file_gives_the_same_report(untouched):
    (_, first, said, _), *others = untouched.values()
    assert [numbers == first for _, numbers, *_ in others] == [True] * 3
    assert said == set()
    emergent = [first[("T-S-10", *Key("SAF", "Total", "teae"), s)] for s in ("n", "events")]
    serious = [first[("T-S-13", *Key("SAF", "Total", "ANY"), s)] for s in ("n", "events")]
    assert (emergent, serious) == ([18, 29], [7, 8])


@pytest.mark.parametrize(("name", "form"), CASES)
def test_an_oddity_changes_nothing_or_is_told_or_stops(tmp_path, untouched, name, form):
    check(tmp_path, untouched, name, form, 0, differs=True)


# with each oddity once in each of its forms (above) some 300 cases
@settings(
    max_examples=124, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(case=st.sampled_from(CASES), seed=st.integers(1, 10**6))
def test_wherever_an_oddity_stands(tmp_path_factory, untouched, case, seed):
    check(tmp_path_factory.mktemp("odd"), untouched, *case, seed)


@pytest.mark.slow
@settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=st.sampled_from(CASES), seed=st.integers(1, 10**6))
def test_wherever_an_oddity_stands_in_five_thousand_places(tmp_path_factory, untouched, case, seed):
    check(tmp_path_factory.mktemp("odd"), untouched, *case, seed)
