"""The declaration of the variables against the data sets that are really built."""

import csv
import shutil
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from helpers.datasets.build import build_view
from helpers.datasets.variables import declare_view, load_declaration
from helpers.datasets.variables.declaration import FOLDER, find_names
from helpers.errors import UsageError
from helpers.intake.schema import load_schemas
from helpers.params import load_interim, load_trial
from helpers.params.committee import COMMITTEE_FILE
from helpers.view import View

PARAMS = Path(__file__).parents[2] / "trial" / "params"
CLOSED, OPEN = "closed_unmasked", "open"
TABLES = ("aesi", "units", "limits", "dict", "grades")  # reference tables, one file each
KINDS = {
    "text": {"object"},
    "flag": {"object"},
    "integer": {"Int64", "int64"},
    "number": {"Float64"},
    "date": {"datetime64[s]"},
    "datetime": {"datetime64[s]"},
}
COMMITTEE = """\
protocol:
  - {version: "1.0", date: 2021-01-10}
recommendations:
  - interim: ia1
    date: 2022-03-01
    recommendation: continue_unchanged
"""


@pytest.fixture(scope="module")
def view(export: Path, tmp_path_factory):
    """Views of the built-in export, with everything that a committee may have recorded."""
    params = tmp_path_factory.mktemp("declared") / "params"
    shutil.copytree(PARAMS, params)
    (params / COMMITTEE_FILE).write_text(COMMITTEE)
    trial = load_trial(params)
    interim = load_interim(params, "ia3", trial)

    @cache
    def build(audience: str) -> View:
        return build_view(export, params, trial=trial, interim=interim, audience=audience)

    return build


def list_built(view: View) -> set[tuple[str, str]]:
    return {(name, column) for name, frame in view.datasets.items() for column in frame}


def list_declared(view: View, *, open_only: bool = False) -> set[tuple[str, str]]:
    return {
        (dataset, name)
        for dataset, rows in declare_view(view).items()
        for name, row in rows.items()
        if row.is_open or not open_only
    }


def test_closed_readers_have_every_declared_data_set(view):
    assert set(view(CLOSED).datasets) == set(load_declaration().datasets)


def test_closed_readers_have_every_declared_variable_and_no_other(view):
    assert list_built(view(CLOSED)) == list_declared(view(CLOSED))


def test_open_readers_have_the_variables_that_are_declared_open_and_no_other(view):
    assert list_built(view(OPEN)) == list_declared(view(OPEN), open_only=True)
    opened = {name for name, rows in load_declaration().variables.items() if has_open(rows)}
    assert set(view(OPEN).datasets) == opened


def has_open(rows):
    return any(row.is_open for row in rows)


@pytest.mark.parametrize("audience", [CLOSED, OPEN])
def test_types_are_those_of_the_columns(view, audience):
    found = []
    for dataset, rows in declare_view(view(audience)).items():
        frame = view(audience)[dataset]
        for name, row in rows.items():
            if name in frame and not fits(frame[name], row.type):
                found.append(f"{dataset}.{name}: {row.type}, {frame[name].dtype}")
    assert found == []


def fits(column: pd.Series, kind: str) -> bool:
    known = column.dropna()
    if str(column.dtype) not in KINDS[kind]:
        return False
    if kind == "flag":
        return set(known) <= {"Y", "N"}
    return kind != "date" or bool((known == known.dt.normalize()).all())


def test_the_keys_of_a_data_set_tell_its_rows_apart(view):
    repeated = {
        name: int(frame.duplicated(list(load_declaration().datasets[name].key_names)).sum())
        for name, frame in view(CLOSED).datasets.items()
    }
    assert {name: count for name, count in repeated.items() if count} == {}


def test_an_origin_is_a_column_of_a_raw_table_or_a_declared_variable():
    raw = {
        f"{table}.{column}"
        for table, schema in load_schemas(PARAMS, load_trial(PARAMS)).items()
        for column in schema.columns
    }
    for table in TABLES:
        with (PARAMS / "tables" / f"{table}.csv").open(encoding="utf-8") as file:
            raw |= {f"{table}.{column}" for column in next(csv.reader(file))}
    rows = [row for rows in load_declaration().variables.values() for row in rows]
    declared = {f"{row.dataset}.{row.variable}" for row in rows}
    assert {row.origin for row in rows if row.origin} - raw - declared == set()


def test_a_copy_of_a_raw_column_holds_what_was_recorded(view, export):
    """Read again from the file, without the package."""
    with (export / "open" / "ae.csv").open(encoding="utf-8", newline="") as file:
        recorded = {(row["SUBJID"], row["AESEQ"]): row for row in csv.DictReader(file)}
    rows = load_declaration().variables["adae"]
    copies = [
        row.variable
        for row in rows
        if row.origin == f"ae.{row.variable}" and row.type == "text" and not row.derivation
    ]
    assert {"AETERM", "AEDECOD", "AEREL"} <= set(copies)
    adae = view(CLOSED)["adae"]
    for event in adae.to_dict("records"):
        raw = recorded[event["SUBJID"], str(event["AESEQ"])]
        assert [event[name] or "" for name in copies] == [raw[name] for name in copies]


def test_what_open_readers_are_told_of_a_derivation_names_nothing_that_they_do_not_have(view):
    declared = declare_view(view(CLOSED))
    hidden = list_built(view(CLOSED)) - list_built(view(OPEN))
    only_closed = {name for _, name in hidden} - {name for _, name in list_built(view(OPEN))}
    told = [
        f"{dataset}.{name}: {word}"
        for dataset, rows in declared.items()
        for name, row in rows.items()
        if row.is_open
        for word in find_names(row.derivation_for(closed=False))
        if word in only_closed
    ]
    assert told == []


def test_a_variable_that_is_declared_empty_for_open_readers_is_empty(view):
    empty = [
        (dataset, name)
        for dataset, rows in declare_view(view(OPEN)).items()
        for name, row in rows.items()
        if row.open == "empty"
    ]
    assert ("advisit", "REASON") in empty
    assert [place for place in empty if view(OPEN)[place[0]][place[1]].notna().any()] == []


SMALL = {"a", "after", "and", "before", "by", "for", "from", "in", "of", "on", "or", "since", "the"}
SMALL |= {"to", "with", "at", "until", "as", "per", "is"}


def test_labels_are_short_and_in_title_case_as_in_cdisc():
    for rows in load_declaration().variables.values():
        for row in rows:
            words = row.label.split()
            assert all(word in SMALL or not word[0].islower() for word in words), row.label


def test_a_name_has_one_label_in_all_data_sets_that_share_its_origin():
    labels = {}
    for rows in load_declaration().variables.values():
        for row in rows:
            if row.origin:
                labels.setdefault((row.variable, row.origin), set()).add(row.label)
    assert {name: found for name, found in labels.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("adsl,SEX,Sex,txt,,dm.SEX,,Y", "variables.csv:2: type: found 'txt'"),
        ("adls,SEX,Sex,text,,dm.SEX,,Y", "variables.csv:2: dataset: found 'adls'"),
        ("adsl,SEX,Sex,text,,,,Y", "found neither origin nor derivation"),
        (f"adsl,SEX,{'Sex ' * 11},text,,dm.SEX,,Y", "variables.csv:2: label"),
        ("adsl,SEX,Sex,text,,dm.SEX,,\nadsl,SEX,Sex,text,,dm.SEX,,", "declared twice"),
    ],
)
def test_a_faulty_line_is_refused_with_its_place(tmp_path, line, said):
    (tmp_path / "datasets.csv").write_bytes((FOLDER / "datasets.csv").read_bytes())
    head = "dataset,variable,label,type,unit,origin,derivation,open\n"
    (tmp_path / "variables.csv").write_text(f"{head}{line}\n")
    with pytest.raises(UsageError) as caught:
        load_declaration(tmp_path)
    assert said in str(caught.value)
