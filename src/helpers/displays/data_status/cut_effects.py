"""T-S-33: what the data cut removed from each raw table, rolled back, and kept without a date."""

from collections.abc import Mapping

from helpers.displays import show
from helpers.displays.columns import state_date
from helpers.displays.data_status.table_names import name_table
from helpers.displays.declare import shown_as
from helpers.displays.model import NOT_APPLICABLE, Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result
from helpers.displays.rows import Row, collect_rows, heading_row
from helpers.displays.summary.wording import count_of
from helpers.view import TOTAL, View

CHANGED, UNDATED = "CHANGED", "KEPT_UNDATED"
COLUMNS: Mapping[str, Header] = {
    "BEFORE": Header("Before the cut", "rows"),
    "LATER": Header("Dated later", "rows left out"),
    "CONSENT": Header("Consent later", "rows left out"),
    "UNDATED": Header("Undated", "rows left out"),
    "KEPT": Header("Kept", "rows"),
    UNDATED: Header("of these undated", "rows"),
    CHANGED: Header("of these rolled back", "rows"),
}
ROLLED = {
    ("dm", "DTHFL"): "Deaths after the cut-off: alive then",
    ("ae", "AESDTH"): "Fatal events: not fatal then",
    ("ae", "AETOXGR"): "Grade 5 of these: 4 then",
    ("ae", "AEENDTC"): "Ends of adverse events: ongoing then",
    ("ho", "HOENDTC"): "Ends of hospital stays: not ended then",
    ("cm", "CMENDTC"): "Ends of medication: ongoing then",
    ("qry", "QRYSTAT"): "Closed data queries: open then",
}
"""By table and variable; other variables that were rolled back only follow from these."""
KEPT_WHY = {
    ("ae", ""): "adverse events, since none may be lost: they count wherever they may have begun",
    ("mh", ""): "history, which began before the study",
    ("cm", ""): "medication, which began before the study",
    ("lot", ""): "lots of product, as last entered",
    ("dm", "DTHDTC"): "deaths, which count as deaths by the cut-off",
}


@shown_as("T-S-33", title="What the data cut removed", needs=("cuteffect",))
def tabulate_cut_effects(view: View) -> Table:
    """Rows of each raw table before and after the cut, values rolled back, undated rows kept.

    Results: Key("", Total, raw table, category effect) n; of a variable that was rolled back the
    subgroup is its name.
    """
    counts = _read_counts(view)
    tables = [table for table, effect, _ in counts if effect == "BEFORE"]
    rows = [_table_row(table, counts) for table in tables]
    rows += _list_rolled(counts)
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"Rows that may be used, as received in the extract of "
        f"{state_date(view.extract)} and as known on {state_date(view.cutoff)}.",
        results=results,
        notes=join_notes(
            "Each row is in one column: kept, or left out under the first reason that holds: "
            "consent after the cut-off, no date, a date after the cut-off. Deleted, repeated and "
            "excluded rows were left out before (T-S-03).",
            _explain_undated(counts),
            "n.a.: rows of this table have no date of their own."
            if any((table, UNDATED, "") not in counts for table in tables)
            else "",
            "Grade, seriousness and causality of adverse events are those of the extract, except "
            "what only a death after the cut-off made of them: the export holds their last state "
            "and not the one at the cut-off.",
        ),
        source_note="cuteffect; tabulate_cut_effects.",
        headline=_state_headline(tables, counts),
        stub="Table",
        headers=tuple(COLUMNS.values()),
        lines=lines,
        empty="No table was read",
    )


Counts = Mapping[tuple[str, str, str], int]  # by table, effect and variable


def _read_counts(view: View) -> Counts:
    rows = view["cuteffect"]
    return {
        (row.TABLE, row.EFFECT, row.VARIABLE or ""): int(row.ROWS)
        for row in rows.itertuples(index=False)
    }


def _table_row(table: str, counts: Counts) -> Row:
    cells: list[Cell | str] = []
    results: list[Result] = []
    for effect in COLUMNS:
        if (table, effect, "") not in counts:
            cells.append(NOT_APPLICABLE)
            continue
        key = Key("", TOTAL, table, "", effect)
        results.append(Result(key, "n", float(counts[table, effect, ""])))
        cells.append(Cell(key, show.n()))
    return Row(Line(name_table(table), tuple(cells)), tuple(results))


def _list_rolled(counts: Counts) -> list[Row]:
    """What was rolled back, one row each, in the last column."""
    rows = []
    for (table, variable), label in ROLLED.items():
        n = counts.get((table, "ROLLED", variable), 0)
        key = Key("", TOTAL, table, "", "ROLLED", subgroup=variable)
        cells = ("",) * (len(COLUMNS) - 1)
        if n:
            line = Line(label, (*cells, Cell(key, show.n())), level=1)
            rows.append(Row(line, (Result(key, "n", float(n)),)))
    return [heading_row("Rolled back to the cut-off"), *rows] if rows else []


def _explain_undated(counts: Counts) -> str:
    said = [
        f"{n} of {why}"
        for (table, variable), why in KEPT_WHY.items()
        if (n := counts.get((table, UNDATED, variable), 0))
    ]
    return f"Undated rows that are kept: {'; '.join(said)}." if said else ""


def _state_headline(tables: list[str], counts: Counts) -> str:
    if not tables:
        return ""
    before, kept = (sum(counts[table, name, ""] for table in tables) for name in ("BEFORE", "KEPT"))
    deaths = counts.get(("dm", "ROLLED", "DTHFL"), 0)
    ends = counts.get(("ae", "ROLLED", "AEENDTC"), 0)
    return (
        f"Of {before} rows {kept} were kept. Rolled back: {count_of(deaths, 'death')} and "
        f"{count_of(ends, 'end of an adverse event', 'ends of adverse events')}."
    )
