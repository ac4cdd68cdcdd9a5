"""The five stories the synthetic trial can tell; every true effect is a number in here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from helpers.errors import UsageError, nearest

ARMS = ("IV", "IT", "CTL")
MAX_PER_ARM = 10_000


def _frozen(**values: float) -> Mapping[str, float]:
    return MappingProxyType(dict(values))


@dataclass(frozen=True)
class Scenario:
    """True effects of one scenario: score differences from control at month 6, and harm."""

    name: str
    nihss: Mapping[str, float]
    fma: Mapping[str, float]
    pcs: Mapping[str, float]
    fim: Mapping[str, float]
    mas: Mapping[str, float]
    product_events: bool = True
    meningitis_per_dose: float = 0.0
    seizure_per_dose: float = 0.0
    infection_factor: float = 1.0
    related_death: bool = False
    hys_law_case: bool = False
    fixed_arms: tuple[str, ...] = ()
    control_change: Mapping[str, float] = field(
        default_factory=lambda: _frozen(nihss=-1.0, fim=5.0, fma=3.5, pcs=1.5, mas=-0.05)
    )


_NONE = _frozen(IV=0.0, IT=0.0)
_MODEST = Scenario(
    "modest",
    nihss=_frozen(IV=-1.0, IT=-1.3),
    fma=_frozen(IV=5.0, IT=6.0),
    pcs=_frozen(IV=1.5, IT=2.0),
    fim=_frozen(IV=3.0, IT=4.0),
    mas=_frozen(IV=-0.1, IT=-0.1),
)

SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "null": Scenario("null", _NONE, _NONE, _NONE, _NONE, _NONE, product_events=False),
        "modest": _MODEST,
        "benefit": Scenario(
            "benefit",
            nihss=_frozen(IV=-2.6, IT=-3.0),
            fma=_frozen(IV=10.0, IT=12.0),
            pcs=_frozen(IV=4.0, IT=4.0),
            fim=_frozen(IV=9.0, IT=10.0),
            mas=_frozen(IV=-0.25, IT=-0.25),
        ),
        "harm_it": Scenario(
            "harm_it",
            nihss=_frozen(IV=0.0, IT=1.0),
            fma=_frozen(IV=0.0, IT=-4.0),
            pcs=_frozen(IV=0.0, IT=-2.0),
            fim=_frozen(IV=0.0, IT=-2.0),
            mas=_NONE,
            meningitis_per_dose=0.12,
            seizure_per_dose=0.08,
            infection_factor=3.0,
            related_death=True,
            hys_law_case=True,
        ),
        "sparse": replace(
            _MODEST, name="sparse", fixed_arms=("IV",) * 4 + ("CTL",) * 3 + ("IT",) * 2
        ),
    }
)


def check_scenario(name: str) -> Scenario:
    """Give the scenario of that name, or say which names there are."""
    if name in SCENARIOS:
        return SCENARIOS[name]
    hint = nearest(name, SCENARIOS)
    raise UsageError(f"scenario '{name}' is not known: choose from {', '.join(SCENARIOS)}{hint}")


def check_size(n_per_arm: int) -> None:
    """Refuse a number of participants per arm outside 2 to 10,000."""
    whole = isinstance(n_per_arm, int) and not isinstance(n_per_arm, bool)
    if not whole or not 2 <= n_per_arm <= MAX_PER_ARM:
        raise UsageError(
            f"n-per-arm is {n_per_arm!r}: a whole number from 2 to {MAX_PER_ARM} is needed"
        )


def check_seed(seed: int) -> None:
    """Refuse a seed that is not a whole number of at least 0."""
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise UsageError(f"seed is {seed!r}: a whole number of at least 0 is needed")
