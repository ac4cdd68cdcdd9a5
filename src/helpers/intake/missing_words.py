"""Words that programs and people write where there is nothing."""

import re
from collections.abc import Collection

MISSING_WORDS = ("NA", "N/A", "#N/A", "<NA>", "NaN", "NaT", "NULL", ".", "blank")
SPECIAL_MISSING = re.compile(r"\.[A-Za-z_]")  # of SAS, as a listing writes them


def fold_words(words: Collection[str]) -> frozenset[str]:
    """Words as `is_missing` compares them."""
    return frozenset(word.casefold() for word in words)


def is_missing(text: str, words: Collection[str]) -> bool:
    """Whether a text without blanks at its ends stands for nothing; `words` are folded."""
    return (
        not text
        or text.casefold() in words
        or bool("." in words and SPECIAL_MISSING.fullmatch(text))
    )
