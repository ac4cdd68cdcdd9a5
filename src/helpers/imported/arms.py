"""Who is in which arm, as the subject-level data set says, before anything else is known of it."""

import pandas as pd

from helpers.imported.term_guesses import NO_ARM

PERSON = "USUBJID"
PLANNED, GIVEN = ("TRT01P", "ARM", "ARMCD", "TRT01PN"), ("TRT01A", "ACTARM", "ACTARMCD", "TRT01AN")


def find_arms_of_participants(adsl: pd.DataFrame) -> list[pd.Series]:
    """Arm by USUBJID as planned and as given; screening failures have none."""
    arms: list[pd.Series] = []
    for names in (PLANNED, GIVEN):
        name = next((name for name in names if name in adsl and adsl[name].notna().any()), None)
        if name is None:
            continue
        words = adsl.drop_duplicates(PERSON).set_index(PERSON)[name].dropna().astype(str)
        known = words[~words.str.contains(NO_ARM)]
        if not known.empty and not any(known.equals(other) for other in arms):
            arms.append(known)
    return arms
