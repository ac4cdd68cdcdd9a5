"""L-S-08: findings of the record checks that the site must look at."""

from helpers.displays.columns import state_date
from helpers.displays.data_status.finding_counts import note_other_audience
from helpers.displays.declare import shown_as
from helpers.displays.model import Listing, join_notes
from helpers.view import View

LISTED = {"F": "F, left out", "E": "E, flagged"}
HEADERS = ("Participant", "Severity", "Check", "Table", "Record", "Column", "What is wrong")
MOST = 1000  # rows on the page; findings.csv has all


@shown_as(
    "L-S-08",
    title="Data findings for follow-up by the site",
    audiences={"open": "pooled"},
)
def list_findings(view: View) -> Listing:
    """Findings of severity F and E, by participant, without any arm.

    Not for masked readers: what a finding says of a key is known of a number elsewhere.
    """
    findings = view.findings
    listed = findings[findings["severity"].isin(LISTED)]
    order = ["SUBJID", "table", "key", "id", "column", "text"]
    listed = listed.sort_values(order, kind="stable", na_position="first")
    warnings = int((findings["severity"] == "W").sum())
    rows = tuple(
        (_text(f.SUBJID), LISTED[f.severity], *map(_text, (f.id, f.table, f.key, f.column, f.text)))
        for f in listed.head(MOST).itertuples()
    )
    return Listing(
        population_line="Findings of severity F and E about records dated to "
        f"{state_date(view.cutoff)} of participants who had consented by then, as far as they can "
        "be computed from the data of this report.",
        notes=join_notes(
            f"{len(listed) - MOST} more are in findings.csv." if len(listed) > MOST else "",
            f"Of severity W, in findings.csv only: {warnings}." if warnings else "",
            count_later(view),
            "F: the record is left out of every analysis. E: it is kept and flagged. A finding "
            "without a participant is about a table as a whole.",
            note_other_audience(view),
        ),
        source_note="findings of the view, severity F and E; list_findings.",
        headers=HEADERS,
        rows=rows,
        empty="No finding of severity F or E",
    )


def count_later(view: View) -> str:
    """How many findings of these severities are about later records, where the view knows."""
    if not view.has("found"):
        return ""
    whole = view["found"]
    whole = whole.loc[whole["severity"].isin(LISTED), "events"].sum()
    later = int(whole) - int(view.findings["severity"].isin(LISTED).sum())
    return f"About later records of the export (T-S-03c): {later}." if later else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
