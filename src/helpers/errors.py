"""What can go wrong in words a user can act on; each error knows its exit code."""

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """End of a message that proposes the known name nearest to `name`, or nothing."""
    found = difflib.get_close_matches(str(name), list(known), n=5, cutoff=0.5)
    swapped = [one for one in found if sorted(one) == sorted(str(name))]  # adls is adsl, not advs
    return f"; did you mean {(swapped or found)[0]!r}?" if found else ""


class InterimError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code = 1
    not_due = False  # whether it only says that the day of an interim has not come


class UsageError(InterimError):
    """Wrong call or wrong parameters: nothing was run."""

    exit_code = 2


class ExportError(InterimError):
    """The export cannot be used; the message names file, column, record and rule."""


class NotReachedError(ExportError):
    """An interim is not due: its trigger is not reached in the export, or the month not over."""

    not_due = True


class CutoffError(UsageError):
    """The cut-off of an interim lies after the export.

    `not_due` is False where the interim's trigger has been reached all the same.
    """

    def __init__(self, message: str, *, not_due: bool = True) -> None:
        super().__init__(message)
        self.not_due = not_due


class RunError(InterimError):
    """A report could not be made; the message names notebook, cell and reason."""
