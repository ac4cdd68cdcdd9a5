"""Arms dealt out anew in the raw tables: what moves, what stays, and no way back."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from program import PARAMS

from helpers.datasets.rehearsal.dealing import deal_participants
from helpers.datasets.rehearsal.raw_tables import deal_arms, find_rows_of_doses
from helpers.intake.export import Export, read_export
from helpers.intake.schema import SUBJECT, load_access, load_schemas
from helpers.params import load_trial

TRIAL = load_trial(PARAMS)
SCHEMAS = load_schemas(PARAMS, TRIAL)


@pytest.fixture(scope="module")
def real(export: Path) -> Export:
    return read_export(export, SCHEMAS, load_access(PARAMS, "closed_unmasked"))


@pytest.fixture(scope="module")
def dealt(real: Export) -> Export:
    return deal_arms(real, TRIAL, 7)


def arms_of(export: Export) -> pd.Series:
    return export.tables["rand"].groupby(SUBJECT)["ARMCD"].first()


def test_each_arm_has_as_many_participants_as_before_and_other_ones(real, dealt):
    before, after = arms_of(real), arms_of(dealt)
    assert before.value_counts().to_dict() == after.value_counts().to_dict()
    assert (before != after).sum() > len(before) / 3
    assert (before == after).sum() > 0  # no derangement: that would tell who does not have it


def test_doses_go_with_the_arm(dealt):
    arms, ex = arms_of(dealt), dealt.tables["ex"]
    given = ex[ex["EXOCCUR"] == "Y"]
    routes = {arm.code: arm.route for arm in TRIAL.arms}
    expected = given[SUBJECT].map(arms).map(routes)
    agree = given["EXROUTE"] == expected
    assert agree.mean() > 0.9  # the errors that are planted in the export go along
    assert len(given) > 40


def test_a_dose_lies_as_many_days_after_randomisation_as_before(real, dealt):
    for table, column in (("ex", "EXSTDTC"), ("sv", "SVSTDTC")):
        before, after = lags(real, table, column), lags(dealt, table, column)
        assert len(before) > 40
        kept = after.isin(before.unique())
        assert kept.all()
        assert len(after) >= 0.9 * len(before)  # what would lie after the end has not happened


def lags(export: Export, table: str, column: str) -> pd.Series:
    rows = export.tables[table]
    rows = rows[find_rows_of_doses(rows, SCHEMAS[table], TRIAL)].dropna(subset=[column])
    randomised = export.tables["rand"].groupby(SUBJECT)["RANDDTC"].min().dt.normalize()
    found = rows[column] - rows[SUBJECT].map(randomised)
    return found.dropna()


def test_what_is_no_dose_stays_whose_it_is(real, dealt):
    for name, frame in real.tables.items():
        if name in ("rand", "ex"):
            continue
        columns = [column for column in frame if column not in ("AEREL", "AERELPR", "AEACN")]
        parts = []
        for tables in (real.tables, dealt.tables):
            rows = tables[name]
            parts.append(rows[~find_rows_of_doses(rows, SCHEMAS[name], TRIAL)][columns])
        before, after = (part.reset_index(drop=True) for part in parts)
        pd.testing.assert_frame_equal(before, after, obj=name)


def test_the_day_of_randomisation_and_its_number_stay(real, dealt):
    columns = [name for name in real.tables["rand"] if name != "ARMCD"]
    pd.testing.assert_frame_equal(real.tables["rand"][columns], dealt.tables["rand"][columns])


def test_nothing_happens_after_a_death_the_end_or_the_export(real, dealt):
    dm, ex = dealt.tables["dm"], dealt.tables["ex"]
    died = dm.dropna(subset=["DTHDTC"]).set_index(SUBJECT)["DTHDTC"]
    assert len(died)
    late = ex["EXSTDTC"] > pd.to_datetime(ex[SUBJECT].map(died)) + pd.Timedelta(days=1)
    assert not late.any()
    assert (ex["EXSTDTC"].dropna() <= real.info.extract).all()


def test_no_key_stands_twice_that_did_not_before(real, dealt):
    for name, frame in dealt.tables.items():
        key = list(SCHEMAS[name].key)
        if set(key) <= set(frame):
            assert frame.duplicated(key).sum() <= real.tables[name].duplicated(key).sum(), name


def test_what_the_site_said_of_events_is_dealt_out_and_none_is_lost(real, dealt):
    for column in ("AEREL", "AERELPR", "AEACN"):
        before, after = real.tables["ae"][column], dealt.tables["ae"][column]
        assert before.value_counts().to_dict() == after.value_counts().to_dict()
        assert (before.to_numpy() != after.to_numpy()).any()


def test_the_same_seed_gives_the_same_and_another_one_other_arms(real, dealt):
    again = deal_arms(real, TRIAL, 7)
    for name in real.tables:
        pd.testing.assert_frame_equal(again.tables[name], dealt.tables[name])
    assert not arms_of(deal_arms(real, TRIAL, 8)).equals(arms_of(dealt))


def test_the_order_of_rows_does_not_matter(real, dealt):
    tables = {
        name: frame.sample(frac=1, random_state=1).reset_index(drop=True)
        for name, frame in real.tables.items()
        if name == "rand"
    }
    other = deal_arms(replace(real, tables={**real.tables, **tables}), TRIAL, 7)
    assert arms_of(other).equals(arms_of(dealt))


def test_who_knows_the_seed_but_not_the_restricted_tables_cannot_turn_it_back(real):
    names = list(arms_of(real).index)
    closed = {name: real.tables[name] for name in ("rand", "ex")}
    known = deal_participants(names, 7, closed)
    for other in ({}, {"rand": closed["rand"]}, {**closed, "ex": closed["ex"].iloc[1:]}):
        guess = deal_participants(names, 7, other)
        assert sum(guess[name] == known[name] for name in names) < 8


def test_every_order_is_equally_likely():
    found = [tuple(deal_participants("abc", seed, {}).values()) for seed in range(1200)]
    counts = pd.Series(found).value_counts()
    assert len(counts) == 6
    assert counts.min() > 150
    assert counts.max() < 250


def test_a_trial_with_one_participant_or_none_can_be_rehearsed(real):
    for names in (["1001"], []):
        rand = real.tables["rand"]
        tables = {**real.tables, "rand": rand[rand[SUBJECT].isin(names)]}
        assert len(arms_of(deal_arms(replace(real, tables=tables), TRIAL, 7))) <= 1
