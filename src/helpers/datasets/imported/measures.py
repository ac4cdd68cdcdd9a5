"""adlb and advs from the sponsor's laboratory and vital-sign data sets."""

from collections.abc import Iterable

import pandas as pd

from helpers.datasets.flags import flag
from helpers.datasets.imported.adeff import UNSCHEDULED, fold_word
from helpers.datasets.imported.record_days import derive_record_days, is_later
from helpers.datasets.imported.tables import PERSON, GivenTables, choose_rows, join_records
from helpers.params.imported import Given, GivenMeasures
from helpers.params.trial import Trial

NUMBERS = ("AVAL", "BASE", "CHG", "ANRLO", "ANRHI")
UNIT = [PERSON, "PARAMCD", "ATPT"]


def build_given_measures(
    names: Iterable[str],
    tables: GivenTables,
    adsl: pd.DataFrame,
    trial: Trial,
    given: Given,
    cutoff: pd.Timestamp,
) -> pd.DataFrame:
    """Rows of several data sets of one kind dated by the cut-off, with the participant's arm.

    Visits that the parameters name have their codes, others keep their words. ANL01FL marks the
    first value of each participant, test, position and visit, ABLFL is the sponsor's, POSTFL marks
    values dated after the first dose, under letters after randomisation. ANRIND, and THRIND where
    the sponsor has a threshold, are LOW, NORMAL or HIGH.
    """
    rows = join_records(names, tables, adsl)
    if rows.empty:
        return rows
    rows = rows[~_find_repeats(rows, given.measures)].reset_index(drop=True)
    days = derive_record_days(rows, adsl)
    rows = rows.assign(ADT=days)[~is_later(rows, days, cutoff)].drop(columns="ANCHORDT")
    present = [name for name in NUMBERS if name in rows]
    rows = rows.assign(**{n: pd.to_numeric(rows[n], errors="coerce") for n in present})
    rows = derive_given_tests(rows)
    rows = derive_given_visits(rows, trial, given)
    rows = derive_indicators(rows, given.measures)  # before their ANL01FL becomes ours
    rows = derive_given_change(rows, adsl)
    return rows.assign(SRCSEQ=rows["SRCROW"]).reset_index(drop=True)


def _find_repeats(rows: pd.DataFrame, measures: GivenMeasures) -> pd.Series:
    if not measures.repeats:
        return pd.Series(False, index=rows.index)
    return choose_rows(rows, measures.repeats)


def derive_given_tests(rows: pd.DataFrame) -> pd.DataFrame:
    """PARAMCD, PARAM and AVAL of every row, also where the sponsor has no code or name."""
    code = rows.get("PARAMCD", rows.get("PARAM", rows["SRCDOM"])).fillna(rows["SRCDOM"])
    name = rows.get("PARAM", code).fillna(code)
    position = rows.get("ATPT", pd.Series(None, index=rows.index, dtype=object))
    value = rows.get("AVAL", pd.Series(float("nan"), index=rows.index))
    return rows.assign(PARAMCD=code, PARAM=name, ATPT=position, AVAL=value)


def derive_given_visits(rows: pd.DataFrame, trial: Trial, given: Given) -> pd.DataFrame:
    """VISIT (the sponsor's word), AVISIT (our code, else the word) and AVISITN (theirs, else ours).

    A record without a visit is unscheduled and has no number.
    """
    word = rows.get("AVISIT", pd.Series(None, index=rows.index, dtype=object))
    known = {fold_word(name): code for name, code in given.visits.items()}
    code = word.map(lambda name: known.get(fold_word(name), name), na_action="ignore")
    places = {name: place for place, name in enumerate(trial.visit_codes)}
    number = rows.get("AVISITN", code.map(places))
    number = pd.to_numeric(number, errors="coerce").where(word.notna())
    visit = code.where(word.notna(), UNSCHEDULED)
    return rows.assign(VISIT=word, AVISIT=visit.astype(object), AVISITN=number)


def derive_given_change(rows: pd.DataFrame, adsl: pd.DataFrame) -> pd.DataFrame:
    """ABLFL, POSTFL, ANL01FL, BASE and CHG."""
    baseline = rows.get("ABLFL", pd.Series(None, index=rows.index, dtype=object)) == "Y"
    post = pd.Series(False, index=rows.index)
    start = "TRTSDT" if "TRTSDT" in adsl else "ANCHORDT"  # under letters: randomisation
    if start in adsl:
        first = adsl.drop_duplicates(PERSON).set_index(PERSON)[start]
        post = (rows["ADT"] > rows[PERSON].map(first)).fillna(False)
    own = rows[baseline].drop_duplicates(UNIT).set_index(UNIT)["AVAL"]
    base = own.reindex(pd.MultiIndex.from_frame(rows[UNIT])).set_axis(rows.index)
    base = rows["BASE"].fillna(base) if "BASE" in rows else base
    change = rows["AVAL"] - base
    change = rows["CHG"].fillna(change) if "CHG" in rows else change
    return rows.assign(
        ABLFL=flag(baseline),
        POSTFL=flag(post),
        ANL01FL=flag(_choose_first(rows, baseline)),
        BASE=base,
        CHG=change.mask(baseline),
    )


def _choose_first(rows: pd.DataFrame, baseline: pd.Series) -> pd.Series:
    """The value of each participant, test, position and visit: the baseline, else the first."""
    known = rows[rows["AVISITN"].notna() & rows["AVAL"].notna()]
    known = known.assign(LATER=~baseline.reindex(known.index))
    known = known.sort_values(["LATER", "ADT", "SRCROW"], kind="stable")
    chosen = known.index[~known.duplicated([*UNIT, "AVISIT"])]
    return pd.Series(rows.index.isin(chosen), index=rows.index)


def derive_indicators(rows: pd.DataFrame, measures: GivenMeasures) -> pd.DataFrame:
    """ANRIND and, where the sponsor has a threshold, THRIND and THREXFL (the extreme record)."""

    def translate(variable: str) -> pd.Series:
        words = rows.get(variable, pd.Series(None, index=rows.index, dtype=object))
        return words.map(measures.indicators).astype(object)

    ranged = rows.assign(ANRIND=translate(measures.range_variable))
    name = measures.threshold_variable
    if name is None or name not in rows:
        return ranged
    extreme = choose_rows(rows, measures.extreme) if measures.extreme else False
    return ranged.assign(THRIND=translate(name), THREXFL=flag(pd.Series(extreme, index=rows.index)))
