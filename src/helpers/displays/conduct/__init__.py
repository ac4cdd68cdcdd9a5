"""Conduct of the trial: who came in, what was done with them, how complete the data are."""
