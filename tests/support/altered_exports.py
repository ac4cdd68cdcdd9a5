"""Copies of an export with something changed that must show, or must not."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import yaml

PROJECT = Path(__file__).parents[2]
ALWAYS = {"STUDYID", "SUBJID", "ENTRYDTC", "UPDDTC", "RECSTAT", "SDV"}
WORD, NUMBER = "Qx7Zcanary", "91735264"  # what is planted, and what is searched for


def read_table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def write_table(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, lineterminator="\n")


def copy_export(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    return target


def read_open_tables() -> Mapping[str, Mapping]:
    """The allow-list of the open audience, as the file says it."""
    path = PROJECT / "tests" / "trial" / "params" / "tables" / "audiences.yaml"
    return yaml.safe_load(path.read_text())["open"]["tables"]


def read_keys() -> dict[str, list[str]]:
    path = PROJECT / "tests" / "trial" / "params" / "tables" / "raw_tables.yaml"
    tables = yaml.safe_load(path.read_text())["tables"]
    return {name: table["key"] for name, table in tables.items()}


def plant_canaries(export: Path) -> int:
    """Fill every cell that open readers may not know with a word or number of its own."""
    allowed, planted = read_open_tables(), 0
    for path in sorted(export.glob("*/*.csv")):
        frame = read_table(path)
        table = allowed.get(path.stem, {}) if path.parent.name == "open" else {}
        hidden_rows = find_hidden_rows(frame, table) if table else frame.index == frame.index
        keys = set(read_keys()[path.stem]) if table else {"SUBJID"}
        for column in frame.columns.difference([*ALWAYS, *keys, *table.get("rows", {})]):
            reduced = column == "QSORRES"  # read to see whether there is an answer, never shown
            visible = column in table.get("columns", ()) and not reduced
            rows = hidden_rows if visible else (frame[column] != "") | (not reduced)
            frame.loc[rows, column] = [
                f"{NUMBER}.{place}" if place % 2 else f"{WORD}{path.stem}{column}{place}"
                for place in range(int(rows.sum()))
            ]
            planted += int(rows.sum())
        write_table(frame, path)
    return planted


def find_hidden_rows(frame: pd.DataFrame, table: Mapping) -> pd.Series:
    """Rows that the allow-list leaves out."""
    kept = pd.Series(True, index=frame.index)
    for column, values in table.get("rows", {}).items():
        kept &= frame[column].isin(["" if value is None else value for value in values])
    return ~kept


NUMBERED = {"ds": ("DSSEQ", "DSSTDTC"), "cm": ("CMSEQ", "CMSTDTC"), "dv": ("DVSEQ", "DVSTDTC")}
"""Tables of which open readers see some rows: the number of a row, and the date it goes by."""


def enter_late(export: Path) -> None:
    """Study ends, drugs and deviations entered months later: a check names every one of them."""
    for name, (_, date) in NUMBERED.items():
        path = export / "open" / f"{name}.csv"
        frame = read_table(path)
        rows = frame["DSSCAT"] == "STUDY" if name == "ds" else frame[date].str.len() == 10
        days = pd.to_datetime(frame.loc[rows, date]) + pd.Timedelta(days=60)
        frame.loc[rows, "ENTRYDTC"] = days.dt.strftime("%Y-%m-%dT10:00")
        write_table(frame, path)


def add_forms_of_dose_stays(export: Path) -> None:
    """Forms that the site recorded under the stay for a dose: only dosed persons can have them."""
    path = export / "open" / "qs.csv"
    frame = read_table(path)
    sv = read_table(export / "open" / "sv.csv")
    stays = sv[sv["VISIT"] == "D2A"].drop_duplicates("SUBJID").set_index("SUBJID")["SVSTDTC"]
    forms = frame[(frame["VISIT"] == "M03") & (frame["QSCAT"] == "MAS")]
    forms = forms[forms["SUBJID"].isin(stays.index)]
    late = {"VISIT": "D2A", "QSDTC": forms["SUBJID"].map(stays), "ENTRYDTC": "2024-09-01T10:00"}
    write_table(pd.concat([frame, forms.assign(**late)]), path)


def number_anew(export: Path) -> None:
    """Number the rows of each person by date, hidden rows among them, as an export does.

    A record that stands twice, as entered and as updated, keeps one number.
    """
    for name, (number, date) in NUMBERED.items():
        path = export / "open" / f"{name}.csv"
        frame = read_table(path)
        frame = frame.sort_values(["SUBJID", date], kind="stable")
        record = ["SUBJID", number, date, "ENTRYDTC"]
        counted = (~frame.duplicated(record)).groupby(frame["SUBJID"]).cumsum()
        equal = frame.groupby(record, sort=False).ngroup()
        frame[number] = counted.groupby(equal).transform("first").astype(str)
        write_table(frame, path)


def reassign_arms(export: Path, seed: int) -> None:
    """Deal out anew, among the randomised persons, whatever tells an arm, and number the rows."""
    rand = read_table(export / "restricted" / "rand.csv")
    persons = rand["SUBJID"]
    dealt = dict(zip(persons, persons.sample(frac=1, random_state=seed), strict=True))
    rand["ARMCD"] = rand["ARMCD"].sample(frac=1, random_state=seed + 1).to_numpy()
    write_table(rand, export / "restricted" / "rand.csv")
    for name in ("ex", "vs"):
        path = export / "restricted" / f"{name}.csv"
        move_rows(path, dealt, lambda rows: rows["SUBJID"] != "")
    visits = ("D1A", "D2A")
    move_rows(export / "open" / "sv.csv", dealt, lambda rows: rows["VISIT"].isin(visits))
    move_rows(
        export / "open" / "lb.csv",
        dealt,
        lambda rows: rows["VISIT"].isin(visits) | (rows["LBSPEC"] == "CSF"),
    )
    move_rows(export / "open" / "qs.csv", dealt, lambda rows: rows["VISIT"].isin(visits))
    move_rows(export / "open" / "cm.csv", dealt, lambda rows: rows["CMCAT"] == "PREMEDICATION")
    doses = ("DOSE", "DOSE_INTERVAL", "BLINDING")
    move_rows(export / "open" / "dv.csv", dealt, lambda rows: rows["DVCAT"].isin(doses))
    move_rows(export / "open" / "ds.csv", dealt, lambda rows: rows["DSSCAT"] == "TREATMENT")
    ae = read_table(export / "open" / "ae.csv")
    for place, column in enumerate(("AEREL", "AERELPR", "AEACN", "AEPRESP", "AEEXPECT")):
        ae[column] = ae[column].sample(frac=1, random_state=seed + place).to_numpy()
    write_table(ae, export / "open" / "ae.csv")
    number_anew(export)


def move_rows(path: Path, dealt: Mapping[str, str], choose) -> None:
    """Give chosen rows to other persons."""
    frame = read_table(path)
    rows = choose(frame)
    frame.loc[rows, "SUBJID"] = frame.loc[rows, "SUBJID"].map(lambda name: dealt.get(name, name))
    write_table(frame, path)


SCRIPT = '<script>alert("x")</script>'
FORMULA = '=HYPERLINK("http://evil.example","click")'
HOSTILE = (SCRIPT, FORMULA, "</td></table><img src=x onerror=alert(1)>", "\u202eright to left")


def write_hostile_texts(export: Path) -> None:
    """Give adverse events terms, classes and narratives that nobody should be able to use."""
    ae = read_table(export / "open" / "ae.csv")
    for place, column in enumerate(("AETERM", "AEDECOD", "AEBODSYS", "AENARR")):
        ae[column] = [HOSTILE[(row + place) % len(HOSTILE)] for row in range(len(ae))]
    write_table(ae, export / "open" / "ae.csv")
