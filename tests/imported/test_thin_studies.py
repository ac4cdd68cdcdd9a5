"""Studies that lack a variable, hold few persons or hostile words: every display shows itself.

Every cell of both notebooks is executed on the view of each audience, without a kernel.
"""

import functools
import re

import pandas as pd
import pytest
from executed_cells import make_displays
from small_trial import ADAE, ADQS, ADSL, days, view_of, write_trial

from helpers.displays.model import Withheld
from helpers.displays.render import show_html

SCRIPT, FORMULA = "<script>alert(1)</script>", '=HYPERLINK("http://x")'
HOSTILE = ADAE.assign(AEDECOD=[SCRIPT, FORMULA, "Đột quỵ", 'a:b\n"q"'], AETERM=SCRIPT)
ARMS = {"Active": f'Thuốc "A" {SCRIPT}', "Placebo": "=1+1"}
LOST = re.compile(r"<tbody>\s*</tbody>|>(?:nan|None|NaN|NaT|&lt;NA&gt;)<")


def of_persons(*numbers: int) -> dict[str, pd.DataFrame]:
    names = [f"T1-{n}" for n in numbers]
    frames = {"adsl": ADSL, "adae": ADAE, "adqs": ADQS}
    return {name: frame[frame["USUBJID"].isin(names)] for name, frame in frames.items()}


def rename_arms(frame: pd.DataFrame) -> pd.DataFrame:
    given = [name for name in ("TRT01P", "TRT01A", "TRTA", "TRTP") if name in frame]
    return frame.assign(**{name: frame[name].replace(ARMS) for name in given})


STUDIES: dict[str, dict[str, pd.DataFrame | None]] = {
    "as it is": {},
    "two persons": of_persons(1, 2),
    "one arm": of_persons(1, 3, 5),
    "one person": of_persons(1),
    "no actual arm": {"adsl": ADSL.drop(columns="TRT01A")},
    "no flag for serious": {"adae": ADAE.drop(columns=["AESER", "AESDTH"])},
    "no flag for emergent": {"adae": ADAE.drop(columns="TRTEMFL")},
    "no severity": {"adae": ADAE.drop(columns="AESEV")},
    "no causality": {"adae": ADAE.drop(columns="AEREL")},
    "no class": {"adae": ADAE.drop(columns="AEBODSYS")},
    "no dates of events": {"adae": ADAE.drop(columns=["ASTDT", "AENDT"])},
    "no sequence": {"adae": ADAE.drop(columns="AESEQ")},
    "no event": {"adae": ADAE.iloc[:0]},
    "no end": {"adsl": ADSL.assign(EOSDT=days(*[None] * 6)), "adae": ADAE.drop(columns="AENDT")},
    "subjects and events": {"adqs": None},
    "subjects": {"adqs": None, "adae": None},
    "scores of few words": {"adqs": ADQS.drop(columns=["AVISITN", "ADY", "PARAM"])},
    "odd words": {
        "adsl": rename_arms(ADSL),
        "adae": rename_arms(HOSTILE),
        "adqs": rename_arms(ADQS).assign(
            PARAMCD="total-1 / xyz", PARAM=SCRIPT, AVISIT="Visit: #" + ADQS["AVISIT"]
        ),
    },
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Data and parameters of a study, written once."""

    @functools.cache
    def write(name: str):
        return write_trial(tmp_path_factory.mktemp("study"), **STUDIES[name])

    return write


@pytest.fixture(scope="module")
def shown(written):
    """The displays of a study for an audience, made once."""

    @functools.cache
    def make(name: str, audience: str = "closed_unmasked"):
        return make_displays(view_of(*written(name), audience))

    return make


READERS = [
    *((name, "closed_unmasked") for name in STUDIES),
    *((name, "open") for name in ("one person", "no flag for serious", "no event", "odd words")),
]


USUAL = (
    ("one person", "closed_unmasked"),
    ("no dates of events", "closed_unmasked"),
    ("subjects", "closed_unmasked"),
    ("odd words", "closed_unmasked"),
    ("odd words", "open"),
)


@pytest.mark.parametrize(
    ("name", "audience"),
    [*USUAL, *(pytest.param(*one, marks=pytest.mark.slow) for one in READERS if one not in USUAL)],
)
def test_a_study_of_the_same_form_has_its_reports(shown, name: str, audience: str) -> None:
    displays = shown(name, audience)
    assert len(displays) > 10
    for display in displays:
        html = show_html(display)
        assert not LOST.search(html), display.id
        assert SCRIPT not in html


@pytest.mark.parametrize(
    ("name", "gone", "sentence"),
    [
        ("no flag for serious", {"T-S-13", "L-S-01"}, "which adverse events are serious"),
        ("no flag for emergent", set(), ""),
        ("subjects", {"T-S-10", "T-S-13", "T-S-14"}, "no adverse event data"),
    ],
)
def test_what_a_study_does_not_tell_is_one_sentence(shown, name, gone, sentence) -> None:
    displays = {d.id: d for d in shown(name)}
    for display_id in gone:
        display = displays[display_id]
        assert isinstance(display, Withheld)
        assert sentence in display.sentence
    assert displays["T-S-02"].results


def test_without_a_flag_the_rule_of_the_parameters_says_what_is_emergent(written) -> None:
    """First doses on 2, 6 January, 2 February, 2 March; the fall began a day before the first."""
    events = view_of(*written("no flag for emergent"))["adae"]
    told = events.set_index(["USUBJID", "AESEQ"])["TRTEMFL"]
    assert told.to_dict() == {
        ("T1-1", 1): "Y",
        ("T1-1", 2): None,
        ("T1-3", 1): "Y",
        ("T1-4", 1): "Y",  # without a start, and not known to have ended before
    }


def test_without_a_flag_and_a_rule_nothing_is_called_emergent(tmp_path) -> None:
    data, params = write_trial(tmp_path, adae=ADAE.drop(columns="TRTEMFL"))
    trial = params / "trial.yaml"
    trial.write_text(re.sub(r"\n *emergent_days: \d+", "", trial.read_text()))
    displays = {d.id: d for d in make_displays(view_of(data, params))}
    for display_id in ("T-S-13", "T-S-14", "F-S-05"):
        assert "treatment-emergent" in displays[display_id].sentence
    assert displays["T-S-10"].results


def test_two_data_sets_with_the_same_parameter_are_two_scores(tmp_path) -> None:
    data, params = write_trial(tmp_path, adqs2=ADQS.assign(AVAL=ADQS["AVAL"] * 2, PARAM="Double"))
    scores = view_of(data, params)["adeff"].groupby("PARAMCD")["AVAL"].max()
    assert scores.to_dict() == {"TOTAL": 20, "TOTAL_ADQS2": 40}


def test_parameters_and_deaths_that_do_not_fit_are_findings(tmp_path) -> None:
    extra = pd.concat([ADQS, ADQS.assign(PARAMCD="ITEM1", PARAM="Item")], ignore_index=True)
    adsl = ADSL.assign(DTHDT=days(*[None] * 6))
    data, params = write_trial(tmp_path, adqs=extra, adsl=adsl)
    trial = params / "trial.yaml"
    text = trial.read_text()
    text = re.sub(r"    ITEM1:\n(?:      .*\n)+", "", text)
    trial.write_text(re.sub(r"  ITEM1:\n(?:    .*\n)+", "", text))
    found = set(view_of(data, params).findings["text"])
    assert f"parameters that no score uses: ITEM1 ({len(ADQS)} records)" in found
    assert "death without a date; the end of the study stands for it (1 participants)" in found
