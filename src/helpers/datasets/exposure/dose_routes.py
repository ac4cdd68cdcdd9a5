"""Which of a participant's doses an administration was, and whether it took the allocated route."""

import pandas as pd

from helpers.params.trial import Trial

ALLOCATED, OTHER, UNKNOWN = "ALLOCATED", "OTHER", "UNKNOWN"


def derive_dose_order(adex: pd.DataFrame) -> pd.DataFrame:
    """DOSEORD: 1 for the first dose given to a participant, and so on; null where none was given.

    The order of time, as in the dose status of adsl and in DOSEREF of adae: a number that the site
    wrote twice or left out moves no dose to another line.
    """
    given = adex[adex["GIVENFL"] == "Y"].sort_values(["SUBJID", "ASTDTM", "EXSEQ"], kind="stable")
    order = given.groupby("SUBJID").cumcount() + 1
    return adex.assign(DOSEORD=order.astype("Int64").reindex(adex.index))


def derive_route_category(adex: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """ROUTECAT of given doses: ALLOCATED, OTHER, or UNKNOWN where no route is recorded.

    Any route is another one for a participant who was allocated to none.
    """
    allocated = adex["TRT01P"].map({arm.code: arm.route for arm in trial.active_arms})
    category = pd.Series(OTHER, index=adex.index, dtype=object)
    category = category.mask(adex["ROUTE"] == allocated, ALLOCATED)
    category = category.mask(adex["ROUTE"].isna(), UNKNOWN)
    given = adex["GIVENFL"] == "Y"
    return adex.assign(ROUTECAT=category.where(given, None))
