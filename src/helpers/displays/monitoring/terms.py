"""The name of a monitored event: its preferred term, or the words of the site."""

from collections.abc import Mapping
from typing import Any

from helpers.displays.adverse_events.uncoded_notes import UNCODED


def name_term(event: Mapping[Any, Any]) -> str:
    """`Seizure`; without a preferred term `uncoded "fit at night"`."""
    term, words = event.get("AEDECOD"), event.get("AETERM")
    if isinstance(term, str) and term.strip().upper() not in ("", UNCODED):
        return term
    return f'uncoded "{words}"' if isinstance(words, str) else "uncoded"
