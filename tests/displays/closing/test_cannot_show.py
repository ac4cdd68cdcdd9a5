import pandas as pd
import pytest
from sample_trial import ADAE, make_empty, make_sample, without_arm
from view_factory import read_frame

from helpers.displays.closing.cannot_show import show_limits
from helpers.displays.model import Page, Withheld
from helpers.displays.results import Key


def read(page: Page | Withheld) -> dict[str, str]:
    """Sentences by the word before their colon."""
    assert isinstance(page, Page)
    pairs = (sentence.partition(": ") for sentence in page.sentences)
    return {topic: text for topic, _, text in pairs}


def test_the_upper_limit_without_an_event_is_that_of_each_arm() -> None:
    page = show_limits(make_sample())
    # as treated S1, S2 | S3 | S5, S6; 1 - 0.025 ** (1 / 2) = 0.8419, 1 - 0.025 = 0.975
    assert read(page)["Size"] == (
        "participants as treated, 2 in IV, 1 in IT and 2 in CTL. An event that none of them had "
        "can still have a true rate of up to 84.2% in IV, 97.5% in IT and 84.2% in CTL (upper "
        "limit of the 95% CI)."
    )
    row = page.statistics[Key("SAF", "IT", "NO_EVENT")]
    assert (row["N"], row["upper"]) == (1, pytest.approx(0.975))


def test_open_readers_get_one_limit_for_all_and_no_word_of_arms_or_events() -> None:
    words = read(show_limits(make_sample("open")))
    # six were randomised: 1 - 0.025 ** (1 / 6) = 0.4593
    assert words["Size"].startswith("6 randomised participants. An event that none of them had")
    assert "up to 45.9% (" in words["Size"]
    assert words["Comparison"].startswith("this report is pooled")
    assert not {"Design", "Records", "After the cut-off"} & set(words)


def test_time_counts_who_reached_the_last_visit() -> None:
    # month 12 opens on day 335: S1 from 3 January is at day 362; the others left or came late
    assert read(show_limits(make_sample()))["Time"].startswith(
        "1 of 6 randomised participants have reached month 12 (T-S-08)."
    )


def test_records_and_what_came_later_are_said_where_there_are_any() -> None:
    assert "Records" not in read(show_limits(make_sample()))
    emergent = int((ADAE["TRTEMFL"] == "Y").sum())
    assert emergent == 4
    adae = ADAE.assign(
        AEDECOD=ADAE["AEDECOD"].mask(ADAE["AEDECOD"] == "Fall", None),  # S1's; S7's is before
        ATOXGR=pd.array([None, None, 1, 2, None], dtype="Int64"),
        RELIMPFL=["Y", None, None, None, "Y"],
    )
    late = read_frame("""
    KIND  USUBJID
    SAE   S1
    DEATH S1
    DEATH S3
    """)
    words = read(show_limits(make_sample(adae=adae, postcut=late)))
    assert words["Records"] == (
        "of 4 treatment-emergent events, 1 without a preferred term, 2 without a grade and 1 of an "
        "arm with doses without causality. What has no preferred term is in no count that goes by "
        "a list of them: the primary outcome and events of special interest (T-S-11, T-S-12, "
        "T-S-30) can be too low."
    )
    assert words["After the cut-off"] == (
        "1 serious event and 2 deaths, in no number of this report (L-S-03)."
    )


def test_a_term_that_the_export_calls_uncoded_is_none() -> None:
    adae = ADAE.assign(AEDECOD=ADAE["AEDECOD"].replace("Headache", "UNCODED"))  # S2's
    page = show_limits(make_sample(adae=adae))
    assert read(page)["Records"].startswith(
        "of 4 treatment-emergent events, 1 without a preferred term. What has no preferred term"
    )
    assert page.statistics[Key("SAF", "Total", "LACKING", category="AEDECOD")]["events"] == 1


def test_the_design_is_that_of_the_arms_and_of_the_trials_own_words() -> None:
    words = read(show_limits(make_sample()))
    assert words["Design"].startswith("no dose is planned in CTL.")
    assert words["Site"].startswith("all participants come from one site;")
    without_doses = read(show_limits(make_sample(adex=None)))
    assert "Design" not in without_doses


@pytest.mark.parametrize("audience", ["closed_unmasked", "open"])
def test_before_anybody_was_randomised_it_says_so(audience: str) -> None:
    words = read(show_limits(make_empty(audience)))
    assert words["Size"] == "nobody was randomised by the cut-off, so nothing can be seen."
    assert "Time" not in words


def test_an_arm_without_anybody_has_no_limit() -> None:
    words = read(show_limits(without_arm("IT")))
    assert "2 in IV and 2 in CTL." in words["Size"]
