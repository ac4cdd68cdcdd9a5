"""A clean export of four persons in memory, to be changed by a test and checked again.

001 and 002 get the product by the two routes, 003 is a control, 004 fails screening. Nothing in it
gives a finding; each test changes one thing.
"""

import csv
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd

from helpers.checks.context import CheckContext
from helpers.checks.registry import CHECKS, IDENTITY, check_records
from helpers.checks.scores import build_score_options
from helpers.intake.convert import convert_column
from helpers.intake.export import sort_by_key
from helpers.intake.findings import join_findings
from helpers.intake.records import Records, Reference, read_reference
from helpers.intake.schema import SOURCE_ROW, TableSchema, load_schemas
from helpers.params.loading import load_trial
from helpers.params.trial import Trial
from helpers.scales.registry import build_instruments

PARAMS = Path(__file__).parents[1] / "trial" / "params"
EXTRACT = pd.Timestamp("2022-06-01T12:00")
RESTRICTED = ("rand", "ex", "lot")
UNIQUE = ("EXLOT", "RANDNO", "QRYID")  # of one participant only
Row = dict[str, str | None]

CONSENT = {"001": "2021-02-20", "002": "2021-03-01", "003": "2021-03-05", "004": "2021-03-20"}
RANDOMISED = {"001": "2021-03-01", "002": "2021-03-10", "003": "2021-03-12"}
BASELINE = {"001": "2021-02-28", "002": "2021-03-09", "003": "2021-03-12"}
DOSES = {"001": ("2021-03-05", "2021-06-04"), "002": ("2021-03-15", "2021-06-14")}
VISITS = {
    "001": {"M03": "2021-06-03", "M06": "2021-09-04", "M12": "2022-03-05"},
    "002": {"M03": "2021-06-13", "M06": "2021-09-14", "M12": "2022-03-15"},
    "003": {"M03": "2021-06-11", "M06": "2021-09-11", "M12": "2022-03-12"},
}
ARMS = {"001": "IV", "002": "IT", "003": "CTL"}
ROUTES = {"001": "INTRAVENOUS", "002": "INTRATHECAL"}
TIMES = {
    "PRE": "09:30",
    "H0": "11:00",
    "H0_5": "10:30",
    "H1": "11:00",
    "H2": "12:00",
    "H6": "16:00",
    "H24": "10:00",
}


@cache
def trial() -> Trial:
    return load_trial(PARAMS)


@cache
def schemas() -> Mapping[str, TableSchema]:
    return load_schemas(PARAMS, trial())


@cache
def reference() -> Reference:
    return read_reference(PARAMS, trial())


class MiniExport:
    """Raw tables as lists of text rows."""

    def __init__(self, *, empty: bool = False) -> None:
        clean = {name: [] for name in schemas()} if empty else clean_rows()
        self.rows: dict[str, list[Row]] = {n: [dict(r) for r in rows] for n, rows in clean.items()}
        self.touched = set(self.rows) if empty else set()
        self.extract = EXTRACT
        self.cutoff: pd.Timestamp | None = None

    def add(self, table: str, subject: str | None, **values: str | None) -> None:
        """Append a row; entered on its own clinical date unless ENTRYDTC says otherwise."""
        date = values.get(schemas()[table].date or "") or CONSENT.get(subject or "", "2021-02-20")
        entered = (date + "-01-01"[len(date) - 4 :] if len(date) < 10 else date)[:10] + "T23:00"
        self.touched.add(table)
        row: Row = {"STUDYID": trial().study, "RECSTAT": "ACTIVE", "ENTRYDTC": entered, **values}
        self.rows[table].append(row | ({} if table == "lot" else {"SUBJID": subject}))

    def pick(self, table: str, **where: str | None) -> list[Row]:
        """Rows with these values; there must be at least one."""
        rows = [r for r in self.rows[table] if all(r.get(k) == v for k, v in where.items())]
        assert rows, f"no row of {table} with {where}"
        return rows

    def change(self, table: str, where: dict[str, str | None], **values: str | None) -> None:
        """Set values in every row with the values of `where`."""
        self.touched.add(table)
        for row in self.pick(table, **where):
            row.update(values)

    def drop(self, table: str, **where: str | None) -> None:
        """Remove every row with these values."""
        self.touched.add(table)
        gone = [id(row) for row in self.pick(table, **where)]
        self.rows[table] = [row for row in self.rows[table] if id(row) not in gone]

    def copy_person(self, subject: str, number: str, *without: str) -> None:
        """Everything of somebody once more for another, but for whole tables.

        The other has lots, a number of allocation and queries of the own.
        """
        lots = {row["EXLOT"] for row in self.rows["ex"] if row["SUBJID"] == subject}
        for name, rows in self.rows.items():
            of_lots = name == "lot"
            mine = [r for r in rows if (r["EXLOT"] in lots if of_lots else r["SUBJID"] == subject)]
            if name in without or not mine:
                continue
            self.touched.add(name)
            who: Row = {} if of_lots else {"SUBJID": number}
            for row in mine:
                own: Row = {key: f"{row[key]}.{number}" for key in UNIQUE if row.get(key)}
                rows.append({**row, **own, **who})

    def contents(self) -> str:
        """What tells two exports apart."""
        told = {name: self.rows[name] for name in sorted(self.touched)}
        return json.dumps([told, str(self.extract), str(self.cutoff)])

    def records(self, *without: str) -> Records:
        """Typed records, leaving out whole tables."""
        tables = {
            name: type_rows(rows, schemas()[name]) if name in self.touched else clean_table(name)
            for name, rows in self.rows.items()
            if name not in without
        }
        return Records(tables, reference(), self.extract, self.cutoff)

    def check(self, stage: str = "raw", *without: str) -> pd.DataFrame:
        """All findings of a stage."""
        return check_records(self.records(*without), trial(), stage=stage)  # type: ignore[arg-type]

    def find(self, check: str, stage: str = "raw") -> pd.DataFrame:
        """The findings of one check, which must be of this stage."""
        own = next(known for known in (*IDENTITY, *CHECKS) if known.id == check)
        assert own.stage == stage
        records = self.records()
        assert own.is_computable(records)
        findings = join_findings([own.find(CheckContext.of(records, trial()), trial())])
        assert set(findings["id"]) <= {check}
        assert set(findings["severity"]) <= set(own.severity.split("/"))
        return findings

    def found(self, check: str, stage: str = "raw") -> list[tuple[str, str, str]]:
        """Table, SUBJID, severity of each finding of one check."""
        findings = self.find(check, stage)
        return [(row.table, row.SUBJID, row.severity) for row in findings.itertuples()]

    def write(self, folder: Path) -> Path:
        """The same rows as an export folder."""
        for part in ("open", "restricted"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        for name, rows in self.rows.items():
            timed = [row for row in rows if name in RESTRICTED or row.get("VSTPT")]
            plain = [row for row in rows if name not in RESTRICTED and not row.get("VSTPT")]
            for part, kept in (("restricted", timed), ("open", plain)):
                if kept or (part == "restricted") == (name in RESTRICTED):
                    _write_table(folder / part / f"{name}.csv", kept, list(schemas()[name].columns))
        info = {"study": trial().study, "extract": self.extract.isoformat(), "synthetic": True}
        (folder / "export.json").write_text(json.dumps(info))
        return folder


def _write_table(path: Path, rows: list[Row], columns: list[str]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@cache
def clean_rows() -> dict[str, list[Row]]:
    mini = MiniExport(empty=True)
    for subject, consent in CONSENT.items():
        _add_person(mini, subject, consent)
    for subject in RANDOMISED:
        _add_course(mini, subject)
    for subject in DOSES:
        _add_doses(mini, subject)
    _add_events(mini)
    return mini.rows


@cache
def clean_table(name: str) -> pd.DataFrame:
    return type_rows(clean_rows()[name], schemas()[name])


def type_rows(rows: list[Row], schema: TableSchema) -> pd.DataFrame:
    """Text rows as the reader would give them: typed, numbered, sorted by key."""
    frame = pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in schema.columns}
    )
    unknown = {name for row in rows for name in row} - set(schema.columns)
    assert not unknown, f"{schema.name} has no column {unknown}"
    typed = {name: convert_column(frame[name], c)[0] for name, c in schema.columns.items()}
    table = pd.DataFrame(typed)
    table[SOURCE_ROW] = range(1, len(table) + 1)
    return sort_by_key(table, schema)


def _add_person(mini: MiniExport, subject: str, consent: str) -> None:
    number = int(subject)
    eligible = subject in RANDOMISED
    mini.add(
        "dm",
        subject,
        RFICDTC=consent,
        AGE=str(55 + number),
        BRTHYR=str(2021 - 55 - number),
        SEX="F" if number % 2 else "M",
        HEIGHT="160",
        WEIGHT=str(59 + number),
        STROKEDTC="2020-06",
        STRKSIDE="LEFT",
        AFFSIDE="RIGHT",
        DTHFL="N",
    )
    for code in trial().criteria:
        failed = not eligible and code == "IN05"
        kind = "EXCLUSION" if code.startswith("EX") else "INCLUSION"
        met = "N" if kind == "EXCLUSION" or failed else "Y"
        mini.add("ie", subject, IETESTCD=code, IECAT=kind, IEORRES=met, IEDTC=consent)
    mini.add("sv", subject, VISIT="SCR", SVSEQ="1", SVSTDTC=consent, SVSTAT="DONE")
    mini.add("ds", subject, DSSEQ="1", DSCAT="MILESTONE", DSDECOD="CONSENTED", DSSTDTC=consent)
    if not eligible:
        end: Row = {"DSCAT": "DISPOSITION", "DSSCAT": "STUDY", "DSDECOD": "SCREEN_FAILURE"}
        mini.add("ds", subject, DSSEQ="2", DSSTDTC="2021-03-22", **end)
    _add_vitals(mini, subject, "SCR", consent, number)
    _add_bloods(mini, subject, "SCR", consent, number)
    mini.add("mh", subject, MHSEQ="1", MHCAT="STROKE_RISK", MHTERM="x", MHDECOD="HYPERTENSION")


def _add_course(mini: MiniExport, subject: str) -> None:
    number = int(subject)
    day = RANDOMISED[subject]
    rand: Row = {"RANDNO": f"R{number:03d}", "ARMCD": ARMS[subject]}
    mini.add("rand", subject, RANDDTC=day + "T09:00", **rand)
    mini.add("ds", subject, DSSEQ="2", DSCAT="MILESTONE", DSDECOD="RANDOMIZED", DSSTDTC=day)
    dates = {"BL": BASELINE[subject], **VISITS[subject]}
    for step, (visit, date) in enumerate(dates.items()):
        mini.add("sv", subject, VISIT=visit, SVSEQ="1", SVSTDTC=date, SVSTAT="DONE")
        _add_forms(mini, subject, visit, date, step)
        _add_vitals(mini, subject, visit, date, number + 3 * step)
        _add_bloods(mini, subject, visit, date, number + step)
    last = dates["M12"]
    mini.add("sv", subject, VISIT="EOS", SVSEQ="1", SVSTDTC=last, SVSTAT="DONE")
    end: Row = {"DSCAT": "DISPOSITION", "DSSCAT": "STUDY", "DSDECOD": "COMPLETED"}
    mini.add("ds", subject, DSSEQ="3", DSSTDTC=last, **end)


def _add_forms(mini: MiniExport, subject: str, visit: str, date: str, step: int) -> None:
    """Answers in the middle of each scale; the first free item changes from visit to visit."""
    for qscat, instrument in build_instruments(build_score_options(trial())).items():
        for place, item in enumerate(instrument.items):
            numbers = [raw for raw in item.allowed if raw not in ("UN", "NT")]
            middle = 0 if qscat == "FMA" and len(numbers) == 2 else len(numbers) // 2
            value = numbers[(step if place == 2 else middle) % len(numbers)]
            # The parts before the gates are not full here, so the gated items must be 0.
            value = "0" if item.code.endswith("_normal_reflex") else value
            who: Row = {"QSEVAL": "R1", "QSEVALBL": "Y"} if qscat != "SF36" else {"QSMETH": "SELF"}
            form: Row = {"VISIT": visit, "QSCAT": qscat, "QSTESTCD": item.code}
            mini.add("qs", subject, QSDTC=date, QSORRES=value, **form, **who)


def _add_vitals(mini: MiniExport, subject: str, visit: str, date: str, shift: int) -> None:
    values = {"TEMP": ("36.6", "C"), "SYSBP": (str(120 + shift), "mmHg")}
    values |= {"DIABP": (str(75 + shift % 7), "mmHg"), "PULSE": (str(66 + shift), "/min")}
    values |= {"WEIGHT": (str(59 + int(subject)), "kg"), "SPO2": ("97", "%")}
    for code, (value, unit) in values.items():
        row: Row = {"VISIT": visit, "VSTESTCD": code, "VSORRES": value, "VSORRESU": unit}
        mini.add("vs", subject, VSDTC=date, **row)


def _add_bloods(mini: MiniExport, subject: str, visit: str, date: str, shift: int) -> None:
    values = {"CREAT": (80 + shift, "umol/L", "45", "115"), "ALT": (22 + shift, "U/L", None, "41")}
    values |= {"HGB": (140 + shift, "g/L", "120", "170"), "CRP": ("<5", "mg/L", None, "5")}
    for code, (value, unit, low, high) in values.items():
        row: Row = {"VISIT": visit, "LBSPEC": "BLOOD", "LBTESTCD": code, "LBORRESU": unit}
        row |= {"LBORRES": str(value), "LBORNRLO": low, "LBORNRHI": high}
        mini.add("lb", subject, LBDTC=date, **row)


def _add_doses(mini: MiniExport, subject: str) -> None:
    weight = 59 + int(subject)
    for number, date in enumerate(DOSES[subject], start=1):
        stay = f"D{number}A"
        mini.add("sv", subject, VISIT=stay, SVSEQ="1", SVSTDTC=date, SVSTAT="DONE")
        dose: Row = {"EXSEQ": str(number), "DOSENUM": str(number), "EXOCCUR": "Y"}
        dose |= {"EXROUTE": ROUTES[subject], "EXENDTC": date + "T11:00", "EXWT": str(weight)}
        dose |= {"EXPLAN": str(1.5 * weight), "EXDOSE": str(1.5 * weight), "EXADJ": "NONE"}
        mini.add("ex", subject, EXSTDTC=date + "T10:00", EXLOT=f"L{subject}{number}", **dose)
        mini.add("lot", None, EXLOT=f"L{subject}{number}", LOTSTAT="RELEASED", LOTDTC="2021-02-01")
        for place, (point, time) in enumerate(TIMES.items()):
            late = pd.Timestamp(date) + pd.Timedelta(days=int(point == "H24"))
            moment = f"{late.date().isoformat()}T{time}"
            hot = subject == "001" and number == 2 and point == "H24"
            values = {"TEMP": "38.4" if hot else "36.8", "PULSE": str(70 + 3 * place)}
            values |= {"SYSBP": str(121 + place), "DIABP": str(71 + place)}
            units = {"TEMP": "C", "PULSE": "/min", "SYSBP": "mmHg", "DIABP": "mmHg"}
            for code, value in values.items():
                row: Row = {"VISIT": stay, "DOSENUM": str(number), "VSTPT": point}
                row |= {"VSTESTCD": code, "VSORRES": value, "VSORRESU": units[code]}
                mini.add("vs", subject, VSDTC=moment, **row)


def _add_events(mini: MiniExport) -> None:
    none: Row = dict.fromkeys(
        ["AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE"], "N"
    )
    plain: Row = {"AETERM": "x", "AETOXGR": "1", "AESER": "N", "AEONGO": "N", "AEPRESP": "N"}
    plain |= {"AEREL": "NOT_RELATED", "AERELPR": "NOT_RELATED", "AEACN": "NONE"}
    plain |= {"AEOUT": "RECOVERED", **none}
    head: Row = {"AEDECOD": "Headache", "AEBODSYS": "Nervous system"}
    mini.add(
        "ae", "001", **(plain | head), AESEQ="1", AESTDTC="2021-03-05T18:00", AEENDTC="2021-03-06"
    )
    fever: Row = {"AEDECOD": "Fever", "AEBODSYS": "General and administration site"}
    fever |= {"AEREL": "PROBABLE"}
    mini.add(
        "ae", "001", **(plain | fever), AESEQ="2", AESTDTC="2021-06-04T22:00", AEENDTC="2021-06-05"
    )
    lungs: Row = {"AEDECOD": "Pneumonia", "AEBODSYS": "Infections", "AESER": "Y", "AESHOSP": "Y"}
    lungs |= {"AETOXGR": "3", "AEEXPECT": "N", "AENARR": "x", "AEACN": "NOT_APPLICABLE"}
    lungs |= {"AESITDTC": "2021-07-02", "AESPODTC": "2021-07-03"}
    mini.add("ae", "003", **(plain | lungs), AESEQ="1", AESTDTC="2021-07-01", AEENDTC="2021-07-12")
    stay: Row = {"HOSTDTC": "2021-07-02", "HOENDTC": "2021-07-10", "HOPLAN": "N", "AESEQ": "1"}
    mini.add("ho", "003", HOSEQ="1", HOREAS="x", **stay)
    drug: Row = {"CMTRT": "clopidogrel", "CMCAT": "ANTITHROMBOTIC", "CMONGO": "Y"}
    mini.add("cm", "003", CMSEQ="1", CMSTDTC="2020-07", ENTRYDTC="2021-03-06T10:00", **drug)
    missed: Row = {"DVCAT": "OTHER", "DVTERM": "x", "DVCLAS": "NOT_IMPORTANT", "DVPP": "N"}
    mini.add("dv", "003", DVSEQ="1", DVSTDTC="2021-04-01", **missed)
    mini.add("qry", "003", QRYID="Q1", QRYOPDTC="2021-04-01", QRYSTAT="OPEN")
