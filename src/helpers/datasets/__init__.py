"""Analysis data sets: one module per data set, each a pure function of the cut records."""
