"""Words for the codes of disposition, doses and visits."""

from collections.abc import Iterable, Mapping

END_REASONS = {
    "ADVERSE_EVENT": "Adverse event",
    "DEATH": "Death",
    "LOST_TO_FOLLOW_UP": "Lost to follow-up",
    "WITHDRAWAL_BY_SUBJECT": "Withdrawal by participant",
    "PHYSICIAN_DECISION": "Physician decision",
    "PROTOCOL_DEVIATION": "Protocol deviation",
    "SPONSOR_DECISION": "Sponsor decision",
    "OTHER": "Other",
}
STUDY_STATES = {
    "ONGOING": "In follow-up",
    "COMPLETED": "Completed",
    "DISCONTINUED": "Discontinued",
}
DOSE_STATES = {
    "GIVEN": "Given",
    "NOT_DUE": "Not yet due",
    "PENDING": "Due, not yet given",
    "CANCELLED": "Cancelled",
    "LEFT": "Left or died before",
}
VISIT_STATES = {
    "RECEIVED": "Received",
    "MISSED": "Missed",
    "IN_WINDOW": "Window open",
    "NOT_DUE": "Not yet due",
    "DEAD": "Died before",
    "LEFT": "Left before",
}


def occurring(labels: Mapping[str, str], found: Iterable[object]) -> dict[str, str]:
    """Labels of the codes that occur, in the order of the labels."""
    known = set(found)
    return {code: label for code, label in labels.items() if code in known}
