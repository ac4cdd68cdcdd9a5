"""The flow of participants as trees of counts in which every split adds up."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from helpers.displays.conduct.reached import came_to, choose_sets
from helpers.displays.conduct.reasons import END_REASONS
from helpers.displays.flow.allocation import build_allocation
from helpers.displays.flow.node import Node, split_by
from helpers.displays.results import Key
from helpers.displays.rows import of_persons
from helpers.params.trial import Trial
from helpers.view import TOTAL, ArmView, ClosedView, Group, View

LOST = "LOST_TO_FOLLOW_UP"


@dataclass(frozen=True)
class Flow:
    """Enrolment of everybody, then per group the stages that its participants went through."""

    enrolment: Node
    stages: tuple[tuple[Group, tuple[Node, ...]], ...]

    def walk(self) -> Iterator[Node]:
        """Every node of the flow."""
        yield from self.enrolment.walk()
        for _, nodes in self.stages:
            for node in nodes:
                yield from node.walk()


def build_flow(view: View) -> Flow:
    """Flow of a view: by arm as randomised or by letter, everybody together in an open one."""
    groups = view.groups("ITT")
    shown = groups[:-1] if isinstance(view, ArmView) else groups
    return Flow(build_enrolment(view), tuple((group, build_stages(view, group)) for group in shown))


def build_enrolment(view: View) -> Node:
    """Assessed = randomised + excluded by first failed criterion + still in screening."""
    persons = view.population("ENR")
    key = Key("ENR", TOTAL, "ENROLMENT")
    failed = of_persons(persons, "SCRFREAS")[of_persons(persons, "SCRFFL") == "Y"]
    randomised = int((persons["ITTFL"] == "Y").sum())
    labels = label_criteria(view.trial)
    excluded = split_by("Excluded", key._replace(category="EXCLUDED"), failed, labels)
    waiting = len(persons) - randomised - excluded.n
    parts = (
        Node("Randomised", key._replace(category="RANDOMISED"), randomised),
        excluded,
        Node("Still in screening", key._replace(category="IN_SCREENING"), waiting),
    )
    return Node("Assessed for eligibility", key, len(persons), (parts,))


def label_criteria(trial: Trial) -> dict[str, str]:
    """Entry criteria with their codes, as reasons of a screening failure."""
    named = {code: f"{code} {name_failure(code)}: {text}" for code, text in trial.criteria.items()}
    return {**named, "OTHER": "Another reason"}


def name_failure(code: str) -> str:
    """How a criterion fails: IETESTCD of inclusion criteria begin with IN, of exclusion with EX."""
    return {"IN": "not met", "EX": "present"}.get(code[:2].upper(), "failed")


def build_stages(view: View, group: Group) -> tuple[Node, ...]:
    """Allocation (where arms are known), follow-up and analysis of one group."""
    persons = view.population("ITT")
    persons = persons[persons["USUBJID"].isin(group.subjects)]
    stages = [build_follow_up(view, group, persons), build_analysis(view, group, persons)]
    if isinstance(view, ClosedView):
        stages.insert(0, build_allocation(view, group, persons))
    return tuple(stages)


def build_follow_up(view: View, group: Group, persons: pd.DataFrame) -> Node:
    """Randomised = in follow-up + completed + discontinued; and who came to each visit.

    Who was lost to follow-up is one of those who discontinued, as in T-S-02.
    """
    key = Key("ITT", group.label, "FOLLOW_UP")
    status = of_persons(persons, "EOSSTT")
    left = of_persons(persons, "EOSREAS")[status == "DISCONTINUED"].fillna("OTHER").astype(object)
    lost = Node(END_REASONS[LOST], key._replace(category=LOST), int((left == LOST).sum()))
    place = key._replace(category="DISCONTINUED")
    rest = split_by("", place, left[left != LOST], {**END_REASONS, **view.trial.end_reasons})
    reasons = (lost, *(part for split in rest.splits for part in split))
    ends = (
        Node("In follow-up", key._replace(category="ONGOING"), int((status == "ONGOING").sum())),
        Node("Completed", key._replace(category="COMPLETED"), int((status == "COMPLETED").sum())),
        Node("Discontinued", place, len(left), (reasons,)),
    )
    # where no box of allocation stands above, this one says whose it is
    masked = isinstance(view, ArmView) and not isinstance(view, ClosedView)
    label = f"Follow-up, {group.name}" if masked else "Follow-up"
    return Node(label, key, len(persons), (ends, *split_visits(view, group, persons)))


def split_visits(view: View, group: Group, persons: pd.DataFrame) -> list[tuple[Node, ...]]:
    """Who has any form received at each visit after baseline, and who has none."""
    if not view.has("advisit"):
        return []
    splits: list[tuple[Node, ...]] = []
    for visit in view.trial.visits:
        came = len(came_to(view, visit) & set(persons["USUBJID"]))
        key = Key("ITT", group.label, "VISIT", visit.code)
        splits.append(
            (
                Node(f"Seen at {visit.label.lower()}", key._replace(category="SEEN"), came),
                Node(
                    "not seen", key._replace(category="NOT_SEEN"), len(persons) - came, drawn=False
                ),
            )
        )
    return splits


def build_analysis(view: View, group: Group, persons: pd.DataFrame) -> Node:
    """Randomised = in the analysis set + not in it, for each set that the view knows."""
    key = Key("ITT", group.label, "ANALYSIS")
    provisional = ", provisional" if view.is_provisional("PP") else ""
    sets = {"SAF": "Safety population", "PP": f"Per protocol{provisional}"}
    used = choose_sets(view)
    splits = []
    for name, label in sets.items():
        if f"{name}FL" not in persons or name not in used:
            continue
        inside = int((persons[f"{name}FL"] == "Y").sum())
        place = key._replace(parameter=f"ANALYSIS.{name}")
        splits.append(
            (
                Node(label, place._replace(category="IN"), inside),
                Node("Not in it", place._replace(category="OUT"), len(persons) - inside),
            )
        )
    return Node("Analysed as randomised", key, len(persons), tuple(splits))
