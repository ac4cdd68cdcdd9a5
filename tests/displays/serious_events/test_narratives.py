import pandas as pd
import pytest
from sample_events import ADAE, ADSL, make_events, without_events
from view_factory import read_frame

from helpers.displays.blocks import Blocks
from helpers.displays.model import Withheld
from helpers.displays.render import show_html
from helpers.displays.serious_events.narratives import list_narratives
from helpers.view import View

HOSTILE = '<img src=x onerror=1> see T-S-10\n"quoted" \u202egnp.exe'
MORE = read_frame("""
ADY AENDY HRSINF DAYSINF ASTTMF ASTDTF AENDTF AESTDTC          AEHOSP AESDTH AEREL    AERELPR
93  95    30.5   1       .      .      .      2022-04-13T17:30 .      .      POSSIBLE NOT_RELATED
53  .     .      .       .      D      .      2022-03          Y      Y      .        UNLIKELY
""").rename(columns={"AEHOSP": "AESHOSP"})
REST = read_frame("""
AEEXPECT AECONTRT AEOUT     AEONGO AENDT      AESITDTC   AESPODTC   SEVTOXFL ONGCUTFL SERIMPFL
Y        N        RECOVERED N      2022-04-15 2022-04-14 2022-04-15 Y        .        .
.        .        .         Y      .          .          .          .        Y        .
""").assign(
    AESITDTC=lambda rows: pd.to_datetime(rows["AESITDTC"]),
    AESPODTC=lambda rows: pd.to_datetime(rows["AESPODTC"]),
)


def make(**changes: object) -> View:
    """P1's second fever and P8's pneumonia, with every field of a narrative."""
    serious = ADAE[ADAE["ASERFL"] == "Y"].reset_index(drop=True)
    events = pd.concat([serious, MORE, REST], axis=1)
    events = events.assign(AETERM=["sốt", None], AENARR=[HOSTILE, None], **changes)
    return make_events(adae=events)


def read(view: View) -> list[tuple[str, str, str]]:
    made = list_narratives(view)
    assert isinstance(made, Blocks)
    return [(block.title, block.text.replace("\u00a0", " "), block.quote) for block in made.blocks]


def test_the_sentences_stand_in_their_order_and_say_every_field() -> None:
    _, fever = read(make())
    title, text, quote = fever
    assert (title, quote) == ("Participant 101, female, 40-54, IV:", HOSTILE)
    assert text == (
        "Fever (reported as \u201csốt\u201d). Began on day 93 (13 Apr 2022). Latest dose before "
        "it: dose 2, 30.5 h earlier. Grade: 3. Criteria of seriousness: missing. Related to the "
        "product: possible; to the procedure: not related. Expected: yes. Action with the "
        "product: none. Treated: no. Outcome: recovered. Ended on day 95 (15 Apr 2022). Known to "
        "the site: 14 Apr 2022; to the sponsor: 15 Apr 2022. A stopping event."
    )


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        (2, "Counts in the stopping rule."),
        (1, "A stopping event, not counted again: the participant counts once, with the first."),
        (None, "A stopping event."),  # of nobody whom the rule follows
    ],
)
def test_only_the_event_that_counts_for_the_participant_counts_in_the_rule(counted, said) -> None:
    """P1's second fever is event 2."""
    rule = pd.DataFrame({"USUBJID": ["P1"], "SRCSEQ": pd.array([counted], dtype="Int64")})
    view = make()
    _, (_, text, _) = read(make_events(**{**view.datasets, "adstop": rule}))
    assert text.endswith(f"15 Apr 2022. {said}")


def test_what_the_form_lacks_is_missing_and_never_inferred() -> None:
    pneumonia, _ = read(make())
    title, text, quote = pneumonia
    assert (title, quote) == ("Participant 108, male, 65-75, CTL:", "")
    assert text == (
        "Pneumonia. Start recorded as 2022-03 only. No dose before it. Grade: 5. Criteria of "
        "seriousness: death, hospital stay. Related to the product: missing; to the procedure: "
        "unlikely. Expected: missing. Action with the product: not applicable. Treated: missing. "
        "Outcome: missing. Ongoing at the cut-off. Known to the site: missing; to the sponsor: "
        "missing. Narrative of the site: missing."
    )


def test_who_has_no_age_sex_or_treatment_is_said_so() -> None:
    adsl = ADSL.assign(SEX=None, AGEGR1=None)
    adsl.loc[adsl["SUBJID"] == "101", "TRT01A"] = None
    adsl.loc[adsl["SUBJID"] == "108", ["TRT01A", "TRT01P"]] = None
    view = make_events(adae=make()["adae"], adsl=adsl)
    assert [title for title, _, _ in read(view)] == [
        "Participant 108, sex missing, age missing, not randomised:",
        "Participant 101, sex missing, age missing, IV, not treated:",
    ]


def test_the_words_of_the_site_are_a_quotation_and_never_markup_or_a_link() -> None:
    html = show_html(list_narratives(make()))
    assert "<img" not in html
    assert "&lt;img src=x onerror=1&gt; see T-S-10" in html
    assert "\u202e" not in html
    assert 'href="#t-s-10"' not in html
    _, rows = list_narratives(make()).csv_copy()
    assert rows[1][2] == HOSTILE  # the file has it as it was recorded


def test_events_of_the_same_days_stand_at_the_end() -> None:
    events = make()["adae"]
    other = events.iloc[[0]].assign(
        AESEQ=9, AEDECOD="Headache", ASERFL=None, ADY=90, ASTDT=pd.Timestamp("2022-04-10")
    )
    late = other.assign(AESEQ=10, ADY=101, ASTDT=pd.Timestamp("2022-04-21"))
    events = pd.concat([events, other, late], ignore_index=True)
    _, (_, text, _) = read(make_events(adae=events))
    assert text.endswith(" Others begun within 7 days of it: Headache, day 90, grade 3.")


def test_fields_that_the_data_do_not_have_are_no_sentence() -> None:
    view = make()
    held = ["USUBJID", "AESEQ", "AEDECOD", "ASERFL", "ADY", "ASTDT", "ATOXGR"]
    made = list_narratives(make_events(adae=view["adae"][held]))
    assert isinstance(made, Blocks)
    assert [block.text for block in made.blocks] == ["Pneumonia. Grade: 5.", "Fever. Grade: 3."]
    assert "The data hold no narratives of the site." in made.notes


def test_an_end_beyond_the_cut_off_or_a_later_death_is_said() -> None:
    texts = [text for _, text, _ in read(make(DTHCUTFL=["Y", None], ONGCUTFL=[None, None]))]
    assert "Fatal after the cut-off (L-S-03); before it ongoing." in texts[1]
    assert " Ongoing. Known" in texts[0]


def test_without_any_there_is_one_sentence_and_open_readers_get_nothing() -> None:
    events = without_events()["adae"].assign(ADY=pd.array([], dtype="Int64"))
    made = list_narratives(make_events(adae=events))
    assert isinstance(made, Blocks)
    assert (made.blocks, made.empty) == ((), "No events reported")
    assert "No events reported" in show_html(made)
    assert isinstance(list_narratives(make_events("open")), Withheld)
