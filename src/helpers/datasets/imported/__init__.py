"""Analysis data sets made by a sponsor, in the form in which displays read ours."""
