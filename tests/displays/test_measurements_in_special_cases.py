"""Displays of measured values and of single participants where there is little to show, or much."""

import importlib
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from other_arms import with_arms
from trial_views import shared_view

from helpers.displays.declare import load_catalogue
from helpers.displays.figures import parts
from helpers.displays.model import Display, Withheld
from helpers.displays.render import show_html
from helpers.view import View

PARAMS = Path(__file__).parents[1] / "trial" / "params"
FAMILIES = tuple(
    f"helpers.displays.{family}." for family in ("laboratory", "vital_signs", "participants")
)
MORE = ("F-S-04", "F-S-09")
MAKERS = {
    name: declared.maker
    for name, declared in load_catalogue().items()
    if declared.maker.startswith(FAMILIES) or name in MORE
}
FIGURES = [name for name in MAKERS if name.startswith("F-")]


def make(name: str, view: View) -> Display:
    module, _, function = MAKERS[name].rpartition(".")
    made: Display = getattr(importlib.import_module(module), function)(view)
    return made


@pytest.fixture(scope="module")
def whole(export: Path) -> View:
    return shared_view(export, "ia3")


@pytest.fixture(scope="module")
def few(whole: View) -> View:
    """Six of each arm and of those without one, and 038: as much as special cases need."""
    place = whole["adsl"].groupby("TRT01P", dropna=False).cumcount()
    return keep(whole, lambda adsl: (place < 6) | (adsl["SUBJID"] == "038"))


def keep(view: View, chosen: Callable[[pd.DataFrame], pd.Series]) -> View:
    """The view with the participants of some rows of adsl."""
    adsl = view["adsl"]
    people = set(adsl.loc[chosen(adsl), "USUBJID"])
    frames = {
        name: rows[rows["USUBJID"].isin(people)].reset_index(drop=True)
        if "USUBJID" in rows
        else rows
        for name, rows in view.datasets.items()
    }
    return replace(view, datasets=frames)


def without_rows(view: View) -> View:
    empty = {name: view[name].iloc[:0] for name in ("adlb", "advs")}
    return replace(view, datasets={**view.datasets, **empty})


def not_dosed(view: View) -> View:
    """Nobody got a dose: the safety set is the untreated control."""
    control = view.trial.control
    adsl = view["adsl"]
    saf = (adsl["TRT01P"] == control).map({True: "Y", False: "N"})
    advs = view["advs"]
    changed = {
        "adsl": adsl.assign(SAFFL=saf, TRT01A=adsl["TRT01P"].where(saf == "Y", None)),
        "advs": advs[advs["ATPT"].isna()],
    }
    return replace(view, datasets={**view.datasets, **changed})


CASES: dict[str, Callable[[View], View]] = {
    "no rows": without_rows,
    "an empty arm": lambda view: keep(view, lambda adsl: adsl["TRT01P"] != "IT"),
    "one participant": lambda view: keep(view, lambda adsl: adsl["SUBJID"] == "038"),
    "nobody dosed": not_dosed,
    "nobody randomised": lambda view: keep(view, lambda adsl: adsl["ITTFL"] != "Y"),
    "nobody at all": lambda view: keep(view, lambda adsl: adsl["SUBJID"].isna()),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", MAKERS)
def test_a_display_is_made_and_shown_whatever_is_missing(name: str, case: str, few: View) -> None:
    made = make(name, CASES[case](few))
    assert made.id == name
    assert isinstance(made, Withheld) or name in show_html(made)
    for key, row in made.statistics.items():
        assert row.get("n", 0) <= row.get("N", row.get("n_value", row.get("n", 0))), key


ARMS: dict[str, Callable[[View], View]] = {
    "three arms": lambda view: view,
    "one arm": lambda view: with_arms(view, 1),
    "six arms with long names": lambda view: with_arms(view, 6),
}


# one arm has fewer texts than three; six long names are more than any trial of these has
@pytest.mark.parametrize(
    "arms",
    [pytest.param(arms, marks=pytest.mark.slow if arms == "one arm" else ()) for arms in ARMS],
)
@pytest.mark.parametrize("name", FIGURES)
def test_texts_of_a_figure_do_not_cover_each_other(
    name: str, arms: str, whole: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []

    def look(figure: object, _: str) -> str:
        seen.extend(parts.find_overlaps(figure))  # type: ignore[arg-type]
        return "<svg></svg>"

    for module in [m for n, m in sys.modules.items() if n.startswith("helpers.displays.")]:
        if hasattr(module, "render_svg"):
            monkeypatch.setattr(module, "render_svg", look)
    make(name, ARMS[arms](whole))
    assert seen == []


@pytest.mark.parametrize("name", ["T-S-20"])
def test_pairs_and_margins_of_every_test_add_up_to_the_arm(name: str, whole: View) -> None:
    rows = make(name, whole).statistics
    tests = {key.parameter for key in rows} - {"ANY"}
    for arm, test in ((arm, test) for arm in ("IV", "IT", "CTL", "Total") for test in tests):
        own = {k.category: row for k, row in rows.items() if (k.arm, k.parameter) == (arm, test)}
        n_arm = own["WITH VALUE"]["N"]
        pairs = {c: r["n"] for c, r in own.items() if " to " in c}
        assert sum(pairs.values()) == n_arm
        assert sum(r["n"] for c, r in own.items() if c.startswith("BASE ")) == n_arm
        after = sum(n for c, n in pairs.items() if not c.endswith("to missing"))
        assert own["WITH VALUE"]["n"] == after
        worst = {c: r["n"] for c, r in own.items() if c.startswith("WORST ")}
        assert sum(n for c, n in worst.items() if c != "WORST missing") == after
        for code in ("0", "1", "2", "3"):
            if f"BASE {code}" in own:
                of_base = sum(n for c, n in pairs.items() if c.startswith(f"{code} to "))
                assert of_base == own[f"BASE {code}"]["n"]
                to_worst = sum(n for c, n in pairs.items() if c.endswith(f" to {code}"))
                assert to_worst == worst[f"WORST {code}"]


def test_arms_add_up_to_the_total_in_every_count(whole: View) -> None:
    for name in ("T-S-20", "T-S-20b", "F-S-11"):
        rows = make(name, whole).statistics
        for key, row in rows.items():
            if key.arm == "Total" and "N" in row:
                arms = [rows.get(key._replace(arm=arm)) for arm in ("IV", "IT", "CTL")]
                # an arm that a row does not apply to (cerebrospinal fluid) has no number of it
                known = [arm for arm in arms if arm is not None]
                assert sum(arm["n"] for arm in known) == row["n"], key
                assert sum(arm["N"] for arm in known) == row["N"], key
