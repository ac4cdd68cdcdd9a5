"""Deaths of randomised participants as three sources tell them, one row per participant."""

import pandas as pd

from helpers.displays.adverse_events.coded_terms import NOT_CODED, name_term
from helpers.view import MaskedView, View

POPULATION = "ITT"
SOURCES = {  # column -> what the source holds
    "DM": "recorded death (demography)",
    "AE": "fatal adverse event",
    "DS": "study end by death (disposition)",
}
NO_EVENT = "no fatal event recorded"


def list_sources(view: View) -> dict[str, str]:
    """The sources that the data hold, with their words."""
    needed = {"DM": ("adsl", "DTHFL"), "AE": ("adae", "FATALFL"), "DS": ("adsl", "EOSREAS")}
    return {source: SOURCES[source] for source, what in needed.items() if view.has(*what)}


def find_death_records(view: View) -> pd.DataFrame:
    """Participants with a death in any source, by USUBJID, in its order.

    DM, AE, DS say whether the source has it (a source that is not in the data has it for nobody);
    CAUSE names the fatal events, RELATED whether one of them is related.
    """
    persons = view.population(POPULATION).set_index("USUBJID").sort_index()
    if "DTHDT" not in persons:
        persons = persons.assign(DTHDT=pd.Series(pd.NaT, persons.index, "datetime64[s]"))
    fatal = _find_fatal(view, persons.index)
    found = persons.assign(
        DM=persons["DTHFL"] == "Y",
        AE=persons.index.isin(fatal["USUBJID"]),
        DS=_ended_by_death(persons),
    )
    terms = fatal.groupby("USUBJID")["AEDECOD"].agg(_join) if "AEDECOD" in fatal else pd.Series()
    causes = pd.Series(found.index.map(terms), index=found.index, dtype=object)
    related = fatal.loc[fatal["RELFL"] == "Y", "USUBJID"] if "RELFL" in fatal else ()
    found = found.assign(
        CAUSE=causes.where(found["AE"], NO_EVENT).fillna(NOT_CODED),
        RELATED=found.index.isin(related),
    )
    return found[found["DM"] | found["AE"] | found["DS"]]


def _find_fatal(view: View, persons: pd.Index) -> pd.DataFrame:
    if not view.has("adae", "FATALFL"):
        return pd.DataFrame({"USUBJID": pd.Series(dtype=object)})
    # of deaths the complaints of a procedure count too: no number by letter may come from these
    events = (view.pool() if isinstance(view, MaskedView) else view)["adae"]
    return events[(events["FATALFL"] == "Y") & events["USUBJID"].isin(persons)]


def _ended_by_death(persons: pd.DataFrame) -> pd.Series:
    if not {"EOSSTT", "EOSREAS"} <= set(persons):
        return pd.Series(False, index=persons.index)
    return (persons["EOSSTT"] == "DISCONTINUED") & (persons["EOSREAS"] == "DEATH")


def _join(terms: pd.Series) -> str:
    return "; ".join(sorted({name_term(term) for term in terms}))
