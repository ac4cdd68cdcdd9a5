"""P-S-00: what this report is, of which data, and who may read it."""

from importlib.metadata import version

from helpers.displays.columns import state_date
from helpers.displays.declare import shown_as
from helpers.displays.model import Fact, Page, join_notes
from helpers.displays.results import Key, Result
from helpers.displays.summary.counted import state_other_population
from helpers.masking.words import SCOPES
from helpers.view import TOTAL, ClosedView, View

UNDECIDED = "DECIDE"  # id of the finding on decisions that nobody took
PACKAGE = "interim-reports"
READERS = {
    "open": "Open: pooled over all participants, no treatment arms. It may be shown outside the "
    "committee.",
    "closed_masked": "Closed, masked: arms under letters. Confidential, for the monitoring "
    "committee only.",
    "closed_unmasked": "Closed, unmasked: shows treatment arms. Confidential, for the monitoring "
    "committee and its independent statistician only.",
}
# why letters mask little here, told without what would unmask (blinding.md, section 1)
MASKING = (
    "Letters in place of arms are a courtesy for a first reading, not protection. Participants and "
    "site know who got what, not every arm gets something, and the ways of giving it have "
    "complaints of their own. What would name an arm at a glance is left out; what is left, side "
    "effects above all, can still let a reader guess. So a masked page lowers what its readers "
    "know of the arms and cannot remove it. Many hold that a committee must know the arms to weigh "
    "harm: the closed report that names them is made for that."
)
# of an imported study it is not known who is blind, and what its arms get
MASKING_GIVEN = (
    "Letters in place of arms are a courtesy for a first reading, not protection. What would name "
    "an arm at a glance is left out; numbers of participants, side effects, published results and "
    "what a reader knows of single participants can still name one. So a masked page lowers what "
    "its readers know of the arms and cannot remove it. Many hold that a committee must know the "
    "arms to weigh harm: the closed report that names them is made for that."
)
TEST_KEY = "The letters come from the public test key of synthetic data: they mask nothing."
SYNTHETIC = "Synthetic data: invented participants, no real trial results."
BY_LETTER = (
    "Arms stand in the order of the letters of masked reports: who holds one of those too knows "
    "which letter is which arm."
)
DIGITS = 8
UNMASKING = "UNMASKING"  # kind of a row of the committee's file


@shown_as(
    "P-S-00",
    title="This report",
    audiences={"open": "pooled", "closed_masked": "pooled"},
    needs=("adsl",),
    small_counts="shown",
)
def show_title_page(view: View) -> Page:
    """Trial, interim, purpose, audience, participants, fingerprint, code.

    Cut-off and export stand in the head of the page, and the cut-off at every display.
    """
    trial, interim = view.trial, view.interim
    randomised = view.total("ITT").n
    facts = [
        Fact("Analysis", interim.interim_id),
        Fact("Randomised", f"{randomised} of {trial.accrual.planned}"),
        Fact("Data fingerprint", view.digest[:DIGITS] or "not packed"),
        Fact("Code", version(PACKAGE)),
    ]
    return Page(
        population_line="",
        results=(Result(Key("ITT", TOTAL, "RANDOMISED"), "n", randomised),),
        facts=tuple(facts),
        sentences=join_notes(
            describe_purpose(view),
            READERS[view.audience],
            *explain_letters(view),
            TEST_KEY if view.test_key else "",
            SYNTHETIC if view.synthetic else "",
            trial.plan_note,
            state_other_population(view),
            BY_LETTER if isinstance(view, ClosedView) and interim.arms_order == "mask" else "",
            list_unmaskings(view),
            state_open_decisions(view),
        ),
        notes=join_notes(
            "The fingerprint begins the SHA-256 of the data this report was made from; "
            "manifest.json has the digests of every input.",
        ),
    )


def explain_letters(view: View) -> tuple[str, ...]:
    """What letters in place of arms protect, and how long one holds; nothing for other readers."""
    if not view.access.labels:
        return ()
    trial = view.trial
    return MASKING if trial.given is None else MASKING_GIVEN, SCOPES[trial.mask_scope]


def list_unmaskings(view: View) -> tuple[str, ...]:
    """Which masked reports before this one were unmasked, when, by whom and why."""
    if not isinstance(view, ClosedView) or not view.has("committee"):
        return ()
    rows = view["committee"]
    return tuple(
        f"The masked report of {row.INTERIM} was unmasked on {state_date(row.DATE)} by {row.BY}: "
        f"{row.TEXT}."
        for row in rows[rows["KIND"] == UNMASKING].itertuples()
    )


def state_open_decisions(view: View) -> str:
    """What about the trial was guessed from its data and decided by nobody; empty for nothing."""
    found = view.findings.loc[view.findings["id"] == UNDECIDED, "text"]
    return f"{found.iloc[0]}." if len(found) else ""


def describe_purpose(view: View) -> str:
    """Trial and interim in one sentence."""
    interim = view.interim
    text = f"{view.trial.name}, {interim.interim_label}"
    return (
        f"{text}: {interim.purpose[:1].lower()}{interim.purpose[1:]}."
        if interim.purpose
        else f"{text}."
    )
