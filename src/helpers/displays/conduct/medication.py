"""T-S-06: prior and concomitant medication, and what was given on the days of doses."""

from collections.abc import Iterator

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.conduct.finding_notes import note_findings
from helpers.displays.conduct.open_notes import MEDICATION, explain_difference
from helpers.displays.declare import shown_as
from helpers.displays.exposure.dose_dates import note_dose_dates
from helpers.displays.model import Table, Withheld, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import Row, RowContext, collect_rows, count_row, heading_row
from helpers.view import ClosedView, Group, MaskedView, View

POPULATION = "ITT"
NO_MEDICATION = "There are no data on medication in this trial."
UNNAMED = "Name missing"
ANY = "ANY"


@shown_as(
    "T-S-06",
    title="Prior and concomitant medication",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("adcm", "adsl"),
    absent=NO_MEDICATION,
)
def tabulate_medication(view: View) -> Table | Withheld:
    """Participants with medication of the trial's categories before and from day 1 on, by drug.

    Closed reports add what was in use on the day of each given dose. Masked ones have neither
    drugs nor what was begun later: a pause for a procedure, and its end, would name an arm.
    """
    groups = view.groups(POPULATION)
    named = view.trial.medication.tabulated
    held = {code: label for code, label in named.items() if _is_loaded(view, code)}
    if not held:
        return Withheld(sentence=NO_MEDICATION)
    rows = [row for code, label in held.items() for row in _category_rows(view, code, label)]
    closed = isinstance(view, ClosedView)
    rows += list(_dose_rows(view, groups)) if closed else []
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, POPULATION)} Participants n (%).",
        results=results,
        notes=join_notes(
            "Day 1 is that of the first dose, without a dose that of randomisation."
            if closed
            else "Day 1 is that of randomisation.",
            "Prior: begun before day 1. Concomitant: not ended before day 1, whenever it began. A "
            "partial date counts by what it can mean; without an end a record goes on.",
            "On the day of a dose: in use on that day, among participants who were given it; "
            "n.a.: no dose is planned in this arm."
            if closed and view.trial.doses.planned
            else "",
            note_findings(view, ("C19", "cm"), ("C44", "cm")),
            note_dose_dates(view, "Its day here is the recorded one.")
            if closed and view.has("adex", "DOSEORD", "GIVENFL")
            else "",
            explain_difference(view, MEDICATION),
        ),
        source_note=f"adcm{', adex' if closed else ''}, adsl (ITTFL = Y); tabulate_medication.",
        headline="" if groups[-1].n else "Nobody was randomised by the cut-off.",
        stub="Participants with medication",
        headers=build_headers(groups),
        lines=lines,
    )


def _is_loaded(view: View, category: str) -> bool:
    """Whether this audience may load the records of a category."""
    allowed = (view.access.tables or {}).get("cm", {}).get("rows", {}).get("CMCAT")
    return allowed is None or category in allowed


def _category_rows(view: View, category: str, label: str) -> Iterator[Row]:
    """Prior use, concomitant use by drug, and use begun from day 1 on."""
    groups = view.groups(POPULATION)
    rows = view["adcm"]
    rows = rows[(rows["CMCAT"] == category) & rows["USUBJID"].isin(groups[-1].subjects)]
    prior = rows[rows["PREFL"] == "Y"]
    concomitant = rows[rows["ONTRTFL"] == "Y"]
    begun = concomitant[concomitant["PREFL"] != "Y"]
    yield heading_row(label)
    key = Key(POPULATION, "", f"{category}.PRIOR", "", ANY)
    yield count_row(RowContext(key, groups), "Prior", prior["USUBJID"])
    key = key._replace(parameter=f"{category}.CONCOMITANT")
    yield count_row(RowContext(key, groups), "Concomitant", concomitant["USUBJID"])
    if isinstance(view, MaskedView):
        return
    yield from _drug_rows(key, groups, concomitant)
    key = key._replace(parameter=f"{category}.BEGUN")
    yield count_row(RowContext(key, groups), "Begun on day 1 or later", begun["USUBJID"])


def _drug_rows(key: Key, groups: tuple[Group, ...], rows: pd.DataFrame) -> Iterator[Row]:
    """One row per drug, the most frequent first; none where drugs may not be loaded."""
    if "CMDECOD" not in rows:
        return
    drugs = rows["CMDECOD"].astype(object).fillna(UNNAMED)
    counts = rows["USUBJID"].groupby(drugs).nunique()
    for drug in sorted(counts.index, key=lambda name: (-counts[name], name)):
        place = key._replace(category=str(drug))
        label = str(drug)[:1].upper() + str(drug)[1:]
        yield count_row(
            RowContext(place, groups, level=2), label, rows.loc[drugs == drug, "USUBJID"]
        )


def _dose_rows(view: View, groups: tuple[Group, ...]) -> Iterator[Row]:
    """For each dose by time: categories in use on its day, and premedication on its own form."""
    named = view.trial.medication.dose_day
    if not view.has("adex", "DOSEORD", "GIVENFL") or not named:
        return
    active = [arm.code for arm in view.trial.active_arms]
    given = view["adex"][view["adex"]["GIVENFL"] == "Y"]
    for dose in range(1, view.trial.doses.planned + 1):
        own = given[(given["DOSEORD"] == dose).fillna(False)]
        among = set(own["USUBJID"])
        yield heading_row(f"On the day of dose {dose}, among those given it")

        def row(
            label: str,
            category: str,
            subjects: pd.Series,
            among: set[str] = among,
            dose: int = dose,
        ) -> Row:
            key = Key(POPULATION, "", "DOSE_DAY", f"DOSE{dose}", category)
            return count_row(
                RowContext(key, groups, among=among, only=active, form=show.n_of()), label, subjects
            )

        records = view["adcm"][view["adcm"][f"DOSE{dose}FL"] == "Y"]
        for category, label in named.items():
            yield row(label, category, records.loc[records["CMCAT"] == category, "USUBJID"])
        if "EXPREMED" in own:
            noted = own.loc[own["EXPREMED"].notna(), "USUBJID"]
            yield row("Premedication noted on the form of the dose", "NOTED", noted)
