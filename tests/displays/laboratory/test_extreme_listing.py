from sample_measures import make_finding
from sample_trial import make_sample
from view_factory import read_frame

from helpers.displays.laboratory.extreme_listing import list_extreme_values
from helpers.displays.model import Listing

VALUES = read_frame("""
USUBJID PARAMCD PARAM VISIT ADT        ADY OBSVAL BASE LBORRES ANRHI OBSGR ULNCAT POSTFL SRCSEQ
S1      ALT     ALT   M03   2022-04-02 90  250    25   250     41    3     .      Y      1
S1      BILI    BILI  M03   2022-04-02 90  50     9    50      21    2     .      Y      2
S2      ALT     ALT   M03   2022-04-22 90  70000  30   70000   41    4     .      Y      3
S3      GLUC    GLUC  BL    2022-11-01 -2  .      .    5.9     6.1   .     .      .      4
S3      CRP     CRP   D1A   2022-11-04 2   60     3    60      5     .     >10    Y      5
S4      ALT     ALT   BL    2022-12-20 1   40     40   40      41    0     .      .      6
""").assign(
    LBORRESU=["U/L", "umol/L", "U/L", "mg%", "mg/L", "U/L"],
    ADTM=None,
    ANRLO=None,
    ATOXGR=None,
    HYSFL=[None, "Y", None, None, None, None],
    IMPROBFL=None,
    IMPOSSFL=[None, None, "Y", None, None, None],
)


def read_rows(listing: object) -> list[dict[str, str]]:
    assert isinstance(listing, Listing)
    return [dict(zip(listing.headers, row, strict=True)) for row in listing.rows]


def test_every_extreme_value_stands_once_with_why_it_is_there() -> None:
    shown = list_extreme_values(make_sample(adlb=VALUES))
    rows = read_rows(shown)
    assert [(r["Participant"], r["Test"], r["Grade"], r["Value"]) for r in rows] == [
        ("S1", "ALT", "3", "250"),
        ("S1", "BILI", "2", "50"),
        ("S2", "ALT", "4", "70000"),
        ("S3", "GLUC", "no grade", "5.9 mg%"),
        ("S3", "CRP", ">10 \u00d7 ULN", "60"),
    ]
    assert [r["Remarks"] for r in rows] == [
        "",
        "completes a potential Hy's law case",
        "impossible, in no mean",
        "unit not known, in no table, not after baseline",
        "",
    ]
    assert shown.headline == (
        "After baseline: a grade of 3 or higher in 2 participants, 1 potential Hy's law case."
    )


def test_a_value_that_a_check_queries_is_listed_and_marked_however_low_its_grade() -> None:
    finding = make_finding("S4", "VISIT=BL LBTESTCD=ALT LBDTC=2022-12-20", "C34")
    rows = read_rows(list_extreme_values(make_sample(adlb=VALUES, findings=finding)))
    (own,) = [row for row in rows if row["Participant"] == "S4"]
    assert own["Remarks"] == "queried: C34, not after baseline"
