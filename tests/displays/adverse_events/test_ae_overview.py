from dataclasses import replace

import pandas as pd
import pytest
from sample_events import (
    ADAE,
    CLOSED_PERSONS,
    make_events,
    with_cancelled_dose,
    without_arm,
    without_doses,
    without_events,
    without_persons,
)
from table_cells import read_cells

from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.adverse_events.system_organ_class import tabulate_soc_pt
from helpers.displays.model import Display
from helpers.displays.render import show_html, show_text
from helpers.displays.results import Key, read_row
from helpers.displays.serious_events.by_term import tabulate_serious_events


def count(table: Display, population: str, arm: str, code: str) -> tuple[float, ...]:
    row = table.statistics[Key(population, arm, code)]
    return tuple(row[name] for name in ("n", "N", "events"))


@pytest.mark.parametrize(
    ("code", "arms"),
    [
        ("teae", [(2, 3, 3), (2, 2, 2), (2, 2, 2), (6, 7, 7)]),
        ("teae_checklist", [(1, 3, 1), (0, 2, 0), (0, 2, 0), (1, 7, 1)]),
        ("teae_volunteered", [(2, 3, 2), (2, 2, 2), (2, 2, 2), (6, 7, 6)]),
        ("grade_ge3", [(1, 3, 1), (0, 2, 0), (1, 2, 1), (2, 7, 2)]),
        ("serious", [(1, 3, 1), (0, 2, 0), (1, 2, 1), (2, 7, 2)]),
        ("serious_related", [(1, 3, 1), (0, 2, 0), (0, 2, 0), (1, 7, 1)]),
        ("discontinued", [(1, 3, 1), (0, 2, 0), (0, 2, 0), (1, 7, 1)]),
        ("aesi", [(2, 3, 3), (1, 2, 1), (1, 2, 1), (4, 7, 5)]),
        ("fatal", [(0, 3, 0), (0, 2, 0), (1, 2, 1), (1, 7, 1)]),
    ],
)
def test_emergent_events_are_counted_in_the_safety_set_as_treated(code, arms) -> None:
    table = tabulate_ae_overview(make_events())
    assert [count(table, "SAF", arm, code) for arm in ("IV", "IT", "CTL", "Total")] == arms


def test_a_dose_changed_concerns_only_the_arms_with_doses_in_the_total_as_well() -> None:
    table = tabulate_ae_overview(make_events())
    counts = [count(table, "SAF", arm, "dose_changed") for arm in ("IV", "IT", "Total")]
    assert counts == [(0, 3, 0), (1, 2, 1), (1, 5, 1)]
    assert Key("SAF", "CTL", "dose_changed") not in table.statistics
    cells = read_cells(table)["leading to dose modification"]
    assert cells == ("0 / 3", "1 / 2 (50.0) [1]", "n.a.", "1 / 5 (20.0) [1]", "n.a.", "n.a.")


def test_serious_events_are_counted_by_criterion_too_and_each_criterion_once() -> None:
    """P8 died of an event that also kept it in hospital; P1 has an important event."""
    serious = ADAE["ASERFL"] == "Y"
    events = ADAE.assign(
        **dict.fromkeys(("AESLIFE", "AESDISAB", "AESCONG"), "N"),
        AESDTH=pd.Series("N", ADAE.index).mask(serious & (ADAE["USUBJID"] == "P8"), "Y"),
        AESHOSP=pd.Series("N", ADAE.index).mask(serious & (ADAE["USUBJID"] == "P8"), "Y"),
        AESMIE=pd.Series("N", ADAE.index).mask(ADAE["USUBJID"] == "P1", "Y"),
    )
    table = tabulate_ae_overview(make_events(adae=events))
    cells = read_cells(table)
    assert cells["death"] == cells["hospital stay"] == (
        *("0", "0", "1 (50.0) [1]", "1 (14.3) [1]"), "", "",
    )  # fmt: skip
    # two of the three events of P1 are not serious: the criterion counts among the serious ones
    assert cells["medically important"][0] == "1 (33.3) [1]"
    assert cells["disability"] == ("0", "0", "0", "0", "", "")
    labels = [line.label for line in table.lines]
    assert labels.index("death") == labels.index("serious") + 1


def test_dose_modifications_are_counted_by_action_too() -> None:
    table = tabulate_ae_overview(make_events())
    changed = table.statistics[Key("SAF", "Total", "dose_changed")]["events"]
    actions = [
        row["events"]
        for key, row in table.statistics.items()
        if key.parameter == "dose_changed" and key.arm == "Total" and key.category
    ]
    assert len(actions) == 4
    assert sum(actions) == changed == 1


def test_an_event_related_to_the_procedure_concerns_only_the_arms_that_have_one() -> None:
    table = tabulate_ae_overview(make_events())
    counts = [count(table, "SAF", arm, "related_procedure") for arm in ("IV", "IT", "Total")]
    assert counts == [(0, 3, 0), (1, 2, 1), (1, 5, 1)]
    cells = read_cells(table)["related to the procedure"]
    assert cells == ("0 / 3", "1 / 2 (50.0) [1]", "n.a.", "1 / 5 (20.0) [1]", "n.a.", "n.a.")
    assert not [key for key in table.statistics if key.parameter == "related_procedure"
                and (key.arm == "CTL" or key.contrast)]  # fmt: skip


def test_events_called_related_in_an_arm_without_doses_are_named_with_their_check() -> None:
    """P7 and P8 are controls: both called related to the product, one to the procedure as well."""
    assert not [n for n in tabulate_ae_overview(make_events()).notes if "no dose is planned (" in n]
    own = ADAE["USUBJID"].isin(["P7", "P8"])
    events = ADAE.assign(
        RELPRODFL=ADAE["RELPRODFL"].mask(own, "Y"),
        RELPROCFL=ADAE["RELPROCFL"].mask(ADAE["USUBJID"] == "P8", "Y"),
    )
    table = tabulate_ae_overview(make_events(adae=events))
    assert (
        "Recorded as related in CTL, where no dose is planned (C23): 2 events of 2 participants; 2 "
        "to the product, not counted in its row, 1 to the procedure, not counted in its row."
    ) in table.notes


def test_nothing_is_related_to_the_product_in_an_arm_that_does_not_get_it() -> None:
    """P7 is a control whose event the site called related: no row, no difference, no total."""
    own = ADAE["USUBJID"] == "P7"
    table = tabulate_ae_overview(
        make_events(adae=ADAE.assign(RELPRODFL=ADAE["RELPRODFL"].mask(own, "Y")))
    )
    counts = [count(table, "SAF", arm, "related_product") for arm in ("IV", "IT", "Total")]
    assert counts == [(1, 3, 2), (0, 2, 0), (1, 5, 2)]
    assert read_cells(table)["related to the product"][2:] == (
        *("n.a.", "1 / 5 (20.0) [2]", "n.a.", "n.a."),
    )


def test_every_row_that_is_not_applicable_in_an_arm_has_no_number_there() -> None:
    """Whatever the row: a cell `n.a.` has no result, and the total is the sum of the others."""
    table = tabulate_ae_overview(with_cancelled_dose())
    dosed = {key.parameter for key in table.statistics if key.arm == "Total"} - {
        key.parameter for key in table.statistics if key.arm == "CTL"
    }
    assert dosed == {
        *("related_product", "related_procedure", "dose_changed"),
        *("between_rand_and_dose", "never_dosed"),
    }
    for code in dosed:
        population = next(k.population for k in table.statistics if k.parameter == code)
        iv, it, total = (count(table, population, arm, code) for arm in ("IV", "IT", "Total"))
        assert tuple(a + b for a, b in zip(iv, it, strict=True)) == total


def test_rows_of_another_set_than_the_columns_print_their_own_number_of_persons() -> None:
    """P6 was randomised to IT and never dosed: three of three, under a column of two."""
    table = tabulate_ae_overview(make_events())
    assert [header.note for header in table.headers[:4]] == ["N = 3", "N = 2", "N = 2", "N = 7"]
    cells = read_cells(table)
    assert cells["Any event after randomisation"][:4] == (
        "2 / 3 (66.7) [3]",
        "3 / 3 (100.0) [3]",
        "2 / 2 (100.0) [2]",
        "7 / 8 (87.5) [8]",
    )
    assert "/" not in "".join(cells["serious"][:4])


def test_rows_on_randomisation_count_all_randomised_persons() -> None:
    table = tabulate_ae_overview(make_events())
    assert [count(table, "ITT", arm, "any_after_rand") for arm in ("IV", "IT", "CTL", "Total")] == [
        (2, 3, 3),
        (3, 3, 3),
        (2, 2, 2),
        (7, 8, 8),
    ]


def test_events_before_the_first_dose_concern_only_the_arms_with_doses() -> None:
    table = tabulate_ae_overview(make_events())
    code = "between_rand_and_dose"
    assert [count(table, "ITT", arm, code) for arm in ("IV", "IT", "Total")] == [
        (0, 3, 0),
        (1, 3, 1),
        (1, 6, 1),
    ]
    assert Key("ITT", "CTL", code) not in table.statistics
    cells = read_cells(table)["between randomisation and the first dose"]
    assert cells == ("0 / 3", "1 / 3 (33.3) [1]", "n.a.", "1 / 6 (16.7) [1]", "n.a.", "n.a.")
    assert read_cells(table)["never dosed, until the dose was cancelled"][3] == "-"


@pytest.mark.parametrize(("day", "events"), [("2022-12-05", 1), ("2022-12-04", 0)])
def test_who_was_never_dosed_has_a_row_that_ends_when_the_dose_was_cancelled(day, events) -> None:
    """P6 fell on 5 December; later events stand in the first row only, with a note."""
    table = tabulate_ae_overview(with_cancelled_dose(day))
    assert count(table, "ITT", "IT", "never_dosed") == (events, 1, events)
    assert count(table, "ITT", "IV", "never_dosed") == (0, 0, 0)
    assert count(table, "ITT", "IT", "between_rand_and_dose") == (0, 2, 0)
    assert count(table, "ITT", "IT", "any_after_rand") == (3, 3, 3)
    late = "1 event of participants never dosed, started after the dose was cancelled"
    assert [note.startswith(late) for note in table.notes].count(True) == 1 - events


def test_differences_have_the_published_limits() -> None:
    """5 of 16 against 2 of 16: -0.1117 to 0.46579 (Miettinen and Nurminen)."""
    persons = pd.DataFrame(
        {
            "USUBJID": [f"{arm}{i}" for arm in ("IV", "IT", "CTL") for i in range(16)],
            "TRT01P": [arm for arm in ("IV", "IT", "CTL") for _ in range(16)],
        }
    ).assign(ITTFL="Y", SAFFL="Y", TRT01A=lambda rows: rows["TRT01P"])
    day = pd.Timestamp("2022-06-01")
    persons = persons.assign(RANDDT=day, TRTSDTM=day, RISKSTDT=day, EXITDT=day, WAITENDT=day)
    persons = persons.assign(WAITSTT=persons["TRT01P"].map({"IV": "GIVEN", "IT": "GIVEN"}))
    hit = [*(f"IV{i}" for i in range(5)), *(f"CTL{i}" for i in range(2))]
    events = pd.concat([ADAE.iloc[[0]]] * len(hit), ignore_index=True).assign(USUBJID=hit)
    table = tabulate_ae_overview(make_events(adsl=persons, adae=events))
    row = table.statistics[Key("SAF", "", "teae", contrast="IV - C")]
    assert row == pytest.approx({"estimate": 0.1875, "lower": -0.1117, "upper": 0.46579}, abs=5e-5)
    assert read_cells(table)["Any treatment-emergent event"][4] == "+18.8 (-11.2 to 46.6)"
    assert set(table.statistics) >= {
        Key("SAF", "", "teae", contrast=c) for c in ("IV - C", "IT - C", "IT - IV")
    }


def test_swapping_the_methods_of_intervals_is_a_parameter() -> None:
    view = make_events()
    interim = view.interim.model_copy(update={"ci_diff": "newcombe"})
    table = tabulate_ae_overview(replace(view, interim=interim))
    methods = {r.method for r in table.results if r.key.contrast == "IV - C"}
    assert methods == {"newcombe"}


def test_the_open_table_is_pooled_from_randomisation_in_steps() -> None:
    """Seven of eight participants lie in the step from 6; serious and fatal events are exact."""
    table = tabulate_ae_overview(make_events("open"))
    assert read_cells(table) == {
        "Any event after randomisation": ("6 to 8",),
        "grade 3 or higher": ("<3",),
        "serious": ("2 (25.0) [2]",),
        "fatal": ("1 (12.5) [1]",),
    }
    rows: dict[str, dict[str, str]] = {}
    for row in table.payload()["results"]:
        result = read_row(row)
        rows.setdefault(result.key.parameter, {})[result.statistic] = row[-2]
    empty = {"n": "", "N": "8", "pct": "", "events": ""}
    assert rows["grade_ge3"] == empty
    assert rows["any_after_rand"] == {**empty, "min": "6"}


def test_a_step_that_fatal_events_would_give_away_is_suppressed() -> None:
    """Two with grade 3 or higher: were both fatal, <3 would be known to be 2."""
    events = make_events("open")["adae"]
    fatal = events.assign(FATALFL=events["FATALFL"].mask(events["ATOXGR"] == 3, "Y"))
    table = tabulate_ae_overview(make_events("open", adae=fatal))
    assert read_cells(table)["grade 3 or higher"] == ("not shown",)
    assert any(note.startswith("Not shown: secondary suppression") for note in table.notes)


def test_the_open_total_is_suppressed_where_it_would_give_the_classes_away() -> None:
    """Six participants in three classes of fewer than 3: each class must have two."""
    events = make_events("open")["adae"].assign(ASERFL=None, FATALFL=None)
    for classes, cell in (("AABBCC", "not shown"), ("AAAABB", "6 to 8")):
        own = [
            events.iloc[[0]].assign(USUBJID=f"P{i}", AEBODSYS=name)
            for i, name in enumerate(classes, start=1)
        ]
        view = make_events("open", adae=pd.concat(own, ignore_index=True))
        for make in (tabulate_ae_overview, tabulate_soc_pt):
            assert read_cells(make(view))["Any event after randomisation"] == (cell,)


def test_the_small_cell_limit_is_a_parameter() -> None:
    view = make_events("open")
    told = replace(view, interim=view.interim.model_copy(update={"small_cell": 0}))
    assert read_cells(tabulate_ae_overview(told))["grade 3 or higher"] == ("2 (25.0) [2]",)


@pytest.mark.parametrize("audience", ["closed_unmasked", "open"])
def test_no_event_at_all_prints_the_shell_and_what_none_allows_for(audience: str) -> None:
    table = tabulate_ae_overview(without_events(audience))
    cells = read_cells(table)
    assert list(cells) == ["No events reported", "95% CI of the percentage"]
    # 0 of 8: upper 1 - 0.025 ** (1 / 8) = 0.36942
    if audience == "open":
        assert cells["95% CI of the percentage"] == ("0.0 to 36.9",)
        assert table.statistics[Key("ITT", "Total", "any_after_rand")]["n"] == 0
    else:
        assert cells["95% CI of the percentage"][1] == "0.0 to 84.2"
        assert table.statistics[Key("SAF", "IT", "teae")]["n"] == 0


def test_an_arm_without_persons_keeps_its_column_and_its_contrasts_are_not_estimable() -> None:
    table = tabulate_ae_overview(without_arm("CTL"))
    assert table.headers[2].note == "N = 0"
    cells = read_cells(table)["serious"]
    assert cells == ("1 (33.3) [1]", "0", "-", "1 (20.0) [1]", "NE", "NE")


@pytest.mark.parametrize(
    "view", [without_doses(), without_persons(), without_persons("open"), without_events("open")]
)
def test_it_shows_when_nobody_was_dosed_or_nobody_is_there(view) -> None:
    table = tabulate_ae_overview(view)
    assert "T-S-10" in show_html(table)
    assert show_text(table)


def test_notes_count_what_was_imputed_or_missing() -> None:
    events = ADAE.assign(
        ASTDTF=["D", "D", "M", *[None] * 6],
        RELIMPFL=[None, "Y", *[None] * 7],
        SERIMPFL=[None] * 8 + ["Y"],
    )
    notes = tabulate_ae_overview(make_events(adae=events)).notes
    assert any(
        note.startswith("Start imputed in 3 events: 2 without day, 1 without month.")
        for note in notes
    )
    assert "Missing causality (counted as related): 1 event." in notes
    assert "Seriousness criterion met but AESER not Y (counted as serious): 1 event." in notes
    assert (
        "1 event without a grade, in no row by grade; counted as grade 3 it would add "
        "1 participant." in notes
    )


SERIOUS = (
    "Participants with a serious treatment-emergent event: 1 / 3 (33.3) in IV, 0 / 2 in IT, "
    "1 / 2 (50.0) in CTL."
)


def test_the_finding_is_the_most_unfavourable_kind_with_the_serious_events_beside_it() -> None:
    """Serious: 33 against 50 %; serious and related: 33 against 0; grade 3: 33 against 50."""
    text = tabulate_ae_overview(make_events()).headline
    assert text == (
        "Most unfavourable of the rows serious; serious and related; grade 3 or higher: serious "
        "and related, 1 / 3 (33.3) in IV, 0 / 2 in IT, 0 / 2 in CTL. " + SERIOUS
    )


def test_grade_three_leads_where_it_is_the_most_unfavourable() -> None:
    """P4 and P5 of the two in IT get grade 3: two of two against one of two."""
    events = ADAE.assign(ATOXGR=ADAE["ATOXGR"].mask(ADAE["USUBJID"].isin(["P4", "P5"]), 3))
    text = tabulate_ae_overview(make_events(adae=events)).headline
    assert text.startswith(
        "Most unfavourable of the rows serious; serious and related; grade 3 or higher: grade 3 "
        "or higher, 1 / 3 (33.3) in IV, 2 / 2 "
    )


def test_the_finding_says_which_of_its_number_is_a_grade_five_in_somebody_alive() -> None:
    hit = ADAE["USUBJID"].isin(["P2", "P8"])  # P8 died
    events = ADAE.assign(
        ATOXGR=ADAE["ATOXGR"].mask(hit, 5),
        GR5ALVFL=hit.map({True: "Y"}),
        ASERFL=ADAE["ASERFL"].mask(ADAE["USUBJID"] == "P1"),
    )
    text = tabulate_ae_overview(make_events(adae=events)).headline
    assert (
        "grade 3 or higher, 2 / 3 (66.7) in IV, one of them with a grade 5 and no recorded death "
        "(102),"
    ) in text
    assert text.count("no recorded death") == 1


def test_where_no_arm_exceeds_the_control_the_finding_is_the_serious_events() -> None:
    text = tabulate_ae_overview(make_events(adae=ADAE.assign(RELFL=None))).headline
    assert text == SERIOUS


def test_fatal_events_and_deaths_that_differ_have_a_note() -> None:
    """P8 died of an event; then P2 dies without one; then nobody is dead in the subject data."""
    assert not [n for n in tabulate_ae_overview(make_events()).notes if "who died" in n]
    adsl = make_events()["adsl"]
    more = adsl.assign(DTHFL=adsl["DTHFL"].mask(adsl["USUBJID"] == "P2", "Y"))
    notes = tabulate_ae_overview(make_events(adsl=more)).notes
    assert (
        "Of 2 participants who died (P-S-01, T-S-02), 1 without a fatal event in this table (C18)."
        in notes
    )
    notes = tabulate_ae_overview(make_events(adsl=adsl.assign(DTHFL=None))).notes
    assert (
        "1 participant with a fatal event, but without a death by the cut-off in the subject data "
        "(C17)." in notes
    )
    openly = make_events("open", adsl=more.drop(columns=CLOSED_PERSONS))
    assert any("1 without a fatal event" in note for note in tabulate_ae_overview(openly).notes)


def test_given_data_may_have_fatal_events_that_are_not_serious_and_a_note_says_so() -> None:
    view = make_events(adae=ADAE.assign(ASERFL=ADAE["ASERFL"].mask(ADAE["FATALFL"] == "Y")))
    text = "Fatal, but not flagged as serious in the data and not counted so: 1 event."
    assert text in tabulate_ae_overview(view).notes
    assert text in tabulate_serious_events(view).notes
    assert text not in tabulate_ae_overview(make_events()).notes


def test_a_start_that_is_not_known_is_not_called_imputed() -> None:
    events = ADAE.assign(ASTDTF=["D", "D", "M", "Y", *[None] * 5])
    events = events.assign(ASTDT=events["ASTDT"].mask(events["ASTDTF"].isin(["M", "Y"])))
    (note,) = [n for n in tabulate_ae_overview(make_events(adae=events)).notes if "Start" in n]
    assert note.startswith(
        "Start imputed in 2 events: 2 without day. "
        "Start incomplete in 2 events: 1 without month, 1 without date. Events that may have"
    )


def test_undated_events_that_given_data_do_not_flag_as_emergent_are_counted_in_a_note() -> None:
    undated = ADAE["AESEQ"].eq(2) & ADAE["USUBJID"].eq("P7")
    events = ADAE.assign(
        ASTDTF=None,
        ASTDT=ADAE["ASTDT"].mask(undated),
        AFTRANFL=ADAE["AFTRANFL"].mask(undated, "Y"),
        SAFFL="Y",
    )
    notes = tabulate_ae_overview(make_events(adae=events)).notes
    assert "1 event without a start date not flagged as treatment-emergent in the data." in notes
    assert any(note.startswith("Start incomplete in 1 event: 1 without date.") for note in notes)


@pytest.mark.parametrize("audience", ["closed_unmasked", "open"])
def test_a_grade_five_that_nobody_died_of_is_counted_in_a_note(audience: str) -> None:
    events = make_events(audience)["adae"].assign(GR5ALVFL=["Y", *[None] * 8])
    notes = tabulate_ae_overview(make_events(audience, adae=events)).notes
    said = {"closed_unmasked": "1 event (101)", "open": "fewer than 3 events"}[audience]
    assert f"Grade 5 without a death recorded from it: {said}, not counted as fatal (C17)." in notes
