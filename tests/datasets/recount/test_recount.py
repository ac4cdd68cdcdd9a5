"""The second computation on a few participants by hand, and beside the report on odd records."""

import ast
from pathlib import Path

import pandas as pd
import pytest
from crowd import Change, Crowd, Planted, change
from mini_data import LATE, cut, derive_monitored, interim
from mini_export import MiniExport, trial
from view_factory import make_view

import helpers.datasets.recount
from helpers.datasets.recount.build import build_recount
from helpers.datasets.recount.people import first_day, last_day
from helpers.displays.closing.paired_numbers import pair_numbers
from helpers.view import ClosedView

FOLDER = Path(helpers.datasets.recount.__file__).parent
Place = tuple[str, str, str, str, str, str]


def count(mini: MiniExport, cutoff: str = LATE) -> dict[Place, float]:
    """Values by display, arm, parameter, visit, category, statistic."""
    rows = build_recount(cut(mini, cutoff), trial(), interim(), pd.Timestamp(cutoff))
    return {
        (r.DISPLAY, r.ARM, r.PARAMETER, r.VISIT, r.CATEGORY, r.STATISTIC): float(r.VALUE)
        for r in rows.itertuples(index=False)
    }


def overview(found: dict[Place, float], arm: str, row: str) -> tuple[float, float, float]:
    n, total, events = (found["T-S-10", arm, row, "", "", name] for name in ("n", "N", "events"))
    return n, total, events


CROWD = Crowd(derive_monitored)
OTHERS = ("001", "002", "003", "004")  # as they are in the clean export


def list_differences(planted: Planted, cutoff: str = LATE) -> list[str]:
    """Numbers of the report on one of the crowd and the others that the second computation denies.

    The participant stands in the place of who was copied.
    """
    day = pd.Timestamp(cutoff)
    kept = [planted.number, *(number for number in OTHERS if number != planted.copied)]
    data = {name: of_persons(frame, kept) for name, frame in CROWD.derive(cutoff).items()}
    records = cut(CROWD.mini, cutoff)
    tables = {name: of_persons(table, kept) for name, table in records.tables.items()}
    recount = build_recount(records.with_tables(tables), trial(), interim(), day)
    view = make_view(interim="fin", cutoff=cutoff, **data, recount=recount)
    assert isinstance(view, ClosedView)
    numbers = pair_numbers(view)
    assert len(numbers) > 150
    return [str(number) for number in numbers if number.differs]


def of_persons(frame: pd.DataFrame, kept: list[str]) -> pd.DataFrame:
    if "SUBJID" not in frame:
        return frame
    return frame[frame["SUBJID"].isin(kept)].reset_index(drop=True)


def test_the_clean_export_is_counted_as_by_hand() -> None:
    # 001 (IV): headache 8 h after dose 1, fever (related) 12 h after dose 2; 003 (control):
    # pneumonia, serious, grade 3; 002 (IT) has no event
    found = count(MiniExport())
    assert overview(found, "IV", "teae") == (1, 1, 2)
    assert overview(found, "IT", "teae") == (0, 1, 0)
    assert overview(found, "Total", "serious") == (1, 3, 1)
    assert overview(found, "IV", "related_product") == (1, 1, 1)
    assert overview(found, "CTL", "grade_ge3") == (1, 1, 1)
    assert overview(found, "Total", "dose_changed") == (0, 2, 0)
    assert ("T-S-10", "CTL", "dose_changed", "", "", "n") not in found
    windows = [
        found["T-S-11", "IV", "list_and_window", visit, "W24", name]
        for visit in ("ANY", "DOSE1", "DOSE2")
        for name in ("n", "N")
    ]
    assert windows == [1, 1, 1, 1, 1, 1]
    assert found["T-S-23", "IV", "STOPPING", "", "", "events"] == 0
    assert found["T-S-23", "IT", "STOPPING", "", "", "evaluable"] == 1


def change_event(**values: str | None) -> Change:
    """The headache of 001 otherwise recorded."""
    return change("ae", {"AESEQ": "1"}, **values)


def leave(reason: str, day: str, **more: str) -> Change:
    """001 leaves the study."""
    return change("ds", {"DSCAT": "DISPOSITION"}, DSDECOD=reason, DSSTDTC=day, **more)


def withhold(number: str, **values: str | None) -> Change:
    """A dose of 001 that was not given as planned."""
    return change("ex", {"DOSENUM": number}, **values)


def withhold_all(mini: MiniExport, who: str) -> None:
    for number in ("1", "2"):
        withhold(number, EXOCCUR="N", EXSTDTC=None, EXREASND="x")(mini, who)


def die_of_an_event(mini: MiniExport, who: str) -> None:
    mini.change("dm", {"SUBJID": who}, DTHFL="Y", DTHDTC="2021-06-20")
    mini.change("ae", {"SUBJID": who, "AESEQ": "2"}, AEOUT="FATAL", AETOXGR="5")


ODD: dict[str, Change] = {
    "only the day of a dose": change_event(AESTDTC="2021-03-05"),
    "only the month of a dose": change_event(AESTDTC="2021-03", AEENDTC=None, AEONGO="Y"),
    "only the year": change_event(AESTDTC="2021", AEENDTC=None, AEONGO="Y"),
    "no start": change_event(AESTDTC=None, AEENDTC=None, AEONGO="Y"),
    "over before the dose of the month": change_event(AESTDTC="2021-03", AEENDTC="2021-03-02"),
    "over on the morning of the dose": change_event(
        AESTDTC="2021-03-05", AEENDTC="2021-03-05T08:00"
    ),
    "a month before consent": change_event(AESTDTC="2021-02", AEENDTC=None, AEONGO="Y"),
    "before the first dose": change_event(AESTDTC="2021-03-03T10:00"),
    "on the last hour of the window": change_event(AESTDTC="2021-03-08T10:00", AEENDTC=None),
    "a minute later": change_event(AESTDTC="2021-03-08T10:01", AEENDTC=None),
    "opinions missing": change_event(AEREL=None, AERELPR=None),
    "grade missing": change_event(AETOXGR=None),
    "grave and related to the procedure alone": change_event(
        AEDECOD="Dizziness", AERELPR="PROBABLE", AETOXGR="3"
    ),
    "serious by a criterion": change_event(AESLIFE="Y"),
    "grade 5 in who is alive": change_event(AETOXGR="5"),
    "fatal without a death": change_event(AEOUT="FATAL"),
    "a stopping event at any time": change_event(
        AEDECOD="Chemical meningitis", AETOXGR="3", AESTDTC="2021-04-20T10:00", AEENDTC=None
    ),
    "the control was dosed": change("rand", ARMCD="CTL"),
    "the other route": change("ex", EXROUTE="INTRATHECAL"),
    "nothing given at dose 2": withhold("2", EXDOSE="0"),
    "an unknown amount": withhold("2", EXDOSE=None),
    "never dosed": withhold_all,
    "died of a related event": die_of_an_event,
    "a death of which the month is known": change("dm", DTHFL="Y", DTHDTC="2022-03"),
    "left for an adverse event": leave("ADVERSE_EVENT", "2021-06-20"),
    "lost": leave("LOST_TO_FOLLOW_UP", "2021-06-20"),
    "left treatment and stays": leave(
        "WITHDRAWAL_BY_SUBJECT", "2021-06-05", DSWCSCOPE="TREATMENT_ONLY"
    ),
}
LEFT = "WITHDRAWAL_BY_SUBJECT"
PLANTED = {name: CROWD.plant("001", odd) for name, odd in ODD.items()}
# 002 has no event in the window that would make it complete
PLANTED["left treatment and stays, no event"] = CROWD.plant(
    "002", leave(LEFT, "2021-06-14", DSWCSCOPE="TREATMENT_ONLY")
)


EARLY = "2021-06-15"  # while the windows after dose 2 are open
AT_BOTH = ("lost", "left treatment and stays", "left treatment and stays, no event")
CASES = [
    *((odd, LATE) for odd in PLANTED),
    *(
        pytest.param(odd, EARLY, marks=() if odd in AT_BOTH else pytest.mark.slow)
        for odd in PLANTED
    ),
]


@pytest.mark.parametrize(("odd", "cutoff"), CASES)
def test_the_report_agrees_on_odd_records(odd: str, cutoff: str) -> None:
    assert list_differences(PLANTED[odd], cutoff) == []


def test_partial_dates_have_a_first_and_a_last_day() -> None:
    text = pd.Series(["2021-02", "2020", "2021-03-05T14:00", None], dtype=object)
    assert list(first_day(text).dt.strftime("%Y-%m-%d"))[:3] == [
        "2021-02-01",
        "2020-01-01",
        "2021-03-05",
    ]
    assert list(last_day(text).dt.strftime("%Y-%m-%d"))[:3] == [
        "2021-02-28",
        "2020-12-31",
        "2021-03-05",
    ]
    assert first_day(text).isna()[3]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_it_shares_no_derivation_with_the_data_sets(path: Path) -> None:
    imported = {
        node.module or ""
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    own = {name for name in imported if name.startswith("helpers.")}
    allowed = {"helpers.intake.records", "helpers.params.trial", "helpers.params.interim"}
    assert all(name in allowed or name.startswith("helpers.datasets.recount") for name in own)
