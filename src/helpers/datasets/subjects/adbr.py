"""adbr: benefit and risk of each treated participant beside each other, with an ordered outcome."""

import pandas as pd

from helpers.datasets.open_readers.words import UNCODED
from helpers.params.interim import Interim
from helpers.params.trial import Trial

RESPONSE, STABLE, WORSE, NO_SCORE = "RESPONSE", "STABLE", "WORSE", "NO_SCORE"
SERIOUS, DIED = "SERIOUS", "DIED"
ORDER = (RESPONSE, STABLE, WORSE, SERIOUS, DIED)  # best to worst
COLUMNS = (
    "USUBJID", "SUBJID", "TRT01P", "TRT01A", "SAFFL", "DOSES", "DTHFL", "NAE", "NSAE", "WORSTGR",
    "WORSTPT", "PARAMCD", "AVISIT", "BASE", "CHG", "IMPRV", "CRIT1FL", "OUTCOME", "OUTCOMEN",
)  # fmt: skip
GRAVITY = ("FATALFL", "ASERFL", "SEVTOXFL")  # what makes an event worse than any grade
MARK = " (not coded)"
SCORE = ["PARAMCD", "AVISIT", "BASE", "CHG", "IMPRV", "CRIT1FL"]


def build_adbr(
    adsl: pd.DataFrame, adae: pd.DataFrame, adeff: pd.DataFrame, trial: Trial, interim: Interim
) -> pd.DataFrame:
    """One row per participant of the population of safety displays, in the order of USUBJID.

    Returns
    -------
    `COLUMNS`. NAE, NSAE, WORSTGR and WORSTPT are of treatment-emergent events; WORSTPT is that of
    the fatal one, else a serious one, one of the stopping rule, the highest grade, the first; where
    it is not coded the words of the site. The score is the interim's key score at the latest
    planned visit with a change; empty at an interim that tells of completeness only. OUTCOME is
    the first of DIED, SERIOUS (an event), RESPONSE, WORSE (by the smallest `harm` of the score,
    without one by anything), STABLE; NO_SCORE where there is no change of the score. OUTCOMEN is
    its place, 1 the best; empty for NO_SCORE.
    """
    persons = adsl[adsl[f"{interim.population_safety}FL"] == "Y"].sort_values(
        "USUBJID", kind="stable"
    )
    persons = persons.reset_index(drop=True)
    persons = persons.assign(**_count_events(persons, adae))
    scores = _find_scores(adeff, trial, interim).reindex(persons["USUBJID"])
    rows = persons.assign(**{name: scores[name].to_numpy() for name in SCORE})
    for name in ("BASE", "CHG", "IMPRV"):
        rows[name] = rows[name].astype("Float64")
    rows = derive_outcome(rows, trial, interim)
    return rows[list(COLUMNS)]


def _count_events(persons: pd.DataFrame, adae: pd.DataFrame) -> dict[str, pd.Series]:
    """Emergent and serious events of each participant, the worst grade, the gravest term."""
    events = adae[adae["TRTEMFL"] == "Y"]
    serious = events[events["ASERFL"] == "Y"]
    worst = _find_gravest(events)
    who = persons["USUBJID"]
    return {
        "NAE": who.map(events.groupby("USUBJID").size()).fillna(0).astype("Int64"),
        "NSAE": who.map(serious.groupby("USUBJID").size()).fillna(0).astype("Int64"),
        "WORSTGR": who.map(events.groupby("USUBJID")["ATOXGR"].max()).astype("Int64"),
        "WORSTPT": who.map(_name_terms(worst)).astype(object),
    }


def _find_gravest(events: pd.DataFrame) -> pd.DataFrame:
    """One row per participant (USUBJID): fatal, serious, of the stopping rule, grade, start.

    Flags that given data do not have rank nothing.
    """
    flags = [name for name in GRAVITY if name in events]
    ranks = {f"IS_{name}": events[name] == "Y" for name in flags}
    down = [*ranks, "ATOXGR"]
    order = ["USUBJID", *down, "ASTDTM", "AESEQ"]
    ascending = [True, *[False] * len(down), True, True]
    ordered = events.assign(**ranks).sort_values(order, ascending=ascending, kind="stable")
    return ordered.drop_duplicates("USUBJID").set_index("USUBJID")


def _name_terms(events: pd.DataFrame) -> pd.Series:
    """The preferred term; without one the words of the site, marked as such."""
    terms = events["AEDECOD"].astype(object)
    lacking = terms.isna() | (terms == UNCODED)
    if "AETERM" not in events:
        return terms
    return terms.mask(lacking & events["AETERM"].notna(), events["AETERM"].astype(object) + MARK)


def _find_scores(adeff: pd.DataFrame, trial: Trial, interim: Interim) -> pd.DataFrame:
    """The key score at the latest planned visit with a change, by USUBJID."""
    told = interim.efficacy_content != "completeness"
    code = interim.key_param if told else None
    visits = [visit.code for visit in trial.visits]
    used = (adeff["PARAMCD"] == code) & (adeff["ANL01FL"] == "Y") & adeff["AVISIT"].isin(visits)
    rows = adeff[used & adeff["CHG"].notna()]
    rows = rows.sort_values(["USUBJID", "AVISITN"], kind="stable")
    return rows.drop_duplicates("USUBJID", keep="last").set_index("USUBJID")[SCORE]


def derive_outcome(rows: pd.DataFrame, trial: Trial, interim: Interim) -> pd.DataFrame:
    """OUTCOME and OUTCOMEN: death first, then a serious event, then the score."""
    score = trial.scores.get(interim.key_param or "")
    least = min(score.harm) if score is not None and score.harm else 0.0
    change = rows["IMPRV"]
    worse = (change <= -least) if least else (change < 0)
    outcome = pd.Series(STABLE, index=rows.index, dtype=object)
    outcome = outcome.mask(worse.fillna(False).astype(bool), WORSE)
    outcome = outcome.mask(rows["CRIT1FL"] == "Y", RESPONSE).mask(change.isna(), NO_SCORE)
    outcome = outcome.mask((rows["NSAE"] > 0).astype(bool), SERIOUS)
    outcome = outcome.mask(rows["DTHFL"] == "Y", DIED)
    places = {code: place for place, code in enumerate(ORDER, start=1)}
    return rows.assign(OUTCOME=outcome, OUTCOMEN=outcome.map(places).astype("Int64"))
