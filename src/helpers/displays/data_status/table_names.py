"""Raw tables in words, with their code: what a reader knows them by."""

TABLES = {
    "ae": "Adverse events", "cm": "Medication", "dm": "Demography", "ds": "Disposition",
    "dv": "Deviations", "ex": "Doses", "ho": "Hospital stays", "ie": "Eligibility",
    "lb": "Laboratory", "lot": "Lots of product", "mh": "Medical history", "qry": "Data queries",
    "qs": "Forms, items", "rand": "Randomisation", "sv": "Visits", "vs": "Vital signs",
}  # fmt: skip


def name_table(table: str) -> str:
    """`Adverse events (ae)`; a table without such a name by its code."""
    return f"{TABLES[table]} ({table})" if table in TABLES else table
