"""adeff from the sponsor's data sets of scores: one row per person, parameter and assessment."""

import pandas as pd

from helpers.datasets.adeff_response import derive_ends_of_scale
from helpers.datasets.anchor import compute_study_day
from helpers.datasets.flags import flag, yes_no
from helpers.datasets.given.adsl import persons_of
from helpers.datasets.given.tables import PERSON, GivenTables, keep_rows
from helpers.params.given import Given, GivenRows
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
        _build_score(code, score, given.scores[code], tables, trial, cutoff)
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
    trial: Trial,
    cutoff: pd.Timestamp,
) -> pd.DataFrame:
    source = keep_rows(tables.tables[rows.dataset], rows.where)
    dates = source["ADT"] if "ADT" in source else pd.Series(pd.NaT, index=source.index)
    source = source.assign(ADT=pd.to_datetime(dates).astype("datetime64[s]"))
    source = source[~(source["ADT"] > cutoff)].reset_index(drop=True)
    numbers = {
        name: pd.to_numeric(source[name], errors="coerce").astype("float64")
        if name in source
        else pd.Series(float("nan"), index=source.index)
        for name in NUMBERS
    }
    visit = _map_visits(source, trial)
    places = {name: i for i, name in enumerate(trial.visit_codes)}
    baseline = visit == trial.baseline.code
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
        IMP=change * score.direction,
        ABLFL=flag(baseline),
        ANL01FL=flag(_chosen(source, visit)),
        DTYPE=source.get("DTYPE", None),
        CRIT1FL=_respond(numbers["AVAL"], change, score),
        SRCDOM=rows.dataset,
        SRCSEQ=source["SRCROW"],
    )


def _map_visits(source: pd.DataFrame, trial: Trial) -> pd.Series:
    known: dict[str, str] = trial.given.visits if trial.given else {}
    mapped = source["AVISIT"].map(known).astype(object)
    return mapped.where(mapped.notna(), UNSCHEDULED)


def _chosen(source: pd.DataFrame, visit: pd.Series) -> pd.Series:
    """The sponsor's choice of one record a visit; without one, the first by date."""
    planned = (visit != UNSCHEDULED) & source["AVAL"].notna()
    if "ANL01FL" in source:
        return planned & (source["ANL01FL"] == "Y")
    keyed = source.assign(VISITCD=visit)[planned]
    first = keyed.sort_values("ADT", kind="stable").drop_duplicates([PERSON, "VISITCD"]).index
    return pd.Series(source.index.isin(first), index=source.index)


def _respond(value: pd.Series, change: pd.Series, score: Score) -> pd.Series:
    """CRIT1FL: Y or N after baseline where the trial has a threshold, else null."""
    rule = score.responder
    empty = pd.Series(None, index=value.index, dtype=object)
    if rule is None:
        return empty
    met = change >= rule.change if rule.change > 0 else change <= rule.change
    if rule.or_value_at_most is not None:
        met |= value <= rule.or_value_at_most
    if rule.or_value_at_least is not None:
        met |= value >= rule.or_value_at_least
    return yes_no(met).where(change.notna(), None)


def find_unknown_visits(tables: GivenTables, given: Given) -> dict[str, int]:
    """Records by visit of the score data sets that the parameters do not name."""
    known = {*given.visits, *given.unscheduled}
    counts: dict[str, int] = {}
    for name in sorted({rows.dataset for rows in given.scores.values()}):
        if tables.has(name, "AVISIT"):
            visits = tables.tables[name]["AVISIT"].dropna()
            for visit, n in visits[~visits.isin(known)].value_counts().sort_index().items():
                counts[f"{name}.{visit}"] = int(n)
    return counts
