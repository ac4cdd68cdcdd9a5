"""An imported study of 24 invented participants in three arms, with everything that tells an arm.

Terms, tests, visits, doses and words of the data name the product; the two arms that get it differ
from the third in each of them.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from small_trial import write_trial

STUDY = "Z1"
WORDS = ("Placebo", "Zanubex 10 mg", "Zanubex 20 mg")
TREATED = {"Placebo": 0, "Zanubex 10 mg": 10, "Zanubex 20 mg": 20}
KEYS = ("SRCROW", "USUBJID")
TELLING_TERMS = ("Zanubex overdose", "Injection site pain", "Withdrawal of placebo")
PROCEDURE_TERM = "Catheter leak"
FIRST = pd.Timestamp("2021-01-04")
DAY = pd.Timedelta(days=1)


def list_subjects() -> pd.DataFrame:
    """Number, planned arm and day of randomisation of each participant."""
    rows = [(n, WORDS[(n * n + n // 3) % 3], FIRST + 5 * n * DAY) for n in range(1, 25)]
    return pd.DataFrame(rows, columns=["NUMBER", "ARM", "DAY"])


def build_adsl() -> pd.DataFrame:
    """Subject level; the first dose comes later the higher it is."""
    own = list_subjects()
    dose = own["ARM"].map(TREATED)
    start = own["DAY"] + pd.to_timedelta(dose // 5, unit="D")
    left = own["NUMBER"] % 6 == 0
    return pd.DataFrame(
        {
            "STUDYID": STUDY,
            "USUBJID": [f"{STUDY}-{n:03d}" for n in own["NUMBER"]],
            "SUBJID": [f"{n:03d}" for n in own["NUMBER"]],
            "SITEID": [f"site{n % 3}" for n in own["NUMBER"]],
            "TRT01P": own["ARM"],
            "TRT01A": own["ARM"],
            "TRT01PN": own["ARM"].map({word: float(n) for n, word in enumerate(WORDS, 1)}),
            "COHORT": own["ARM"].map({word: f"K{n}" for n, word in enumerate(WORDS)}),
            "CUMDOSE": dose.astype(float),
            "AGE": 50.0 + own["NUMBER"] % 17,
            "SEX": ["FM"[n % 2] for n in own["NUMBER"]],
            "ITTFL": "Y",
            "SAFFL": "Y",
            "EFFFL": ["N" if n == 5 else "Y" for n in own["NUMBER"]],
            "RANDDT": own["DAY"],
            "TRTSDT": start,
            "TRTEDT": start + 60 * DAY,
            "EOSDT": own["DAY"] + 70 * DAY,
            "EOSSTT": ["DISCONTINUED" if gone else "COMPLETED" for gone in left],
            "DCSREAS": ["Adverse Event" if gone else None for gone in left],
            "DTHFL": ["Y" if n == 24 else None for n in own["NUMBER"]],
        }
    )


def build_adae() -> pd.DataFrame:
    """Two to three events each: everyday ones, those that tell, one of a procedure."""
    rows = []
    for n, arm, day in list_subjects().itertuples(index=False):
        terms = ["Headache" if n % 2 else "Cough", "Nausea"]
        terms += [TELLING_TERMS[n // 8 - 1]] if n % 8 == 0 else []
        terms += [PROCEDURE_TERM] if n % 7 == 0 else []
        for seq, term in enumerate(terms, 1):
            rows.append(
                {
                    "STUDYID": STUDY, "USUBJID": f"{STUDY}-{n:03d}", "TRTA": arm,
                    "AESEQ": float(seq), "AETERM": f"free words {n}", "AEDECOD": term,
                    "AEBODSYS": "Nervous" if term == "Headache" else "General",
                    "AESEV": ("MILD", "MODERATE", "SEVERE")[(n + seq) % 3],
                    "AESER": "Y" if n % 5 == 0 and seq == 1 else "N",
                    "AEREL": "POSSIBLE" if TREATED[arm] else "NOT RELATED",
                    "AEACN": "DOSE REDUCED" if TREATED[arm] else "NONE",
                    "AEOUT": "RECOVERED", "TRTEMFL": "Y",
                    "ASTDT": day + (3 + 7 * seq) * DAY, "AENDT": day + (5 + 7 * seq) * DAY,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def build_adqs() -> pd.DataFrame:
    """A score at planned visits, and at one of a dose."""
    rows = []
    for n, arm, day in list_subjects().itertuples(index=False):
        base = 20.0 + n % 5
        for visit, place, after in (("Baseline", 0, 0), ("Week 4", 4, 28), ("Week 8", 8, 56)):
            value = base + (0 if not place else (n * 7 + place) % 6 - TREATED[arm] / 10)
            rows.append(
                {
                    "STUDYID": STUDY, "USUBJID": f"{STUDY}-{n:03d}", "TRTP": arm,
                    "PARAMCD": "TOTAL", "PARAM": "Total score", "AVISIT": visit,
                    "AVISITN": float(place), "ADT": day + after * DAY,
                    "AVAL": value, "BASE": base,
                    "CHG": value - base if place else float("nan"),
                    "ABLFL": None if place else "Y", "ANL01FL": "Y",
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def build_adlb() -> pd.DataFrame:
    """An everyday test and a level of the product, at planned visits and at one of a dose."""
    rows = []
    for n, arm, day in list_subjects().itertuples(index=False):
        for visit, place, after in (("Baseline", 0, 0), ("Week 4", 4, 28), ("Dose 2", 5, 30)):
            for code, name in (("ALT", "ALT (U/L)"), ("ZLEVEL", "Zanubex level (ng/mL)")):
                rows.append(
                    {
                        "STUDYID": STUDY, "USUBJID": f"{STUDY}-{n:03d}", "TRTA": arm,
                        "PARAMCD": code, "PARAM": name, "AVISIT": visit, "AVISITN": float(place),
                        "ADT": day + after * DAY, "AVAL": 20.0 + (n * 3 + place) % 11,
                        "ABLFL": None if place else "Y", "ANL01FL": "Y",
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def write_study(folder: Path) -> tuple[Path, Path]:
    """Data and parameter folders, the latter with a term of a procedure and a word for a title."""
    frames = {"adsl": build_adsl(), "adae": build_adae(), "adqs": build_adqs()}
    data, params = write_trial(folder, **frames, adlbc=build_adlb())
    path = params / "trial.yaml"
    text = path.read_text().replace(f"title: {STUDY}", "title: Zanubex in mild fatigue")
    text = text.replace(
        "adverse_events:\n", f"adverse_events:\n  procedure_terms: [{PROCEDURE_TERM.upper()}]\n"
    )
    path.write_text(text)
    return data, params


def change(
    data: Path,
    how: Callable[[str, str, pd.Series], pd.Series],
    folders: tuple[str, ...] = ("restricted",),
) -> None:
    """Every column of data sets, but the keys, changed; `how(dataset, column, values)`."""
    for folder in folders:
        for path in sorted((data / folder).glob("*.parquet")):
            frame = pd.read_parquet(path)
            for column in (name for name in frame if name not in KEYS):
                frame[column] = how(path.stem, column, frame[column])
            frame.to_parquet(path, index=False)
