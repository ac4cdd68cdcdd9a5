"""Baseline characteristics of adsl that other tables hold: history, treatment, laboratory, scores.

Which there are, and where each comes from, is said by the trial (`baseline_sources`).
"""

import pandas as pd

from helpers.datasets.flags import yes_no
from helpers.datasets.subjects.adsl import label_ranges
from helpers.intake.partial_dates import latest_date
from helpers.intake.records import Records
from helpers.params.trial import Trial


def derive_history(adsl: pd.DataFrame, records: Records, trial: Trial) -> pd.DataFrame:
    """Risk factors and drug classes (Y or N) and weekly hours of therapies at baseline.

    A characteristic whose columns the audience may not load is absent.
    """
    sources = trial.baseline_sources
    found: dict[str, pd.Series] = {}
    if records.has("mh", "MHDECOD"):
        found |= {
            factor: has_history(adsl, records, factor, trial) for factor in sources.risk_factors
        }
    if records.has("cm", "CMCAT"):
        current = find_current_treatment(adsl, records)
        found |= {
            variable: yes_no(adsl["SUBJID"].isin(current.loc[current["CMCAT"] == kind, "SUBJID"]))
            for variable, kind in sources.medication.items()
        }
        if "CMDOSE" in current:
            hours = {
                variable: current[current["CMCAT"] == kind].groupby("SUBJID")["CMDOSE"]
                for variable, kind in sources.weekly_hours.items()
            }
            found |= {
                variable: adsl["SUBJID"].map(amounts.sum(min_count=1)).astype("Float64")
                for variable, amounts in hours.items()
            }
    return adsl.assign(**found)


def has_history(adsl: pd.DataFrame, records: Records, factor: str, trial: Trial) -> pd.Series:
    """Whether a participant's history names a risk factor, by its code or in the trial's words."""
    words = {factor.casefold()}
    words |= {row.label.casefold() for row in trial.baseline_table if row.variable == factor}
    mh = records["mh"]
    named = mh["MHDECOD"].str.casefold().isin(words)
    return yes_no(adsl["SUBJID"].isin(mh.loc[named, "SUBJID"]))


def find_current_treatment(adsl: pd.DataFrame, records: Records) -> pd.DataFrame:
    """Rows of cm that had certainly begun before day 1 and may still have gone on then.

    A start that is not recorded lies before the study; days count from the anchor, of screened
    participants from consent.
    """
    cm = records["cm"]
    day = adsl.set_index("SUBJID")["ANCHORDT"].fillna(adsl.set_index("SUBJID")["RFICDT"])
    first = cm["SUBJID"].map(day)
    begun = cm["CMSTDTC"].isna() | (latest_date(cm["CMSTDTC"]) < first)
    ended = latest_date(cm["CMENDTC"]) < first
    return cm[begun & ~ended & first.notna()]


def derive_laboratory(adsl: pd.DataFrame, values: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Baseline values of the laboratory tests of the baseline table, in standard units.

    `values` are SUBJID, PARAMCD, AVAL, ABLFL.
    """
    base = values[values["ABLFL"] == "Y"]
    tests = trial.baseline_sources.laboratory
    return adsl.assign(**{test: _baseline_of(adsl, base, test) for test in tests})


def derive_scores(adsl: pd.DataFrame, adeff: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Baseline scores under their PARAMCD, and the groups of the severity score."""
    sources = trial.baseline_sources
    wanted = [row.variable for row in trial.baseline_table if row.score and row.kind == "number"]
    if sources.severity_score is not None and sources.severity_score not in wanted:
        wanted.append(sources.severity_score)
    base = adeff[adeff["ABLFL"] == "Y"]
    adsl = adsl.assign(**{code: _baseline_of(adsl, base, code) for code in wanted})
    if sources.severity_score is None or sources.severity_group is None:
        return adsl
    groups = label_ranges(adsl[sources.severity_score], trial.groups.severity, None)
    return adsl.assign(**{sources.severity_group: groups})


def _baseline_of(adsl: pd.DataFrame, base: pd.DataFrame, code: str) -> pd.Series:
    values = base[base["PARAMCD"] == code].drop_duplicates("SUBJID").set_index("SUBJID")["AVAL"]
    return adsl["SUBJID"].map(values).astype("Float64")
