"""Every display of adverse events shows itself whatever the trial looks like."""

import pandas as pd
import pytest
from sample_events import ADAE, ADEX, ADSL, make_events, without_doses, without_persons

from helpers.displays.administration.primary_outcome import tabulate_primary_outcome
from helpers.displays.adverse_events.dot_plot import plot_ae_dots
from helpers.displays.adverse_events.first_event_rates import tabulate_first_event_rates
from helpers.displays.adverse_events.overview import tabulate_ae_overview
from helpers.displays.adverse_events.system_organ_class import tabulate_soc_pt
from helpers.displays.data_status.findings_listing import list_findings
from helpers.displays.model import Withheld
from helpers.displays.render import show_html, show_text
from helpers.displays.serious_events.by_term import tabulate_serious_events
from helpers.view import View

MAKERS = (
    *(tabulate_ae_overview, tabulate_first_event_rates, tabulate_primary_outcome),
    *(tabulate_serious_events, tabulate_soc_pt, plot_ae_dots, list_findings),
)


def one_person() -> View:
    """A trial of P1 alone."""
    frames = {"adsl": ADSL, "adae": ADAE, "adex": ADEX}
    return make_events(**{n: f[f["USUBJID"] == "P1"] for n, f in frames.items()})


def everybody_dead() -> View:
    """All left on the day after randomisation, each with a fatal event."""
    day = ADSL["RANDDT"] + pd.Timedelta(days=1)
    return make_events(
        adsl=ADSL.assign(EXITDT=day), adae=ADAE.assign(FATALFL="Y", ASERFL="Y", ATOXGR=5)
    )


def all_on_the_day_of_the_cutoff() -> View:
    """Everybody was randomised on the last day."""
    day = pd.Timestamp("2022-12-31")
    return make_events(adsl=ADSL.assign(RANDDT=day, RISKSTDT=day, EXITDT=day), adae=ADAE.iloc[:0])


@pytest.mark.parametrize(
    "view",
    [one_person(), everybody_dead(), all_on_the_day_of_the_cutoff(), without_doses()],
    ids=["one person", "everybody dead", "last day", "nobody dosed"],
)
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_an_unusual_trial_has_every_display(make, view: View) -> None:
    display = make(view)
    assert not isinstance(display, Withheld)
    assert display.id in show_html(display)
    assert show_text(display)


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_before_anybody_consented_nothing_fails(make, audience: str) -> None:
    assert isinstance(show_html(make(without_persons(audience))), str)
