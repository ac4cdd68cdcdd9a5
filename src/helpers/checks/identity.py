"""Whose record is it: study, subject number, a row in dm (STRUCT-TERM, STRUCT-TYPE, C01)."""

import re

import pandas as pd

from helpers.checks.context import CheckContext
from helpers.checks.raw_tables import KEYS, TABLES
from helpers.checks.report import gather
from helpers.intake.findings import build_findings
from helpers.intake.groups import number_groups
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial


def find_other_study(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """STRUCT-TERM: rows of another study, one finding per table and participant."""
    found = []
    for table, frame in context.tables.items():
        if "STUDYID" not in frame:
            continue
        other = frame[frame["STUDYID"].notna() & (frame["STUDYID"] != trial.study)]
        first = other[~pd.Series(_numbers(other), index=other.index).duplicated()]
        found.append(
            build_findings(
                first,
                check="STRUCT-TERM",
                severity="E",
                table=table,
                column="STUDYID",
                text=f"study is not {trial.study}; check that the row belongs to this trial",
            )
        )
    return gather(*found)


def find_inconsistent_subject(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """STRUCT-TYPE: SUBJID not of the trial's form, one finding per table and participant."""
    pattern = re.compile(trial.subject_pattern)
    found = []
    for table, frame in context.tables.items():
        if SUBJECT not in frame:
            continue
        distinct = frame.drop_duplicates(SUBJECT).dropna(subset=[SUBJECT])
        odd = distinct[SUBJECT].map(lambda value: pattern.fullmatch(str(value)) is None)
        found.append(
            build_findings(
                distinct[odd.astype(bool)],
                check="STRUCT-TYPE",
                severity="E",
                table=table,
                column=SUBJECT,
                text=f"subject number is not of the form {trial.subject_pattern}",
            )
        )
    return gather(*found)


def find_unknown_subject(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C01: a record of somebody without a row in dm; a form or draw gives one finding."""
    known = context["dm"][SUBJECT].dropna().unique()
    found = []
    for table, frame in context.tables.items():
        if SUBJECT not in frame or table == "dm":
            continue
        lost = frame[~frame[SUBJECT].isin(known)]
        unit = TABLES[table].unit if table in TABLES else KEYS.get(table, ())
        present = [name for name in (SUBJECT, *unit) if name in lost]
        first = lost[~pd.Series(number_groups(lost, present), index=lost.index).duplicated()]
        found.append(
            build_findings(
                first,
                check="C01",
                severity="F",
                table=table,
                key=unit,
                column=SUBJECT,
                text="nobody with this subject number is in dm; not used until corrected",
            )
        )
    return gather(*found)


def _numbers(rows: pd.DataFrame) -> object:
    return number_groups(rows, [name for name in (SUBJECT, "STUDYID") if name in rows])
