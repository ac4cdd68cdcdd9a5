"""What tells the arm goes to the restricted side, whatever it is called."""

import io

import adam_files
import numpy as np
import pandas as pd
import pytest
import yaml
from base_study import arm_of, read_base
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.imported.importing import import_analysis_data
from helpers.imported.mapping import ImportMapping
from helpers.imported.new_audiences import format_audiences
from helpers.imported.writing import format_import


def proposed(imported):
    """Variables by data set that the allow-list proposes to open readers."""
    tables = yaml.safe_load(format_audiences(imported.datasets, 2))["open"]["tables"]
    return {name: table["columns"] for name, table in tables.items()}


CODES = {"Placebo": "B", "Verum": "A"}


def bring_in(folder, mapping=None, **changes):
    frames = {**read_base(), **changes}
    source = adam_files.write_parquet(folder / "in", **frames)
    return import_analysis_data([source], mapping or ImportMapping())


def with_crossovers(values, other, n):
    """`n` members of each arm with the value of the other one."""
    arms = arm_of(read_base()["adsl"])
    first = pd.concat([values.index[arms == arm][:n].to_series() for arm in CODES])
    return values.where(~values.index.isin(first), other)


def copies(n):
    """Copies of the arm under other names, with `n` participants an arm in the wrong place."""
    adsl = read_base()["adsl"]
    arm = arm_of(adsl).map(CODES)
    swapped = arm.map({"A": "B", "B": "A"})
    told = with_crossovers(arm, swapped, n)
    dosed = told == "A"
    numbers = pd.Series(range(len(adsl)), index=adsl.index)
    return adsl.assign(
        PANEL=told,
        BRANCH=told.map({"A": "arm of 40 mg", "B": "arm of 0 mg"}),
        BOXNUM=(1000 + numbers).where(dosed, 2000 + numbers),
        CARTON=told + (100 + numbers.sample(frac=1, random_state=1).to_numpy()).astype(str),
        EVEN=(2 * numbers).where(dosed, 2 * numbers + 1),
        NGIVEN=numbers.mod(2).add(1).where(dosed, 0),
        FRSTDT=adsl["RANDDT"].add(pd.Timedelta(days=1)).where(dosed),
        RFSTDT=adsl["RANDDT"].add(pd.to_timedelta(dosed.astype(int), unit="D")),
        COMMENT=numbers.map("remark {}".format).where(dosed, None),
    )


COPIES = ("PANEL", "BRANCH", "BOXNUM", "CARTON", "EVEN", "NGIVEN", "FRSTDT", "RFSTDT", "COMMENT")


@pytest.mark.parametrize("crossovers", [0, 1])
def test_a_copy_of_the_arm_is_restricted_also_with_a_crossover_each_way(tmp_path, crossovers):
    imported = bring_in(tmp_path, adsl=copies(crossovers))
    assert set(COPIES) - set(imported.datasets["adsl"].restricted) == set()


def test_names_of_kits_cohorts_and_groups_are_restricted_whatever_they_hold(tmp_path):
    named = ("COHORT", "TRTGRP", "KITNUM", "RANDNUM", "LOTNO")
    adsl = read_base()["adsl"].assign(**dict.fromkeys(named, "same"))
    assert set(named) <= set(bring_in(tmp_path, adsl=adsl).datasets["adsl"].restricted)


def test_a_number_that_only_its_own_participant_has_may_be_a_key(tmp_path):
    adsl = read_base()["adsl"].assign(PACKET=np.random.default_rng(1).permutation(24) + 4100)
    assert "PACKET" in bring_in(tmp_path, adsl=adsl).datasets["adsl"].restricted


def test_variables_of_the_untouched_study_that_tell_nothing_stay_open(tmp_path):
    imported = bring_in(tmp_path)
    shown = set(imported.datasets["adsl"].frame) - set(imported.datasets["adsl"].restricted)
    wanted = {"AGE", "SEX", "WEIGHTBL", "ITTFL", "SAFFL", "RANDDT", "TRTSDT", "EOSDT", "EOSSTT"}
    assert wanted <= shown
    assert "AVAL" not in imported.datasets["adqs"].restricted


def test_a_data_set_that_one_arm_has_is_restricted_as_a_whole(tmp_path):
    adsl = read_base()["adsl"]
    dosed = adsl.loc[arm_of(adsl) == "Verum", "USUBJID"]
    admix = pd.DataFrame({"USUBJID": dosed, "PARAMCD": "X", "AVAL": 1.0, "AVISIT": "Week 4"})
    imported = bring_in(tmp_path, admix=admix)
    assert "open/admix.parquet" not in format_import(imported)
    assert "admix" not in proposed(imported)


def test_a_visit_that_one_arm_has_hides_the_visits(tmp_path):
    adqs = read_base()["adqs"]
    own = (arm_of(adqs) == "Verum") & (adqs["AVISIT"] == "Week 8")
    adqs = adqs.assign(AVISIT=adqs["AVISIT"].mask(own, "Week 8 after dose"))
    imported = bring_in(tmp_path, adqs=adqs)
    assert "AVISIT" in imported.datasets["adqs"].restricted
    assert "AVISIT" not in proposed(imported)["adqs"]


def test_a_date_that_only_the_dosed_have_is_not_proposed_as_open(tmp_path):
    adsl = read_base()["adsl"]
    bare = arm_of(adsl) == "Placebo"
    gone = {name: adsl[name].mask(bare) for name in ("TRTSDT", "TRTEDT")}
    adsl = adsl.assign(**gone, SAFFL=adsl["SAFFL"].mask(bare, "N"))
    imported = bring_in(tmp_path, adsl=adsl)
    assert {"TRTSDT", "TRTEDT", "SAFFL"} <= set(imported.datasets["adsl"].restricted)
    assert "adsl.TRTSDT" in format_audiences(imported.datasets, 2).splitlines()[3]
    assert "TRTSDT" not in proposed(imported)["adsl"]


def test_what_a_mapping_declares_open_stays_open_and_is_said(tmp_path):
    adsl = read_base()["adsl"].assign(PANEL=arm_of(read_base()["adsl"]))
    imported = bring_in(tmp_path, ImportMapping(open=("PANEL",)), adsl=adsl)
    assert "PANEL" not in imported.datasets["adsl"].restricted
    said = imported.notes[imported.notes["variable"] == "PANEL"]
    assert said["what"].str.contains("stays open, as the mapping says").all()
    assert said["restricted"].all()


def test_open_notes_name_no_participant_and_no_restricted_variable(tmp_path):
    strange = read_base()["adae"].assign(USUBJID=lambda f: f["USUBJID"].replace("ZZ-002", "ZZ-99"))
    adsl = read_base()["adsl"].assign(TRT01PN="x")
    files = format_import(bring_in(tmp_path, adsl=adsl, adae=strange))
    notes = pd.read_csv(io.BytesIO(files["open/import.csv"]))
    assert notes["what"].str.contains("not in adsl").any()
    assert b"ZZ-99" not in files["open/import.csv"]
    assert b"ZZ-99" in files["restricted/import.csv"]
    assert "TRT01PN" not in set(notes["variable"])


def test_without_an_arm_nothing_can_be_found_out_and_that_is_said(tmp_path):
    adsl = read_base()["adsl"].drop(columns=["TRT01P", "TRT01A", "TRT01PN"])
    notes = bring_in(tmp_path, adsl=adsl).notes
    assert notes["what"].str.contains("no variable of the arm").any()


def guess(column, arm):
    """Share of participants whose arm the commonest arm of their value gives."""
    known = pd.DataFrame({"value": column.astype(str), "arm": arm})
    return known.groupby("value")["arm"].transform(lambda a: a.mode()[0]).eq(arm).mean()


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 2))
def test_no_open_variable_of_few_values_gives_the_arm(tmp_path_factory, random, crossovers):
    """Copies of the arm with some in the wrong place, and as many variables of pure chance."""
    adsl = read_base()["adsl"]
    arm = arm_of(adsl)
    wrong = random.sample(range(24), crossovers)
    copy = [a if i not in wrong else CODES.get(a, a) for i, a in enumerate(arm)]
    noise = {f"NOISE{i}": [random.choice("pqr") for _ in range(24)] for i in range(3)}
    imported = bring_in(tmp_path_factory.mktemp("x"), adsl=adsl.assign(COPY1=copy, **noise))
    dataset = imported.datasets["adsl"]
    assert "COPY1" in dataset.restricted
    frame = dataset.frame.set_index("USUBJID")
    for name in set(noise) - set(dataset.restricted):
        assert guess(frame[name], arm.set_axis(adsl["USUBJID"]).reindex(frame.index)) < 0.95
