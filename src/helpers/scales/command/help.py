"""What `interim score --help` says; plain text, so that the command line starts without pandas."""

SCORE = """Score item answers of an instrument: nihss, fim, mas, fugl_meyer or sf36.

FILE is a CSV or Parquet file with one row per form and one column per item, or long with USUBJID,
AVISIT, item and value. The result is the same file with scores, the rule that was used and a note
on what happened to each form. Without FILE: items, legal answers, scores and rules.

Examples: [bold]interim score nihss[/bold] · [bold]interim score sf36 forms.csv --version v1[/bold]
· [bold]interim score mas forms.csv -o scores.csv[/bold]
"""
INSTRUMENT = "nihss, fim, mas, fugl_meyer or sf36."
CODING = "mas: what 1+ counts: one_point_five or ordinal_0_5 (one_point_five)."
VERSION = "sf36: rand, v1 or v2 (v2)."
NORMS = "sf36: name of built-in norms, a CSV file, or FILE.csv:NAME (those of the version)."
DEFINITION = "fugl_meyer: which score counts as the trial's FMS (fma_motor)."
