"""Potential Hy's law cases by arm, for the first page of closed reports and the form at its end."""

from helpers.displays.laboratory.edish import describe_queried_peaks
from helpers.displays.rows import of_persons
from helpers.view import ClosedView, View


def describe_hepatic_cases(view: View) -> str:
    """Participants with a potential case, by arm as treated; empty where there is none.

    Such a case asks for a look on the day, and no adverse event need have been reported for it.
    """
    by_arm = find_hepatic_cases(view)
    if not by_arm:
        return ""
    said = [f"{label} {', '.join(own.values())}" for label, own in by_arm.items()]
    n = sum(map(len, by_arm.values()))
    what = "Potential Hy's law case" if n == 1 else f"{n} potential Hy's law cases"
    whom = [subject for own in by_arm.values() for subject in own]
    queried = [text for subject in whom if (text := describe_queried_peaks(view, subject))]
    doubt = f" A check queries: {'; '.join(queried)}." if queried else ""
    return f"{what} (F-S-11, L-S-06): {'; '.join(said)}.{doubt}"


def find_hepatic_cases(view: View) -> dict[str, dict[str, str]]:
    """Keys of participants with a potential case by USUBJID, by arm that has one."""
    if not isinstance(view, ClosedView) or not view.has("adlb", "HYSFL"):
        return {}
    cases = set(view["adlb"].loc[view["adlb"]["HYSFL"] == "Y", "USUBJID"])
    names = of_persons(view["adsl"].drop_duplicates("USUBJID"), "SUBJID").astype(str)
    found = {
        group.label: {
            subject: names[subject]
            for subject in sorted(group.subjects, key=lambda one: names[one])
            if subject in cases
        }
        for group in view.groups("SAF")[:-1]
    }
    return {label: own for label, own in found.items() if own}
