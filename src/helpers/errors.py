"""What can go wrong in words a user can act on; each error knows its exit code."""


class InterimError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code = 1


class UsageError(InterimError):
    """Wrong call or wrong parameters: nothing was run."""

    exit_code = 2


class ExportError(InterimError):
    """The export cannot be used; the message names file, column, record and rule."""


class NotReachedError(ExportError):
    """An interim is not due: its trigger is not reached in the export, or the month not over."""


class RunError(InterimError):
    """A report could not be made; the message names notebook, cell and reason."""
