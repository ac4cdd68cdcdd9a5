"""Potential Hy's law cases by arm, for the first page of closed reports."""

from helpers.displays.rows import of_persons
from helpers.view import ClosedView, View


def describe_hepatic_cases(view: View) -> str:
    """Participants with a potential case, by arm as treated; empty where there is none.

    Such a case asks for a look on the day, and no adverse event need have been reported for it.
    """
    if not isinstance(view, ClosedView) or not view.has("adlb", "HYSFL"):
        return ""
    cases = set(view["adlb"].loc[view["adlb"]["HYSFL"] == "Y", "USUBJID"])
    names = of_persons(view["adsl"].drop_duplicates("USUBJID"), "SUBJID").astype(str)
    by_arm = {
        group.label: sorted(names[subject] for subject in group.subjects if subject in cases)
        for group in view.groups("SAF")[:-1]
    }
    said = [f"{label} {', '.join(own)}" for label, own in by_arm.items() if own]
    n = sum(map(len, by_arm.values()))
    if not said:
        return ""
    what = "Potential Hy's law case" if n == 1 else f"{n} potential Hy's law cases"
    return f"{what} (F-S-11, L-S-06): {'; '.join(said)}."
