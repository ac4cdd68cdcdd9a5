"""What the import of analysis data and its reader agree on: places, suffixes, and one sentence."""

OPEN, RESTRICTED = "open", "restricted"
NOTES = "import.csv"
MISSING_LETTER = "_MISSING"  # beside a variable: letters of special missing values
PARTIAL = "_PARTIAL"  # beside a date: what is known of a day, as text
REPEATED = "rows that repeat another one in full; one of them is used"
