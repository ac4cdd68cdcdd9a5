"""Tables as collected (CDISC SDTM), told from analysis data."""

import re
from collections.abc import Sequence

from helpers.imported.source import Source

DOMAINS = (
    "ae ag be bm bs ce cm co cp cv da dd dm ds dv ec eg ex fa ft ga gf ho ie is lb mb mh mi mk ml "
    "ms nv oe oi pc pe pp pr qs re relrec relspec relsub rp rs sc se si sm sr ss su sv ta tc td te "
    "ti tm tp tr ts tu tv tx ur vs"
)
OF_ANALYSIS = ("PARAMCD", "AVAL", "AVALC", "TRT01P", "TRT01A", "TRTP", "TRTA", "TRTSDT", "ASTDT",
               "ADT", "TRTEMFL")  # fmt: skip
SUPPLEMENT = re.compile(r"supp[a-z]{2,}|sq[a-z]{2,}")


def is_collected(source: Source) -> bool:
    """Whether a data set is SDTM: by its name and domain, and no variable of analysis data."""
    variables = set(source.frame.columns)
    if variables & set(OF_ANALYSIS):
        return False
    domains = DOMAINS.split()
    if source.name in domains or SUPPLEMENT.fullmatch(source.name):
        return True
    if "DOMAIN" not in variables or source.frame.empty:
        return "RDOMAIN" in variables
    domain = str(source.frame["DOMAIN"].iloc[0]).lower()
    # a domain that was split is called after it: FACE of FA
    return domain[:2] in domains and source.name.startswith(domain)


def describe_collected(names: Sequence[str]) -> str:
    """What to do with data that are SDTM and nothing else."""
    return (
        f"{', '.join(names)}: tables as collected (SDTM), not analysis data (ADaM). Give the ADaM "
        "data sets (adsl, adae, ...), or describe these tables to the program with `level: raw` "
        "(docs/your_own_trial.md)"
    )
