"""The name of a monitored event: its preferred term, or the words of the site."""

from collections.abc import Mapping
from typing import Any

from helpers.displays.adverse_events import coded_terms


def name_term(event: Mapping[Any, Any]) -> str:
    """`Seizure`; without a preferred term `not coded: "fit at night"`."""
    term, words = coded_terms.name_term(event.get("AEDECOD")), event.get("AETERM")
    if term != coded_terms.NOT_CODED:
        return term
    return f'not coded: "{words}"' if isinstance(words, str) else "not coded"
