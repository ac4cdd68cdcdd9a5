"""What if the missing values were not like the others: both analyses under one name.

Imputation by conditional means, standard errors by the jackknife: no random numbers (Wolbers et
al., Pharm Stat 2022;21:1246, doi 10.1002/pst.2234; the R package rbmi documents the method).
"""

from helpers.stats.missing.conditional_mean import METHODS
from helpers.stats.missing.imputed_values import impute_values
from helpers.stats.missing.reference_based import reference_based
from helpers.stats.missing.tipping_point import tipping_point

__all__ = ["METHODS", "impute_values", "reference_based", "tipping_point"]
