"""committee: what was recommended on earlier reports and answered, and who unmasked them."""

from collections.abc import Mapping, Sequence

import pandas as pd

from helpers.params.committee import Committee, Recommendation, Unmasking, Version
from helpers.params.interim import Interim

COLUMNS = (
    "KIND", "VERSION", "DATE", "INTERIM", "CUTDT", "DECISION", "ARMS", "TEXT", "ANSDT", "ANSWER",
    "CLOSES", "BY",
)  # fmt: skip


def build_committee(
    committee: Committee, looks: Sequence[tuple[Interim, pd.Timestamp]]
) -> pd.DataFrame:
    """One row per version of protocol and charter, recommendation and unmasking, by date.

    Parameters
    ----------
    looks : the earlier interims that have taken place, with their cut-offs.

    Returns
    -------
    KIND (PROTOCOL, CHARTER, RECOMMENDATION, UNMASKING), VERSION, DATE, INTERIM, CUTDT, DECISION,
    ARMS, TEXT, ANSDT, ANSWER, CLOSES, BY; arms by their codes, divided by blanks.
    """
    cutoffs = {look.interim_id: day for look, day in looks}
    kinds = (("PROTOCOL", committee.protocol), ("CHARTER", committee.charter))
    rows = [_list_version(kind, version) for kind, versions in kinds for version in versions]
    rows += [_list_entry(entry, cutoffs) for entry in committee.recommendations]
    rows += [_list_unmasking(entry, cutoffs) for entry in committee.unmaskings]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return frame.astype(dict.fromkeys(("DATE", "CUTDT", "ANSDT"), "datetime64[s]"))


def _list_version(kind: str, version: Version) -> dict[str, object]:
    return {"KIND": kind, "VERSION": version.version, "DATE": version.date}


def _list_unmasking(entry: Unmasking, cutoffs: Mapping[str, pd.Timestamp]) -> dict[str, object]:
    return {
        "KIND": "UNMASKING",
        "DATE": entry.date,
        "INTERIM": entry.interim,
        "CUTDT": cutoffs.get(entry.interim),
        "TEXT": entry.why,
        "BY": entry.by,
    }


def _list_entry(entry: Recommendation, cutoffs: Mapping[str, pd.Timestamp]) -> dict[str, object]:
    return {
        "KIND": "RECOMMENDATION",
        "DATE": entry.date,
        "INTERIM": entry.interim,
        "CUTDT": cutoffs.get(entry.interim),
        "DECISION": entry.recommendation,
        "ARMS": " ".join(entry.arms) or None,
        "TEXT": entry.text or None,
        "ANSDT": entry.answer.date if entry.answer else None,
        "ANSWER": entry.answer.text if entry.answer else None,
        "CLOSES": " ".join(entry.closes_alerts) or None,
    }
