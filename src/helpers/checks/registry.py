"""The record checks in one table: id, severity, what it says, what it reads, the function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from helpers.checks import (
    adverse_event_links,
    adverse_events,
    dates,
    disposition,
    dose_dates,
    dose_vitals,
    eligibility,
    exposure,
    identity,
    laboratory,
    questionnaires,
    randomisation,
    required,
    sex,
    visits,
    vitals,
)
from helpers.checks.context import CheckContext
from helpers.intake.findings import join_findings
from helpers.intake.records import Records
from helpers.params.trial import Trial

Stage = Literal["raw", "cut"]
Needs = Mapping[str, tuple[str, ...]]
# A view without these may not publish a check that is for closed readers only.
RESTRICTED: Needs = {"rand": ("ARMCD",), "ex": ("EXSTDTC",)}


@dataclass(frozen=True)
class Check:
    """One record check.

    Attributes
    ----------
    id : C01 to C54 (C33b and C36b are the milder halves of C33 and C36), or STRUCT-*
    severity : F, E or W; "E/W" where it depends on the record
    says : what is wrong, in words without an arm
    needs : raw table -> columns that must be readable; else the check cannot be computed
    find : records and trial -> findings
    stage : "raw" before the data cut, "cut" after it
    closed_only : never computed where the restricted tables may not be read, because the
        answer tells an arm, an outcome, or how many events there are of a kind that is not counted
        for open readers
    """

    id: str
    severity: str
    says: str
    needs: Needs
    find: Callable[[CheckContext, Trial], pd.DataFrame] = field(repr=False)
    stage: Stage = "raw"
    closed_only: bool = False

    def is_computable(self, records: Records) -> bool:
        """Whether these records hold what the check reads and the reader may see its answer."""
        wanted = [*self.needs.items(), *(RESTRICTED.items() if self.closed_only else ())]
        return all(records.has(table, *columns) for table, columns in wanted)


def _needs(*tables: str) -> Needs:
    """Each text is a table and the columns that are read of it."""
    return {name: tuple(columns) for name, *columns in (text.split() for text in tables)}


_RANDOMISED = "ds DSDECOD DSSTDTC"
_ENDS = "ds DSCAT DSSCAT DSDECOD DSSTDTC"
_EVENTS = "ae AESTDTC AEENDTC AESER"
_ITEMS = "qs VISIT QSCAT QSTESTCD QSDTC QSORRES"
_VITALS = "vs VISIT VSTESTCD VSORRES VSORRESU VSDTC"
_DOSES = "ex DOSENUM EXOCCUR EXSTDTC EXENDTC EXDOSE"
_LABORATORY = "lb LBTESTCD LBSPEC LBORRES LBORRESU"
_CONSENT = "dm RFICDTC"
_DEATH = "dm DTHDTC"
_DEVIATIONS = "dv DVCAT DVSTDTC"

# A table reads better than 55 calls spread over 400 lines.
# fmt: off
IDENTITY = (
    Check("STRUCT-TERM", "E", "study is not this trial",
          _needs(), identity.find_other_study),
    Check("STRUCT-TYPE", "E", "subject number of another form",
          _needs(), identity.find_inconsistent_subject),
    Check("STRUCT-NULL", "E", "value missing that another value requires",
          _needs(), required.find_missing_values),
)

CHECKS = (
    Check("C01", "F", "record of somebody who is not in dm",
          _needs("dm SUBJID"), identity.find_unknown_subject),
    Check("C02", "E", "randomisation list and disposition disagree on who was randomised or when",
          _needs("rand RANDDTC", _RANDOMISED), randomisation.find_unmatched_randomisation),
    Check("C03", "E", "procedure or randomisation before consent",
          _needs(_CONSENT, _RANDOMISED), dates.find_before_consent),
    Check("C04", "E", "randomised with a criterion failed or missing and no deviation ELIGIBILITY",
          _needs("ie IETESTCD IECAT IEORRES", "dv DVCAT", _RANDOMISED),
          eligibility.find_failed_criterion),
    Check("C05", "E", "randomised with an age outside the limits, or AGE and BRTHYR disagree",
          _needs("dm RFICDTC AGE BRTHYR", _RANDOMISED), eligibility.find_inconsistent_age),
    Check("C06", "E", "randomised with onset too long before consent, or after it",
          _needs("dm RFICDTC STROKEDTC", _RANDOMISED), eligibility.find_inconsistent_onset),
    Check("C07", "E", "randomised with a baseline score below the entry limit",
          _needs(_ITEMS, _RANDOMISED), eligibility.find_low_score, closed_only=True),
    Check("C08", "E/W", "administration that does not match the allocation; W with a deviation",
          _needs("rand ARMCD", "ex EXROUTE EXSTDTC", _DEVIATIONS),
          exposure.find_inconsistent_route, closed_only=True),
    Check("C09", "E", "administration before randomisation, ending before it starts, or too long",
          _needs("rand RANDDTC", _DOSES), exposure.find_inconsistent_dose_time, closed_only=True),
    Check("C10", "E/W", "planned amount does not follow from the weight, or amount far from the "
          "plan; W with a deviation",
          _needs("ex EXOCCUR EXSTDTC EXWT EXPLAN EXDOSE", _DEVIATIONS),
          exposure.find_inconsistent_amount, closed_only=True),
    Check("C11", "W", "weight used for the amount differs from the nearest measured weight",
          _needs("ex EXOCCUR EXSTDTC EXDOSE EXWT", "dm RFICDTC WEIGHT", _VITALS),
          exposure.find_inconsistent_dose_weight, closed_only=True),
    Check("C12", "E/W", "later dose without the one before, or interval outside the plan; W with "
          "a deviation",
          _needs(_DOSES, _DEVIATIONS), exposure.find_inconsistent_interval, closed_only=True),
    Check("C13", "W", "lot missing, not listed, or used after a finding about it",
          _needs("ex EXOCCUR EXSTDTC EXDOSE EXLOT"), exposure.find_inconsistent_lot,
          closed_only=True),
    Check("C14", "E", "event ends before it starts, or starts after death or after the export",
          _needs(_EVENTS, _DEATH), adverse_events.find_inconsistent_dates),
    Check("C15", "E", "event ongoing with an end date, or ended without one",
          _needs("ae AEONGO AEENDTC"), adverse_events.find_inconsistent_ongoing),
    Check("C16", "E", "serious without a criterion, or a criterion without serious",
          _needs("ae AESER AESDTH AESLIFE AESHOSP AESDISAB AESCONG AESMIE"),
          adverse_events.find_inconsistent_seriousness),
    Check("C17", "E", "grade 5, outcome FATAL, criterion death and the death in dm do not agree",
          _needs("ae AESTDTC AEENDTC AESER AETOXGR AEOUT AESDTH", "dm DTHFL DTHDTC"),
          adverse_events.find_inconsistent_fatal),
    Check("C18", "E", "death without DEATH in ds or without a fatal event",
          _needs("dm DTHFL", "ds DSDECOD", "ae AEOUT AETOXGR"), disposition.find_unmatched_death),
    Check("C19", "E", "record dated after death",
          _needs("dm RFICDTC DTHDTC"), dates.find_after_death),
    Check("C20", "W", "grade 4 or 5 not marked serious",
          _needs("ae AETOXGR AESER"), adverse_events.find_severe_not_serious, closed_only=True),
    Check("C21", "W", "hospital criterion without stay, or unplanned stay without serious event",
          _needs("ae AESEQ AESTDTC AEENDTC AESER AESHOSP", "ho HOSTDTC HOENDTC HOPLAN AESEQ"),
          adverse_event_links.find_unmatched_stay),
    Check("C22", "W", "action taken for an event is not shown in ex, or the reverse",
          _needs("ae AEACN", "ex EXADJ EXOCCUR EXREASND"),
          adverse_event_links.find_unmirrored_action, closed_only=True),
    Check("C23", "E", "causality that the allocation rules out",
          _needs("rand ARMCD", "ae AEREL AERELPR"),
          adverse_events.find_related_without_product, closed_only=True),
    Check("C24", "E/W", "fever without a raised temperature, or a raised temperature without "
          "fever; E from the high limit on",
          _needs("ae AEDECOD AESTDTC AEENDTC AESER", _VITALS),
          adverse_event_links.find_unmatched_fever),
    Check("C25", "W", "possible duplicate event",
          _needs("ae AEDECOD AESTDTC AEENDTC AESER AESEQ"), adverse_events.find_duplicate_event),
    Check("C26", "E", "sponsor informed late of a serious event",
          _needs("ae AESTDTC AEENDTC AESER AESITDTC AESPODTC"),
          adverse_events.find_late_information),
    Check("C27", "W", "term not coded, or system organ class not the dictionary's",
          _needs("ae AEDECOD AEBODSYS"), adverse_events.find_uncoded),
    Check("C28", "E/W", "answer that the scale does not allow, not used; W where it is kept",
          _needs(_ITEMS), questionnaires.find_illegal_items, closed_only=True),
    Check("C29", "W", "form incomplete, or dated away from its visit",
          _needs(_ITEMS, "sv VISIT SVSTDTC"), questionnaires.find_incomplete_forms),
    Check("C30", "W", "score changed more than is plausible since the form before",
          _needs(_ITEMS), questionnaires.find_implausible_change, closed_only=True),
    Check("C31", "E", "assessment before consent or after the end of the study",
          _needs(_CONSENT, _ENDS, "sv VISIT SVSTDTC SVSTAT"), dates.find_outside_study),
    Check("C32", "W", "rater not blinded after baseline",
          _needs("qs VISIT QSCAT QSDTC QSEVALBL"), questionnaires.find_unblinded_rater),
    Check("C33", "E", "laboratory value impossible (marked, not in summaries), or without a number "
          "or a known unit (no value)",
          _needs(_LABORATORY, "dm SEX"), laboratory.find_impossible_laboratory),
    Check("C33b", "W", "laboratory value improbable; used",
          _needs(_LABORATORY, "dm SEX"), laboratory.find_improbable_laboratory),
    Check("C34", "W", "laboratory value that fits a wrong unit",
          _needs(_LABORATORY), laboratory.find_unit_slip),
    Check("C35", "E", "lower laboratory limit not below the upper one",
          _needs("lb LBORNRLO LBORNRHI"), laboratory.find_inconsistent_limits),
    Check("C36", "E", "vital sign impossible (marked, not in summaries), or in an unknown unit (no "
          "value)",
          _needs(_VITALS), vitals.find_impossible_vitals),
    Check("C36b", "W", "vital sign improbable; used",
          _needs(_VITALS), vitals.find_improbable_vitals),
    Check("C37", "W", "vital sign at another time than its time point",
          _needs(_DOSES, "vs VSTPT VISIT VSTESTCD VSORRES VSORRESU VSDTC"),
          dose_vitals.find_mistimed_vitals, closed_only=True),
    Check("C38", "W", "vital signs missing at a time point without NOT DONE",
          _needs(_DOSES, _DEATH, "vs VSTPT VSORRES VSSTAT"),
          dose_vitals.find_missing_vitals, closed_only=True),
    Check("C39", "W", "visit done without a record of that day, or records without a visit row",
          _needs("sv VISIT SVSTDTC SVSTAT SVTYPE", "ex EXSTDTC"), visits.find_empty_visit),
    Check("C40", "W", "visit outside its protocol window without a deviation VISIT_WINDOW",
          _needs("sv VISIT SVSTDTC SVSTAT", _DEVIATIONS, _DOSES, _RANDOMISED),
          visits.find_visit_outside_window, stage="cut"),
    Check("C41", "E", "visit overdue: its window closed before the cut-off and it has no row",
          _needs("sv VISIT", _DEATH, _DOSES, _ENDS), visits.find_overdue_visit, stage="cut"),
    Check("C42", "E", "completed without the last visit, or records long after the study's end",
          _needs(_ENDS, "sv VISIT SVSTAT"), disposition.find_inconsistent_completion, stage="cut"),
    Check("C43", "E", "the study ends twice for one participant",
          _needs(_ENDS), disposition.find_second_end),
    Check("C44", "F", "record after the participant withdrew the use of data",
          _needs("ds DSDECOD DSSTDTC DSWCSCOPE", "sv VISIT SVSTDTC"),
          disposition.find_unusable_record),
    Check("C45", "W", "weight changed more than is plausible",
          _needs("dm RFICDTC WEIGHT", _VITALS), vitals.find_weight_change),
    Check("C46", "W", "drug against spasticity started shortly before tone was rated",
          _needs("cm CMCAT CMTRT CMDECOD CMSTDTC", _ITEMS), questionnaires.find_tone_medication),
    Check("C47", "E", "condition that a participant of this sex cannot have",
          _needs("dm SEX"), sex.find_impossible_for_sex),
    Check("C48", "E", "entered before it happened, or dated or entered after the export",
          _needs(_CONSENT), dates.find_impossible_entry),
    Check("C49", "W", "entered late",
          _needs(_CONSENT), dates.find_late_entry),
    Check("C50", "W", "more participants in one group than planned, or numbers out of order",
          _needs("rand ARMCD RANDNO RANDDTC"), randomisation.find_inconsistent_list,
          closed_only=True),
    Check("C51", "W", "long form with every answer as on the form before",
          _needs(_ITEMS), questionnaires.find_copied_form, closed_only=True),
    Check("C52", "W", "pulse and pressures equal, or with equal last digits, many times in a row",
          _needs(_VITALS), vitals.find_repeated_sets),
    Check("C53", "W", "start date of an event incomplete",
          _needs("ae AESTDTC"), adverse_events.find_partial_starts),
    Check("C54", "E", "dose date differs from its visit, hospital stay or vital signs",
          _needs(_DOSES, "sv VISIT SVSTDTC SVSTAT"),
          dose_dates.find_differing_dose_date, closed_only=True),
)
# fmt: on


def check_records(records: Records, trial: Trial, *, stage: Stage = "raw") -> pd.DataFrame:
    """Findings of every check of a stage that can be computed from these records.

    Parameters
    ----------
    records : typed tables as an audience may read them; what is lacking there is not asked.
    stage : "raw" before the data cut, "cut" after it (visits against the cut-off).

    Returns
    -------
    Findings, worst first, in an order that does not depend on the order of rows.
    """
    context = CheckContext.of(records, trial)
    computable = [
        check
        for check in (*IDENTITY, *CHECKS)
        if check.stage == stage and check.is_computable(records)
    ]
    return join_findings(check.find(context, trial) for check in computable)
