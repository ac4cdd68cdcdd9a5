"""Counts of the report by a second route: from the cut raw tables, sharing no derivation."""
