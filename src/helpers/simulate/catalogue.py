"""The adverse events that can happen, with rates, words and usual course (section 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

HOUR = 60


@dataclass(frozen=True)
class Background:
    """An event of daily life: rate per person-year, median days, chance to be serious."""

    term: str
    rate: float
    days: float
    serious: float = 0.0
    infection: bool = False


@dataclass(frozen=True)
class DoseEvent:
    """An event that follows a dose: chance per dose, mean hours to onset, median hours long."""

    term: str
    chance: float
    onset: float
    hours: float
    procedure: bool = False


BACKGROUND = (
    Background("Upper respiratory infection", 0.45, 6, infection=True),
    Background("Urinary tract infection", 0.22, 7, 0.05, infection=True),
    Background("Fall", 0.35, 2, 0.03),
    Background("Shoulder pain", 0.30, 25),
    Background("Constipation", 0.25, 12),
    Background("Insomnia", 0.22, 20),
    Background("Headache", 0.25, 2),
    Background("Dizziness", 0.22, 3),
    Background("Hypertension", 0.18, 15, 0.05),
    Background("Diarrhoea", 0.12, 3),
    Background("Pneumonia", 0.06, 12, 0.60, infection=True),
    Background("Pressure ulcer", 0.04, 30, 0.15),
    Background("Seizure", 0.03, 1, 0.50),
    Background("Recurrent stroke", 0.03, 14, 1.0),
    Background("Deep vein thrombosis", 0.02, 40, 0.50),
    Background("Fracture", 0.02, 50, 0.60),
    Background("Depression", 0.10, 60, 0.04),
    Background("Back pain", 0.15, 14),
    Background("Alanine aminotransferase increased", 0.06, 25),
)

IV_EVENTS = (
    DoseEvent("Fever", 0.08, 9.0, 12),
    DoseEvent("Chills", 0.06, 3.0, 2),
    DoseEvent("Infusion site pain", 0.05, 1.0, 10, procedure=True),
    DoseEvent("Nausea", 0.03, 4.0, 6),
    DoseEvent("Hypotension", 0.02, 1.0, 2),
    DoseEvent("Headache", 0.05, 12.0, 12),
    DoseEvent("Flushing", 0.02, 0.5, 2),
    DoseEvent("Hypersensitivity", 0.01, 0.3, 8),
)
IT_EVENTS = (
    DoseEvent("Fever", 0.06, 14.0, 12),
    DoseEvent("Puncture site pain", 0.08, 6.0, 36, procedure=True),
    DoseEvent("Post-puncture headache", 0.12, 26.0, 72, procedure=True),
    DoseEvent("Back or leg pain", 0.08, 20.0, 48, procedure=True),
    DoseEvent("Nausea", 0.04, 10.0, 6),
    DoseEvent("Meningism", 0.02, 30.0, 40),
    DoseEvent("Urinary retention", 0.02, 8.0, 20, procedure=True),
)
MENINGITIS = DoseEvent("Chemical meningitis", 1.0, 24.0, 120)
DOSE_SEIZURE = DoseEvent("Seizure", 1.0, 40.0, 2)

# Systems of the terms above, as in params/tables/dict.csv (a test compares them).
SYSTEMS: Mapping[str, str] = MappingProxyType(
    {
        "Upper respiratory infection": "Infections",
        "Urinary tract infection": "Infections",
        "Pneumonia": "Infections",
        "Chemical meningitis": "Nervous system",
        "Fall": "Injuries and procedure complications",
        "Fracture": "Injuries and procedure complications",
        "Post-puncture headache": "Injuries and procedure complications",
        "Shoulder pain": "Muscles, bones and joints",
        "Back pain": "Muscles, bones and joints",
        "Back or leg pain": "Muscles, bones and joints",
        "Constipation": "Stomach and bowel",
        "Diarrhoea": "Stomach and bowel",
        "Nausea": "Stomach and bowel",
        "Insomnia": "Mental health",
        "Depression": "Mental health",
        "Headache": "Nervous system",
        "Dizziness": "Nervous system",
        "Seizure": "Nervous system",
        "Recurrent stroke": "Nervous system",
        "Meningism": "Nervous system",
        "Hypertension": "Blood vessels",
        "Hypotension": "Blood vessels",
        "Flushing": "Blood vessels",
        "Deep vein thrombosis": "Blood vessels",
        "Pressure ulcer": "Skin",
        "Alanine aminotransferase increased": "Test results",
        "Fever": "General and administration site",
        "Chills": "General and administration site",
        "Infusion site pain": "General and administration site",
        "Puncture site pain": "General and administration site",
        "Hypersensitivity": "Immune system",
        "Urinary retention": "Kidney and urine",
    }
)

# What sites write; the first words are the most frequent.
WORDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Upper respiratory infection": ("common cold", "sore throat, runny nose", "viêm họng"),
        "Urinary tract infection": ("urinary infection", "cystitis", "burning urine"),
        "Fall": ("fall at home", "fall, no injury", "slipped in bathroom"),
        "Shoulder pain": ("pain of weak shoulder", "shoulder pain", "đau vai"),
        "Headache": ("headache", "đau đầu", "mild headache"),
        "Dizziness": ("dizziness", "light-headed", "chóng mặt"),
        "Insomnia": ("poor sleep", "insomnia", "mất ngủ"),
        "Hypertension": ("raised blood pressure", 'BP "high" at home', "hypertension"),
        "Pneumonia": ("pneumonia", "chest infection, X-ray confirmed"),
        "Fever": ("fever", "sốt", "fever after cells"),
        "Chills": ("chills", "shivering"),
        "Post-puncture headache": ("headache when upright", "post LP headache"),
        "Back or leg pain": ("pain in back and legs", "radiating leg pain"),
        "Recurrent stroke": ("new ischaemic stroke", "recurrent stroke"),
        "Alanine aminotransferase increased": ("ALT raised", "liver enzymes up"),
        "Constipation": ("constipation", "táo bón"),
    }
)
