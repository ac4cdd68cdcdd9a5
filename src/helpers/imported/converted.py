"""What came of one variable: its values, what was lost, and everything that was not as it stood."""

from dataclasses import dataclass, replace

import pandas as pd

from helpers.imported.texts import Said
from helpers.intake.day_forms import DayOrder
from helpers.intake.missing_words import MISSING_WORDS
from helpers.intake.number_form import Decimal

SAS_EPOCH = pd.Timestamp("1960-01-01")


@dataclass(frozen=True)
class Reading:
    """How the cells of a data set are to be read, as far as they do not say it themselves.

    Parameters
    ----------
    typed : whether the file tells numbers from text; where not, text that reads as numbers
        throughout becomes numbers if the name does not say otherwise
    epoch : day 0 of dates that are numbers; None where nobody said it
    default_epoch : day 0 of numbers of a file that has numbers (SAS)
    time_zone : of the trial; None leaves every time at the clock it was written by
    from_zone : of times that carry none
    file_decimal : the decimal sign that other variables of the file show
    """

    typed: bool = True
    epoch: pd.Timestamp | None = None
    default_epoch: pd.Timestamp = SAS_EPOCH
    time_zone: str | None = None
    from_zone: str | None = None
    day_order: DayOrder | None = None
    decimal: Decimal | None = None
    file_decimal: Decimal | None = None
    missing: tuple[str, ...] = MISSING_WORDS

    def of_places(self) -> "Reading":
        """The same for variables of countries and regions, where NA is Namibia or North America."""
        return replace(self, missing=tuple(word for word in self.missing if word.upper() != "NA"))


@dataclass(frozen=True)
class Converted:
    """`series` typed; `lost` the cells whose value is none of that type.

    `said` everything else that was not as it stood; `partial` days of which only month or year is
    known, as text; `asks` what a person must say before the variable can be read; `counted_from`
    the day 0 by which numbers became dates.
    """

    series: pd.Series
    lost: pd.Series
    said: tuple[Said, ...] = ()
    partial: pd.Series | None = None
    asks: str = ""
    counted_from: str | None = None


def nothing_lost(values: pd.Series) -> pd.Series:
    """No cell marked."""
    return pd.Series(False, index=values.index)
