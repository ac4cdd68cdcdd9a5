"""An imported study under letters: its open side with keys of participants, and planned arms.

Of the restricted side the planned arm alone is read. What is left of the open side is what the
allow-list names, less all that rests on treatment: first and last dose, safety and per-protocol
sets, treatment-emergent events, causality, records of visits that are not planned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from helpers.datasets.imported.adeff import fold_word
from helpers.datasets.imported.tables import PERSON, ROW, GivenTables
from helpers.datasets.masked.allocation import PLANNED, deal_letters
from helpers.datasets.masked.build import derive_planned_arm
from helpers.datasets.masked.mask import AS_RANDOMISED, Mask, draw_mask_of, mask_interim, mask_trial
from helpers.datasets.open_readers.words import UNCODED
from helpers.errors import ExportError, UsageError
from helpers.intake.file_problem import FileProblem
from helpers.intake.imported import OPEN, RESTRICTED
from helpers.intake.read_parquet import DAMAGED, list_parquet_columns
from helpers.masking.key import MaskKey
from helpers.masking.telling_words import build_words, find_in_text
from helpers.masking.words import PROCEDURE
from helpers.params.imported import Given
from helpers.params.interim import Interim
from helpers.params.trial import Trial

SUBJECT = "SUBJID"
RANDOMISED = "RANDDT"
OF_DOSES = ("SAF", "PP")  # populations that doses decide
DOSE_DAYS = ("TRTSDT", "TRTEDT")
# Variables of analysis data sets that a masked reader never gets, whatever the allow-list names.
OF_SUBJECTS = (
    *("SAFFL", "PPFL", "PPROTFL", "SAFETY", "TRTFL", "TRTDURD", "TRTSDTM", "TRTEDTM", "AVGDD"),
    *("CUMDOSE", "TRT01A", "TRT01AN", "ARM", "ARMCD", "ACTARM", "ACTARMCD", *DOSE_DAYS),
)
OF_EVENTS = (
    *("TRTEMFL", "AEREL", "AERELPR", "AEACN", "AETERM", "AELLT", "AEMODIFY", "AESICAT", "SAFFL"),
    *("RELFL", "RELPRODFL", "RELPROCFL", "RELIMPFL", "TRT01A", "TRTSDTM", *DOSE_DAYS),
)


@dataclass(frozen=True)
class MaskedStudy:
    """Imported data sets under keys, letter of each participant by key, and what reads them."""

    tables: GivenTables = field(repr=False)
    letters: pd.Series = field(repr=False)
    trial: Trial = field(repr=False)
    interim: Interim


def mask_study(
    data: Path,
    tables: GivenTables,
    trial: Trial,
    interim: Interim,
    key: MaskKey,
    rehearse: int | None,
) -> MaskedStudy:
    """An imported study as masked readers may know it; in a rehearsal letters are dealt anew.

    Raises
    ------
    UsageError
        If arms cannot have letters, a randomised participant has an arm that the parameters do not
        know, or the terms of a procedure cannot be told apart.
    ExportError
        If the arm cannot be read.
    """
    given = trial.given
    if given is None:
        raise UsageError("trial.yaml: level is adam, but `given` does not say how to read the data")
    _check_randomised(tables, given)
    subjects = set().union(*(frame[PERSON].astype(str) for frame in tables.tables.values()))
    mask = draw_mask_of(key, trial, interim, subjects)
    letters = read_given_letters(data, trial, given, mask)
    letters = letters if rehearse is None else deal_letters(letters, rehearse)
    closed = close_given_terms(_keep_planned_visits(_drop_dose_days(tables, given), given), trial)
    tested = _drop_telling_tests(closed, trial, given)
    masked = {
        name: _mask_frame(frame, mask)
        for name, frame in tested.tables.items()
        if _is_readable(name, frame, given)
    }
    return MaskedStudy(
        replace(tested, tables=masked),
        letters,
        mask_given_trial(trial, mask),
        _mask_interim(interim, given, tables),
    )


def _check_randomised(tables: GivenTables, given: Given) -> None:
    """Who was randomised can be told without what is hidden: else nobody would be.

    Of a variable made from others it is seen when it is made.
    """
    own = given.subjects
    frame = tables.tables.get(own.dataset, pd.DataFrame())
    named = [name for name in own.randomised if name not in own.derived]
    hidden = [name for name in named if name not in frame or name in OF_SUBJECTS]
    if hidden:
        raise UsageError(
            f"trial.yaml: given.subjects.randomised: {hidden[0]} is not open to masked readers; "
            "name a variable that does not tell the arm"
        )


def read_given_letters(data: Path, trial: Trial, given: Given, mask: Mask) -> pd.Series:
    """Letter of each participant with a planned arm, by key, in the order of the keys.

    Words that the parameters do not name have no letter and are not repeated.

    Raises
    ------
    ExportError
        If the variable of the planned arm is not there or cannot be read.
    """
    name, planned = given.subjects.dataset, given.planned
    paths = [data / folder / f"{name}.parquet" for folder in (RESTRICTED, OPEN)]
    try:
        path = next(p for p in paths if p.is_file() and planned in list_parquet_columns(p))
        frame = pa.parquet.read_table(path, columns=[PERSON, planned], use_threads=False)
    except (StopIteration, FileProblem, *DAMAGED):
        raise ExportError(
            f"{name}.{planned}: cannot be read, so no arm can be masked; import the data again"
        ) from None
    rows = frame.to_pandas(use_threads=False)
    letters = rows[planned].map(given.arms).map(mask.labels)
    keys = rows[PERSON].astype(str).map(mask.participants)
    known = letters.notna() & keys.notna()
    found = pd.Series(letters[known].to_numpy(), index=keys[known].to_numpy(), dtype=object)
    return found.sort_index(kind="stable").rename(PLANNED)


def mask_given_trial(trial: Trial, mask: Mask) -> Trial:
    """The trial with letters for arms, and nothing of what its data say of treatment."""
    masked, given = mask_trial(trial, mask), trial.given
    if given is None:
        return masked
    telling = {*OF_SUBJECTS, RANDOMISED}
    subjects = given.subjects.model_copy(
        update={
            "variables": {k: v for k, v in given.subjects.variables.items() if k not in telling},
            "amounts": (),
        }
    )
    variables = {k: v for k, v in given.events.variables.items() if k not in OF_EVENTS}
    events = given.events.model_copy(
        update={"variables": variables, "interest_variable": None, "emergent_days": None}
    )
    closed = given.model_copy(
        update={
            "arms": {letter: letter for letter in sorted(mask.labels.values())},
            "planned": PLANNED,
            "treated": None,
            "populations": {k: v for k, v in given.populations.items() if k not in OF_DOSES},
            "subjects": subjects,
            "events": events,
            "vital_signs": (),
            "times": (),
        }
    )
    rules = masked.adverse_events.model_copy(
        update={"extra_rows": (), "worst": None, "procedure_terms": ()}
    )
    return masked.model_copy(update={"given": closed, "adverse_events": rules})


def _mask_interim(interim: Interim, given: Given, tables: GivenTables) -> Interim:
    """Efficacy in all randomised where doses, or what may not be read, decide who counts."""
    masked = mask_interim(interim)
    flag = given.populations.get(masked.population_efficacy, "")
    if masked.population_efficacy == AS_RANDOMISED or tables.has(given.subjects.dataset, flag):
        return masked
    return masked.model_copy(update={"population_efficacy": AS_RANDOMISED})


def derive_letters(adsl: pd.DataFrame, letters: pd.Series, trial: Trial) -> pd.DataFrame:
    """Adsl with TRT01P and TRT01PN, without what treatment decided.

    Raises
    ------
    UsageError
        If a randomised participant has no arm that the parameters know.
    """
    planned = derive_planned_arm(adsl, letters, trial)
    if (planned["RANDDT"].notna() & planned["TRT01P"].isna()).any():
        raise UsageError(
            "trial.yaml: given.arms: a randomised participant has no arm that it names; "
            "`interim check --audience closed_unmasked` says more to those who may know"
        )
    return planned.drop(columns=[name for name in OF_SUBJECTS if name in planned])


def close_events(adae: pd.DataFrame) -> pd.DataFrame:
    """Adverse events without what is said of treatment; terms that may not be read are UNCODED."""
    kept = adae.drop(columns=[name for name in OF_EVENTS if name in adae])
    lacking = [name for name in ("AEBODSYS", "AEDECOD") if name not in kept]
    return kept.assign(**dict.fromkeys(lacking, UNCODED))


def close_given_terms(tables: GivenTables, trial: Trial) -> GivenTables:
    """Events that only an arm with a procedure can have, or whose term tells of an arm, as one.

    The former are named by `adverse_events.procedure_terms`, in any case.

    Raises
    ------
    UsageError
        If such terms are named and the terms of events are not open to masked readers.
    """
    given, named = trial.given, trial.adverse_events.procedure_terms
    if given is None or given.events.dataset not in tables.tables:
        return tables
    name = given.events.dataset
    events = tables.tables[name]
    columns = [given.events.variables.get(ours, ours) for ours in ("AEDECOD", "AEBODSYS")]
    there = [column for column in columns if column in events]
    if named and columns[0] not in there:
        raise UsageError(
            f"tables/audiences.yaml: closed_masked: {name} has no {columns[0]}, by which "
            "adverse_events.procedure_terms are found; complaints of a procedure would stand by "
            "letter"
        )
    words, terms = build_words(trial, masked=True), {fold_word(term) for term in named}
    hit = pd.Series(False, index=events.index)
    for column in there:
        texts = events[column].dropna().astype(str).unique()
        telling = {t for t in texts if fold_word(t) in terms or find_in_text(t, words)}
        hit |= events[column].isin(telling)
    closed = events.assign(**{column: events[column].mask(hit, PROCEDURE) for column in there})
    return replace(tables, tables={**tables.tables, name: closed})


def _drop_dose_days(tables: GivenTables, given: Given) -> GivenTables:
    """Days of first and last dose go, but for one that stands for randomisation."""
    own = given.subjects
    frame = tables.tables.get(own.dataset)
    if frame is None:
        return tables
    stands = own.variables.get(RANDOMISED, RANDOMISED)
    if stands not in frame:  # as the sponsor's data without a day of randomisation are read
        stands = own.variables.get("TRTSDT", "TRTSDT")
    named = {own.variables.get(name, name) for name in OF_SUBJECTS}
    kept = frame.assign(**{RANDOMISED: frame[stands]}) if stands in frame else frame
    dropped = (named | set(OF_SUBJECTS)) - {RANDOMISED}
    kept = kept.drop(columns=[name for name in dropped if name in kept])
    return replace(tables, tables={**tables.tables, own.dataset: kept})


def _keep_planned_visits(tables: GivenTables, given: Given) -> GivenTables:
    """Records of planned visits and baselines: others may be of a dose."""
    known = {fold_word(word) for word in given.visits}
    kept = {}
    for name, frame in tables.tables.items():
        if "AVISIT" in frame:
            planned = frame["AVISIT"].map(fold_word, na_action="ignore").isin(known)
            baseline = frame["ABLFL"] == "Y" if "ABLFL" in frame else False
            frame = frame[planned | baseline].reset_index(drop=True)
        kept[name] = frame
    return replace(tables, tables=kept)


def _drop_telling_tests(tables: GivenTables, trial: Trial, given: Given) -> GivenTables:
    """Laboratory tests go whose code or name tells of an arm, such as a level of the product."""
    words = build_words(trial, masked=True)
    kept: dict[str, pd.DataFrame] = dict(tables.tables)
    for name in set(given.laboratory) & set(kept):
        frame = kept[name]
        for column in {"PARAMCD", "PARAM"} & set(frame):
            texts = frame[column].dropna().astype(str).unique()
            telling = [text for text in texts if find_in_text(text, words)]
            frame = frame[~frame[column].isin(telling)]
        kept[name] = frame.reset_index(drop=True)
    return replace(tables, tables=kept)


def _is_readable(name: str, frame: pd.DataFrame, given: Given) -> bool:
    """Whether a data set may be used: one of measurements only if its tests can be told apart."""
    return name not in given.laboratory or {"PARAMCD", "AVAL", "AVISIT"} <= set(frame)


def _mask_frame(frame: pd.DataFrame, mask: Mask) -> pd.DataFrame:
    """Keys in place of participants; rows in their order and numbered in it."""
    names: Mapping[str, str] = mask.participants
    keys = frame[PERSON].astype(str).map(names).astype(object)
    masked = frame.assign(**{PERSON: keys}, **({SUBJECT: keys} if SUBJECT in frame else {}))
    masked = masked.sort_values([PERSON, ROW], kind="stable").reset_index(drop=True)
    numbers = pd.Series(range(1, len(masked) + 1), index=masked.index)
    return masked.assign(**{ROW: numbers.astype(frame[ROW].dtype)})
