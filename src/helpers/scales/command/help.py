"""What `interim score --help` says; plain text, so that the command line starts without pandas."""

INSTRUMENT = "nihss, fim, mas, fugl_meyer or sf36."
CODING = "mas: what 1+ counts: one_point_five or ordinal_0_5 (one_point_five)."
VERSION = "sf36: rand, v1 or v2 (v2)."
NORMS = "sf36: name of built-in norms, a CSV file, or FILE.csv:NAME (those of the version)."
DEFINITION = "fugl_meyer: which score counts as the trial's FMS (fma_motor)."
