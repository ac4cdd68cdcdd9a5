from sample_trial import make_sample
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.data_status.open_queries import tabulate_open_queries
from helpers.displays.render import show_text

QUERIES = read_frame("""
QRYID SUBJID QRYOPDT    QRYCLDT    QRYSTAT
Q1    S1     2022-12-24 .          OPEN
Q2    S1     2022-12-23 .          OPEN
Q3    S2     2022-12-01 2023-02-01 CLOSED
Q4    S2     2022-11-30 .          OPEN
Q5    S3     2022-01-01 2022-06-01 CLOSED
Q6    S3     2023-01-10 .          OPEN
Q7    S3     2022-05-01 .          ANSWERED
""").rename(columns={"QRYOPDT": "QRYOPDTC", "QRYCLDT": "QRYCLDTC"})


def test_queries_open_at_the_cut_off_are_grouped_by_age() -> None:
    cells = read_cells(tabulate_open_queries(make_sample(adqry=QUERIES)))
    # 7 days; 8 and 30 days; 31 days. Q3 was open then, Q6 did not exist yet
    assert cells["7 days or less"] == ("1 (25.0)",)
    assert cells["8 to 30 days"] == ("2 (50.0)",)
    assert cells["More than 30 days"] == ("1 (25.0)",)
    assert cells["All open queries"] == ("4",)


def test_without_a_query_there_are_zeros_without_a_share() -> None:
    cells = read_cells(tabulate_open_queries(make_sample(adqry=QUERIES.iloc[:0])))
    assert cells["8 to 30 days"] == ("0",)
    assert cells["All open queries"] == ("0",)


def test_an_export_without_queries_gives_one_sentence() -> None:
    assert show_text(tabulate_open_queries(make_sample())) == "The data hold no queries."
