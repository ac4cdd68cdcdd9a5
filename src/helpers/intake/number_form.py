"""How the numbers of a column are written: with a decimal point or comma, with thousands or not.

`1,234` is a thousand and more, or one and a bit: a single value does not say which. The other
values of its column may, or the other columns of its file; where nothing does, it is not read.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Decimal = Literal["point", "comma"]
EXPONENT = r"(?:[eE][+-]?\d{1,3})?"
PLAIN = re.compile(rf"[+-]?(?:\d+\.?\d*|\.\d+){EXPONENT}")
WITH_COMMA = re.compile(rf"[+-]?(?:\d+,\d+|,\d+){EXPONENT}")
GROUPED = {  # by the decimal sign: groups of three, set apart by the other sign
    "point": re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?"),
    "comma": re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?"),
}
APART = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'\u2019](?=\d{3}(?!\d))")  # between groups of three
EITHER = {
    "point": re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}"),
    "comma": re.compile(r"[+-]?[1-9]\d{0,2},\d{3}"),
}
SAID: dict[str, str] = {
    "comma": "numbers with a decimal comma",
    "grouped": "numbers with thousands set apart",
    "minus": "numbers with a minus sign of print",
}


@dataclass(frozen=True)
class NumberForm:
    """How the numbers of a column are written.

    `decimal` is None where nothing tells; `conflict` holds a value that no one way of writing
    explains, or that can be read in two ways.
    """

    decimal: Decimal | None
    conflict: str | None = None


def tidy_number(text: str) -> str:
    """A number without spaces between its thousands, its minus as a hyphen."""
    return APART.sub("", text.replace("\u2212", "-"))


def recognise_numbers(texts: Iterable[str], stated: Decimal | None = None) -> NumberForm:
    """How these texts, as far as they are numbers, are written.

    Parameters
    ----------
    stated : the decimal sign, where somebody said it
    """
    if stated:
        return NumberForm(stated)
    tidy = [tidy_number(text) for text in texts]
    evidence: dict[Decimal, str | None] = {
        "point": next((t for t in tidy if _shows_point(t)), None),
        "comma": next((t for t in tidy if _shows_comma(t)), None),
    }
    either = next((t for t in tidy if EITHER["comma"].fullmatch(t)), None)
    if evidence["point"] and evidence["comma"]:
        return NumberForm(None, evidence["comma"])
    if evidence["comma"]:
        return NumberForm("comma")
    if evidence["point"]:
        return NumberForm("point")
    return NumberForm(None, either)


def _shows_point(text: str) -> bool:
    """A point that can only be the decimal sign, or commas that can only set thousands apart."""
    if EITHER["point"].fullmatch(text):
        return False
    if PLAIN.fullmatch(text):
        return "." in text
    return bool(GROUPED["point"].fullmatch(text)) and ("." in text or text.count(",") > 1)


def _shows_comma(text: str) -> bool:
    if EITHER["comma"].fullmatch(text):
        return False
    if WITH_COMMA.fullmatch(text):
        return True
    return bool(GROUPED["comma"].fullmatch(text)) and ("," in text or text.count(".") > 1)


def read_numbers(texts: Sequence[str], decimal: Decimal) -> list[float | None]:
    """Numbers written in one way; None for what is none, or is too large to be one."""
    return [_read(tidy_number(text), decimal) for text in texts]


def _read(text: str, decimal: Decimal) -> float | None:
    plain = write_plain(text, decimal)
    number = math.inf if plain is None else float(plain)
    return number if math.isfinite(number) else None


def write_plain(text: str, decimal: Decimal) -> str | None:
    """A tidy number in the plain way: a decimal point, nothing between thousands; else None."""
    thousands, sign = (",", ".") if decimal == "point" else (".", ",")
    if GROUPED[decimal].fullmatch(text):
        text = text.replace(thousands, "")
    elif decimal == "comma" and "." in text:
        return None
    text = text.replace(sign, ".")
    return text if PLAIN.fullmatch(text) else None


def count_rewritten(texts: Iterable[str], decimal: Decimal) -> dict[str, list[str]]:
    """Texts that were not written in the plain way, by what was said of them."""
    found: dict[str, list[str]] = {}
    for text in texts:
        what = name_rewriting(text, decimal)
        if what:
            found.setdefault(what, []).append(text)
    return found


def name_rewriting(text: str, decimal: Decimal) -> str:
    """What is not plain about a number; empty for a plain one."""
    tidy = tidy_number(text)
    if decimal == "comma" and "," in tidy:
        return SAID["comma"]
    if GROUPED[decimal].fullmatch(tidy) or APART.search(text):
        return SAID["grouped"]
    return SAID["minus"] if tidy != text and PLAIN.fullmatch(tidy) else ""
