"""Are the forms legal, complete, plausible, by a blinded rater (C28 to C30, C32, C46, C51)."""

import numpy as np
import pandas as pd

from helpers.checks.context import CheckContext
from helpers.checks.report import gather, report_rows
from helpers.checks.scores import FORM, answers_of, build_score_options
from helpers.intake.findings import build_findings
from helpers.intake.groups import number_groups
from helpers.intake.partial_dates import earliest_date, latest_date
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial
from helpers.scales.items.checks import check_items

_FORM_KEY = ("VISIT", "QSCAT", "QSDTC")
# Kept by the scorers and only worth a look: an old code, answers unusual in coma.
_SOFT = ("OLD_UN", "COMA_UNUSUAL")


def report_forms(
    rows: pd.DataFrame, check: str, severity: str, text: str | list[str]
) -> pd.DataFrame:
    """One finding per form."""
    return build_findings(
        rows, check=check, severity=severity, table="qs", key=_FORM_KEY, text=text
    )


def find_illegal_items(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C28: answers that the scales' rules do not allow; `column` names the value that is nulled."""
    qs = context["qs"].reset_index(drop=True)
    problems = check_items(qs, options=build_score_options(trial), form=FORM)
    severity = problems["PROBLEM"].isin(_SOFT).map({True: "W", False: "E"})
    found = []
    for (nulled, level), part in problems.groupby([problems["NULLED"], severity], sort=True):
        rows = qs.loc[part["ROW"]]
        says = "; not used" if nulled else "; kept"
        texts = [text + says for text in part["TEXT"]]
        column = "QSORRES" if nulled else ""
        found.append(report_rows(rows, "qs", "C28", level, texts, column))
    return gather(*found)


def find_incomplete_forms(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C29: some items without an answer, or a form dated away from its visit.

    Items that the scale itself leaves out (a closed gate, an item in no score) are not missed.
    """
    scores = context.scores
    missing = scores.assign(NMISS=scores["NMISS"].astype("float64"))
    forms = missing.sort_values("NMISS", kind="stable").drop_duplicates(list(FORM), keep="last")
    partial = forms[forms["NMISS"] > 0]
    counts = [
        f"form is incomplete: {int(n)} item{'s' * (n != 1)} without an answer"
        for n in partial["NMISS"]
    ]
    sv = context["sv"]
    visits = sv.dropna(subset=["SVSTDTC"])[[SUBJECT, "VISIT", "SVSTDTC"]]
    pairs = forms.assign(place=range(len(forms))).merge(visits, on=[SUBJECT, "VISIT"])
    low, high = earliest_date(pairs["QSDTC"]), latest_date(pairs["QSDTC"])
    before = (pairs["SVSTDTC"] - high).dt.days
    after = (low - pairs["SVSTDTC"]).dt.days
    pairs["apart"] = np.maximum(before, after)
    nearest = pairs.groupby("place")["apart"].min()
    limit = trial.checks.form_days
    apart = forms.iloc[nearest.index[nearest > limit]]
    return gather(
        report_forms(partial, "C29", "W", counts),
        report_forms(apart, "C29", "W", f"form dated more than {limit} days from its visit"),
    )


def find_implausible_change(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C30: a total that changed more between neighbouring forms than is plausible."""
    limits = trial.checks.plausible_change
    scores = context.scores
    rows = scores[scores["PARAMCD"].isin(limits) & scores["AVAL"].notna()]
    rows = rows.assign(day=earliest_date(rows["QSDTC"])).dropna(subset=["day"])
    rows = rows.sort_values([SUBJECT, "PARAMCD", "day", "SRCROW"], kind="stable")
    change = rows.groupby([SUBJECT, "PARAMCD"])["AVAL"].diff().abs()
    jumps = rows[change > rows["PARAMCD"].map(limits).astype("float64")]
    texts = [
        f"{trial.scores[code].label} changed by more than {limits[code]:g} since the form before"
        for code in jumps["PARAMCD"]
    ]
    return report_forms(jumps, "C30", "W", texts)


def find_unblinded_rater(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C32: a form after baseline by a rater who knows the allocation.

    Who gave the product is not recorded in any raw table, so "same rater as the dose team" cannot
    be asked of the data.
    """
    qs = context["qs"]
    early = (trial.baseline.code, trial.site_visits.screening)
    rows = qs[(qs["QSEVALBL"] == "N") & ~qs["VISIT"].isin(early)]
    rows = rows[~pd.Series(number_groups(rows, FORM), index=rows.index).duplicated()]
    return report_forms(rows, "C32", "W", "rated after baseline by a rater who was not blinded")


def find_tone_medication(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C46: a drug against spasticity started shortly before tone was rated."""
    checks = trial.checks
    if checks.tone_form is None:
        return gather()
    cm = context["cm"]
    words = "|".join(checks.tone_words)
    named = pd.Series(False, index=cm.index)
    for column in ("CMTRT", "CMDECOD"):
        hits = cm[column].astype("string").str.contains(words, case=False)
        named |= hits.fillna(False).astype(bool)
    drugs = cm[(cm["CMCAT"] == checks.tone_medication) | (named & bool(words))]
    starts = pd.DataFrame(
        {
            SUBJECT: drugs[SUBJECT],
            "low": earliest_date(drugs["CMSTDTC"]),
            "high": latest_date(drugs["CMSTDTC"]),
        }
    )
    forms = context.scores
    forms = forms[forms["QSCAT"] == checks.tone_form].drop_duplicates(list(FORM))
    forms = forms.assign(place=range(len(forms)), day=latest_date(forms["QSDTC"]))
    pairs = forms.merge(starts, on=SUBJECT)
    # A start known to the month counts when any of its days lies in the span.
    span = pd.Timedelta(days=checks.tone_days)
    inside = (pairs["low"] <= pairs["day"]) & (pairs["high"] >= pairs["day"] - span)
    rows = forms[forms["place"].isin(pairs.loc[inside, "place"])]
    text = f"a drug against spasticity was started in the {checks.tone_days} days before"
    return report_forms(rows, "C46", "W", text)


def find_copied_form(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C51: every answer of a long form is the same as on the participant's form before."""
    answers = answers_of(context["qs"])
    forms = number_groups(answers, FORM)
    hashes = np.zeros(len(answers), dtype=np.uint64)
    for place, column in enumerate(("QSTESTCD", "QSORRES")):
        values = pd.util.hash_array(answers[column].to_numpy(dtype=object))
        hashes = hashes * np.uint64(1_000_003 + place) ^ values
    # The sum does not depend on the order of the items.
    mixed = pd.Series(pd.util.hash_array(hashes), index=answers.index)
    grouped = mixed.groupby(forms, sort=True)
    first = answers[~pd.Series(forms, index=answers.index).duplicated()]
    first = first.assign(
        content=grouped.sum().to_numpy(),
        items=grouped.size().to_numpy(),
        day=earliest_date(first["QSDTC"]),
    )
    first = first.sort_values([SUBJECT, "QSCAT", "day", "SRCROW"], kind="stable")
    before = first.groupby([SUBJECT, "QSCAT"])[["content", "items"]].shift()
    same = (first["content"] == before["content"]) & (first["items"] == before["items"])
    rows = first[same & (first["items"] >= trial.checks.copied_items)]
    return report_forms(rows, "C51", "W", "every answer is the same as on the form before")
