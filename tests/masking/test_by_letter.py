"""What stands beside letters: no complaint of a procedure, no key, no order by one arm."""

import importlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from scipy.stats import studentized_range
from table_cells import read_cells
from trial_views import view_of_export

from helpers.displays.adverse_events.by_grade import tabulate_by_grade
from helpers.displays.adverse_events.dot_plot import plot_ae_dots
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.adverse_events.system_organ_class import tabulate_soc_pt
from helpers.displays.closing.cannot_show import show_limits
from helpers.displays.conduct.disposition import tabulate_disposition
from helpers.displays.conduct.medication import tabulate_medication
from helpers.displays.declare import VISIBLE, load_catalogue
from helpers.displays.efficacy.interpretation import show_interpretation
from helpers.displays.exposure.length_of_follow_up import tabulate_follow_up
from helpers.displays.laboratory.baseline_pairs import NO_TESTS
from helpers.displays.laboratory.baseline_worst import plot_baseline_worst
from helpers.displays.laboratory.values_by_visit import tabulate_laboratory_values
from helpers.displays.model import Display, Figure, Table, Withheld
from helpers.displays.participants.counts_by_letter import TOO_FEW, choose_classes
from helpers.displays.participants.event_counts import plot_event_counts
from helpers.displays.results import Key
from helpers.displays.serious_events.by_term import tabulate_serious_events
from helpers.displays.serious_events.deaths import tabulate_deaths
from helpers.displays.summary.at_a_glance import show_at_a_glance
from helpers.displays.summary.title_page import show_title_page
from helpers.displays.treatment_effect.key_model import tabulate_key_model
from helpers.masking.words import PROCEDURE
from helpers.params import load_trial
from helpers.stats.multiplicity.dunnett import dunnett_critical
from helpers.view import MaskedView

PROJECT = Path(__file__).parents[2]
PARAMS = PROJECT / "tests" / "trial" / "params"
MASKED = "closed_masked"
LETTERS = ("A", "B", "C")


@pytest.fixture(scope="module")
def view(export: Path) -> MaskedView:
    made = view_of_export(export, "ia3", MASKED)
    assert isinstance(made, MaskedView)
    return made


def find_events(view: MaskedView, *flags: str) -> pd.DataFrame:
    """Events after randomisation as they lie in the packed view, complaints among them."""
    events = view.datasets["adae"]
    kept = events["AFTRANFL"].eq("Y")
    for flag in flags:
        kept &= events[flag].eq("Y")
    return events[kept.fillna(False).astype(bool)]


def test_a_view_by_letter_holds_no_complaint_of_a_procedure_and_a_pooled_one_all(view):
    whole = view.datasets["adae"]
    complaints = whole["AEDECOD"] == PROCEDURE
    assert complaints.sum() > 3
    assert PROCEDURE not in set(view["adae"]["AEDECOD"])
    assert view["adae"].equals(view.adae)
    assert len(view.pool()["adae"]) == len(whole) == len(view["adae"]) + complaints.sum()


@pytest.mark.parametrize(
    ("make", "parameter", "flags"),
    [
        (tabulate_ae_overview, "any_after_rand", ()),
        (tabulate_ae_overview, "serious", ("ASERFL",)),
        (tabulate_soc_pt, "ANY", ()),
        (tabulate_by_grade, "ANY", ()),
        (tabulate_serious_events, "ANY", ("ASERFL",)),
    ],
)
def test_numbers_by_letter_leave_complaints_out_so_that_no_difference_gives_them(
    view, make, parameter, flags
):
    """Any event of a letter less its other classes were the complaints of that letter."""
    rows = make(view).statistics
    events = find_events(view, *flags)
    events = events[events["AEDECOD"] != PROCEDURE]
    persons = view["adsl"].set_index("USUBJID")["TRT01P"]
    arms = events["USUBJID"].map(persons)
    for letter in LETTERS:
        own = rows[Key("ITT", letter, parameter)]
        assert own["events"] == (arms == letter).sum()
        assert own["n"] == events.loc[arms == letter, "USUBJID"].nunique()


@pytest.mark.parametrize(
    ("make", "flags"),
    [(tabulate_soc_pt, ()), (tabulate_by_grade, ()), (tabulate_serious_events, ("ASERFL",))],
)
def test_complaints_of_a_procedure_have_one_row_with_a_total_and_no_letter(view, make, flags):
    table = make(view)
    events = find_events(view, *flags)
    own = events[events["AEDECOD"] == PROCEDURE]
    *by_letter, total = read_cells(table)["Procedure complaint (in no row above)"]
    assert set(by_letter) == {"pooled"}
    assert total.startswith(f"{own['USUBJID'].nunique()} (")
    assert [r.key.arm for r in table.results if r.key.parameter == PROCEDURE] == ["Total"] * 4


def test_the_first_page_has_serious_events_and_deaths_by_letter(view):
    page = show_at_a_glance(view)
    assert page.table is not None
    assert [header.label for header in page.table.headers] == [*LETTERS, "Total"]
    events = find_events(view, "ASERFL")
    persons = view["adsl"].set_index("USUBJID")["TRT01P"]
    plain = events[events["AEDECOD"] != PROCEDURE]
    hit = {letter: plain[plain["USUBJID"].map(persons) == letter] for letter in LETTERS}
    rows = {(r.key.arm, r.key.parameter): r.value for r in page.results if r.statistic == "n"}
    assert {x: rows[x, "serious"] for x in LETTERS} == {
        x: found["USUBJID"].nunique() for x, found in hit.items()
    }
    assert rows["Total", "SERIOUS"] == events["USUBJID"].nunique()  # whoever, whatever the term


def let_complaint_kill(view: MaskedView, *, kill: bool) -> MaskedView:
    """The first who died of an event did so of a complaint of a procedure, or nobody did."""
    events = view.datasets["adae"]
    died = view["adsl"].loc[view["adsl"]["DTHFL"] == "Y", "USUBJID"]
    fatal = events[events["FATALFL"].eq("Y") & events["AFTRANFL"].eq("Y")]
    first = sorted(set(fatal["USUBJID"]) & set(died))[0]
    hit = events["USUBJID"].eq(first) & events["FATALFL"].eq("Y")
    assert hit.any()
    terms = events["AEDECOD"].mask(hit, PROCEDURE) if kill else events["AEDECOD"]
    events = events.assign(AEDECOD=terms, AEBODSYS=events["AEBODSYS"].mask(hit & kill, PROCEDURE))
    return replace(view, datasets={**view.datasets, "adae": events})


def test_deaths_are_by_letter_and_their_causes_and_sources_are_not(view):
    """By letter a source, or a cause, less what another table counts were the complaints."""
    for kill in (True, False):
        table = tabulate_deaths(let_complaint_kill(view, kill=kill))
        arms = {p: {r.key.arm for r in table.results if r.key.parameter == p} for p in (
            "DEATHS", "SOURCE", "CAUSE")}  # fmt: skip
        assert arms == {"DEATHS": {*LETTERS, "Total"}, "SOURCE": {"Total"}, "CAUSE": set()}
        assert any(
            "Causes of death are in the report that names the arms" in n for n in table.notes
        )


@pytest.mark.parametrize("make", [tabulate_deaths, tabulate_ae_overview, tabulate_by_grade])
def test_whether_a_complaint_killed_changes_no_number_of_fatal_events(view, make):
    """Deaths by letter are known: no row by letter, nor a note, may say how many died otherwise."""
    told = []
    for kill in (True, False):
        table = make(let_complaint_kill(view, kill=kill))
        rows = [(r.key, r.statistic) for r in table.results if r.key.arm in LETTERS]
        assert not [k for k, _ in rows if k.parameter in ("fatal", "CAUSE", "SOURCE")]
        assert not [k for k, _ in rows if k.category.endswith("/5")]
        assert not [note for note in table.notes if re.search(r"\d fatal\b", note)]
        fatal = {r.key: r.value for r in table.results if r.key.parameter in ("fatal", "SOURCE")}
        told.append((fatal, [n for n in table.notes if "without a fatal event" in n]))
    assert told[0] == told[1]


def test_no_row_of_the_overview_is_about_leaving_or_about_doses(view):
    """T-S-02 counts who left for an event, complaints among them; the difference were these."""
    table = tabulate_ae_overview(view)
    kinds = {r.key.parameter for r in table.results}
    assert kinds == {"any_after_rand", "grade_ge3", "serious", "fatal"}
    assert not [label for label in read_cells(table) if "discontinu" in label]


def test_the_grades_above_two_are_one_and_lose_nobody(view):
    table = tabulate_by_grade(view)
    events = find_events(view)
    events = events[events["AEDECOD"] != PROCEDURE]
    bad = events.loc[events["ATOXGR"].ge(3).fillna(False).astype(bool), "USUBJID"].unique()
    arms = view["adsl"].set_index("USUBJID").loc[bad, "TRT01P"]
    for letter in LETTERS:
        key = Key("ITT", letter, "ANY", category="/3")
        assert table.statistics[key]["n"] == (arms == letter).sum()
    assert {"grade 4", "grade 5"}.isdisjoint(read_cells(table))
    assert not any("Grade 5" in note for note in table.notes)


def test_terms_of_the_dot_plot_stand_by_their_total_and_every_pair_is_drawn(view):
    figure = plot_ae_dots(view)
    rows = [r for r in figure.results if r.statistic == "n" and not r.key.category]
    totals: dict[str, float] = {}
    for row in rows:
        totals[row.key.parameter] = totals.get(row.key.parameter, 0) + row.value
    assert list(totals) == sorted(totals, key=lambda name: (-totals[name], name))
    assert {r.key.contrast for r in figure.results} == {"", "B - A", "C - A", "C - B"}
    assert PROCEDURE not in totals


def test_medication_by_letter_tells_of_no_drug_and_of_nothing_begun_later(view):
    """A drug paused for a puncture is begun again after it."""
    rows = tabulate_medication(view).results
    assert {row.key.parameter.partition(".")[2] for row in rows} == {"PRIOR", "CONCOMITANT"}
    assert {row.key.category for row in rows} == {"ANY"}


def test_the_key_model_has_tukey_for_all_pairs_and_nothing_of_a_control(view):
    table = tabulate_key_model(view)
    pairs = [r for r in table.results if r.key.category == "LSMEAN.TUKEY"]
    assert {r.key.contrast for r in pairs} == {"B - A", "C - A", "C - B"}
    assert {r.statistic for r in pairs} == {"estimate", "lower", "upper"}
    alone = {(r.key, r.statistic): r.value for r in table.results}
    for row in pairs:  # wider than the interval of one pair, around the same estimate
        own = alone[row.key._replace(category="LSMEAN"), row.statistic]
        if row.statistic == "estimate":
            assert row.value == own
        else:
            assert (row.value < own) is (row.statistic == "lower")
    said = " ".join([table.headline, table.population_line, *table.notes, *read_cells(table)])
    assert "Tukey-adjusted" in said
    elsewhere = "the bound of this look are in the report that names the arms."
    assert f"Not adjusted for the looks: the test and {elsewhere}" in table.headline
    page = " ".join(show_interpretation(view).sentences)
    assert f"adjusted for each other, not for the looks: the test and {elsewhere}" in page
    assert not re.search(r"(?i)dunnett|control|crosses|beyond the bound", said)
    assert not [r for r in table.results if r.key.category in ("LSMEAN.DUNNETT", "LOOK")]


@pytest.mark.parametrize("df", [4, 21, 58])
def test_the_limit_of_all_pairs_of_three_equal_arms_is_that_of_the_studentised_range(df):
    pairs = np.array([[1, -1, 0], [1, 0, -1], [0, 1, -1]]) / np.sqrt(2)
    limit = dunnett_critical(0.95, df, pairs @ pairs.T)
    assert limit == pytest.approx(studentized_range.ppf(0.95, 3, df) / np.sqrt(2), rel=1e-9)


@pytest.fixture(scope="module")
def make(view: MaskedView) -> Callable[[str], Display]:
    """A display of the masked view by its id, made once."""

    @cache
    def make_display(display_id: str) -> Display:
        module, _, function = load_catalogue()[display_id].maker.rpartition(".")
        made: Display = getattr(importlib.import_module(module), function)(view)
        return made

    return make_display


BY_LETTER = [d.id for d in load_catalogue().values() if d.given_to(MASKED) == "by label"]


@pytest.mark.parametrize("display", BY_LETTER)
def test_no_key_of_a_participant_stands_in_a_display_by_letter(view, make, display):
    """A key that a finding links to a number must not lead to a letter."""
    made = make(display)
    keys = set(view["adsl"]["SUBJID"])
    shown = repr((made.results, made.notes, made.headline, made.population_line, made.csv_copy()))
    if isinstance(made, Table):
        shown += repr((made.lines, made.file_lines))
    assert not keys & set(re.findall(r"[A-Z2-7]{8}", shown + getattr(made, "svg", "")))


def list_cells(name: str) -> list[nbformat.NotebookNode]:
    notebook = nbformat.read(PROJECT / "notebooks" / f"{name}_report.ipynb", as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_every_display_for_masked_readers_stands_in_a_cell_that_their_run_executes():
    """A closed cell without the tag `masked` would lose the display without a word."""
    kept = set()
    for cell in (*list_cells("safety"), *list_cells("efficacy")):
        tags = set(cell.metadata.get("tags", ()))
        if "closed" not in tags or "masked" in tags:
            kept |= set(re.findall(r"(\w+)\(view\b", cell.source))
    declared = {d.id: d.maker.rpartition(".")[2] for d in load_catalogue().values()}
    given = {d.id for d in load_catalogue().values() if d.given_to(MASKED) in VISIBLE}
    assert len(given) > 40
    assert {name for name in given if declared[name] not in kept} == set()


@pytest.mark.parametrize("title", ["P-S-00", "P-E-00"])
def test_what_a_masked_title_page_promises_is_in_its_report(make, title):
    said = repr(make(title))
    named = set(re.findall(r"\b[TFL]-[SE]-\d\d[a-z]?\b", said))
    assert len(named) > 10 or title == "P-S-00"
    for display in named:
        assert load_catalogue()[display].given_to(MASKED) in VISIBLE, display
        assert not isinstance(make(display), Withheld), display


@pytest.mark.parametrize("make", [tabulate_disposition, tabulate_follow_up])
def test_no_length_of_follow_up_stands_by_letter(view, make):
    """Visits follow the first dose by days: who gets none has the shortest follow-up."""
    rows = make(view).statistics
    timed = {
        key.arm
        for key, row in rows.items()
        if key.parameter.startswith("TIMEONST") or key.category.startswith(("TIME", "MEDIAN"))
    }
    assert timed == {"Total"}
    by_letter = [key for key in rows if key.arm in LETTERS]
    assert len(by_letter) > 5  # counts stand by letter
    cells = read_cells(make(view))
    assert any("pooled" in line for line in cells.values())


def test_nobody_stands_alone_among_the_numbers_of_events(view):
    made = plot_event_counts(view)
    assert isinstance(made, Figure)
    rows = {key: row for key, row in made.statistics.items() if key.category}
    assert {key.arm for key in rows} == set(LETTERS)
    assert min(row["n"] for row in rows.values()) >= 2
    assert not set(view["adsl"]["SUBJID"]) & {key.category for key in made.statistics}
    for letter in LETTERS:
        own = [row["n"] for key, row in rows.items() if key.arm == letter]
        assert sum(own) == len(view.arm_group("ITT", letter).subjects)
    events = find_events(view)
    events = events[events["AEDECOD"] != PROCEDURE]
    arms = events["USUBJID"].map(view["adsl"].set_index("USUBJID")["TRT01P"])
    for letter in LETTERS:
        row = made.statistics[Key("ITT", letter, "NUMBER_OF_AE")]
        assert row["mean"] * row["n"] == pytest.approx((arms == letter).sum())


def test_classes_of_numbers_hold_members_of_every_group_and_the_last_is_open():
    few = [pd.Series([0, 0, 1, 2, 7]), pd.Series([0, 1, 1, 3, 3])]
    assert choose_classes(few, fewest=2) == [(0, 1), (2, None)]
    assert choose_classes(few, fewest=1) == [(0, 0), (1, 1), (2, None)]
    assert choose_classes([pd.Series([4]), pd.Series([0, 0, 9])], fewest=2) == []
    assert choose_classes([pd.Series(dtype=int)], fewest=1) == []


def test_sentences_in_place_of_figures_by_letter_are_written_beforehand():
    """Any other words of a cell would stop the masked report."""
    catalogue = load_catalogue()
    assert TOO_FEW in catalogue["F-S-20"].sentences
    assert NO_TESTS in catalogue["F-S-21"].sentences


def test_laboratory_values_are_drawn_as_quartiles_and_nobody_alone(view):
    made = plot_baseline_worst(view)
    assert isinstance(made, Figure)
    rows = made.statistics
    assert {key.arm for key in rows} == set(LETTERS)
    assert not {"measured"} & {name for row in rows.values() for name in row}
    drawn = {key: row for key, row in rows.items() if "median" in row}
    assert len(drawn) == 3 * 2 * len(view.trial.laboratory.compared)
    values = view["adlb"]
    group = view.arm_group("ITT", "A").subjects
    own = values[(values["PARAMCD"] == "ALT") & values["USUBJID"].isin(group)]
    base = own[own["ABLFL"] == "Y"].set_index("USUBJID")["AVAL"].astype(float)
    worst = own[own["POSTFL"] == "Y"].groupby("USUBJID")["AVAL"].max().astype(float)
    both = pd.DataFrame({"BASE": base, "WORST": worst}).dropna()
    first = rows[Key("ITT", "A", "ALT", visit="BL")]
    assert (first["n"], first["median"]) == (len(both), np.median(both["BASE"]))
    assert rows[Key("ITT", "A", "ALT")]["q3"] == np.quantile(both["WORST"], 0.75)


def test_the_page_says_that_letters_lower_knowledge_and_cannot_remove_it(view):
    said = " ".join(show_title_page(view).sentences)
    assert "a courtesy for a first reading, not protection" in said
    assert "side effects above all, can still let a reader guess" in said
    assert "lowers what its readers know of the arms and cannot remove it" in said
    assert "Many hold that a committee must know the arms to weigh harm" in said


OF_A_PROCEDURE = re.compile(
    r"(?i)infusion|puncture|lumbar|spinal|mening|inject|catheter|procedur|needle|leg pain|retention"
)


def test_every_term_of_the_dictionary_that_only_a_procedure_causes_is_pooled(view):
    """The five categories of the policy, urinary retention, and whatever a term says by itself."""
    trial = load_trial(PARAMS)
    categories = set(trial.adverse_events.procedure_categories)
    assert {
        *("POST_LP_HEADACHE", "BACK_RADICULAR_PAIN", "MENINGISM_MENINGITIS", "CSF_LEAK"),
        "INFUSION_SITE",
    } <= categories
    aesi = pd.read_csv(PARAMS / "tables" / "aesi.csv")
    pooled = set(aesi.loc[aesi["AESICAT"].isin(categories), "AEDECOD"])
    pooled |= set(trial.adverse_events.procedure_terms)
    terms = set(pd.read_csv(PARAMS / "tables" / "dict.csv")["PT"])
    assert pooled <= terms
    telling = {term for term in terms if OF_A_PROCEDURE.search(term)}
    assert len(telling) > 8
    assert telling <= pooled


def test_marks_and_words_of_special_interest_stand_only_where_it_is_read(view):
    assert "special interest" not in plot_ae_dots(view).population_line
    assert not any("special interest" in note for note in tabulate_soc_pt(view).notes)


def test_the_largest_difference_between_letters_is_called_no_excess(view):
    """`C - B` can be below 0: nobody is the reference."""
    headline = plot_ae_dots(view).headline
    assert "Largest difference between arms: " in headline
    assert "Largest excess" not in headline


def test_no_laboratory_value_of_one_participant_stands_by_letter(view):
    table = tabulate_laboratory_values(view)
    assert {"min", "max"}.isdisjoint(result.statistic for result in table.results)
    values = pd.DataFrame([dict(row) for row in table.statistics.values()])
    few, middle = values["n"] < 5, values[["median", "q1", "q3"]]
    assert few.any()
    assert middle[few].isna().all(axis=None)
    assert middle[~few].notna().all(axis=None)
    assert not any("range" in line.label for line in table.lines)


def test_what_one_letter_cannot_show_is_said_beside_what_all_cannot(view):
    """Nobody of 12: 1 - 0.025 ** (1 / 12) = 26.5% (Clopper and Pearson)."""
    n = view.total("ITT").n // 3
    limit = f"{100 * (1 - 0.025 ** (1 / n)):.1f}%"
    words = " ".join(show_limits(view).sentences)
    assert f"Of one that nobody in a letter of {n} had, the limit is {limit}." in words
