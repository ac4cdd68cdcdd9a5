"""The values that stand in for missing ones, participant by participant.

Source: Wolbers et al., Pharmaceutical Statistics 2022;21:1246-1257 (conditional mean imputation).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.stats.missing.imputation_data import (
    build_imputation_data,
    check_columns,
    keep_observed_levels,
)
from helpers.stats.missing.imputation_design import ImputationRoles
from helpers.stats.missing.imputed_contrasts import impute_each

COLUMNS = ("method", "subject", "value", "departed")


def impute_values(
    frame: pd.DataFrame, roles: ImputationRoles, methods: Sequence[str], covariance: str = "us"
) -> pd.DataFrame:
    """Give what ``reference_based`` puts in the place of the missing values at the key visit.

    Parameters
    ----------
    frame : DataFrame
        As for ``reference_based``.
    roles : ImputationRoles
        The columns.
    methods : sequence of str
        Of METHODS.
    covariance : str
        Structure of the imputation model over visits.

    Returns
    -------
    DataFrame
        One row per method and participant with a missing value that is due: method, subject, value
        (NaN where the model has no mean for it), departed. No row where nothing can be imputed.
    """
    check_columns(frame, roles)
    seen = keep_observed_levels(frame, roles)
    known = seen[(seen[roles.visit] == roles.key_visit) & seen[roles.response].notna()]
    if known.empty or roles.reference not in set(known[roles.arm]):
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    data, values = impute_each(build_imputation_data(seen, roles), roles, methods, covariance)
    who = np.flatnonzero(data.missing[:, data.key])
    first = pd.Series(data.frame[roles.subject].to_numpy()).groupby(data.person).first()
    parts = [
        pd.DataFrame(
            {
                "method": method,
                "subject": first.to_numpy()[who],
                "value": own[who],
                "departed": data.departed[who, data.key],
            }
        )
        for method, own in zip(methods, values, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)
