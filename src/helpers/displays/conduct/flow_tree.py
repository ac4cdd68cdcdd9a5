"""The flow of participants as trees of counts in which every split adds up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.displays.conduct.reasons import DOSE_STATES, END_REASONS
from helpers.displays.results import Key
from helpers.displays.rows import name_code, of_persons
from helpers.params.trial import Trial
from helpers.view import TOTAL, ClosedView, Group, View

LOST = "LOST_TO_FOLLOW_UP"


@dataclass(frozen=True)
class Node:
    """So many persons, and the ways in which they divide: the parts of each split sum to `n`.

    A part that is not `drawn` is the rest of a count beside it and stands in the text only.
    """

    label: str
    key: Key
    n: int
    splits: tuple[tuple["Node", ...], ...] = ()
    drawn: bool = True

    def walk(self) -> Iterator["Node"]:
        """The node and all below it, in the order shown."""
        yield self
        for split in self.splits:
            for part in split:
                yield from part.walk()


@dataclass(frozen=True)
class Flow:
    """Enrolment of everybody, then per group the stages that its persons went through."""

    enrolment: Node
    stages: tuple[tuple[Group, tuple[Node, ...]], ...]

    def walk(self) -> Iterator[Node]:
        """Every node of the flow."""
        yield from self.enrolment.walk()
        for _, nodes in self.stages:
            for node in nodes:
                yield from node.walk()


def build_flow(view: View) -> Flow:
    """Flow of a view: by arm as randomised in a closed view, everybody together in an open one."""
    groups = view.groups("ITT")
    shown = groups[:-1] if isinstance(view, ClosedView) else groups
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
    named = {code: f"{code} {text}" for code, text in trial.criteria.items()}
    return {**named, "OTHER": "Another reason"}


def build_stages(view: View, group: Group) -> tuple[Node, ...]:
    """Allocation (where arms are known), follow-up and analysis of one group."""
    persons = view.population("ITT")
    persons = persons[persons["USUBJID"].isin(group.subjects)]
    stages = [build_follow_up(view, group, persons), build_analysis(view, group, persons)]
    if isinstance(view, ClosedView):
        stages.insert(0, build_allocation(view.trial, group, persons))
    return tuple(stages)


def build_allocation(trial: Trial, group: Group, persons: pd.DataFrame) -> Node:
    """Allocated = received dose 1 + did not; those who did divide by dose 2, and so on."""
    key = Key("ITT", group.label, "ALLOCATION")
    if "DOSES" not in persons:  # not a trial of single administrations
        return Node(f"Allocated to {group.name}", key, len(persons))
    active = trial.arm(group.code).active
    if not active or not trial.doses.planned:
        given = int((persons["DOSES"] > 0).sum())
        moved = (
            Node("No dose, as planned", key._replace(category="NO_DOSE"), len(persons) - given),
            Node("Received a dose", key._replace(category="DOSED"), given),
        )
        return Node(f"Allocated to {group.name}", key, len(persons), (moved,))
    split = split_doses(key, persons, 1, trial.doses.planned)
    return Node(f"Allocated to {group.name}", key, len(persons), (split,))


def split_doses(key: Key, persons: pd.DataFrame, dose: int, planned: int) -> tuple[Node, ...]:
    """Those who received a dose, divided by the next one, and those who did not, by why not."""
    place = key._replace(visit=f"DOSE{dose}")
    status = of_persons(persons, f"D{dose}STAT").astype(object)
    received = status == "GIVEN"
    below: tuple[tuple[Node, ...], ...] = ()
    if dose < planned:
        dosed = persons[persons["USUBJID"].isin(status.index[received])]
        below = (split_doses(key, dosed, dose + 1, planned),)
    others = status[~received].fillna("UNKNOWN")
    missed = split_by(f"No dose {dose}", place._replace(category="NOT_GIVEN"), others, DOSE_STATES)
    got = place._replace(category="GIVEN")
    return (Node(f"Received dose {dose}", got, int(received.sum()), below), missed)


def build_follow_up(view: View, group: Group, persons: pd.DataFrame) -> Node:
    """Randomised = in follow-up + completed + lost + discontinued; and who came to each visit."""
    key = Key("ITT", group.label, "FOLLOW_UP")
    status = of_persons(persons, "EOSSTT")
    left = of_persons(persons, "EOSREAS")[status == "DISCONTINUED"].fillna("OTHER").astype(object)
    others = {code: label for code, label in END_REASONS.items() if code != LOST}
    ends = (
        Node("In follow-up", key._replace(category="ONGOING"), int((status == "ONGOING").sum())),
        Node("Completed", key._replace(category="COMPLETED"), int((status == "COMPLETED").sum())),
        Node("Lost to follow-up", key._replace(category=LOST), int((left == LOST).sum())),
        split_by("Discontinued", key._replace(category="DISCONTINUED"), left[left != LOST], others),
    )
    return Node("Follow-up", key, len(persons), (ends, *split_visits(view, group, persons)))


def split_visits(view: View, group: Group, persons: pd.DataFrame) -> list[tuple[Node, ...]]:
    """Who has any form received at each visit after baseline, and who has none."""
    if not view.has("advisit"):
        return []
    forms = view["advisit"]
    forms = forms[forms["USUBJID"].isin(persons["USUBJID"]) & (forms["STATUS"] == "RECEIVED")]
    splits: list[tuple[Node, ...]] = []
    for visit in view.trial.visits:
        came = forms.loc[forms["AVISIT"] == visit.code, "USUBJID"].nunique()
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
    sets = {"SAF": "Safety population", "PP": "Per protocol, provisional"}
    splits = []
    for name, label in sets.items():
        if f"{name}FL" not in persons:
            continue
        inside = int((persons[f"{name}FL"] == "Y").sum())
        place = key._replace(visit=name)
        splits.append(
            (
                Node(label, place._replace(category="IN"), inside),
                Node("Not in it", place._replace(category="OUT"), len(persons) - inside),
            )
        )
    return Node("Analysed as randomised", key, len(persons), tuple(splits))


def split_by(label: str, key: Key, values: pd.Series, labels: Mapping[str, str]) -> Node:
    """A node divided by the categories that occur in `values`, labelled ones first."""
    counts = values.value_counts()
    order = [*labels, *sorted(code for code in counts.index if code not in labels)]
    parts = tuple(
        Node(
            labels.get(code, name_code(code)),
            key._replace(category=f"{key.category}:{code}"),
            int(counts[code]),
        )
        for code in order
        if code in counts.index
    )
    return Node(label, key, len(values), (parts,) if parts else ())


def describe_node(node: Node) -> str:
    """A tree in words: `Follow-up 10: in follow-up 7, completed 3; seen at month 3 9, ...`."""
    splits = "; ".join(describe_parts(split) for split in node.splits)
    return f"{node.label} {node.n}{f': {splits}' if splits else ''}"


def describe_parts(parts: Iterable[Node]) -> str:
    """Parts of a split with what they divide into, in brackets."""
    return ", ".join(describe_part(part) for part in parts)


def describe_part(part: Node) -> str:
    """One part in words, with its own parts."""
    below = "; ".join(describe_parts(split) for split in part.splits if any(p.n for p in split))
    is_word = part.label[1:2].islower()
    name = part.label[:1].lower() + part.label[1:] if is_word else part.label
    return f"{name} {part.n}{f' ({below})' if below else ''}"


def check_sums(nodes: Sequence[Node]) -> None:
    """Stop when a split does not add up: a flow that loses persons must not be drawn.

    Raises
    ------
    ValueError
        Naming the first node that does not.
    """
    for node in nodes:
        for split in node.splits:
            if sum(part.n for part in split) != node.n:
                raise ValueError(f"{node.label}: its parts do not add up to {node.n}")
