"""How analysis data made by a sponsor becomes ours: names, codes and rules, nothing else."""

from typing import Annotated, Literal

from pydantic import Field

from helpers.params.base import Code, Days, Names, Params

# Values of a variable; null keeps rows where it is empty.
Where = dict[str, Annotated[tuple[str | None, ...], Field(strict=False)]]


class Case(Params):
    """One value of a derived variable: the first case whose conditions all hold gives it."""

    value: str
    where: Where = {}


class Milestone(Params):
    """A flag that says that a participant reached something, and the day by which it is reached.

    At an interim the flag counts only once that day after the first dose lies before the cut-off:
    the sponsor's flag knows the future. `reasons` also counts why others ended before.
    """

    variable: str
    label: str
    day: Days
    reasons: bool = False


class GivenSubjects(Params):
    """The subject-level data set.

    `variables` are ours (keys) and theirs (values); what is not named keeps its name. Needed are
    RANDDT, and, as far as the data have them, TRTSDT, TRTEDT, EOSDT, DTHDT, RFICDT. `amounts` are
    totals of the whole treatment, empty for participants whose treatment goes on at the cut-off.
    """

    dataset: str = "adsl"
    variables: dict[str, str] = {}
    derived: dict[str, Annotated[tuple[Case, ...], Field(strict=False)]] = {}
    randomised: Where = {}
    states: dict[str, Literal["ONGOING", "COMPLETED", "DISCONTINUED"]] = {
        "COMPLETED": "COMPLETED",
        "DISCONTINUED": "DISCONTINUED",
        "ONGOING": "ONGOING",
    }
    reasons: dict[str, Code] = {}
    milestones: dict[Code, Milestone] = {}
    amounts: Names = ()


class GivenEvents(Params):
    """The adverse events.

    `grades` turns words of severity into grades 1 to 5 where there is no AETOXGR; `fatal` are the
    outcomes that mean death. TRTEMFL is used as given; where the data have none, `emergent_days`
    makes it: begun from the first dose to so many days after the last one.
    """

    dataset: str = "adae"
    variables: dict[str, str] = {}
    grades: dict[str, Annotated[int, Field(ge=1, le=5)]] = {}
    grade_variable: str = "AESEV"
    fatal: Names = ("FATAL",)
    interest_variable: str | None = None
    missing_relation_counts: bool = True
    emergent_days: Annotated[int, Field(ge=0)] | None = None


class GivenRows(Params):
    """Rows of a data set.

    Where a participant has several records at a visit, the run stops unless `competing` says that
    the first, or the last, of them counts.
    """

    dataset: str
    where: Where = {}
    competing: Literal["refuse", "first", "last"] = "refuse"


Indicator = Literal["LOW", "NORMAL", "HIGH"]
INDICATORS: dict[str, Indicator] = {
    "L": "LOW",
    "N": "NORMAL",
    "H": "HIGH",
    "LOW": "LOW",
    "NORMAL": "NORMAL",
    "HIGH": "HIGH",
}


class GivenMeasures(Params):
    """What the records of laboratory values and vital signs say.

    `range_variable` places a value in its normal range, `threshold_variable` against a threshold
    that the sponsor chose, in words that `indicators` turns into LOW, NORMAL and HIGH. `extreme`
    are the records that count as the most extreme on treatment by that threshold. `repeats` give
    another record a second time, as for the last visit on treatment: they are left out.
    """

    range_variable: str = "ANRIND"
    threshold_variable: str | None = None
    indicators: dict[str, Indicator] = INDICATORS
    extreme: Where = {}
    repeats: Where = {}


class Given(Params):
    """`level: adam`: analysis data sets are given, read, checked, cut by date and shown.

    `arms` maps the words of the data to arm codes, `populations` ours to their flags, `visits`
    their AVISIT to visit codes, `scores` each score of `scores` to its rows. `unscheduled` are
    visits that are known and not summarised.
    """

    arms: dict[str, Code]
    planned: str = "TRT01P"
    treated: str | None = "TRT01A"
    populations: dict[Code, str] = {"ITT": "ITTFL", "SAF": "SAFFL"}
    subjects: GivenSubjects = GivenSubjects()
    events: GivenEvents = GivenEvents()
    visits: dict[str, Code] = {}
    unscheduled: Names = ()
    scores: dict[Code, GivenRows] = {}
    laboratory: Names = ()
    vital_signs: Names = ()
    measures: GivenMeasures = GivenMeasures()
    times: Names = ()
