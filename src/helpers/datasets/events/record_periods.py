"""Records that last - a medication, a disease - beside the start of treatment of their participant.

Their dates are not imputed: a partial date says the first and the last day that it can mean.
"""

import pandas as pd

from helpers.datasets.subjects.merge import merge_subject_variables
from helpers.intake.partial_dates import earliest_date, latest_date
from helpers.intake.records import Records

SHARED = ("USUBJID", "TRT01P", "TRT01A", "ITTFL", "SAFFL", "ANCHORDT")


def build_periods(records: Records, adsl: pd.DataFrame, domain: str) -> pd.DataFrame:
    """One row per record of consented participants, in the order of USUBJID and sequence.

    Returns
    -------
    The record with SRCDOM, SRCSEQ; ASTDT and AENDT where the day is recorded; PREFL: Y where it
    had begun before the first dose (in an arm without doses before randomisation) whatever the
    date can mean, else N; ONTRTFL: N where it had ended before then whatever the date can mean,
    else Y. Both are empty for who has no such day.
    """
    prefix = domain.upper()
    sequence = f"{prefix}SEQ"
    rows = records[domain]
    rows = rows[rows["SUBJID"].isin(adsl["SUBJID"])].reset_index(drop=True)
    rows = merge_subject_variables(rows, adsl, SHARED)
    start, end = rows[f"{prefix}STDTC"], rows[f"{prefix}ENDTC"]
    anchor = rows["ANCHORDT"]
    rows = rows.assign(
        ASTDT=_exact_day(start),
        AENDT=_exact_day(end),
        PREFL=_flag(latest_date(start) < anchor, anchor),
        ONTRTFL=_flag(~(latest_date(end) < anchor), anchor),
        SRCDOM=domain,
        SRCSEQ=rows[sequence],
    )
    return rows.sort_values(["USUBJID", sequence], kind="stable").reset_index(drop=True)


def _exact_day(text: pd.Series) -> pd.Series:
    first = earliest_date(text)
    return first.where(first == latest_date(text))


def _flag(holds: pd.Series, anchor: pd.Series) -> pd.Series:
    return holds.map({True: "Y", False: "N"}).astype(object).where(anchor.notna(), None)
