"""Words that only somebody who knows the arm would use, and how texts are searched for them.

A fixed list of English and Vietnamese words, and what the trial calls its arms and routes.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from helpers.params.design import UNNAMED_ROUTE
from helpers.params.trial import Trial

# Routes of a trial come from its arms: one in a fixed list would stop classes of events such as
# that of the skin.
ENGLISH = (
    "controls?|placebos?|sham|infusions?|injections?|lumbar|spinal|punctures?|routes?"
    "|doses?|dosed|dosing|dosage|undosed|predose|postdose|lots?|csf|premedications?|unmasked"
)
VIETNAMESE = (
    "đối chứng|nhóm chứng|giả dược|truyền|tiêm|tĩnh mạch|tủy sống|tuỷ sống|nội tủy|nội tuỷ"
    "|thắt lưng|chọc dò|dịch não tủy|dịch não tuỷ|liều|lô|tiền mê"
)
# Names of audiences are not about anybody's arm.
HARMLESS = ("closed_unmasked", "closed_masked")
SHORTEST = 2  # letters of a name that can be searched for: a single one stands everywhere
SHORTEST_PRODUCT = (
    5  # ... of a word in a name: a shorter one is a unit, a number or an everyday one
)
# Words in names of arms that our own pages use of everybody; whatever else stands there is what
# one arm gets and another does not.
ORDINARY = frozenset(
    (
        *("active", "alone", "arm", "cohort", "cohorts", "combination", "daily", "drug", "early"),
        *("experimental", "group", "groups", "hours", "intervention", "investigational", "new"),
        *(
            "test",
            "total",
            "trial",
            "lower",
            "medical",
            "medium",
            "month",
            "monthly",
            "months",
            "phase",
        ),
        *("randomised", "randomized", "regimen", "single", "standard", "study", "subjects"),
        *("therapy", "treated", "treatment", "treatments", "twice", "untreated", "upper", "usual"),
        *("weekly", "weeks", "without", "year", "years"),
    )
)
_EDGES = r"(?<![^\W_])(?:{})(?![^\W_])"  # an underscore divides words: dose_changed tells of doses


class Words(NamedTuple):
    """What is searched for, and what everybody knows and is passed over."""

    exact: re.Pattern[str]
    folded: re.Pattern[str]
    public: tuple[str, ...]


def build_words(trial: Trial, *, masked: bool = False) -> Words:
    """Words that the trial itself adds: labels, codes, names and routes of its arms.

    Labels and codes are searched for as they are written, all other words in any case. The title of
    the trial is public. For masked readers of an imported study also what its data call the arms,
    with every word in that of a product, and the title only as these readers get it.
    """
    title = mask_title(trial) if masked else trial.title
    return _compile(trial, masked, (title, trial.study, *HARMLESS))


def _compile(trial: Trial, masked: bool, public: tuple[str, ...]) -> Words:
    short = {text for arm in trial.arms for text in (arm.label, arm.code)}
    long = {arm.name for arm in trial.arms} | {arm.route or "" for arm in trial.arms}
    long = long - {UNNAMED_ROUTE} | (list_given_words(trial) if masked else set())
    return Words(
        _join(sorted(text for text in short if len(text) >= SHORTEST)),
        _join(sorted(_fold(text) for text in long if len(text) >= SHORTEST), ENGLISH, VIETNAMESE),
        tuple(filter(None, public)),
    )


def list_given_words(trial: Trial) -> set[str]:
    """What imported data call the arms, and the words in it that name what an arm gets."""
    if trial.given is None:
        return set()
    names = {name for name in trial.given.arms if name.casefold() not in ORDINARY}
    return names | {
        word
        for name in {*names, *(arm.name for arm in trial.arms)}
        for word in re.findall(r"[^\W\d_]+", name)
        if len(word) >= SHORTEST_PRODUCT and word.casefold() not in ORDINARY
    }


def mask_title(trial: Trial) -> str:
    """Title for readers who may not know the arms: that of the trial, unless it tells of them.

    Then its name, and where that does too, the number of the study.
    """
    words = _compile(trial, True, ())
    texts = (trial.title, trial.name)
    return next((text for text in texts if not find_in_text(text, words)), trial.study)


def find_in_text(text: str, words: Words) -> str:
    """The first forbidden word of a text; empty without one."""
    for known in words.public:
        text = text.replace(known, " ")
    exact = words.exact.search(unicodedata.normalize("NFC", text))
    found = exact or words.folded.search(_fold(text))
    return found[0] if found else ""


def _join(names: Iterable[str], *patterns: str) -> re.Pattern[str]:
    literal = [r"\s+".join(map(re.escape, name.split())) for name in names]
    return re.compile(_EDGES.format("|".join([*patterns, *literal]) or r"(?!)"))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
