from pathlib import Path

import pandas as pd
import pytest
from sample_trial import ADSL, make_empty, make_sample
from trial_views import shared_view
from view_factory import read_frame

from helpers.displays.closing.cannot_show import show_limits
from helpers.displays.closing.recommendation import show_form
from helpers.displays.form import Form
from helpers.displays.model import Page, Withheld
from helpers.displays.render import show_html
from helpers.displays.summary.committee import DECISIONS
from helpers.view import View

TRIGGERED = read_frame("""
TRIGGER             TRT01A USUBJID SUBJID ADT        TERM                  METFL SRCSEQ
chemical_meningitis IT     S3      S3     2022-11-05 Chemical__meningitis  Y     1
""")


def ask(form: Form | Withheld) -> dict[str, tuple[str, ...]]:
    """Boxes of every question of every part."""
    assert isinstance(form, Form)
    return {question.label: question.boxes for part in form.parts for question in part.questions}


def with_trigger() -> View:
    view = make_sample()
    codes = [trigger.code for trigger in view.trial.pause_triggers]
    return make_sample(adpause=TRIGGERED.assign(TRIGGER=codes[0]))


def test_the_boxes_are_the_recommendations_that_can_be_recorded() -> None:
    asked = ask(show_form(make_sample()))
    assert asked["The committee recommends to"] == tuple(DECISIONS.values())
    assert asked["Arm concerned, where an arm is paused or stopped"] == ("IV", "IT", "CTL")
    assert asked["Further data requested, and by when"] == ()


def test_what_waits_for_an_answer_has_a_box_each() -> None:
    assert "Alerts that wait for an answer: none." in ask(show_form(make_sample()))
    view = with_trigger()
    (boxes,) = [b for label, b in ask(show_form(view)).items() if label.startswith("This recomm")]
    assert len(boxes) == 1
    assert boxes[0].startswith("IT: ")
    # all three of three with a stopping event: two of two are enough for the rule
    persons = pd.DataFrame({"USUBJID": [f"S{n}" for n in range(3)]}).assign(
        SUBJID=lambda rows: rows["USUBJID"],
        TRT01A="IV",
        EVALDT=pd.Timestamp("2022-08-01"),
        STOPDT=pd.Timestamp("2022-08-01"),
    )
    (boxes,) = [
        b
        for label, b in ask(show_form(make_sample(adstop=persons))).items()
        if label.startswith("This recomm")
    ]
    assert boxes == (
        "IV: alert of the stopping rule, first reached on 1 Aug 2022 with 2 of 2 (IA3)",
    )


def test_open_readers_get_the_statement_alone_and_it_compares_nothing() -> None:
    form = show_form(make_sample("open"))
    assert isinstance(form, Form)
    (statement,) = form.parts
    assert form.title == "Open statement of the monitoring committee"
    assert not statement.torn
    (reviewed,) = statement.sentences
    assert reviewed == (
        "The monitoring committee of NCT05292625 has reviewed the data to 31 Dec 2022 (Interim "
        "analysis 3)."
    )
    closed = show_form(with_trigger())
    assert isinstance(closed, Form)
    last = closed.parts[-1]
    # the committee tears off what open readers get, whatever alerts there are
    assert (last.torn, last.questions, last.sentences) == (
        True,
        statement.questions,
        statement.sentences,
    )
    words = show_html(form)
    assert not any(word in words for word in ("IV", "IT", "CTL", "arm ", "alert", "stop"))


@pytest.mark.parametrize("audience", ["closed_unmasked", "open"])
def test_where_nobody_is_followed_the_form_asks_for_nothing_to_go_on(audience: str) -> None:
    known = make_sample(audience)["adsl"].columns.intersection(ADSL.columns)
    ended = ADSL.assign(EOSSTT=ADSL["EOSSTT"].replace("ONGOING", "COMPLETED"))[list(known)]
    views = {"going": make_sample(audience), "ended": make_sample(audience, adsl=ended)}
    shown = {name: ask(show_form(view)) for name, view in views.items()}
    words = {name: str(asked) for name, asked in shown.items()}
    assert "to continue the trial unchanged" in words["going"]
    assert not any(word in words["ended"] for word in ("unchanged", "pause an arm", "stop an arm"))
    assert shown["ended"]["It has"][0] == "no recommendation"
    if audience == "closed_unmasked":
        assert shown["ended"]["Arm concerned, if any"] == ("IV", "IT", "CTL")


def test_who_signs_has_a_row_and_the_file_has_every_box() -> None:
    form = show_form(make_sample())
    html = show_html(form)
    assert html.count('<th scope="row">Member</th>') == 2
    assert html.count('class="line"') == 4
    header, rows = form.csv_copy()
    assert header == ["part", "kind", "content"]
    assert ["Open statement", "box", "[ ] to continue the trial unchanged"] in rows


@pytest.mark.parametrize("audience", ["closed_unmasked", "open"])
def test_there_is_a_form_before_anybody_consented_and_without_a_stopping_rule(
    audience: str,
) -> None:
    assert isinstance(show_form(make_empty(audience)), Form)
    form = show_form(make_sample(audience, adstop=None, adpause=None))
    assert not [label for label in ask(form) if "alert" in label.lower()]


def test_a_masked_form_has_the_arms_of_its_report_and_no_alert(export: Path) -> None:
    view = shared_view(export, "ia3", "closed_masked")
    asked = ask(show_form(view))
    assert asked["Arm concerned, where an arm is paused or stopped"] == ("A", "B", "C")
    assert not [label for label in asked if "alert" in label.lower() or "answers" in label]
    limits = show_limits(view)
    assert isinstance(limits, Page)
    assert any(text.startswith("Comparison: arms are under letters") for text in limits.sentences)
    assert not any(text.startswith("Design") for text in limits.sentences)


def test_a_potential_case_of_hys_law_has_a_box_for_who_reads_the_arms() -> None:
    adlb = pd.DataFrame({"USUBJID": ["S3"], "PARAMCD": ["BILI"], "HYSFL": ["Y"]})
    asked = ask(show_form(make_sample(adlb=adlb)))
    assert asked["Potential Hy's law cases seen (F-S-11, L-S-06)"] == ("IT: S3",)
    masked = ask(show_form(make_sample("closed_masked", adlb=adlb)))
    assert not [label for label in masked if "Hy's" in label]
