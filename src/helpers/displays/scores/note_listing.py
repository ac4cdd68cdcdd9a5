"""L-E-02: notes on scoring, form by form: missing, illegal and untestable items, gates."""

from collections.abc import Iterator

import pandas as pd

from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.report_parts import made_where_possible
from helpers.displays.formats import format_number
from helpers.displays.measurements.words import name_visit
from helpers.displays.model import Listing, join_notes
from helpers.displays.scores.listed_rows import cap_rows, read_participants
from helpers.view import View

FORM = ["USUBJID", "FORM", "AVISIT", "ADT", "ADY"]


@shown_as("L-E-02", title="Notes on scoring", needs=("adeff",))
@made_where_possible("L-E-02")
def list_scoring_notes(view: View) -> Listing:
    """One row per form with a note: what is odd about its items, which scores it cannot give."""
    forms = _collect_forms(view)
    shown, more, note = cap_rows(tuple(_list_rows(view, forms)))
    lost = int((forms["LOST"] != "").sum()) if len(forms) else 0
    return Listing(
        population_line=f"{state_population(view, view.interim.population_efficacy)} Forms with a "
        f"note: {len(forms)}; of these without at least one score: {lost}.",
        notes=join_notes(
            "Names of items are those of the data. An item outside its range is taken as not "
            "answered; an item that cannot be tested is not missing; an item behind a gate that "
            "is closed scores 0.",
            "Unscheduled forms, and forms that no summary uses, are listed too.",
            note,
        ),
        source_note="adeff (NOTE, AVAL), adsl; list_scoring_notes.",
        headers=("Participant", "Arm", "Form", "Visit", "Day", "Note", "Scores not computed"),
        rows=shown,
        file_rows=more,
        empty="No form has a note on its scoring",
    )


def _collect_forms(view: View) -> pd.DataFrame:
    """One row per form: SUBJID, ARM, FORM, AVISIT, ADY, NOTE (each once), LOST (labels)."""
    people, rows = read_participants(view), view["adeff"]
    labels = {code: score.label for code, score in view.trial.scores.items()}
    place = rows["PARAMCD"].map({code: number for number, code in enumerate(labels)})
    rows = rows.assign(PLACE=place)[rows["USUBJID"].isin(people.index)]
    rows = rows.sort_values(["USUBJID", "PLACE", "ADT", "NOTE"], kind="stable")
    noted = rows[rows["NOTE"].notna()]
    notes = noted.groupby(FORM, dropna=False, sort=False)["NOTE"].agg(_join)
    lost = rows[rows["AVAL"].isna()]
    names = lost["PARAMCD"].map(labels).groupby([lost[name] for name in FORM], dropna=False)
    frame = notes.to_frame().join(names.agg(_join).rename("LOST")).reset_index()
    frame = frame.assign(
        LOST=frame["LOST"].fillna(""),
        SUBJID=frame["USUBJID"].map(people["SUBJID"]),
        ARM=frame["USUBJID"].map(people["ARM"]),
    )
    return frame.sort_values(["SUBJID", "ADT", "FORM"], kind="stable", na_position="first")


def _join(texts: pd.Series) -> str:
    return "; ".join(dict.fromkeys(str(text) for text in texts.dropna()))


def _list_rows(view: View, forms: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    for row in forms.itertuples(index=False):
        form = view.trial.forms.get(str(row.FORM))
        yield (
            str(row.SUBJID),
            str(row.ARM),
            form.label if form else str(row.FORM),
            name_visit(str(row.AVISIT), view.trial),
            "" if pd.isna(row.ADY) else format_number(float(row.ADY), 0),
            str(row.NOTE),
            str(row.LOST),
        )
