"""T-S-31: how mature the data are: verified records, serious events, changes since a report."""

from collections.abc import Callable, Iterator

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_date, state_population
from helpers.displays.data_status.table_names import name_table
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_percent
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import Row, RowContext, collect_rows, heading_row, number_row
from helpers.stats.estimates import NAN
from helpers.view import Group, View

POPULATION = "ITT"
VERIFIED, SERIOUS, CHANGED = "VERIFIED", "SERIOUS_EVENTS", "EVENTS_SINCE"
ALL = "ALL"
MOST_NAMED = 20
FIELDS = {
    "AESTDTC": "start",
    "AEENDTC": "end, although not ongoing",
    "AETOXGR": "grade",
    "CRITERIA": "criterion of seriousness",
    "AEREL": "causality to product",
    "AERELPR": "causality to procedure",
    "AEEXPECT": "expectedness",
    "AEACN": "action taken",
    "AEOUT": "outcome",
    "AESITDTC": "date on which the site was aware",
    "AESPODTC": "date on which the sponsor was informed",
    "AENARR": "narrative",
}


@shown_as(
    "T-S-31",
    title="Maturity of the data",
    needs=("adsdv", "adaemat", "adsl"),
    absent="The data do not say which records were verified or changed.",
)
def tabulate_maturity(view: View) -> Table:
    """Records verified, serious events with an empty field, events changed since a report."""
    groups = view.groups(POPULATION)
    rows = [
        *_verified_rows(view, groups),
        *_serious_rows(view, groups),
        *_changed_rows(view, groups),
    ]
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, POPULATION)} Records n / all (%).",
        results=results,
        notes=join_notes(
            "Verified: marked as compared with the source documents (SDV = Y), of the records "
            "within the cut.",
            "The end of an event is counted as an empty field only where the event is not marked "
            "as ongoing; the criterion of seriousness where none is ticked.",
            _name_lacking(view),
            _explain_changes(view),
        ),
        source_note="adsdv, adaemat, adsl (ITTFL = Y), previous; tabulate_maturity.",
        headline=_state_headline(view, groups[-1]),
        stub="Records",
        headers=build_headers(groups),
        lines=lines,
    )


def _row(
    label: str,
    key: Key,
    groups: tuple[Group, ...],
    count: Callable[[Group], tuple[int, int]],
    level: int = 1,
) -> Row:
    def compute(group: Group) -> dict[str, float]:
        n, total = count(group)
        return {"n": n, "total": total, "pct": 100 * n / total if total else NAN}

    return number_row(RowContext(key, groups, form=show.n_of(), level=level), label, compute)


def _count_verified(rows: pd.DataFrame, group: Group) -> tuple[int, int]:
    own = rows[rows["USUBJID"].isin(group.subjects)]
    return int(own["VERIFIED"].sum()), int(own["RECORDS"].sum())


def _count_events(hit: pd.Series, rows: pd.DataFrame, group: Group) -> tuple[int, int]:
    own = rows["USUBJID"].isin(group.subjects)
    return int((hit & own).sum()), int(own.sum())


def _verified_rows(view: View, groups: tuple[Group, ...]) -> Iterator[Row]:
    records = view["adsdv"]
    key = Key(POPULATION, "", VERIFIED)
    yield heading_row("Verified at the source")

    def row(label: str, category: str, rows: pd.DataFrame, level: int) -> Row:
        place = key._replace(category=category)
        return _row(label, place, groups, lambda group: _count_verified(rows, group), level)

    yield row("All records", ALL, records, 1)
    for table in sorted(records["DOMAIN"].unique()):
        yield row(name_table(str(table)), str(table), records[records["DOMAIN"] == table], 2)


def _serious_rows(view: View, groups: tuple[Group, ...]) -> Iterator[Row]:
    """Serious events with any empty field, then by field; only those that somewhere are empty."""
    events = view["adaemat"]
    events = events[events["ASERFL"] == "Y"]
    key = Key(POPULATION, "", SERIOUS)
    yield heading_row("Serious adverse events with an empty field")

    def row(label: str, category: str, hit: pd.Series, level: int) -> Row:
        place = key._replace(category=category)
        return _row(label, place, groups, lambda group: _count_events(hit, events, group), level)

    yield row("Any field", ALL, events["LACKING"].notna(), 1)
    lacking = events["LACKING"].astype(object).fillna("").str.split()
    for code, label in FIELDS.items():
        hit = lacking.map(lambda names, code=code: code in names).astype(bool)
        if hit.any():
            yield row(label, code, hit, 2)


def _changed_rows(view: View, groups: tuple[Group, ...]) -> Iterator[Row]:
    """Events known at the report before: changed since; dated before it and entered since."""
    events = view["adaemat"]
    if not events["KNOWNFL"].notna().any():
        return
    yield heading_row(f"Adverse events since {_name_former(view)}")
    serious = events["ASERFL"] == "Y"
    for flag, among, label in (
        ("CHGFL", "KNOWNFL", "Record changed, of those known then"),
        ("ADDEDFL", "", "Begun before it and entered after it, of all"),
    ):
        base = events if not among else events[events[among] == "Y"]
        for code, part, words, level in (
            (ALL, base, label, 1),
            ("SERIOUS", base[serious.reindex(base.index)], "serious", 2),
        ):
            key = Key(POPULATION, "", CHANGED, "", f"{flag}.{code}")
            hit = part[flag] == "Y"

            def count(
                group: Group, hit: pd.Series = hit, part: pd.DataFrame = part
            ) -> tuple[int, int]:
                return _count_events(hit, part, group)

            yield _row(words, key, groups, count, level)


def _name_former(view: View) -> str:
    former = view["previous"] if view.has("previous") else pd.DataFrame()
    if former.empty:
        return "the report before"
    row = former.iloc[0]
    return f"{row['INTERIM']} ({state_date(row['CUTDT'])})"


def _explain_changes(view: View) -> str:
    if not view["adaemat"]["KNOWNFL"].notna().any():
        return "Changes are told from the second report on."
    return (
        "Changed: the record was changed after the cut-off of that report. Whether causality, "
        "grade or seriousness was changed cannot be known here: an export holds the day of the "
        "last change of a record, neither the field nor the value before. Its history (audit "
        f"trail) says which.{_name_changed(view)}"
    )


def _name_changed(view: View) -> str:
    """Which events were changed, serious ones first, as far as there is room."""
    events = view["adaemat"]
    events = events[(events["CHGFL"] == "Y") & (events["ITTFL"] == "Y")]
    if events.empty or "SUBJID" not in events:
        return ""
    events = events.assign(LATER=events["ASERFL"] != "Y")
    events = events.sort_values(["LATER", "SUBJID", "AESEQ"], kind="stable")
    named = [
        f"{row.SUBJID} event {row.AESEQ}{' (serious)' if row.ASERFL == 'Y' else ''}"
        for row in events.head(MOST_NAMED).itertuples()
    ]
    more = f" and {len(events) - MOST_NAMED} more" if len(events) > MOST_NAMED else ""
    return f" Look there for: {', '.join(named)}{more}."


def _name_lacking(view: View) -> str:
    """Which serious events lack what, as far as there is room."""
    events = view["adaemat"]
    events = events[(events["ASERFL"] == "Y") & events["LACKING"].notna()]
    events = events[events["ITTFL"] == "Y"].sort_values(["SUBJID", "AESEQ"], kind="stable")
    if events.empty:
        return ""
    named = [
        f"{row.SUBJID} event {row.AESEQ} ({_name_fields(str(row.LACKING))})"
        for row in events.head(MOST_NAMED).itertuples()
    ]
    more = f"; and {len(events) - MOST_NAMED} more" if len(events) > MOST_NAMED else ""
    return f"Serious events with an empty field: {'; '.join(named)}{more}."


def _name_fields(codes: str) -> str:
    return ", ".join(FIELDS[code] for code in codes.split())


def _state_headline(view: View, total: Group) -> str:
    if not total.n:
        return "Nobody was randomised by the cut-off."
    n, records = _count_verified(view["adsdv"], total)
    events = view["adaemat"]
    serious = events[events["ASERFL"] == "Y"]
    lacking, all_serious = _count_events(serious["LACKING"].notna(), serious, total)
    said = (
        f"Verified records: {n} of {records} ({format_percent(n, records)}%). Serious adverse "
        f"events with an empty field: {lacking} of {all_serious}."
    )
    known = events[events["KNOWNFL"] == "Y"]
    if known.empty:
        return said
    changed, before = _count_events(known["CHGFL"] == "Y", known, total)
    return f"{said} Events changed since the report before: {changed} of {before} known then."
