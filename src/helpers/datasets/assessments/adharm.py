"""adharm: how much worse a score was than at baseline, and than before the latest dose."""

import pandas as pd

from helpers.params.trial import Trial

COLUMNS = (
    "USUBJID", "SUBJID", "TRT01P", "TRT01A", "PARAMCD", "AVISIT", "ADT", "ADY", "ANL01FL", "AVAL",
    "WORS", "DOSEORD", "DBASE", "DWORS", "SRCDOM", "SRCSEQ",
)  # fmt: skip


def build_adharm(adeff: pd.DataFrame, adex: pd.DataFrame, trial: Trial) -> pd.DataFrame | None:
    """One row per value after baseline of each score with `harm`; None where no score has it.

    Returns
    -------
    `COLUMNS` in the order of `adeff`. WORS is the worsening from baseline, DWORS that from the last
    value before the latest given dose (DBASE); both are positive where the participant is worse.
    """
    directions = {code: s.direction for code, s in trial.scores.items() if s.harm}
    if not directions:
        return None
    rows = adeff[adeff["PARAMCD"].isin(directions) & adeff["AVAL"].notna()]
    rows = rows.reset_index(drop=True)
    rows = derive_dose_before(rows, adex)
    rows = derive_value_before_dose(rows)
    direction = rows["PARAMCD"].map(directions).astype("Float64")
    # adding 0 turns -0 into 0
    rows = rows.assign(
        WORS=0.0 - rows["IMPRV"], DWORS=0.0 - direction * (rows["AVAL"] - rows["DBASE"])
    )
    after = rows["CHG"].notna() | rows["DOSEORD"].notna()
    return rows.loc[after, list(COLUMNS)].reset_index(drop=True)


def derive_dose_before(rows: pd.DataFrame, adex: pd.DataFrame) -> pd.DataFrame:
    """DOSEORD: the latest dose given before the value; null before the first.

    A value without a time on the day of a dose is taken to be before it, as at baseline.
    """
    given = adex.loc[adex["GIVENFL"] == "Y", ["USUBJID", "DOSEORD", "ASTDTM"]]
    keyed = rows[["USUBJID", "ADT", "ADTM"]].assign(ROW=rows.index)
    pairs = keyed.merge(given, on="USUBJID")
    later_day = pairs["ADT"] > pairs["ASTDTM"].dt.normalize()
    after = later_day.where(pairs["ADTM"].isna(), pairs["ADTM"] > pairs["ASTDTM"])
    latest = pairs[after.astype(bool)].groupby("ROW")["DOSEORD"].max()
    return rows.assign(DOSEORD=latest.reindex(rows.index).astype("Int64"))


def derive_value_before_dose(rows: pd.DataFrame) -> pd.DataFrame:
    """DBASE: the last value of the score before the dose of DOSEORD; null where there is none."""
    order = rows.sort_values(["ADT", "ADTM"], kind="stable", na_position="first")
    period = ["USUBJID", "PARAMCD", "DOSEORD"]
    # the last value of each period between two doses is what the next dose is held against
    last = order.assign(DOSEORD=order["DOSEORD"].fillna(0)).drop_duplicates(period, keep="last")
    last = last.sort_values(["DOSEORD"], kind="stable")
    wanted = rows.loc[rows["DOSEORD"].notna(), period].assign(ROW=lambda own: own.index)
    found = pd.merge_asof(
        wanted.sort_values("DOSEORD", kind="stable"),
        last[[*period, "AVAL"]].rename(columns={"AVAL": "DBASE"}),
        on="DOSEORD",
        by=["USUBJID", "PARAMCD"],
        allow_exact_matches=False,
    )
    return rows.assign(DBASE=found.set_index("ROW")["DBASE"].reindex(rows.index).astype("Float64"))
