"""Sentences of a narrative, in their order, from the fields of one serious adverse event.

A field that the data have and the record lacks is said to be missing. Nothing is inferred: a
sentence whose fields the data do not have at all is left out.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.columns import state_date
from helpers.displays.formats import NO_BREAK_SPACE
from helpers.displays.serious_events.event_cells import (
    Event,
    write_code,
    write_criteria,
    write_dose,
    write_number,
    write_text,
)

SEXES = {"F": "female", "M": "male"}
YES_NO = {"Y": "yes", "N": "no"}
MISSING = "missing"


class _Sentence(NamedTuple):
    """A sentence: the variables that it needs, and its text for an event."""

    needs: tuple[str, ...]
    write: Callable[[Event], str]


def name_participant(event: Event, labels: Mapping[str, str]) -> str:
    """`Participant 004, male, 60-69, A:` with what is missing said."""
    sex = SEXES.get(_get(event, "SEX"), "sex missing")
    age = _get(event, "AGEGR1") or "age missing"
    treated, planned = _get(event, "TRT01A"), _get(event, "TRT01P")
    arm = labels.get(treated or planned, "not randomised")
    untreated = ", not treated" if planned and not treated else ""
    return f"Participant {_get(event, 'SUBJID')}, {sex}, {age}, {arm}{untreated}:"


def write_sentences(event: Event, variables: Iterable[str]) -> str:
    """Every sentence whose variables the data have, in the order of `SENTENCES`."""
    held = set(variables)
    said = (one.write(event) for one in SENTENCES if set(one.needs) <= held)
    return " ".join(sentence for sentence in said if sentence)


def _get(event: Event, name: str) -> str:
    return write_text(getattr(event, name, None))


def _write_term(event: Event) -> str:
    term = name_term(getattr(event, "AEDECOD", None))
    verbatim = _get(event, "AETERM")
    return f"{term} (reported as \u201c{verbatim}\u201d)." if verbatim else f"{term}."


def _write_start(event: Event) -> str:
    recorded = _get(event, "AESTDTC")
    if not recorded:
        return "Date of start missing."
    if pd.isna(event.ASTDT) or _get(event, "ASTDTF"):
        return f"Start recorded as {recorded} only."
    return f"Began on day{NO_BREAK_SPACE}{write_number(event.ADY)} ({state_date(event.ASTDT)})."


def _write_dose(event: Event) -> str:
    if pd.isna(event.DOSEREF):
        return "No dose before it."
    return f"Latest dose before it: {write_dose(event)} earlier."


def _write_emergence(event: Event) -> str:
    return "" if event.TRTEMFL == "Y" else "Not treatment-emergent."


def _write_grade(event: Event) -> str:
    return f"Grade: {write_number(event.ATOXGR) or MISSING}."


def _write_seriousness(event: Event) -> str:
    criteria = write_criteria(event)
    said = f"Criteria of seriousness: {MISSING if criteria == 'none' else criteria}"
    return f"{said}, not called serious on the form." if _is_implied(event) else f"{said}."


def _is_implied(event: Event) -> bool:
    return _get(event, "SERIMPFL") == "Y"


def _write_causality(event: Event) -> str:
    product, procedure = (write_code(_get(event, n) or None) for n in ("AEREL", "AERELPR"))
    return f"Related to the product: {product.lower()}; to the procedure: {procedure.lower()}."


def _write_expected(event: Event) -> str:
    return f"Expected: {YES_NO.get(_get(event, 'AEEXPECT'), MISSING)}."


def _write_action(event: Event) -> str:
    return f"Action with the product: {write_code(_get(event, 'AEACN') or None).lower()}."


def _write_treatment(event: Event) -> str:
    return f"Treated: {YES_NO.get(_get(event, 'AECONTRT'), MISSING)}."


def _write_outcome(event: Event) -> str:
    return f"Outcome: {write_code(_get(event, 'AEOUT') or None).lower()}."


def _write_end(event: Event) -> str:
    if _get(event, "DTHCUTFL") == "Y":
        return "Fatal after the cut-off (L-S-03); before it ongoing."
    if _get(event, "ONGCUTFL") == "Y":
        return "Ongoing at the cut-off."
    if pd.isna(event.AENDT):
        return "Ongoing." if _get(event, "AEONGO") == "Y" else "Date of end missing."
    end = f"Ended on day{NO_BREAK_SPACE}{write_number(event.AENDY)} ({state_date(event.AENDT)}"
    return f"{end}, latest possible day)." if _get(event, "AENDTF") else f"{end})."


def _write_reporting(event: Event) -> str:
    site, sponsor = (
        MISSING if pd.isna(day) else state_date(day) for day in (event.AESITDTC, event.AESPODTC)
    )
    return f"Known to the site: {site}; to the sponsor: {sponsor}."


def _write_rule(event: Event) -> str:
    """A participant counts once: with the event whose number (AESEQ) is STOPSEQ."""
    if event.SEVTOXFL != "Y":
        return ""
    counted = getattr(event, "STOPSEQ", None)
    if pd.isna(counted):
        return "A stopping event."
    if counted == event.AESEQ:
        return "Counts in the stopping rule."
    return "A stopping event, not counted again: the participant counts once, with the first."


SENTENCES = (
    _Sentence(("AEDECOD",), _write_term),
    _Sentence(("AESTDTC", "ASTDT", "ADY"), _write_start),
    _Sentence(("DOSEREF", "HRSINF", "DAYSINF"), _write_dose),
    _Sentence(("TRTEMFL",), _write_emergence),
    _Sentence(("ATOXGR",), _write_grade),
    _Sentence(("AESDTH",), _write_seriousness),
    _Sentence(("AEREL", "AERELPR"), _write_causality),
    _Sentence(("AEEXPECT",), _write_expected),
    _Sentence(("AEACN",), _write_action),
    _Sentence(("AECONTRT",), _write_treatment),
    _Sentence(("AEOUT",), _write_outcome),
    _Sentence(("AENDT", "AENDY", "AEONGO"), _write_end),
    _Sentence(("AESITDTC", "AESPODTC"), _write_reporting),
    _Sentence(("SEVTOXFL",), _write_rule),
)
"""The order of the sentences, fixed."""
