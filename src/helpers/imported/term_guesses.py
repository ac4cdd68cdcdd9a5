"""Words of analysis data -> codes of ours: arms, reasons, visits; a person has to look at them."""

import re
from collections.abc import Collection, Iterable

REASONS = (
    ("ADVERSE_EVENT", "adverse|toxicity"),
    ("DEATH", "death|died"),
    ("LOST_TO_FOLLOW_UP", "lost"),
    ("WITHDRAWAL_BY_SUBJECT", "withdr|consent|subject decision|patient decision"),
    ("PHYSICIAN_DECISION", "physician|investigator"),
    ("PROTOCOL_DEVIATION", "protocol"),
    ("SPONSOR_DECISION", "sponsor|terminated"),
    ("LACK_OF_EFFICACY", "efficacy|progress"),
)
NO_ARM = re.compile(r"screen|not assigned|not treated|not randomi[sz]ed|unplanned", re.IGNORECASE)
CONTROL = re.compile(r"\bplac|control|sham|vehicle|standard|usual|observation", re.IGNORECASE)
NOT_PLANNED = re.compile(
    r"unscheduled|end of|early|screen|last|worst|average|avg|follow|post.?base|max|min|"
    r"overall|all visits|any visit|\b(?:day|week|wk|month|year)s?\s*\d+\s*(?:-|\u2013|to)\s*\d+",
    re.IGNORECASE,
)
BASELINE = re.compile(r"base", re.IGNORECASE)
# Names of arms that are words of every report: open pages may not hold the name of an arm.
ORDINARY = frozenset(
    [
        "arm",
        "cohort",
        "drug",
        "experimental",
        "group",
        "intervention",
        "investigational",
        "new",
        "study",
        "test",
        "trial",
        "treated",
        "treatment",
        "total",
    ]
)
RELATED = re.compile(
    r"(?<!un)(?<!not )(possib|probab|definit|certain|relat|^y(es)?$)", re.IGNORECASE
)
UNRELATED = re.compile(r"not|unrel|unlik|none|remote|^n(o)?$", re.IGNORECASE)


TOTAL = re.compile(r"\b(total|summary|global|overall|composite)\b", re.IGNORECASE)


def make_codes(
    words: Iterable[str], longest: int = 8, taken: Collection[str] = ()
) -> dict[str, str]:
    """A different code for each word: initials of several words, else its first letters.

    `Week 8` becomes W8, `Low Dose` LD, `Active` ACTIVE.
    """
    codes: dict[str, str] = {}
    for word in words:
        parts = re.findall(r"[A-Za-z]+|[0-9]+", word)
        short = "".join(part if part.isdigit() else part[0] for part in parts)
        stem = (short if len(parts) > 1 else "".join(parts)).upper()[:longest] or "X"
        code, number = stem, 1
        while code in codes.values() or code in taken:
            number += 1
            code = f"{stem[: longest - 2]}_{number}"
        codes[word] = code
    return codes


def guess_reason(word: str) -> str:
    """Code of a reason for leaving; one of its own where no known one fits."""
    for code, pattern in REASONS:
        if re.search(pattern, word, re.IGNORECASE):
            return code
    return re.sub(r"[^A-Z0-9]+", "_", word.upper()).strip("_") or "OTHER"


def is_related(word: str) -> bool:
    """Whether a word for causality sounds like related."""
    return bool(RELATED.search(word)) and not UNRELATED.search(word)
