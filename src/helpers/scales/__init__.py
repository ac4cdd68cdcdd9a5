"""Item answers in, scores out: pure functions that know no trial, no parameters and no files."""
