"""The looks that spend alpha with their bounds, and the family at those that have taken place."""

import math
from typing import NamedTuple

from helpers.displays.efficacy.estimands import name_key_change
from helpers.displays.efficacy.family_words import describe_family_method
from helpers.displays.formats import format_number
from helpers.displays.results import Key, Result, format_value, rows_of
from helpers.displays.treatment_effect.effects import Effects, describe_method, fit_effects
from helpers.models.family import Compared, Planned, compare_family, read_planned
from helpers.models.information import find_planned_variance
from helpers.models.looks import Look, find_looks, find_now
from helpers.models.planned_fit import cut_scores
from helpers.view import TOTAL, ArmView, ClosedView, View

LOOK, PLANNED = "LOOK", "PLANNED"
FORMS = {
    "ld_obf": "O'Brien-Fleming-like spending (Lan-DeMets)",
    "ld_pocock": "Pocock-like spending (Lan-DeMets)",
    "haybittle": "Haybittle-Peto",
    "none": "all error kept for the final look",
}


class Story(NamedTuple):
    """The looks that spend alpha, and the contrasts of the family at those that have taken place.

    `family` is by name of the look; that of an earlier look is the model of this report fitted to
    the scores dated by its cut-off, and is missing where scores have no dates.
    """

    effects: Effects
    planned: Planned
    looks: list[Look]
    family: dict[str, list[Compared]]

    @property
    def view(self) -> ArmView:
        """The view of this look."""
        return self.effects.view

    @property
    def now(self) -> Look:
        """The look of this report."""
        return find_now(self.looks)

    @property
    def final(self) -> bool:
        """Whether no look follows."""
        return self.looks[-1].state == "now"

    @property
    def contrasts(self) -> list[Compared]:
        """The family at this look."""
        return self.family[self.now.name]

    @property
    def key(self) -> Key:
        """Key of the numbers, without arm, contrast and category."""
        return Key(self.effects.population, "", self.effects.model.code, self.planned.visit)

    def key_of(self, look: Look) -> Key:
        """Key of the numbers of a look, without arm and contrast."""
        if look.state == "to come":
            return self.key._replace(category=f"{PLANNED}.{self.looks.index(look) + 1}")
        return self.key._replace(category=f"{LOOK}.{look.name}")

    def find_crossings(self, contrast: str) -> list[str]:
        """Earlier looks at which a contrast was at or beyond the bound."""
        return [
            look.name
            for look in self.looks
            if look.state == "earlier"
            for own in self.family.get(look.name, [])
            if own.label == contrast and own.crosses(look)
        ]


def tell_story(view: View) -> Story:
    """The looks and the family of this report.

    Raises
    ------
    TypeError
        If the view has no arms, or no family is planned.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("a model compares arms")
    planned, code = read_planned(view), view.interim.key_param or ""
    if planned is None:
        raise TypeError("no family is planned")
    effects, looks = fit_effects(view, code), find_looks(view)
    family = {}
    for look in looks:
        then = view if look.state == "now" else cut_scores(view, look.cutoff)
        if look.state == "to come" or then is None:
            continue
        model = effects.model if look.state == "now" else fit_effects(then, code).model
        family[look.name] = compare_family(planned, model, view.interim.family_level)
    return Story(effects, planned, looks, family)


def list_looks(story: Story) -> list[Result]:
    """Information, bound and error spent of every look, and the family at those taken place."""
    found: list[Result] = []
    shown = story.view.interim.info_mode == "stat"
    for look in story.looks:
        key = story.key_of(look)
        values = {
            **({} if look.n is None else {"n": look.n}),
            "fraction": look.t,
            **({"variance": look.variance} if shown and look.n is not None else {}),
            "boundary_z": look.z,
            "boundary_p": look.nominal_p,
            "spent": look.spent,
        }
        found += rows_of(key._replace(arm=TOTAL), values, story.view.interim.spending)
        for own in story.family.get(look.name, []):
            family = describe_family_method(story.view.interim)
            method = f"{describe_method(story.effects.model)}, {family}"
            numbers = {"z": own.z, "p_adjusted": own.p_adjusted}
            found += rows_of(key._replace(contrast=own.label), numbers, method)
    return found


def describe_key(story: Story) -> str:
    """The key variable in words."""
    return name_key_change(story.view.trial, story.view.interim)


def state_information(story: Story) -> str:
    """Information of this look: reached, planned, and how it is counted."""
    now, total = story.now, story.view.interim.planned_info
    planned = f"planned at this look: {format_number(now.planned_t, 2)}"
    if story.view.interim.info_mode == "stat":
        return _state_variance(story, planned)
    return (
        f"Information fraction {format_number(now.t, 2)}, actual: {now.n} participants with the "
        f"key change of {total} at full information ({planned})."
    )


def _state_variance(story: Story, planned: str) -> str:
    """The same where it is the variance planned for the end over that of the model."""
    view, now = story.view, story.now
    share = f"Information fraction {format_number(now.t, 2)}, by variance"
    counted = f"{now.n} participants of {view.interim.planned_info} have the key change"
    fell = now.note.startswith("the information")
    note = f" {now.note[0].upper()}{now.note[1:]}: that of the look before counts." if fell else ""
    if math.isnan(now.variance):
        return (
            f"{share}: no difference can be estimated, so none has a variance ({planned}); "
            f"{counted}.{note}"
        )
    size = (view.interim.planned_info or 0) / len(view.trial.arms)
    planned_variance = find_planned_variance(view)
    per_arm, sd = format_value(size), format_value(view.interim.planned_sd or 0)
    goal, found = (format_number(v, 3) for v in (planned_variance, now.variance))
    most = " 1 is the most that counts." if planned_variance > now.variance else ""
    return (
        f"{share}: {goal} planned for the end (SD {sd}, {per_arm} participants per arm) over "
        f"{found} in the model, the larger variance of the differences ({planned}); "
        f"{counted}.{most}{note}"
    )


def state_overrun(story: Story) -> list[str]:
    """Contrasts that crossed at an earlier look: what came later is over-run."""
    said = []
    for own in story.contrasts:
        crossed = story.find_crossings(own.label)
        if crossed:
            said.append(
                f"{own.label} was beyond the bound at {crossed[0]}. Its numbers of this look are "
                f"an over-run analysis: they add the data that came after, at information "
                f"{format_number(story.now.t, 2)}, and spend no new alpha."
            )
    return said
