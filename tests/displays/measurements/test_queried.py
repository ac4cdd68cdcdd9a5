import pandas as pd
from sample_measures import make_finding
from sample_trial import make_sample
from view_factory import read_frame

from helpers.displays.measurements.queried import mark_queries

ROWS = read_frame("""
SUBJID PARAMCD LBSPEC VISIT ADT        ADTM             IMPROBFL
S1     WBC     BLOOD  M03   2022-04-02 2022-04-02T07:30 .
S1     WBC     BLOOD  UNS   2022-04-09 2022-04-09T07:30 .
S1     WBC     CSF    M03   2022-04-02 2022-04-02T07:30 .
S2     WBC     BLOOD  M03   2022-04-02 2022-04-02T07:30 .
S2     WBC     BLOOD  M06   2022-07-02 .                Y
""")


def mark(findings: pd.DataFrame) -> list[object]:
    found = mark_queries(make_sample(findings=findings), ROWS, "lb")["QUERY"]
    return found.astype(object).where(found.notna(), None).to_list()


def test_a_finding_marks_the_value_that_its_key_names_and_no_other() -> None:
    key = "VISIT=M03 LBSPEC=BLOOD LBTESTCD=WBC LBDTC=2022-04-02T07:30"
    both = pd.concat([make_finding("S1", key, check) for check in ("C34", "C33b")])
    assert mark(both) == ["C33b, C34", None, None, None, "improbable"]


def test_a_value_without_a_time_is_found_by_its_day_and_by_the_month_of_a_closed_key() -> None:
    for time in ("2022-07-02", "2022-07"):
        found = make_finding("S2", f"VISIT=M06 LBSPEC=BLOOD LBTESTCD=WBC LBDTC={time}", "C33b")
        assert mark(found) == [None, None, None, None, "C33b"]


def test_findings_of_other_checks_and_other_tables_query_no_value() -> None:
    key = "VISIT=M03 LBSPEC=BLOOD LBTESTCD=WBC LBDTC=2022-04-02T07:30"
    others = [make_finding("S1", key, "C35"), make_finding("S1", key, "C34", "vs")]
    assert mark(pd.concat(others)) == [None, None, None, None, "improbable"]
