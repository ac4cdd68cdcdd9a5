"""F-S-02: the flow of participants, after CONSORT 2025."""

from helpers.displays.columns import state_date
from helpers.displays.conduct.deaths_note import describe_deaths
from helpers.displays.conduct.open_notes import VISIT_WINDOWS, explain_difference
from helpers.displays.declare import shown_as
from helpers.displays.exposure.routes import describe_routes
from helpers.displays.flow.drawing import draw_flow
from helpers.displays.flow.node import check_sums, describe_node
from helpers.displays.flow.tree import Flow, build_flow
from helpers.displays.model import Figure, join_notes
from helpers.displays.results import Result
from helpers.view import ArmView, ClosedView, View


@shown_as(
    "F-S-02",
    title="Flow of participants",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("adsl",),
    small_counts="shown",
)
def plot_participant_flow(view: View) -> Figure:
    """Boxes from assessment to analysis, by arm as randomised in closed reports; every box adds up.

    Raises
    ------
    ValueError
        If the parts of a box do not sum to it.
    """
    flow = build_flow(view)
    check_sums(list(flow.walk()))
    return Figure(
        population_line=f"All participants who consented, N = {flow.enrolment.n}. "
        f"Data to {state_date(view.cutoff)}.",
        results=tuple(Result(node.key, "n", node.n) for node in flow.walk()),
        notes=join_notes(
            "Excluded by the first criterion that failed. Seen: any form received at the visit. "
            "Lost to follow-up is one of the reasons to discontinue, as in T-S-02.",
            _note_arms(view),
            explain_difference(view, VISIT_WINDOWS),
            f"Routes are those recorded. {describe_routes(view)}".strip()
            if view.has("adex")
            else "",
            describe_deaths(view),
        ),
        source_note="adsl, advisit; plot_participant_flow.",
        headline=describe_enrolment(flow),
        svg=draw_flow(flow, "F-S-02"),
        alternative=describe_flow(flow),
    )


def _note_arms(view: View) -> str:
    if isinstance(view, ClosedView):
        return "Analysis sets are counted in the arm of randomisation here."
    if isinstance(view, ArmView):
        return "What was done because of an arm is not in a masked report."
    return "What happens after randomisation is shown by arm in closed reports."


def describe_enrolment(flow: Flow) -> str:
    """One sentence: assessed, randomised, excluded."""
    randomised, excluded, waiting = flow.enrolment.splits[0]
    text = f"Of {flow.enrolment.n} participants assessed, {randomised.n} were randomised and "
    text += f"{excluded.n} excluded"
    if not waiting.n:
        return f"{text}."
    return f"{text}; {waiting.n} {'is' if waiting.n == 1 else 'are'} still in screening."


def describe_flow(flow: Flow) -> str:
    """Every number of the figure in words."""
    parts = [f"{describe_node(flow.enrolment)}."]
    for group, nodes in flow.stages:
        parts.append(f"{group.name}. {'. '.join(describe_node(node) for node in nodes)}.")
    return " ".join(parts)
