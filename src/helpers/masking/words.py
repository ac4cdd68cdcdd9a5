"""Words that masked data sets and masked displays share."""

PROCEDURE = "Procedure complaint"
"""Class and term of every event that only an arm with a procedure can have."""
