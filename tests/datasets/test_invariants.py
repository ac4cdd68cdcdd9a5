"""What must hold for any export: derivations section 12, on a simulated one changed as a whole."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mini_export import schemas, trial
from text_export import (
    CUTOFF,
    Tables,
    analyse,
    assert_same,
    copy,
    derive_at,
    read_closed,
    simulated,
)

from helpers.datasets.assessments.adeff_response import find_ends
from helpers.datasets.source import Source


def some(
    names: str | tuple[str, ...], first: Iterable[object], more: Iterable[object]
) -> pytest.MarkDecorator:
    """Cases of the usual suite, and more of the slow one: a derivation takes its time."""
    cases = [case if isinstance(case, tuple) else (case,) for case in more]
    slow = [pytest.param(*case, marks=pytest.mark.slow) for case in cases]
    return pytest.mark.parametrize(names, [*first, *slow])


FIRST = pd.Timestamp("2021-02-01")
COMPONENTS = (5, 75)  # about where the component summaries of the SF-36 lie


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("invariants")


@pytest.fixture(scope="module")
def tables(place) -> Tables:
    return simulated(place)


@pytest.fixture(scope="module")
def source(tables, place) -> Source:
    return read_closed(tables, place / "plain")


@pytest.fixture(scope="module")
def plain(source) -> dict[str, pd.DataFrame]:
    return derive_at(source, CUTOFF)


@some("seed", [7], range(5))
def test_the_order_of_rows_and_columns_in_the_files_changes_nothing(tables, plain, place, seed):
    rng = np.random.default_rng(seed)
    shuffled = {
        name: table.iloc[rng.permutation(len(table)), rng.permutation(table.shape[1])]
        for name, table in tables.items()
    }
    assert_same(analyse(shuffled, place / "shuffled"), plain)


@some(("step", "start"), [(7, 93)], [(1, 0), (1, 500), (20, 0), (20, 500)])
def test_other_subject_numbers_in_the_same_order_change_only_the_numbers(
    tables, plain, place, step, start
):
    def rename(subject: str) -> str:
        return f"{start + step * int(subject):05d}" if subject else subject

    renamed = copy(tables)
    for table in renamed.values():
        if "SUBJID" in table:
            table["SUBJID"] = table["SUBJID"].map(rename)
    found = analyse(renamed, place / "renamed")
    prefix = f"{trial().study}-"
    expected = {
        name: frame.assign(
            SUBJID=[rename(subject) for subject in frame["SUBJID"]],
            USUBJID=[prefix + rename(key.removeprefix(prefix)) for key in frame["USUBJID"]],
        ).astype({"SUBJID": object, "USUBJID": object})  # an empty list would be numbers
        for name, frame in plain.items()
        if "USUBJID" in frame
    }
    found = {name: found[name] for name in expected}
    assert_same(found, expected)


def complete_dates(tables: Tables) -> Tables:
    """Partial dates filled to a day, so that a shift is a shift."""
    filled = copy(tables)
    for table in filled.values():
        for name in [column for column in table if column.endswith("DTC")]:
            table[name] = table[name].where(table[name].str.len() != 4, table[name] + "-07")
            table[name] = table[name].where(table[name].str.len() != 7, table[name] + "-15")
    return filled


def shift_text(text: str, days: int) -> str:
    if not text:
        return text
    moved = pd.Timestamp(text) + pd.Timedelta(days=days)
    return moved.isoformat()[: len(text)]


def shift_dates(frame: pd.DataFrame, days: int) -> pd.DataFrame:
    moved = {}
    for name, column in frame.items():
        if pd.api.types.is_datetime64_any_dtype(column):
            moved[name] = (column + pd.Timedelta(days=days)).astype(column.dtype)
        elif name.endswith("DTC"):
            texts = [None if text is None else shift_text(text, days) for text in column]
            moved[name] = pd.Series(texts, index=column.index, dtype=object)
    return frame.assign(**moved)


@some("days", [-37], [1, 366, 400, -400])
def test_all_dates_moved_by_whole_days_change_only_the_dates(tables, place, days):
    complete = complete_dates(tables)
    before = analyse(complete, place / "complete")
    moved = {
        name: table.assign(
            **{c: [shift_text(t, days) for t in table[c]] for c in table if c.endswith("DTC")}
        )
        for name, table in complete.items()
    }
    after = analyse(moved, place / "moved", CUTOFF + pd.Timedelta(days=days))
    for name, frame in before.items():
        calendar = [c for c in ("RANDMON",) if c in frame]
        pd.testing.assert_frame_equal(
            after[name].drop(columns=calendar),
            shift_dates(frame, days).drop(columns=calendar),
            obj=name,
        )


def test_two_arms_that_trade_labels_trade_columns_and_nothing_else(tables, plain, place):
    first, second = trial().active_arms
    swap = {first.code: second.code, second.code: first.code}
    traded = copy(tables)
    rand = traded["restricted/rand"]
    rand["ARMCD"] = rand["ARMCD"].replace(swap)
    routes = {first.code: second.route, second.code: first.route}
    arms = [
        arm.model_copy(update={"route": routes.get(arm.code, arm.route)}) for arm in trial().arms
    ]
    own = trial().model_copy(update={"arms": tuple(arms)})
    found = analyse(traded, place / "traded", own=own)
    for name, frame in plain.items():
        told = [c for c in ("TRT01P", "TRT01A") if c in frame]
        numbers = [c for c in ("TRT01PN", "TRT01AN") if c in frame]
        expected = frame.assign(**{c: frame[c].replace(swap) for c in told})
        pd.testing.assert_frame_equal(
            found[name].drop(columns=numbers), expected.drop(columns=numbers), obj=name
        )


def test_the_trial_twice_is_every_person_twice(tables, plain, place):
    twice = copy(tables)
    for name, table in twice.items():
        if "SUBJID" not in table:
            continue
        again = table.assign(SUBJID=table["SUBJID"].map(lambda s: f"{int(s) + 500:03d}", "ignore"))
        for unique in ("QRYID", "RANDNO"):
            if unique in again:
                again[unique] = again[unique] + "B"
        twice[name] = pd.concat([table, again], ignore_index=True)
    found = analyse(twice, place / "twice")
    of_persons = {name: frame for name, frame in plain.items() if "SUBJID" in frame}
    assert plain.keys() - of_persons.keys() == {"adlot", "aesi"}  # one row per lot, per term
    for name, frame in of_persons.items():
        copies = found[name]["SUBJID"].astype(int) >= 500
        assert copies.sum() == len(frame), name
        own = found[name][~copies].reset_index(drop=True)
        pd.testing.assert_frame_equal(own, frame, obj=name)


DERIVED: dict[int, dict[str, pd.DataFrame]] = {}


def derive_on(source: Source, day: int) -> dict[str, pd.DataFrame]:
    """Data sets at a cut-off, by days since the first participant; made once."""
    if day not in DERIVED:
        DERIVED[day] = derive_at(source, FIRST + pd.Timedelta(days=day))
    return DERIVED[day]


def persons(data: dict[str, pd.DataFrame], **conditions: str) -> set[str]:
    adae = data["adae"]
    hit = pd.Series(True, index=adae.index)
    for name, value in conditions.items():
        hit &= adae[name] == value
    return set(adae.loc[hit, "USUBJID"])


@some(
    ("first", "last"),
    [(260, 261), (260, 800)],
    [(300, 800), (0, 1), (0, 1300), (90, 120), (400, 430), (500, 1000), (700, 701), (1200, 1300)],
)
def test_a_later_cutoff_never_knows_of_fewer_persons(source, first, last):
    early, late = (derive_on(source, d) for d in (first, last))
    for conditions in ({}, {"TRTEMFL": "Y"}, {"ASERFL": "Y"}, {"FATALFL": "Y"}):
        assert persons(early, **conditions) <= persons(late, **conditions)
    for name in ("ENRFL", "ITTFL", "SAFFL"):
        known = [set(d["adsl"].loc[d["adsl"][name] == "Y", "USUBJID"]) for d in (early, late)]
        assert known[0] <= known[1]
    dead = [set(d["adsl"].loc[d["adsl"]["DTHDT"].notna(), "USUBJID"]) for d in (early, late)]
    assert dead[0] <= dead[1]
    assert len(early["adex"].query("GIVENFL == 'Y'")) <= len(late["adex"].query("GIVENFL == 'Y'"))


@some("day", [30, 260, 800], [0, 10, 60, 90, 120, 400, 500, 1000, 1300])
def test_counts_are_nested_and_add_up_at_any_cutoff(source, day):
    cutoff, data = FIRST + pd.Timedelta(days=day), derive_on(source, day)
    adsl, adae, advisit = data["adsl"], data["adae"], data["advisit"]
    itt = adsl[adsl["ITTFL"] == "Y"]
    for inner, outer in (("PPFL", "SAFFL"), ("SAFFL", "ITTFL"), ("EFFFL", "ITTFL")):
        assert set(adsl.index[adsl[inner] == "Y"]) <= set(adsl.index[adsl[outer] == "Y"])
    assert (itt["TRT01P"].isin([arm.code for arm in trial().arms])).all()
    emergent = adae[adae["TRTEMFL"] == "Y"]
    for narrow, wide in (("W24FL", "W72FL"), ("W72FL", "W7DFL"), ("W7DFL", "W30FL")):
        assert set(emergent.index[emergent[narrow] == "Y"]) <= set(
            emergent.index[emergent[wide] == "Y"]
        )
    for _, rows in advisit.groupby(["AVISIT", "FORM"]):
        assert sorted(rows["USUBJID"]) == sorted(itt["USUBJID"])
        assert rows["STATUS"].notna().all()
    years = itt["EXPYRS"].dropna()
    if len(itt):
        most = ((cutoff - itt["RANDDT"].min()).days + 1) / 365.25
        assert ((years >= 0) & (years <= most)).all()
    worst = emergent[emergent["AOCCMXFL"] == "Y"]
    assert len(worst) == emergent.drop_duplicates(["USUBJID", "AEBODSYS", "AEDECOD"]).shape[0]
    assert (emergent["AOCCFL"] == "Y").sum() == emergent["USUBJID"].nunique()


def test_scores_lie_in_their_range_or_are_empty(plain):
    adeff, ends = plain["adeff"], find_ends(trial())
    for code in trial().scores:
        low, high = ends.get(code, COMPONENTS)
        values = adeff.loc[adeff["PARAMCD"] == code, "AVAL"].dropna()
        assert values.between(low - 1e-9, high + 1e-9).all(), code


def test_every_row_names_its_source(plain):
    for name in ("adae", "adex", "adeff", "adlb", "advs", "adqs", "addv"):
        assert set(plain[name]["SRCDOM"]) <= set(schemas()), name
