"""That a look is planned otherwise than one before it, as the alpha ledger tells."""

from helpers.view import View


def state_other_plan(view: View) -> str:
    """That the plan of this look is not that of a look before it; empty where it is.

    The alpha ledger tells: what the parameters once were nobody can compute again.
    """
    if not view.look_note:
        return ""
    return (
        f"NOT AS PLANNED BEFORE: {view.look_note} (alpha ledger). What compares arms at this look "
        "is exploratory: its bound holds for a plan that no data have changed."
    )
