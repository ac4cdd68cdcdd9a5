"""Every word of the trial's rules that is compared with recorded values is one of their code list.

A misspelt word would be taken without a sound: `related: [POSIBLE]` makes events unrelated.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from helpers.errors import UsageError
from helpers.intake.schema import TableSchema
from helpers.params.trial import Trial
from helpers.params.words import nearest

TRIAL_FILE = "trial.yaml"
Rule = tuple[str, Iterable[str], str, str]  # key, words, table, column


def check_trial_words(trial: Trial, schemas: Mapping[str, TableSchema], folder: Path) -> None:
    """Stop at the first word that no code list has; columns without a list accept any word.

    Raises
    ------
    UsageError
        With key, word, table, column and the nearest known word.
    """
    for key, words, table, column in _list_rules(trial):
        known = list_terms(schemas, table, column)
        for word in words if known else ():
            if word not in known:
                raise UsageError(
                    f"{folder / TRIAL_FILE}: {key}: found {word!r}, allowed: the code list of "
                    f"{table}.{column}: {', '.join(known)}{nearest(word, known)}"
                )


def list_terms(schemas: Mapping[str, TableSchema], table: str, column: str) -> tuple[str, ...]:
    """Code list of a column; empty where there is no such column, or no list."""
    declared = schemas[table].columns.get(column) if table in schemas else None
    return () if declared is None else declared.terms


def _list_rules(trial: Trial) -> Iterator[Rule]:
    events, checks, sources = trial.adverse_events, trial.checks, trial.baseline_sources
    yield "adverse_events.related", events.related, "ae", "AEREL"
    yield "adverse_events.related", events.related, "ae", "AERELPR"
    yield "adverse_events.dose_changed", events.dose_changed, "ae", "AEACN"
    yield "end_reasons", trial.end_reasons, "ds", "DSDECOD"
    yield "checks.lot_findings", checks.lot_findings, "lot", "LOTSTAT"
    yield "checks.timepoint_before", (checks.timepoint_before,), "vs", "VSTPT"
    yield "checks.timepoint_end", (checks.timepoint_end,), "vs", "VSTPT"
    yield "checks.timepoint_hours", checks.timepoint_hours, "vs", "VSTPT"
    yield "checks.tone_medication", (checks.tone_medication,), "cm", "CMCAT"
    yield "baseline_sources.medication", sources.medication.values(), "cm", "CMCAT"
    yield "baseline_sources.weekly_hours", sources.weekly_hours.values(), "cm", "CMCAT"
    yield "baseline_sources.laboratory", sources.laboratory, "lb", "LBTESTCD"
    yield from _list_measurements(trial)
    yield "medication.tabulated", trial.medication.tabulated, "cm", "CMCAT"
    yield "medication.dose_day", trial.medication.dose_day, "cm", "CMCAT"
    for name, group in trial.medication.co_interventions.items():
        key = f"medication.co_interventions.{name}.category"
        yield key, () if group.category is None else (group.category,), "cm", "CMCAT"
    for name, drug in trial.intercurrent.medication.items():
        key = f"intercurrent.medication.{name}.category"
        yield key, () if drug.category is None else (drug.category,), "cm", "CMCAT"
    for name, programme in trial.intercurrent.programmes.items():
        yield f"intercurrent.programmes.{name}.category", (programme.category,), "cm", "CMCAT"


def _list_measurements(trial: Trial) -> Iterator[Rule]:
    lab, vitals = trial.laboratory, trial.vital_signs
    yield "laboratory.labels", lab.labels, "lb", "LBTESTCD"
    yield "laboratory.by_multiple", lab.by_multiple, "lb", "LBTESTCD"
    yield "laboratory.compared", lab.compared, "lb", "LBTESTCD"
    yield "laboratory.around_doses.tests", lab.around_doses.tests, "lb", "LBTESTCD"
    yield "laboratory.spinal_fluid.tests", lab.spinal_fluid.tests, "lb", "LBTESTCD"
    yield "laboratory.around_doses.signs", lab.around_doses.signs, "vs", "VSTESTCD"
    if lab.hepatic is not None:
        liver = lab.hepatic
        tests = (*liver.transaminases, liver.bilirubin, liver.alkaline_phosphatase)
        yield "laboratory.hepatic", tests, "lb", "LBTESTCD"
    yield "vital_signs.labels", vitals.labels, "vs", "VSTESTCD"
    yield "vital_signs.alarms", (alarm.test for alarm in vitals.alarms), "vs", "VSTESTCD"
