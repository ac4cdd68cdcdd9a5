"""Words that masked data sets, displays and folders share."""

from collections.abc import Mapping

PROCEDURE = "Procedure complaint"
"""Class and term of every event that only an arm with a procedure can have."""
SCOPES: Mapping[str, str] = {
    "trial": "A letter means the same arm in every masked report of this trial.",
    "interim": "Letters are dealt anew at each interim: A here need not be A of another interim's "
    "report, and numbers by letter of two interims must never be put together.",
}
"""What a reader must know of letters before two reports are laid side by side, by `mask_scope`."""
