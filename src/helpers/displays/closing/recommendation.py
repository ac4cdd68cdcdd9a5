"""P-S-99: the form for the committee's recommendation, with an open statement to tear off."""

from helpers.displays.accrual.plan import is_nobody_followed
from helpers.displays.columns import state_date
from helpers.displays.declare import shown_as
from helpers.displays.form import Form, FormPart, Question
from helpers.displays.model import Fact
from helpers.displays.monitoring.pause import list_open, name_trigger
from helpers.displays.monitoring.stopping import monitor_arm
from helpers.displays.monitoring.stopping_words import say_later
from helpers.displays.summary.committee import DECISIONS
from helpers.displays.summary.hepatic_cases import find_hepatic_cases
from helpers.displays.summary.title_page import DIGITS
from helpers.params.trial import Arm
from helpers.view import ArmView, ClosedView, View

CHAIR = "Chair"
SIGNERS = (CHAIR, "Member", "Member", "Independent statistician")
OPEN_TITLE = "Open statement of the monitoring committee"


@shown_as(
    "P-S-99",
    title="Recommendation of the monitoring committee",
    audiences={"open": "pooled", "closed_masked": "by label"},
)
def show_form(view: View) -> Form:
    """Form on one sheet; open readers get the statement alone, which compares nothing.

    The boxes are those of committee.yaml, where the recommendation is recorded; where nobody is
    followed any more there is nothing to continue, pause or stop.
    """
    statement = _write_statement(view)
    if not isinstance(view, ArmView):
        return Form(title=OPEN_TITLE, parts=(statement,))
    return Form(
        parts=(_write_recommendation(view), statement),
        source_note=f"{', '.join(_list_sources(view))}; show_form.",
    )


def _list_sources(view: View) -> list[str]:
    closed = ["adlb"] if isinstance(view, ClosedView) and view.has("adlb", "HYSFL") else []
    return [*(["adstop", "adpause", "committee"] if view.has("adstop") else ["params"]), *closed]


def _write_recommendation(view: ArmView) -> FormPart:
    arms = tuple(group.label for group in view.groups("ITT") if group.code)
    return FormPart(
        title="For the sponsor, confidential",
        facts=(
            Fact("Trial", view.trial.name),
            Fact("Report", view.interim.interim_label),
            Fact("Data to", state_date(view.cutoff)),
            Fact("Data fingerprint", view.digest[:DIGITS] or "not packed"),
        ),
        questions=(
            *_ask_decision(view, arms),
            *_ask_alerts(view),
            *_ask_hepatic(view),
            Question("Further data requested, and by when", lines=2),
        ),
        signers=SIGNERS,
    )


def _ask_decision(view: ArmView, arms: tuple[str, ...]) -> tuple[Question, ...]:
    letters = _name_letters(view)
    if is_nobody_followed(view):
        return (
            Question(
                "Nobody is followed any more: nothing is left to continue, pause or stop. The "
                "committee has",
                ("no recommendation", "a recommendation, written below"),
            ),
            Question(f"Arm concerned, if any{letters}", arms),
            Question("Recommendation, reasons", lines=2),
        )
    return (
        Question("The committee recommends to", tuple(DECISIONS.values())),
        Question(f"Arm concerned, where an arm is paused or stopped{letters}", arms),
        Question("Changes, conditions, reasons", lines=2),
    )


def _name_letters(view: ArmView) -> str:
    """Where letters are dealt anew at each interim, a letter means nothing beside this report."""
    fresh = view.access.labels and view.trial.mask_scope == "interim"
    return " (by the letters of this report alone)" if fresh else ""


def _ask_alerts(view: ArmView) -> list[Question]:
    """Alerts and triggers that wait for an answer, one box each; a masked report tells of none."""
    if not isinstance(view, ClosedView) or not view.has("adstop"):
        return []
    waiting = [text for arm in view.trial.active_arms for text in _list_waiting(view, arm)]
    waiting += [f"Lot: {name_trigger(met.trigger)}" for met in list_open(view, "")]
    if not waiting:
        return [Question("Alerts that wait for an answer: none.")]
    return [Question("This recommendation answers (what is not ticked stays open)", tuple(waiting))]


def _ask_hepatic(view: ArmView) -> list[Question]:
    """Potential Hy's law cases, one box each: none goes unseen because it stands among graphs."""
    boxes = tuple(
        f"{label}: {subject}"
        for label, own in find_hepatic_cases(view).items()
        for subject in own.values()
    )
    return [Question("Potential Hy's law cases seen (F-S-11, L-S-06)", boxes)] if boxes else []


def _list_waiting(view: ClosedView, arm: Arm) -> list[str]:
    """`A: alert of the stopping rule, first reached on 5 Dec 2021 with 2 of 2 (IA1)`, triggers.

    The counts are those of the day; on the day of the report they can have been others.
    """
    found = monitor_arm(view, arm)
    alert = found.open_alert
    said = []
    if alert is not None:
        events, evaluable = alert.counts
        later = say_later(found)
        said.append(
            f"{arm.label}: alert of the stopping rule, first reached on {state_date(alert.day)} "
            f"with {events} of {evaluable} ({alert.report}){f'; {later}' if later else ''}"
        )
    return [
        *said,
        *(f"{arm.label}: {name_trigger(met.trigger)}" for met in list_open(view, arm.code)),
    ]


def _write_statement(view: View) -> FormPart:
    """What everybody may read; it says nothing of results, arms or alerts."""
    reviewed = (
        f"The monitoring committee of {view.trial.name} has reviewed the data to "
        f"{state_date(view.cutoff)} ({view.interim.interim_label})."
    )
    return FormPart(
        title="Open statement",
        sentences=(reviewed,),
        questions=(_ask_statement(view),),
        signers=(CHAIR,),
        torn=isinstance(view, ArmView),
    )


def _ask_statement(view: View) -> Question:
    """What everybody may learn of the recommendation."""
    if is_nobody_followed(view):
        return Question(
            "It has",
            ("no recommendation", "a recommendation, which the sponsor receives apart"),
        )
    return Question(
        "It recommends",
        (
            "to continue the trial unchanged",
            "to continue with changes, which the sponsor receives apart",
            "something else, which the sponsor receives apart",
        ),
    )
