"""Time to the first dermatologic event, from the data by `helpers.stats.survival`."""

from direct_models import ARMS, HIGH, LOW, PLACEBO

from helpers.stats.survival import (
    cox,
    estimate_survival_time,
    kaplan_meier,
    log_rank,
    tabulate_at_times,
)

PARAMETER = "Time to first dermatologic event (days)"
SHOWN_AT_RISK = range(0, 201, 20)
SHOWN_CURVE = (30, 60, 90, 120, 180)
TRANSFORMS = {"log": "log interval", "loglog": "log-log interval"}
QUANTILES = {"P25": 0.25, "P50": 0.5, "P75": 0.75}


def compute_times(adtte):
    """Every number of the family, by (population, arm, parameter, visit, category, statistic)."""
    rows = adtte[(adtte["PARAMCD"] == "TTDE") & (adtte["SAFFL"] == "Y")]
    rows = rows.assign(event=(rows["CNSR"] == 0).astype(int))
    found = {**_compare_curves(rows), **_compare_hazards(rows)}
    for arm in ARMS:
        found |= _describe_arm(arm, rows[rows["TRTA"] == arm])
    return {("Safety", arm, PARAMETER, *rest): value for (arm, *rest), value in found.items()}


def _describe_arm(arm, rows):
    time, event = rows["AVAL"].to_numpy(), rows["event"].to_numpy()
    found = {
        (arm, "", "", "n"): len(rows),
        (arm, "", "", "events"): event.sum(),
        (arm, "", "", "censored"): (1 - event).sum(),
    }
    for transform, label in TRANSFORMS.items():
        curve = kaplan_meier(time, event, transform=transform)
        for row in tabulate_at_times(curve, SHOWN_AT_RISK).itertuples():
            found[arm, f"Day {row.time:.0f}", "", "at_risk"] = row.n_risk
        for row in tabulate_at_times(curve, SHOWN_CURVE).itertuples():
            day = f"Day {row.time:.0f}"
            found[arm, day, "", "survival"] = row.estimate
            found[arm, day, "", "se"] = row.variance**0.5
            found[arm, day, label, "ci_lower"] = row.lower
            found[arm, day, label, "ci_upper"] = row.upper
        for name, p in QUANTILES.items():
            reached = estimate_survival_time(time, event, p=p, transform=transform)
            found[arm, "", name, "quantile"] = reached.estimate
            found[arm, "", f"{name}, {label}", "ci_lower"] = reached.lower
            found[arm, "", f"{name}, {label}", "ci_upper"] = reached.upper
    return found


def _compare_curves(rows):
    found = {}
    for name, arms in {
        "Overall": ARMS,
        f"{LOW} vs {PLACEBO}": (PLACEBO, LOW),
        f"{HIGH} vs {PLACEBO}": (PLACEBO, HIGH),
    }.items():
        some = rows[rows["TRTA"].isin(arms)]
        test = log_rank(some["AVAL"], some["event"], some["TRTA"])
        found[name, "", "Log-rank", "chisq"] = test.statistic
        found[name, "", "Log-rank", "df"] = test.df
        found[name, "", "Log-rank", "p"] = test.p
    return found


def _compare_hazards(rows):
    """One model of the three arms: each dose against placebo."""
    frame = rows.assign(
        **{arm: (rows["TRTA"] == arm).astype(float) for arm in (LOW, HIGH)},
        AVAL=rows["AVAL"].astype(float),
    )
    found = {}
    for ties in ("efron", "breslow"):
        model = cox(frame, time="AVAL", event="event", covariates=[LOW, HIGH], ties=ties)
        for row in model.itertuples():
            place = (f"{row.term} vs {PLACEBO}", "", f"Cox, ties {ties}")
            found[*place, "hr"] = row.hr
            found[*place, "ci_lower"] = row.lower
            found[*place, "ci_upper"] = row.upper
            found[*place, "p"] = row.p
    return found
