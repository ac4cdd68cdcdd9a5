import pandas as pd
from sample_events import make_events
from view_factory import read_frame

from helpers.displays.model import Listing, Withheld
from helpers.displays.serious_events.after_cutoff import describe_after_cutoff, list_after_cutoff
from helpers.view import View

WHO = read_frame("""
KIND  SUBJID USUBJID TRT01P TRT01A ADT        ADY DOSEREF DAYSINF
SAE   104    P4      IT     IT     2023-01-02 365 3       1
SAE   107    P7      CTL    CTL    2023-02-01 388 .       .
SAE   106    P6      IT     .      2023-02-10 72  .       .
DEATH 107    P7      CTL    CTL    2023-02-09 396 .       .
DEATH 108    P8      CTL    CTL    2023-02-11 376 .       .
""")
WHAT = read_frame("""
AESEQ AEDECOD    AETERM        AESTDTC          ATOXGR AEREL    AERELPR     AEOUT     FATALFL
1     Meningitis <b>bad</b>    2023-01-02T09:00 3      DEFINITE NOT_RELATED RECOVERED .
1     .          stroke__again 2023-02          .      .        .           FATAL     Y
1     Fall       fall          2023-02-10       2      UNLIKELY UNLIKELY    RECOVERED .
.     .          .             .                .      .        .           .         .
.     .          .             .                .      .        .           .         .
""")
POSTCUT = pd.concat([WHO, WHAT], axis=1).assign(
    SEVTOX=["SM03", None, None, None, None], LATERFL=None
)


def make_late(rows: pd.DataFrame = POSTCUT, **changes: object) -> View:
    return make_events(postcut=rows.assign(**changes))


def read(listing: Listing | Withheld) -> list[dict[str, str]]:
    assert isinstance(listing, Listing)
    return [
        {head: cell.replace("\u00a0", " ") for head, cell in zip(listing.headers, row, strict=True)}
        for row in listing.rows
    ]


def test_an_event_says_what_was_recorded_and_that_its_term_is_one_of_the_stopping_rule() -> None:
    meningitis, stroke, *_ = read(list_after_cutoff(make_late()))
    assert meningitis == {
        "Participant": "104",
        "Arm": "IT",
        "Record": "Serious event",
        "Preferred term": "Meningitis",
        "Verbatim": "<b>bad</b>",
        "Date": "2 Jan 2023",
        "Day": "365",
        "After dose": "dose 3, 1 d",
        "Grade": "3",
        "Related to product": "Definite",
        "Related to procedure": "Not related",
        "Outcome": "Recovered",
        "Remarks": "term of the stopping rule",
    }
    # what is missing is said
    assert (stroke["Date"], stroke["Grade"], stroke["Related to product"]) == (
        "2023-02",
        "missing",
        "missing",
    )
    assert stroke["Remarks"] == "fatal, start incomplete"
    assert stroke["After dose"] == "n.a."


def test_a_death_names_the_fatal_event_wherever_it_began() -> None:
    *_, seventh, eighth = read(list_after_cutoff(make_late()))
    assert seventh["Remarks"] == "fatal event: Not coded"
    assert eighth["Remarks"] == "no fatal event recorded"
    assert (seventh["Record"], seventh["Grade"], seventh["Day"]) == ("Death", "n.a.", "396")
    # of somebody whose fatal event began before the cut-off
    adae = make_events()["adae"].assign(DTHCUTFL=None, SUBJID="108")
    adae.loc[adae["AEDECOD"] == "Pneumonia", "DTHCUTFL"] = "Y"
    *_, eighth = read(list_after_cutoff(make_events(postcut=POSTCUT, adae=adae)))
    assert eighth["Remarks"] == "fatal event: Pneumonia"


def test_the_headline_counts_by_arm() -> None:
    listing = list_after_cutoff(make_late())
    assert listing.headline == (
        "After the cut-off: 3 serious events (IT 2, CTL 1) and 2 deaths (CTL 2)."
    )
    assert "N = 5." in listing.population_line
    assert "(31 Dec 2022) to the extract (7 Jan 2023)" in listing.population_line
    only = list_after_cutoff(make_late(POSTCUT[:1]))
    assert only.headline == "After the cut-off: 1 serious event (IT 1) and no death."


def test_who_consented_after_the_cut_off_is_listed_and_counted_apart_too() -> None:
    flags = [None, "Y", "Y", None, "Y"]
    listing = list_after_cutoff(make_late(LATERFL=flags))
    assert listing.headline.endswith(
        "and 2 deaths (CTL 2). Of these 3 in participants who consented after the cut-off."
    )
    said = ["consented after the cut-off" in row["Remarks"] for row in read(listing)]
    assert said == [flag == "Y" for flag in flags]


def test_a_term_of_the_stopping_rule_is_none_in_an_arm_without_the_product() -> None:
    rows = POSTCUT[:2].assign(SEVTOX="SM03")
    listing = list_after_cutoff(make_late(rows))
    it, ctl = read(listing)
    assert it["Remarks"] == "term of the stopping rule"
    assert ctl["Remarks"] == "fatal, start incomplete"
    alone = list_after_cutoff(make_late(rows[1:]))
    assert isinstance(alone, Listing)
    assert not any("stopping rule" in note for note in alone.notes)


def test_the_first_page_says_what_is_in_no_count() -> None:
    assert describe_after_cutoff(make_late()) == (
        "After the cut-off: 3 serious events (IT 2, CTL 1) and 2 deaths (CTL 2). In no count of "
        "this report (L-S-03)."
    )
    assert describe_after_cutoff(make_late(POSTCUT[:0])) == ""
    assert describe_after_cutoff(make_events("open")) == ""


def test_nobody_has_an_arm_before_randomisation() -> None:
    listing = list_after_cutoff(make_late(POSTCUT[:1], TRT01P=None, TRT01A=None))
    assert read(listing)[0]["Arm"] == "not randomised"
    assert listing.headline.startswith("After the cut-off: 1 serious event (not randomised 1)")


def test_without_any_there_is_one_sentence_and_open_readers_get_nothing() -> None:
    listing = list_after_cutoff(make_late(POSTCUT[:0]))
    assert isinstance(listing, Listing)
    assert (listing.rows, listing.headline) == ((), "")
    assert listing.empty == "No serious event and no death after the cut-off in the extract"
    withheld = list_after_cutoff(make_events("open"))
    assert isinstance(withheld, Withheld)
    assert withheld.sentence == ""
