"""What one audience may see of one interim: one type per audience."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from textwrap import wrap
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from helpers.errors import InterimError, UsageError
from helpers.intake.schema import Access
from helpers.masking.words import PROCEDURE
from helpers.params.access import DATASETS
from helpers.params.interim import Interim
from helpers.params.loading import nearest
from helpers.params.trial import Arm, Trial

T = TypeVar("T")
TOTAL = "Total"
OPEN_SMALL_CELL = 3
POPULATIONS = {
    "ENR": "All consented participants",
    "ITT": "All randomised participants",
    "SAF": "Safety population",
    "EFF": "Efficacy population",
    "PP": "Per-protocol population",
}


class BlindingError(InterimError):
    """An audience was asked for what it may not know."""


def check_dataset(name: str, what: str) -> None:
    """Stop where `name` is no analysis data set of ours; `what` says who asks.

    Raises
    ------
    UsageError
        Naming the nearest one.
    """
    if name not in DATASETS:
        raise UsageError(
            f"{what} {name!r}, which is no data set{nearest(name, DATASETS) or '.'} "
            f"Known: {', '.join(DATASETS)}"
        )


@dataclass(frozen=True)
class Group:
    """Participants of one column of a display: an arm, or all together.

    `label` is the arm's label in results.csv, `name` its heading on the page, `code` its ARMCD
    (empty for the total), `position` its colour (None for the total), `population` whose members
    they are.
    """

    label: str
    name: str
    code: str
    position: int | None
    subjects: pd.Index = field(repr=False)
    population: str = ""

    @property
    def n(self) -> int:
        """Number of participants."""
        return len(self.subjects)

    @cached_property
    def members(self) -> frozenset[str]:
        """The participants as a set."""
        return frozenset(self.subjects)


@dataclass(frozen=True, repr=False)
class View:
    """Analysis data sets of one interim, reduced to one audience before anything reads them.

    `view["adsl"]` and `view.adsl` are the same data set; the view itself shows what it holds.

    `datasets` holds adsl, adae, ...; `findings` the findings this audience may see; `counts` one
    row per raw table: received, deleted, duplicates, excluded, after_cutoff, kept. `digest` is the
    SHA-256 of the packed view that this one was read from, empty where it was not packed.
    `test_key` says that letters stand for arms by the public key of synthetic data.
    `look_note` says what the alpha ledger holds otherwise than this look is planned; empty where
    nothing.
    """

    trial: Trial
    interim: Interim
    access: Access
    cutoff: pd.Timestamp
    extract: pd.Timestamp
    synthetic: bool
    datasets: Mapping[str, pd.DataFrame] = field(repr=False)
    findings: pd.DataFrame = field(repr=False)
    counts: pd.DataFrame = field(repr=False)
    digest: str = ""
    test_key: bool = False
    look_note: str = ""

    @property
    def audience(self) -> str:
        """Name of the audience."""
        return self.access.audience

    @property
    def small_cell(self) -> int:
        """Counts above 0 and below this are not published; 0 where every count is."""
        own = self.interim.small_cell
        return OPEN_SMALL_CELL if own is None else own

    @property
    def safety(self) -> str:
        """Population of the safety displays: events, laboratory, vital signs, follow-up at risk.

        Displays of doses given and of the stopping rule count who was dosed, whatever this is.
        """
        return self.interim.population_safety

    def __getitem__(self, dataset: str) -> pd.DataFrame:
        """An analysis data set of this view.

        Raises
        ------
        UsageError
            If there is no data set of this name.
        BlindingError
            If the view does not hold it.
        """
        check_dataset(dataset, "the view was asked for")
        if dataset not in self.datasets:
            raise BlindingError(f"{dataset} is not part of the view for audience {self.audience}")
        return self.datasets[dataset]

    if not TYPE_CHECKING:  # a misspelt attribute stays a mistake to the type checker

        def __getattr__(self, name: str) -> pd.DataFrame:
            """A data set by its name, for who works in a notebook; typing `view.` completes it."""
            held: Mapping[str, pd.DataFrame] = self.__dict__.get("datasets", {})
            if name in held:
                return held[name]
            if name.startswith("_"):
                raise AttributeError(name)  # Python itself asks for many
            near = nearest(name, held) or "."
            raise AttributeError(f"the view holds no {name!r}{near} It holds: {', '.join(held)}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.datasets})

    def __repr__(self) -> str:
        kinds: dict[type[View], str] = {ClosedView: "by arm", MaskedView: "by label"}
        kind = kinds.get(type(self), "pooled")
        rows = [f"{name} {len(frame)}" for name, frame in sorted(self.datasets.items())]
        synthetic = ", synthetic data" if self.synthetic else ""
        lines = [
            f"{self.trial.study}, {self.interim.interim_label}, for {self.audience} ({kind})",
            f"data cut-off {self.cutoff:%Y-%m-%d}, export of {self.extract:%Y-%m-%d}{synthetic}",
            *wrap(f"rows by data set: {', '.join(rows)}", 88, subsequent_indent="  "),
        ]
        return "\n".join(lines)

    def has(self, dataset: str, *columns: str) -> bool:
        """Whether this view holds a data set with these columns.

        Raises
        ------
        UsageError
            If there is no data set of this name.
        """
        check_dataset(dataset, "the view was asked for")
        return dataset in self.datasets and set(columns) <= set(self.datasets[dataset].columns)

    def flagged(self, dataset: str, *flags: str) -> pd.DataFrame:
        """Rows of a data set with every one of these flags: `view.flagged("adae", "TRTEMFL")`."""
        rows = self[dataset]
        # a missing flag is not Y, and `all` would leave it out of account
        return rows[rows[list(flags)].eq("Y").fillna(False).astype(bool).all(axis=1)]

    def once(self, compute: Callable[..., T], *args: Hashable) -> T:
        """What a pure function of this view and `args` gives, computed at its first call.

        The view keeps it, and nothing else does: another view, or a changed copy, has its own. Who
        is given it does not change it.
        """
        known = self.__dict__.setdefault("_known", {})
        if (compute, args) not in known:
            known[compute, args] = compute(self, *args)
        found: T = known[compute, args]
        return found

    @property
    def population_names(self) -> tuple[str, ...]:
        """Populations that there are: the standard ones, and milestones of given data."""
        return (*POPULATIONS, *self.trial.milestones)

    def check_population(self, name: str, what: str) -> None:
        """Stop where `name` is no population; `what` says who asks.

        Raises
        ------
        UsageError
            Naming the nearest one.
        """
        known = self.population_names
        if name not in known:
            raise UsageError(
                f"{what}: found population {name!r}, known: {', '.join(known)}"
                f"{nearest(name, known)}"
            )

    def population(self, name: str) -> pd.DataFrame:
        """Rows of adsl in a population, in the order of USUBJID.

        Raises
        ------
        UsageError
            If there is no population of this name.
        BlindingError
            If this audience may not know who belongs to it.
        """
        return self["adsl"][self._belongs(name)]

    def _belongs(self, population: str) -> pd.Series:
        """Whether the participant of each row of adsl is in a population."""
        self.check_population(population, "the view was asked for")
        adsl = self["adsl"]
        if f"{population}FL" not in adsl:
            raise BlindingError(f"audience {self.audience} has no population {population}")
        return adsl[f"{population}FL"] == "Y"

    def name_population(self, name: str) -> str:
        """Words for a population: one of the standard ones, or a milestone of given data."""
        milestone = self.trial.milestones.get(name)
        if milestone is not None:
            return milestone.label
        return (
            f"{POPULATIONS[name]} (provisional)" if self.is_provisional(name) else POPULATIONS[name]
        )

    def is_provisional(self, population: str) -> bool:
        """Whether members can still leave it: per protocol, while somebody is in follow-up."""
        adsl = self["adsl"]
        if population != "PP" or "EOSSTT" not in adsl:
            return False
        return bool(((adsl["ITTFL"] == "Y") & (adsl["EOSSTT"] == "ONGOING")).any())

    def total(self, population: str) -> Group:
        """All participants of a population as one column."""
        return self.once(View._find_total, population)

    def _find_total(self, population: str) -> Group:
        subjects = self["adsl"]["USUBJID"][self._belongs(population)]
        return Group(TOTAL, TOTAL, "", None, pd.Index(subjects), population)

    def groups(self, population: str) -> tuple[Group, ...]:
        """Columns of a display for this audience; here only the total."""
        return (self.total(population),)


class OpenView(View):
    """Pooled data: there is no arm to ask for."""


class ArmView(View):
    """Data in columns of one arm each, whatever the arms are called."""

    ARM_VARIABLE: Mapping[str, str] = {}

    @property
    def small_cell(self) -> int:
        """Every count is published: who sees the arms may see how few they are."""
        return 0

    @property
    def arms(self) -> tuple[Arm, ...]:
        """Arms in the order of every display."""
        return self.trial.arms

    @property
    def contrasts(self) -> tuple[tuple[str, str, str], ...]:
        """Comparisons as (label, arm code, reference arm code)."""
        return self.trial.contrasts

    def arm_group(self, population: str, code: str) -> Group:
        """Participants of a population in one arm: as treated in SAF, as randomised elsewhere."""
        return self.once(ArmView._find_arm_group, population, code)

    def _find_arm_group(self, population: str, code: str) -> Group:
        adsl = self["adsl"]
        variable = self.arm_variable(population)
        arm, place = self.trial.arm(code), self.trial.arm_position(code)
        # one column and not the rows of adsl, which has a hundred: every display asks for groups
        subjects = adsl["USUBJID"][self._belongs(population) & (adsl[variable] == code)]
        return Group(arm.label, arm.name, code, place, pd.Index(subjects), population)

    def arm_variable(self, population: str) -> str:
        """Variable of adsl with the arm in which a population counts its members."""
        return self.ARM_VARIABLE.get(population, "TRT01P")

    def groups(self, population: str) -> tuple[Group, ...]:
        """One column per arm, then the total."""
        by_arm = [self.arm_group(population, arm.code) for arm in self.arms]
        return (*by_arm, self.total(population))


class ClosedView(ArmView):
    """Data by arm."""

    ARM_VARIABLE: Mapping[str, str] = {"SAF": "TRT01A"}


class MaskedView(ArmView):
    """Data by planned arm, each under a letter; participants under keys of this report.

    What is done to participants because of their arm is not in it: nothing about doses, no arm as
    treated, no word of a route.
    """

    @property
    def safety(self) -> str:
        """Everybody randomised: who belongs to the safety population tells of doses."""
        return "ITT"

    def __getitem__(self, dataset: str) -> pd.DataFrame:
        """A data set as it may stand beside letters: no event is a complaint of a procedure.

        Only an arm with the procedure can have them, and a number of all events by letter would
        give them away as a difference. Pooled they are counted: `view.pool()["adae"]`.
        """
        rows = super().__getitem__(dataset)
        if "AEDECOD" not in rows:
            return rows
        return rows[rows["AEDECOD"].ne(PROCEDURE).fillna(True).astype(bool)]

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> pd.DataFrame:
            """The same by the name of the data set."""
            held = self.__dict__.get("datasets", {})
            return self[name] if name in held else super().__getattr__(name)

    def pool(self) -> OpenView:
        """The same data without the letters, for a display that these readers get pooled.

        Every count stays: who may see the letters may see how few they are.
        """
        columns = ("TRT01P", "TRT01PN")
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        datasets = {
            name: frame.drop(columns=[column for column in columns if column in frame])
            for name, frame in self.datasets.items()
        }
        interim = self.interim.model_copy(update={"small_cell": 0})
        return OpenView(**{**fields, "datasets": datasets, "interim": interim})


def choose_kind(access: Access) -> type[View]:
    """The type of view that an audience gets."""
    if access.labels:
        return MaskedView
    return ClosedView if access.restricted else OpenView
