"""Whom the safety displays of a report count, where that is not the safety population."""

from helpers.view import ClosedView, View


def state_other_population(view: View) -> str:
    """That safety is not of the safety population, and whom that moves; empty where it is.

    Open and masked reports always count everybody randomised: who was dosed is not told there.
    """
    if not isinstance(view, ClosedView) or view.safety == "SAF":
        return ""
    persons = view.population(view.safety)
    undosed = other = 0
    if {"TRT01P", "TRT01A", "SAFFL"} <= set(persons):
        undosed = int((persons["SAFFL"] != "Y").sum())
        given = persons[persons["SAFFL"] == "Y"]
        other = int((given["TRT01A"] != given["TRT01P"]).sum())
    name = view.name_population(view.safety)
    return (
        f"NOT THE SAFETY POPULATION: safety in this report is of {name[:1].lower()}{name[1:]}, as "
        f"randomised (population_safety {view.safety}). Counted although not in the safety "
        f"population: {undosed}; under another arm than treated: {other}. What is about doses "
        "given, and the stopping rule, goes by who was dosed, as treated."
    )
