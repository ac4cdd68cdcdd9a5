"""Analysis data made by somebody else (ADaM): read, typed, split into open and restricted."""
