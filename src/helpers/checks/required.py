"""Columns that are required only under a condition (STRUCT-NULL of the content)."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from helpers.checks.assessments import NOT_DONE
from helpers.checks.context import CheckContext
from helpers.checks.raw_tables import TABLES
from helpers.checks.report import gather
from helpers.intake.findings import build_findings
from helpers.intake.groups import number_groups
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial

Condition = Callable[[pd.Series], pd.Series]


@dataclass(frozen=True)
class Rule:
    """`column` is required where `condition` holds of `source`."""

    table: str
    column: str
    source: str
    condition: Condition
    because: str


def _equals(value: str) -> Condition:
    return lambda column: column == value


def _is_done(column: pd.Series) -> pd.Series:
    return ~column.isin(NOT_DONE)


def _is_empty(column: pd.Series) -> pd.Series:
    return column.isna()


def _is_known(column: pd.Series) -> pd.Series:
    return column.notna()


def _is_adjusted(column: pd.Series) -> pd.Series:
    return column.notna() & (column != "NONE")


def _rules(table: str, columns: str, source: str, condition: Condition, because: str) -> list[Rule]:
    return [Rule(table, column, source, condition, because) for column in columns.split()]


RULES = (
    *_rules("dm", "BRTHYR", "AGE", _is_empty, "AGE is empty"),
    *_rules("dm", "DTHDTC", "DTHFL", _equals("Y"), "DTHFL is Y"),
    *_rules("sv", "SVSTDTC", "SVSTAT", _equals("DONE"), "the visit is DONE"),
    *_rules("sv", "SVREASND", "SVSTAT", _equals("NOT DONE"), "the visit is NOT DONE"),
    *_rules("ds", "DSSCAT", "DSCAT", _equals("DISPOSITION"), "DSCAT is DISPOSITION"),
    *_rules("ds", "DSTERM", "DSDECOD", _equals("OTHER"), "DSDECOD is OTHER"),
    *_rules(
        "ds", "DSWCSCOPE", "DSDECOD", _equals("WITHDRAWAL_BY_SUBJECT"), "the participant withdrew"
    ),
    *_rules("ex", "EXREASND", "EXOCCUR", _equals("N"), "it was not given"),
    *_rules(
        "ex",
        "EXROUTE EXSTDTC EXENDTC EXWT EXPLAN EXDOSE EXADJ",
        "EXOCCUR",
        _equals("Y"),
        "it was given",
    ),
    *_rules("ex", "EXADJRE", "EXADJ", _is_adjusted, "it was changed"),
    *_rules(
        "ae", "AEEXPECT AESITDTC AESPODTC AENARR", "AESER", _equals("Y"), "the event is serious"
    ),
    *_rules("vs", "VSDTC VSORRES", "VSSTAT", _is_done, "it is not marked NOT DONE"),
    *_rules("vs", "VSORRESU", "VSORRES", _is_known, "there is a value"),
    *_rules("vs", "DOSENUM", "VSTPT", _is_known, "there is a time point"),
    *_rules("lb", "LBDTC LBORRES", "LBSTAT", _is_done, "it is not marked NOT DONE"),
    *_rules("qs", "QSDTC", "QSSTAT", _is_done, "it is not marked NOT DONE"),
    *_rules("qs", "QSREASND", "QSSTAT", _equals("NOT DONE"), "the form is NOT DONE"),
)


def find_missing_values(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """STRUCT-NULL: a value that is required because of another one; one finding per piece."""
    found = []
    for rule in RULES:
        if not context.has(rule.table, rule.column, rule.source):
            continue
        frame = context[rule.table]
        rows = frame[frame[rule.column].isna() & rule.condition(frame[rule.source])]
        table = TABLES[rule.table]
        whole = rule.column == table.date
        key = table.unit if whole else table.key
        if whole:
            numbers = number_groups(rows, [c for c in (SUBJECT, *key) if c in rows])
            rows = rows[~pd.Series(numbers, index=rows.index).duplicated()]
        found.append(
            build_findings(
                rows,
                check="STRUCT-NULL",
                severity="E",
                table=rule.table,
                key=key,
                column=rule.column,
                text=f"required because {rule.because}",
            )
        )
    return gather(*found)
