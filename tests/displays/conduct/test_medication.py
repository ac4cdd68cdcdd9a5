"""Prior and concomitant medication of the eight participants of the sample, by hand."""

import pytest
from sample_trial import ADEX, make_empty, make_sample, without_arm
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.conduct.medication import tabulate_medication
from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key
from helpers.view import View

# S1, S2: one route; S3, S4: the other, S4 not dosed; S5, S6: none. S7 was never randomised
ADCM = read_frame("""
USUBJID CMSEQ CMCAT                 CMDECOD     PREFL ONTRTFL DOSE1FL DOSE2FL
S1      1     ANTITHROMBOTIC        aspirin     Y     Y       Y       Y
S1      2     ANTITHROMBOTIC        clopidogrel Y     N       .       .
S2      1     ANTITHROMBOTIC        aspirin     N     Y       .       .
S5      1     ANTITHROMBOTIC        .           Y     Y       .       .
S7      1     ANTITHROMBOTIC        aspirin     .     .       .       .
S6      1     ANTISPASTIC           baclofen    N     Y       .       .
S1      3     PREMEDICATION         paracetamol N     Y       Y       .
S1      4     PREMEDICATION         paracetamol N     Y       .       Y
S2      2     PREMEDICATION         paracetamol N     Y       Y       .
S3      1     ANALGESIC_ANTIPYRETIC ibuprofen   Y     Y       Y       .
S4      1     ANALGESIC_ANTIPYRETIC ibuprofen   Y     Y       .       .
""")


def sample(audience: str = "closed_unmasked", **frames: object) -> View:
    open_ = ADCM[ADCM["CMCAT"] == "ANTITHROMBOTIC"]
    open_ = open_.drop(columns=["CMDECOD", "DOSE1FL", "DOSE2FL"])
    adex = ADEX.assign(EXPREMED=["x", None, "x", None, None])
    given = {"adcm": open_} if audience == "open" else {"adcm": ADCM, "adex": adex}
    return make_sample(audience, **{**given, **frames})


def test_prior_and_concomitant_participants_count_once_in_each() -> None:
    cells = read_cells(tabulate_medication(sample()))
    assert cells["Prior"] == ("1 (50.0)", "0", "1 (50.0)", "2 (33.3)")  # S1, S5
    assert cells["Concomitant"] == ("2 (100.0)", "0", "1 (50.0)", "3 (50.0)")  # S1, S2, S5
    assert cells["Begun on day 1 or later"] == ("1 (50.0)", "0", "0", "1 (16.7)")  # S2
    assert cells["Concomitant#2"] == ("0", "0", "1 (50.0)", "1 (16.7)")


def test_drugs_are_those_in_use_the_most_frequent_first() -> None:
    shown = tabulate_medication(sample())
    labels = [line.label for line in shown.lines]
    assert labels[:6] == [
        *("Antithrombotics", "Prior", "Concomitant", "Aspirin", "Name missing"),
        "Begun on day 1 or later",
    ]
    assert read_cells(shown)["Aspirin"] == ("2 (100.0)", "0", "0", "2 (33.3)")


def test_the_day_of_a_dose_counts_among_those_given_it() -> None:
    cells = read_cells(tabulate_medication(sample()))
    # dose 1: S1, S2 and S3; dose 2: S1
    assert cells["Premedication"] == ("2 / 2 (100.0)", "0 / 1", "n.a.", "2 / 3 (66.7)")
    assert cells["Analgesics and antipyretics"] == (
        *("0 / 2", "1 / 1 (100.0)", "n.a.", "1 / 3 (33.3)"),
    )
    noted = "Premedication noted on the form of the dose"
    assert cells[noted] == ("2 / 2 (100.0)", "0 / 1", "n.a.", "2 / 3 (66.7)")
    assert cells["Premedication#2"] == ("1 / 1 (100.0)", "-", "n.a.", "1 / 1 (100.0)")
    assert cells[f"{noted}#2"] == ("0 / 1", "-", "n.a.", "0 / 1")


def test_open_readers_get_antithrombotics_pooled_in_steps_and_no_drug() -> None:
    shown = tabulate_medication(sample("open"))
    assert isinstance(shown, Table)
    assert read_cells(shown) == {
        "Antithrombotics": ("",),
        "Prior": ("<3",),
        "Concomitant": ("3 to 5",),
        "Begun on day 1 or later": ("<3",),
    }
    row = shown.statistics[Key("ITT", "Total", "ANTITHROMBOTIC.CONCOMITANT", "", "ANY")]
    assert row["n"] != row["n"]  # not a number
    text = " ".join([*shown.notes, shown.population_line])
    assert not [word for word in ("dose", "premedication") if word in text.lower()]


def test_a_trial_without_medication_or_without_categories_says_so() -> None:
    view = sample()
    bare = view.trial.medication.model_copy(update={"tabulated": {}})
    quiet = View(
        **{
            **{name: getattr(view, name) for name in View.__dataclass_fields__},
            "trial": view.trial.model_copy(update={"medication": bare}),
        }
    )
    for shown in (tabulate_medication(sample(adcm=None)), tabulate_medication(quiet)):
        assert isinstance(shown, Withheld)
        assert shown.sentence == "There are no data on medication in this trial."


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_before_the_first_randomisation_the_shell_stands(audience: str) -> None:
    empty = make_empty(audience)
    frames = {"adsl": empty["adsl"], "adcm": sample(audience)["adcm"].iloc[:0]}
    if audience != "open":
        frames["adex"] = sample()["adex"].iloc[:0]
    shown = tabulate_medication(sample(audience, **frames))
    assert shown.headline == "Nobody was randomised by the cut-off."
    assert read_cells(shown)["Prior"][-1] == "-"


def test_an_empty_arm_keeps_its_column() -> None:
    adsl = without_arm("IT")["adsl"]
    shown = tabulate_medication(sample(adsl=adsl))
    assert read_cells(shown)["Prior"] == ("1 (50.0)", "-", "1 (50.0)", "2 (50.0)")
