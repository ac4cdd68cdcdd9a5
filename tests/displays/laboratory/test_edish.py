import pytest
from sample_measures import LABORATORY, make_finding
from sample_trial import make_sample

from helpers.displays.laboratory.edish import plot_edish
from helpers.displays.model import Figure
from helpers.displays.results import Key


def make(**changes: float) -> Figure:
    rows = LABORATORY.copy()
    for test, multiple in changes.items():
        rows.loc[(rows["PARAMCD"] == test) & (rows["WORSTFL"] == "Y"), "XULN"] = multiple
    made = plot_edish(make_sample(adlb=rows))
    assert isinstance(made, Figure)
    return made


def test_a_potential_case_is_in_its_quadrant_and_in_the_headline() -> None:
    made = make()
    rows = made.statistics
    assert rows[Key("SAF", "IV", "EDISH", category="HYS_LAW")]["n"] == 1
    assert rows[Key("SAF", "Total", "EDISH", category="WITH BOTH")]["n"] == 1
    assert made.headline == "1 potential Hy's law case: IV 1, IT 0, CTL 0."
    assert rows[Key("SAF", "Total", "TRANSAMINASE", category="S1")]["ratio"] == 6.25


@pytest.mark.parametrize(
    ("alt", "bili", "quadrant"),
    [(3.0, 1.9, "TEMPLE"), (2.9, 2.0, "CHOLESTASIS"), (2.9, 1.9, "NORMAL"), (3.0, 2.0, "HYS_LAW")],
)
def test_a_peak_on_a_line_is_beyond_it(alt: float, bili: float, quadrant: str) -> None:
    made = make(ALT=alt, BILI=bili)
    found = {
        key.category: row["n"]
        for key, row in made.statistics.items()
        if key.arm == "Total" and key.parameter == "EDISH" and row["n"]
    }
    assert found.pop("WITH BOTH") == 1
    assert found.pop("HYS_CASE") == 1
    assert found == {quadrant: 1}


def test_a_case_whose_peak_a_check_queries_is_told_with_the_check() -> None:
    rows = LABORATORY.assign(VISIT=LABORATORY["AVISIT"])
    finding = make_finding("S1", "VISIT=M06 LBTESTCD=ALT LBDTC=2022-07-02", "C34")
    made = plot_edish(make_sample(adlb=rows, findings=finding))
    assert made.headline == (
        "1 potential Hy's law case: IV 1, IT 0, CTL 0. Of these peaks and of those beyond a line a "
        "check queries: S1 ALT 6.3 \u00d7 ULN (C34)."
    )
