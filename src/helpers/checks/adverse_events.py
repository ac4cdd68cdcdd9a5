"""Is each adverse event row consistent in itself and with dm and rand."""

import pandas as pd

from helpers.checks.context import CheckContext, spread
from helpers.checks.report import gather, report_rows
from helpers.intake.coded_terms import lacks_term
from helpers.intake.partial_dates import describe_precision
from helpers.intake.schema import SUBJECT
from helpers.intake.serious_events import meets_criterion
from helpers.params.trial import Trial


def find_inconsistent_dates(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C14: ends before it starts, starts after death or after the extract."""
    ae = context.ae
    ends_early = (ae["end_last"] < ae["start_first"]) | (ae["end_time"] < ae["start_time"])
    died = spread(context.death["last"], ae[SUBJECT])
    return gather(
        *(
            report_rows(ae[hits], "ae", "C14", "E", text, column)
            for hits, text, column in (
                (ends_early, "event ends before it starts", "AEENDTC"),
                (ae["start_first"] > died, "event starts after death", "AESTDTC"),
                (
                    ae["start_first"] > context.extract.normalize(),
                    "event starts after the export was made",
                    "AESTDTC",
                ),
            )
        )
    )


def find_partial_starts(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C53: a start of which only the month or the year is known; a missing one is STRUCT-NULL."""
    ae = context["ae"]
    partial = describe_precision(ae["AESTDTC"]).isin(["Y", "M"])
    text = "start date incomplete; counted in every period in which the event may have begun"
    return report_rows(ae[partial], "ae", "C53", "W", text, "AESTDTC")


def find_inconsistent_ongoing(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C15: ongoing with an end date, or ended without one."""
    ae = context["ae"]
    with_end = (ae["AEONGO"] == "Y") & ae["AEENDTC"].notna()
    without = (ae["AEONGO"] == "N") & ae["AEENDTC"].isna()
    return gather(
        report_rows(ae[with_end], "ae", "C15", "E", "ongoing, but has an end date", "AEENDTC"),
        report_rows(ae[without], "ae", "C15", "E", "not ongoing, but has no end date", "AEENDTC"),
    )


def find_inconsistent_seriousness(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C16: serious without a criterion, or a criterion without serious."""
    ae = context["ae"]
    criterion = meets_criterion(ae)
    serious = ae["AESER"] == "Y"
    return gather(
        report_rows(
            ae[serious & ~criterion], "ae", "C16", "E", "serious, but no criterion is Y", "AESER"
        ),
        report_rows(
            ae[criterion & ~serious],
            "ae",
            "C16",
            "E",
            "a criterion is Y, but the event is not marked serious; counted as serious",
            "AESER",
        ),
    )


def find_inconsistent_fatal(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C17: grade 5, outcome and criterion that disagree, or no such death in dm."""
    ae = context.ae
    signs = pd.DataFrame(
        {
            "grade": (ae["AETOXGR"] == 5).fillna(False),
            "outcome": ae["AEOUT"] == "FATAL",
            "criterion": ae["AESDTH"] == "Y",
        }
    ).astype(bool)
    fatal = signs.any(axis=1)
    died = signs["outcome"] | signs["criterion"]  # a grade alone says of nobody that he died
    dead = spread(context.fact("dm", "DTHFL"), ae[SUBJECT]) == "Y"
    first, last = (spread(context.death[name], ae[SUBJECT]) for name in ("first", "last"))
    apart = (ae["end_last"] < first) | (ae["end_first"] > last)
    return gather(
        *(
            report_rows(ae[hits], "ae", "C17", "E", text, column)
            for hits, text, column in (
                (
                    fatal & ~signs.all(axis=1),
                    "grade 5, outcome FATAL and criterion death do not agree",
                    "AEOUT",
                ),
                (died & ~dead, "fatal event, but dm has no death", "AEOUT"),
                (fatal & dead & apart, "fatal event ends on another day than death", "AEENDTC"),
            )
        )
    )


def find_severe_not_serious(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C20: a grade that is life-threatening or fatal, not marked serious."""
    ae = context["ae"]
    severe = (ae["AETOXGR"] >= trial.checks.serious_grade).fillna(False).astype(bool)
    text = f"grade {trial.checks.serious_grade} or more, but not marked serious"
    return report_rows(ae[severe & (ae["AESER"] != "Y")], "ae", "C20", "W", text, "AESER")


def find_related_without_product(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C23: causality that the participant's allocation rules out."""
    ae = context["ae"]
    planless = [arm.code for arm in trial.arms if not arm.active]
    rand = context["rand"]
    persons = rand.loc[rand["ARMCD"].isin(planless), SUBJECT]
    related = (ae[["AEREL", "AERELPR"]].isin(trial.adverse_events.related)).any(axis=1)
    text = "causality does not fit the allocation; please review"
    return report_rows(ae[related & ae[SUBJECT].isin(persons)], "ae", "C23", "E", text)


def find_duplicate_event(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C25: the same term starts again within a day; only starts known to the day count."""
    ae = context.ae
    known = ae["start_first"].notna() & (ae["start_first"] == ae["start_last"])
    rows = ae[known & ae["AEDECOD"].notna() & (ae["AEDECOD"] != "UNCODED")]
    rows = rows.sort_values([SUBJECT, "AEDECOD", "start_first", "AESEQ"], kind="stable")
    before = rows.groupby([SUBJECT, "AEDECOD"])["start_first"].shift()
    near = (rows["start_first"] - before).dt.days <= trial.checks.duplicate_days
    text = "possible duplicate: the same term started at most a day before"
    return report_rows(rows[near], "ae", "C25", "W", text, "AESTDTC")


def find_late_information(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C26: sponsor informed of a serious event too long after the site knew."""
    ae = context.ae
    days = (ae["AESPODTC"] - ae["AESITDTC"]).dt.days
    limit = trial.checks.informed_days
    text = f"sponsor was informed more than {limit} day after the site knew"
    return report_rows(ae[ae["serious"] & (days > limit)], "ae", "C26", "E", text, "AESPODTC")


def find_uncoded(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C27: term without a code, or a system organ class that is not the dictionary's."""
    ae = context["ae"]
    uncoded = lacks_term(ae)
    found = [report_rows(ae[uncoded], "ae", "C27", "W", "term is not coded", "AEDECOD")]
    dictionary = context.reference.dictionary
    if dictionary.empty:
        return gather(*found)
    listed = ae["AEDECOD"].isin(dictionary["PT"])
    pairs = set(zip(dictionary["PT"], dictionary["SOC"], strict=True))
    agrees = [pair in pairs for pair in zip(ae["AEDECOD"], ae["AEBODSYS"], strict=True)]
    unknown = ae[~uncoded & ~listed]
    other = ae[listed & ~pd.Series(agrees, index=ae.index, dtype=bool)]
    return gather(
        *found,
        report_rows(unknown, "ae", "C27", "W", "term is not in the dictionary", "AEDECOD"),
        report_rows(
            other, "ae", "C27", "W", "system organ class is not the dictionary's", "AEBODSYS"
        ),
    )
