"""adsdv, adaemat: how mature the data are - verified records, empty fields, later changes."""

import pandas as pd

from helpers.datasets.subjects.merge import merge_subject_variables
from helpers.intake.records import Records

DAY_END = pd.Timedelta(hours=23, minutes=59, seconds=59)
OF_RECORDS = ("USUBJID", "SUBJID", "TRT01P", "ITTFL", "DOMAIN", "RECORDS", "VERIFIED")
OF_EVENTS = (
    "USUBJID", "SUBJID", "TRT01P", "ITTFL", "AESEQ", "ASERFL", "LACKING", "KNOWNFL", "CHGFL",
    "ADDEDFL", "UPDDT",
)  # fmt: skip
QUERIES = "qry"  # questions about records have no source to be compared with
CRITERIA = ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE")
# what the report of a serious event must hold; of the end only where the event does not go on
FIELDS = (
    "AESTDTC", "AEENDTC", "AETOXGR", "CRITERIA", "AEREL", "AERELPR", "AEEXPECT", "AEACN", "AEOUT",
    "AESITDTC", "AESPODTC", "AENARR",
)  # fmt: skip


def build_adsdv(records: Records, adsl: pd.DataFrame) -> pd.DataFrame:
    """One row per consented participant and raw table with records of the participant.

    Returns
    -------
    `OF_RECORDS`: DOMAIN is the raw table, RECORDS those within the cut, VERIFIED those of them with
    SDV = Y. Tables that do not say which records were verified are left out.
    """
    parts = []
    for name in sorted(records.tables):
        frame = records[name]
        if name == QUERIES or not {"SUBJID", "SDV"} <= set(frame):
            continue
        frame = frame[frame["SUBJID"].isin(adsl["SUBJID"])]
        done = (frame["SDV"] == "Y").fillna(False).groupby(frame["SUBJID"]).agg(["size", "sum"])
        parts.append(done.reset_index().assign(DOMAIN=name))
    empty = pd.DataFrame({"SUBJID": [], "size": [], "sum": [], "DOMAIN": []}, dtype=object)
    rows = pd.concat(parts, ignore_index=True) if parts else empty
    rows = rows.assign(RECORDS=rows["size"].astype("Int64"), VERIFIED=rows["sum"].astype("Int64"))
    rows = merge_subject_variables(rows, adsl, ("USUBJID", "TRT01P", "ITTFL"))
    rows = rows.sort_values(["DOMAIN", "USUBJID"], kind="stable")
    return rows[list(OF_RECORDS)].reset_index(drop=True)


def build_adaemat(
    records: Records, adsl: pd.DataFrame, adae: pd.DataFrame, former: pd.Timestamp | None
) -> pd.DataFrame:
    """One row per adverse event of a consented participant, in the order of `adae`.

    Parameters
    ----------
    former : moment at which the report of the interim before was closed; None before the first.

    Returns
    -------
    `OF_EVENTS`: LACKING names the empty fields of a serious event. KNOWNFL: entered by `former`;
    CHGFL: entered by then and changed after it; ADDEDFL: begun by then and entered after it; the
    three are empty without a former report. The export says that a record was changed, not which
    field.
    """
    ae = records["ae"]
    keys = pd.MultiIndex.from_frame(adae[["SUBJID", "AESEQ"]])
    own = ae.drop_duplicates(["SUBJID", "AESEQ"], keep="last").set_index(["SUBJID", "AESEQ"])
    own = own.reindex(keys).set_axis(adae.index)
    names = [name for name in ("USUBJID", "SUBJID", "AESEQ", "ASERFL") if name in adae]
    rows = merge_subject_variables(adae[names], adsl, ("TRT01P", "ITTFL"))
    rows = rows.assign(
        LACKING=_name_lacking(own).where(adae["ASERFL"] == "Y", None),
        UPDDT=own["UPDDTC"].dt.normalize(),
        **_compare(own, adae, former),
    )
    return rows[list(OF_EVENTS)].reset_index(drop=True)


def _name_lacking(own: pd.DataFrame) -> pd.Series:
    """Names of the empty fields of each event, divided by blanks; null where none is empty."""
    empty = {name: own[name].isna() for name in FIELDS if name in own}
    if "AEENDTC" in empty and "AEONGO" in own:
        empty["AEENDTC"] &= own["AEONGO"] != "Y"
    criteria = [name for name in CRITERIA if name in own]
    if criteria:
        empty["CRITERIA"] = ~(own[criteria] == "Y").any(axis=1)
    names = pd.Series("", index=own.index, dtype=object)
    for name in FIELDS:
        if name in empty:
            names = names + empty[name].map({True: f"{name} ", False: ""}).astype(object)
    names = names.str.strip()
    return names.where(names != "", None)


def _compare(
    own: pd.DataFrame, adae: pd.DataFrame, former: pd.Timestamp | None
) -> dict[str, pd.Series]:
    """KNOWNFL, CHGFL and ADDEDFL."""
    none = pd.Series(None, index=own.index, dtype=object)
    if former is None:
        return dict.fromkeys(("KNOWNFL", "CHGFL", "ADDEDFL"), none)
    end = former if former != former.normalize() else former + DAY_END
    known = (own["ENTRYDTC"] <= end).fillna(False)
    changed = known & (own["UPDDTC"] > end).fillna(False)
    added = ~known & (adae["ASTDT"] <= end).fillna(False)
    words = {True: "Y", False: "N"}
    return {
        "KNOWNFL": known.map(words).astype(object),
        "CHGFL": changed.map(words).astype(object),
        "ADDEDFL": added.map(words).astype(object),
    }
