"""adeff from the sponsor's data of scores: one row per participant, parameter and assessment."""

import pandas as pd

from helpers.datasets.assessments.adeff_response import derive_ends_of_scale
from helpers.datasets.flags import flag, yes_no
from helpers.datasets.imported.adsl import persons_of
from helpers.datasets.imported.record_days import derive_record_days, is_later
from helpers.datasets.imported.score_records import choose_records
from helpers.datasets.imported.tables import PERSON, GivenTables, keep_rows
from helpers.datasets.subjects.anchor import compute_study_day
from helpers.params.imported import Given, GivenRows
from helpers.params.trial import Score, Trial

SHARED = ("SUBJID", "TRT01P", "TRT01A", "ITTFL", "SAFFL", "ANCHORDT")
UNSCHEDULED = "UNS"
NUMBERS = ("AVAL", "BASE", "CHG", "AWTARGET", "AWTDIFF")


def build_given_adeff(
    tables: GivenTables, adsl: pd.DataFrame, trial: Trial, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """Scores by visit, baseline and change as given; improvement and response by our parameters."""
    given = trial.given
    parts = [
        _build_score(code, score, given.scores[code], tables, adsl, trial, cutoff)
        for code, score in trial.scores.items()
        if given
        and code in given.scores
        and tables.has(given.scores[code].dataset, "AVAL", "AVISIT")
    ]
    if not parts:
        return pd.DataFrame()
    adeff = pd.concat(parts, ignore_index=True)
    adeff = adeff[adeff[PERSON].isin(adsl[PERSON])]
    adeff = adeff.drop(columns=[name for name in SHARED if name in adeff])
    adeff = derive_ends_of_scale(adeff.join(persons_of(adsl, SHARED), on=PERSON), trial)
    adeff = adeff.assign(
        ADY=compute_study_day(adeff["ADT"], adeff["ANCHORDT"]),
        OFFSET=(adeff["ADT"] - adeff["ANCHORDT"]).dt.days.astype("Int64"),
    )
    order = [PERSON, "PARAMCD", "AVISITN", "ADT"]
    return adeff.sort_values(order, kind="stable").reset_index(drop=True)


def _build_score(
    code: str,
    score: Score,
    rows: GivenRows,
    tables: GivenTables,
    adsl: pd.DataFrame,
    trial: Trial,
    cutoff: pd.Timestamp,
) -> pd.DataFrame:
    source = keep_rows(tables.tables[rows.dataset], rows.where)
    days = derive_record_days(source, adsl)
    source = source.assign(ADT=days)[~is_later(source, days, cutoff)].reset_index(drop=True)
    numbers = {
        name: pd.to_numeric(source[name], errors="coerce").astype("float64")
        if name in source
        else pd.Series(float("nan"), index=source.index)
        for name in NUMBERS
    }
    visit = map_visits(source, trial)
    places = {name: i for i, name in enumerate(trial.visit_codes)}
    baseline = visit == trial.baseline.code
    chosen = choose_records(
        source, visit.mask(visit == UNSCHEDULED), code, rows, trial.baseline.code
    )
    if "BASE" not in source:
        numbers["BASE"] = take_baseline(source, numbers["AVAL"], baseline & chosen)
    change = numbers.pop("CHG").fillna(numbers["AVAL"] - numbers["BASE"]).mask(baseline)
    return source.assign(
        **numbers,
        PARAMCD=code,
        PARAM=score.label,
        FORM=score.form,
        VISIT=source["AVISIT"],
        AVISIT=visit,
        AVISITN=visit.map(places).astype("Int64"),
        CHG=change,
        IMPRV=change * score.direction,
        ABLFL=flag(baseline),
        ANL01FL=flag(chosen),
        DTYPE=source.get("DTYPE", None),
        CRIT1FL=_respond(numbers["AVAL"], change, score),
        SRCDOM=rows.dataset,
        SRCSEQ=source["SRCROW"],
    )


def map_visits(source: pd.DataFrame, trial: Trial) -> pd.Series:
    """Visit codes; what the parameters do not name is unscheduled, unless it is the baseline.

    Letters and blanks in which visits differ make no other visit. A record that is flagged as the
    baseline is of the baseline visit, if the parameters do not name its own.
    """
    known = {fold_word(word): code for word, code in _get_visits(trial).items()}
    mapped = source["AVISIT"].map(lambda word: known.get(fold_word(word)), na_action="ignore")
    mapped = mapped.astype(object)
    if "ABLFL" in source:
        mapped = mapped.mask(mapped.isna() & (source["ABLFL"] == "Y"), trial.baseline.code)
    return mapped.where(mapped.notna(), UNSCHEDULED)


def _get_visits(trial: Trial) -> dict[str, str]:
    return trial.given.visits if trial.given else {}


def fold_word(word: object) -> str:
    """A word by which visits are told apart: without case, and with single blanks."""
    return " ".join(str(word).casefold().split())


def take_baseline(source: pd.DataFrame, values: pd.Series, baseline: pd.Series) -> pd.Series:
    """Value of the baseline record of each participant."""
    known = values[baseline].groupby(source.loc[baseline, PERSON]).first()
    return source[PERSON].map(known).astype("float64")


def _respond(value: pd.Series, change: pd.Series, score: Score) -> pd.Series:
    """CRIT1FL: Y or N after baseline where the trial has a threshold, else null."""
    rule = score.responder
    empty = pd.Series(None, index=value.index, dtype=object)
    if rule is None or rule.of == "worst_items":  # such data hold no items
        return empty
    met = change >= rule.change if rule.change > 0 else change <= rule.change
    if rule.or_value_at_most is not None:
        met |= value <= rule.or_value_at_most
    if rule.or_value_at_least is not None:
        met |= value >= rule.or_value_at_least
    return yes_no(met).where(change.notna(), None)


def find_unknown_visits(tables: GivenTables, given: Given) -> dict[str, int]:
    """Records by visit of the score data sets that the parameters do not name."""
    known = {fold_word(word) for word in (*given.visits, *given.unscheduled)}
    counts: dict[str, int] = {}
    for name in sorted({rows.dataset for rows in given.scores.values()}):
        if tables.has(name, "AVISIT"):
            visits = tables.tables[name]["AVISIT"].dropna()
            unknown = visits[~visits.map(fold_word).isin(known)]
            for visit, n in unknown.value_counts().sort_index().items():
                counts[f"{name}.{visit}"] = int(n)
    return counts
