"""Texts of imported data that reach an open page: only words that the parameters know."""

import pandas as pd

from helpers.params.imported import Given

# What parameters may turn a sponsor's words into (CDISC, completion/reason for non-completion).
OTHER = "OTHER"
REASONS = (
    *("ADVERSE_EVENT", "DEATH", "LOST_TO_FOLLOW_UP", "WITHDRAWAL_BY_SUBJECT", "PHYSICIAN_DECISION"),
    *("PROTOCOL_DEVIATION", "SPONSOR_DECISION", OTHER),
)


def close_reasons(adsl: pd.DataFrame, given: Given) -> pd.DataFrame:
    """Reasons for leaving without words of the sponsor: what parameters do not map is OTHER."""
    own = given.subjects.variables.get("EOSREAS")
    known = adsl["EOSREAS"].isin({*REASONS, *given.subjects.reasons.values()})
    closed = adsl["EOSREAS"].where(known | adsl["EOSREAS"].isna(), OTHER)
    words = [own] if own in adsl and own != "EOSREAS" else []
    return adsl.assign(EOSREAS=closed).drop(columns=words)
