"""How long each participant was followed: last contact, death, end of study, exit."""

import pandas as pd

from helpers.intake.partial_dates import describe_precision, earliest_date, latest_date
from helpers.intake.records import Records

DAY = pd.Timedelta(days=1)
# Rows that need the participant alive and in contact: table, date, column that must hold one of the
# values. What was not done needs nobody: no status is the status of what was done.
CONTACTS = (
    ("dm", "RFICDTC", None),
    ("rand", "RANDDTC", None),
    ("sv", "SVSTDTC", ("SVSTAT", ("DONE",))),
    ("lb", "LBDTC", ("LBSTAT", (None,))),
    ("vs", "VSDTC", ("VSSTAT", (None,))),
    ("ex", "EXSTDTC", ("EXOCCUR", ("Y",))),
    ("ae", "AESTDTC", None),
    ("ho", "HOSTDTC", None),
    ("qs", "QSDTC", ("QSSTAT", (None,))),
)
ENDS_FOLLOW_UP = ("FOLLOW_UP", "DATA_USE")
LOST, COMPLETED, WITHDRAWN = "LOST_TO_FOLLOW_UP", "COMPLETED", "WITHDRAWAL_BY_SUBJECT"


def compute_last_alive(records: Records, cutoff: pd.Timestamp) -> pd.Series:
    """LSTALVDT by SUBJID: latest clinical day by the cut-off that needs the participant alive."""
    parts = []
    for table, date, condition in CONTACTS:
        if not records.has(table, date):
            continue
        frame = records[table]
        if condition and condition[0] in frame:
            frame = frame[frame[condition[0]].isin(condition[1])]
        parts.append(pd.DataFrame({"SUBJID": frame["SUBJID"], "DATE": earliest_date(frame[date])}))
    contacts = pd.concat(parts, ignore_index=True)
    contacts = contacts[contacts["DATE"] <= cutoff]
    latest: pd.Series = contacts.groupby("SUBJID")["DATE"].max().astype("datetime64[s]")
    return latest


def compute_death(dm: pd.DataFrame, last_alive: pd.Series) -> pd.Series:
    """DTHDT by SUBJID: the day missing -> first possible day after the last sign of life.

    A death whose month is missing has no date here: it is a finding, not a guess.
    """
    dm = dm.set_index("SUBJID")
    text = dm["DTHDTC"].where(dm["DTHFL"] == "Y")
    precise = describe_precision(text)
    first = earliest_date(text)
    after_contact = last_alive.reindex(dm.index) + DAY
    imputed = first.where(~(after_contact > first), after_contact)
    # the record of the death itself says the month: never beyond its last day
    imputed = imputed.where(~(imputed > latest_date(text)), latest_date(text))
    known = first.where(precise.isin(["D", "T"]))
    return known.fillna(imputed.where(precise == "M")).astype("datetime64[s]")


def build_end_of_study(records: Records, cutoff: pd.Timestamp) -> pd.DataFrame:
    """EOSSTT, EOSDT, EOSREAS, SCOPE and EOTSTT, EOTDT, EOTREAS by SUBJID, as known at the cut-off.

    Of two rows of one kind the later one counts (the second is a finding, C43). Who withdrew from
    treatment only has ended that, whatever the row says, and stays in the study.
    """
    ds = records["ds"]
    ds = ds[ds["DSCAT"] == "DISPOSITION"].assign(DATE=lambda rows: latest_date(rows["DSSTDTC"]))
    ds = ds.assign(DATE=ds["DATE"].where(~(ds["DATE"] > cutoff), cutoff))
    ds = ds.sort_values(["SUBJID", "DATE", "DSSEQ"], kind="stable", na_position="first")
    if "DSWCSCOPE" in ds:
        only = (ds["DSDECOD"] == WITHDRAWN) & (ds["DSWCSCOPE"] == "TREATMENT_ONLY")
        ds = ds.assign(DSSCAT=ds["DSSCAT"].mask(only.fillna(False), "TREATMENT"))
    ends = []
    for scope, prefix in (("STUDY", "EOS"), ("TREATMENT", "EOT")):
        rows = ds[(ds["DSSCAT"] == scope) & (ds["DSDECOD"] != "SCREEN_FAILURE")]
        rows = rows.drop_duplicates("SUBJID", keep="last").set_index("SUBJID")
        done = rows["DSDECOD"] == COMPLETED
        end = pd.DataFrame(
            {
                f"{prefix}STT": done.map({True: "COMPLETED", False: "DISCONTINUED"}),
                f"{prefix}DT": rows["DATE"],
                f"{prefix}REAS": rows["DSDECOD"].mask(done, None),
            }
        )
        if prefix == "EOS" and "DSWCSCOPE" in rows:
            end["SCOPE"] = rows["DSWCSCOPE"]
        ends.append(end)
    return ends[0].join(ends[1], how="outer")


def derive_exit(persons: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """EXITDT: the earliest of death, end of follow-up and cut-off.

    Follow-up ends with completion, with the last contact of a participant lost, and with leaving; a
    withdrawal from treatment only does not end it.
    """
    ended = persons["EOSDT"].where(has_left(persons))
    lost = persons["EOSREAS"] == LOST
    ended = ended.mask(lost, persons["LSTALVDT"])
    candidates = pd.DataFrame({"death": persons["DTHDT"], "end": ended})
    exit_date = candidates.min(axis=1).astype("datetime64[s]")
    exit_date = exit_date.where(exit_date <= cutoff, cutoff)
    return persons.assign(EXITDT=exit_date.where(persons["RANDDT"].notna()).astype("datetime64[s]"))


def has_left(persons: pd.DataFrame) -> pd.Series:
    """Whether each participant completed or left the study."""
    return persons["EOSSTT"].isin(["COMPLETED", "DISCONTINUED"])


def compute_years(start: pd.Series, end: pd.Series, year_days: float) -> pd.Series:
    """Years at risk, both ends counted; null where the end is before the start."""
    days = (end - start).dt.days + 1
    return (days.where(days > 0) / year_days).astype("Float64")
