"""What the laboratories measure: usual values, variation, units and limits of both of them.

Values are made in the unit of the first laboratory (SI). The second one reports conventional
units: `conventional = SI x factor`. A test compares both with params/tables/units.csv.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Analyte:
    """One test: median and spread between participants, variation within, units and limits."""

    code: str
    median: float
    between: float  # SD of log values between participants
    within: float  # coefficient of variation within a participant
    unit: str
    low: float | None
    high: float
    digits: int
    other_unit: str = ""
    factor: float = 1.0
    other_digits: int = 0
    floor: float = 0.0  # below this the laboratory reports "<floor"
    female: float = 1.0  # median of women relative to men


BLOOD = (
    Analyte("WBC", 6.8, 0.18, 0.12, "10^9/L", 4.0, 10.0, 1, "10^3/uL", 1.0, 1),
    Analyte("NEUT", 4.0, 0.22, 0.16, "10^9/L", 1.8, 7.5, 1, "10^3/uL", 1.0, 1),
    Analyte("LYM", 1.9, 0.20, 0.12, "10^9/L", 1.0, 4.0, 1, "10^3/uL", 1.0, 1),
    Analyte("HGB", 144.0, 0.07, 0.04, "g/L", 130.0, 170.0, 0, "g/dL", 0.1, 1, female=0.9),
    Analyte("PLAT", 245.0, 0.20, 0.08, "10^9/L", 150.0, 400.0, 0, "10^3/uL", 1.0, 0),
    Analyte("CRP", 1.9, 0.60, 0.60, "mg/L", None, 5.0, 1, "mg/dL", 0.1, 2, floor=0.5),
    Analyte("PCT", 0.04, 0.35, 0.30, "ng/mL", None, 0.1, 3, "ug/L", 1.0, 3, floor=0.02),
    Analyte("CREAT", 82.0, 0.15, 0.06, "umol/L", 60.0, 115.0, 0, "mg/dL", 1 / 88.42, 2, female=0.8),
    Analyte("UREA", 5.4, 0.20, 0.12, "mmol/L", 2.5, 8.0, 1, "mg/dL", 6.006, 0),
    Analyte("ALT", 23.0, 0.30, 0.20, "U/L", None, 41.0, 0, "U/L", 1.0, 0),
    Analyte("AST", 23.0, 0.25, 0.16, "U/L", None, 40.0, 0, "U/L", 1.0, 0),
    Analyte("ALP", 76.0, 0.22, 0.08, "U/L", 35.0, 130.0, 0, "U/L", 1.0, 0),
    Analyte("BILI", 9.5, 0.25, 0.18, "umol/L", None, 21.0, 1, "mg/dL", 1 / 17.1, 2),
    Analyte("ALB", 42.0, 0.06, 0.03, "g/L", 35.0, 52.0, 0, "g/dL", 0.1, 1),
    Analyte("INR", 1.01, 0.04, 0.03, "ratio", 0.8, 1.2, 2, "ratio", 1.0, 2),
    Analyte("APTT", 29.0, 0.08, 0.05, "s", 24.0, 36.0, 1, "s", 1.0, 1),
    Analyte("FIBRINO", 3.1, 0.15, 0.10, "g/L", 2.0, 4.0, 2, "mg/dL", 100.0, 0),
    Analyte("DDIMER", 320.0, 0.40, 0.25, "ng/mL", None, 500.0, 0, "ug/mL", 0.001, 2, floor=100.0),
    Analyte("GLUC", 5.9, 0.16, 0.10, "mmol/L", 3.9, 6.1, 1, "mg/dL", 1 / 0.0555, 0),
)
CSF = (
    Analyte("CSFWBC", 1.6, 0.30, 0.45, "10^6/L", None, 5.0, 0, "/uL", 1.0, 0),
    Analyte("CSFPROT", 0.36, 0.18, 0.10, "g/L", 0.15, 0.45, 2, "mg/dL", 100.0, 0),
    Analyte("CSFGLUC", 3.5, 0.10, 0.08, "mmol/L", 2.2, 4.4, 1, "mg/dL", 1 / 0.0555, 0),
)
