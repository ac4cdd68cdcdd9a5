"""Letters of the arms and keys of the participants of one report, put into what it is made from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from helpers.datasets.source import Source
from helpers.intake.export import sort_by_key
from helpers.intake.records import Records
from helpers.intake.schema import SOURCE_ROW, SUBJECT, Access, TableSchema
from helpers.masking.key import MaskKey
from helpers.masking.labels import KEY_PATTERN, draw_labels, name_participants
from helpers.masking.telling_words import mask_title
from helpers.params.interim import Interim
from helpers.params.trial import Arm, Trial

AS_RANDOMISED = "ITT"  # who belongs to the per-protocol set is decided by doses


@dataclass(frozen=True)
class Mask:
    """Letter of each arm (ARMCD), key of each participant (SUBJID)."""

    labels: Mapping[str, str] = field(repr=False)
    participants: Mapping[str, str] = field(repr=False)


def draw_mask(key: MaskKey, trial: Trial, interim: Interim, source: Source) -> Mask:
    """The mask of an interim: letters as `mask_scope` says, keys for this interim alone."""
    tables = [frame for frame in source.received.tables.values() if SUBJECT in frame]
    named = [frame[SUBJECT].dropna().astype(str) for frame in tables]
    subjects = set().union(*named, source.findings[SUBJECT].dropna().astype(str))
    return draw_mask_of(key, trial, interim, subjects)


def draw_mask_of(key: MaskKey, trial: Trial, interim: Interim, subjects: Iterable[str]) -> Mask:
    """Letters of the arms and keys of these participants."""
    codes = [arm.code for arm in trial.arms]
    labels = draw_labels(key, trial.study, codes, trial.name_draw(interim.interim_id))
    return Mask(labels, name_participants(key, interim.interim_id, subjects))


def mask_trial(trial: Trial, mask: Mask) -> Trial:
    """The trial with letters for arms, and no control, route, or word about them."""
    letters = sorted(mask.labels.values())
    arms = tuple(
        Arm(code=letter, label=letter, name=f"Arm {letter}", contrast=letter) for letter in letters
    )
    events = trial.adverse_events.model_copy(update={"categories": {}, "window_note": ""})
    return trial.model_copy(
        update={
            "arms": arms,
            "control": None,
            "title": mask_title(trial),
            "subtitle": "",
            "subject_pattern": KEY_PATTERN,
            "adverse_events": events,
            "pause_triggers": (),
        }
    )


def mask_interim(interim: Interim) -> Interim:
    """The interim, with efficacy in all randomised: doses decide who is per protocol."""
    if interim.population_efficacy != "PP":
        return interim
    return interim.model_copy(update={"population_efficacy": AS_RANDOMISED})


def mask_source(source: Source, mask: Mask, access: Access) -> Source:
    """The source with keys in place of subject numbers, rows in the order of the keys.

    Rows are numbered anew in that order: those of the file follow the order of enrolment.
    """
    schemas = access.limit(source.schemas)
    received, numbers = {}, {}
    for name, frame in source.received.tables.items():
        masked = sort_by_key(_mask_subjects(frame, mask), schemas[name])
        numbers[name] = dict(zip(masked[SOURCE_ROW], range(1, len(masked) + 1), strict=True))
        received[name] = _number_rows(masked, numbers[name])
    findings = _mask_subjects(source.findings, mask)
    rows = [
        numbers.get(table, {}).get(row, row)
        for table, row in zip(findings["table"], findings["row"], strict=True)
    ]
    return replace(
        source,
        records=_mask_records(source.records, mask, schemas, numbers),
        received=source.received.with_tables(received),
        findings=findings.assign(row=pd.Series(rows, index=findings.index, dtype=object)),
    )


def _mask_records(
    records: Records,
    mask: Mask,
    schemas: Mapping[str, TableSchema],
    numbers: Mapping[str, Mapping[int, int]],
) -> Records:
    return records.with_tables(
        {
            name: sort_by_key(
                _number_rows(_mask_subjects(frame, mask), numbers[name]), schemas[name]
            )
            for name, frame in records.tables.items()
        }
    )


def _mask_subjects(frame: pd.DataFrame, mask: Mask) -> pd.DataFrame:
    if SUBJECT not in frame:
        return frame
    named = frame[SUBJECT].map(mask.participants)
    return frame.assign(**{SUBJECT: named.astype(object).where(named.notna(), None)})


def _number_rows(frame: pd.DataFrame, numbers: Mapping[int, int]) -> pd.DataFrame:
    return frame.assign(**{SOURCE_ROW: frame[SOURCE_ROW].map(numbers).astype("int64")})
