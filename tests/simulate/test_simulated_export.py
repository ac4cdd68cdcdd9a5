"""The export as a whole: complete, the same bytes, the same persons at any size, blind."""

import json
import subprocess
import sys
from collections import defaultdict
from datetime import datetime, timedelta

import pyarrow.parquet as pq
import pytest
import yaml
from checked_export import PARAMS, read_csv, read_tables, read_truth, write

from helpers.errors import UsageError
from helpers.params import list_interims, load_interim, load_trial
from helpers.simulate import write_export
from helpers.simulate.scenarios import SCENARIOS

DATED = ("BRTHYR", "EXLOT", "AENARR")  # columns with a date in them that do not end in DTC


def fingerprint(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def by_person(folder):
    persons = defaultdict(lambda: defaultdict(list))
    for table, rows in read_tables(folder).items():
        for row in rows:
            if row.get("SUBJID"):
                persons[row["SUBJID"]][table].append(row)
    return persons


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return write(tmp_path_factory.mktemp("plain") / "export", errors=False)


def test_every_raw_table_is_there_with_its_columns(plain):
    tables = yaml.safe_load((PARAMS / "tables" / "raw_tables.yaml").read_text())
    folders = {"both": ("open", "restricted")}
    for name, declared in tables["tables"].items():
        place = declared.get("folder", "open")
        for folder in folders.get(place, (place,)):
            names = set((plain / folder / f"{name}.csv").read_text().split("\n")[0].split(","))
            wanted = set(declared["columns"]) | set(tables["audit"])
            if declared.get("subject") is False:
                wanted -= {"SUBJID"}
            assert names == wanted


def test_no_table_but_the_declared_ones_is_written(plain):
    tables = yaml.safe_load((PARAMS / "tables" / "raw_tables.yaml").read_text())["tables"]
    assert {path.stem for path in plain.rglob("*.csv")} == set(tables)


def test_export_json_says_study_extract_format_and_synthetic(plain):
    content = json.loads((plain / "export.json").read_text())
    assert content["study"] == "NCT05292625"
    assert content["format"] == "csv"
    assert content["synthetic"] is True
    visits = [row["SVSTDTC"] for row in read_csv(plain / "open" / "sv.csv")]
    last = datetime.fromisoformat(max(visits))
    assert datetime.fromisoformat(content["extract"]).date() == (last + timedelta(21)).date()


@pytest.mark.parametrize(
    "options", [{"scenario": "sparse"}, {"n_per_arm": 2}, {"n_per_arm": 2, "seed": 7}]
)
def test_a_small_trial_is_exported_at_the_end_of_the_calendar_after_every_interim(
    options, tmp_path
):
    write_export(tmp_path, **options)
    extract = json.loads((tmp_path / "export.json").read_text())["extract"]
    trial = load_trial(PARAMS)
    cutoffs = [load_interim(PARAMS, name, trial).cutoff for name in list_interims(PARAMS)]
    assert max(cutoffs).isoformat() < extract


def test_everything_is_entered_before_the_extract(plain):
    extract = json.loads((plain / "export.json").read_text())["extract"]
    for rows in read_tables(plain).values():
        assert all(row["ENTRYDTC"] <= extract and row["UPDDTC"] <= extract for row in rows)


def test_truth_holds_scenario_persons_and_errors(tmp_path):
    truth = read_truth(write(tmp_path / "x", scenario="benefit", n_per_arm=5))
    assert truth["scenario"]["name"] == "benefit"
    assert truth["scenario"]["nihss"] == dict(SCENARIOS["benefit"].nihss)
    assert truth["persons"] == {"IV": 5, "IT": 5, "CTL": 5}
    assert truth["errors"]


def test_the_same_seed_gives_the_same_bytes_in_another_process(tmp_path):
    one = write(tmp_path / "one", n_per_arm=4)
    (tmp_path / "two").mkdir()
    program = (
        "import sys; from pathlib import Path; from helpers.simulate import write_export;"
        "write_export(Path(sys.argv[1]), n_per_arm=4)"
    )
    call = [sys.executable, "-c", program, str(tmp_path / "two")]
    subprocess.run(call, check=True, env={"PYTHONHASHSEED": "77", "TZ": "America/Lima"})
    assert fingerprint(one) == fingerprint(tmp_path / "two")


def test_another_seed_gives_other_persons(tmp_path, plain):
    other = write(tmp_path / "other", errors=False, seed=1)
    assert (other / "open" / "dm.csv").read_bytes() != (plain / "open" / "dm.csv").read_bytes()


@pytest.mark.parametrize("errors", [True, False])
@pytest.mark.parametrize("n", [2, 5, 9])
def test_every_person_of_a_small_trial_is_the_same_in_the_full_one(tmp_path, n, errors):
    small = by_person(write(tmp_path / "small", n_per_arm=n, errors=errors))
    full = by_person(write(tmp_path / "full", errors=errors))
    assert len(small) >= 3 * n
    for subject, tables in small.items():
        assert tables == full[subject]


def test_in_a_larger_trial_the_first_persons_differ_in_dates_only(tmp_path, plain):
    def timeless(tables):
        return {
            table: [
                {k: v for k, v in row.items() if not k.endswith("DTC") and k not in DATED}
                for row in rows
            ]
            for table, rows in tables.items()
        }

    usual, larger = by_person(plain), by_person(write(tmp_path / "x", n_per_arm=40, errors=False))
    for number in range(1, 63):
        subject = f"{number:03d}"
        assert timeless(usual[subject]) == timeless(larger[subject])


def test_errors_change_no_record_but_the_planted_ones(tmp_path, plain):
    # Rows that differ belong to persons for whom truth.json names an error.
    spoilt = write(tmp_path / "x")
    named = {error["SUBJID"] for error in read_truth(spoilt)["errors"]}
    clean, dirty = by_person(plain), by_person(spoilt)
    for subject in clean.keys() - named:
        for table, rows in dirty[subject].items():
            kept = [{k: v for k, v in row.items() if k != "WARD"} for row in rows]
            assert kept == clean[subject][table]


def test_parquet_holds_the_same_values_as_csv(tmp_path):
    texts = read_tables(write(tmp_path / "csv", n_per_arm=3))
    folder = write(tmp_path / "parquet", n_per_arm=3, format="parquet")
    assert json.loads((folder / "export.json").read_text())["format"] == "parquet"
    files = sorted(folder.rglob("*.parquet"))
    assert {f"{path.parent.name}/{path.stem}" for path in files} == set(texts)
    for path in files:
        rows = pq.read_table(path).to_pylist()
        filled = [{name: value or "" for name, value in row.items()} for row in rows]
        assert filled == texts[f"{path.parent.name}/{path.stem}"]


def test_open_rows_and_columns_do_not_tell_the_arm_by_being_there(tmp_path):
    # What an open reader may load, by table and visit: no feature that one group nearly always
    # has and the other nearly never.
    folder = write(tmp_path / "x", n_per_arm=60, errors=False)
    allowed = yaml.safe_load((PARAMS / "tables" / "audiences.yaml").read_text())["open"]["tables"]
    arms = {row["SUBJID"]: row["ARMCD"] for row in read_csv(folder / "restricted" / "rand.csv")}
    having = defaultdict(set)
    for name, rules in allowed.items():
        for row in read_csv(folder / "open" / f"{name}.csv"):
            kept = all(
                row[column] in ["" if value is None else value for value in values]
                for column, values in rules.get("rows", {}).items()
            )
            if kept and row["SUBJID"] in arms:
                filled = [column for column in rules["columns"] if row[column]]
                timed = ["timed"] if name == "ae" and "T" in row["AESTDTC"] else []
                for column in [*filled, *timed]:
                    having[name, row.get("VISIT", ""), column].add(row["SUBJID"])
    for feature, persons in having.items():
        active = sum(arms[one] != "CTL" for one in persons) / 120
        control = sum(arms[one] == "CTL" for one in persons) / 60
        assert abs(active - control) < 0.35, feature


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"scenario": "hope"}, "hope"), ({"n_per_arm": 1}, "n-per-arm"), ({"seed": -1}, "seed")],
)
def test_a_wrong_request_is_refused_and_writes_nothing(tmp_path, wrong, said):
    with pytest.raises(UsageError, match=said):
        write_export(tmp_path, **wrong)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_three_thousand_persons_stay_far_below_one_gigabyte(tmp_path):
    write = (
        "import sys; from pathlib import Path; from helpers.simulate import write_export;"
        "write_export(Path(sys.argv[1]), n_per_arm=1000)"
    )
    # until it runs its own program, a process counts the memory of the one that starts it: a small
    # one does that here, not the tests
    watch = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    call = [sys.executable, "-c", watch, sys.executable, "-c", write, str(tmp_path)]
    ended = subprocess.run(call, check=True, capture_output=True, text=True)
    assert int(ended.stdout) < 250 * 1024  # kB; 168 MB when written
    assert pq.read_metadata(tmp_path / "open" / "qs.parquet").num_rows > 1_200_000
