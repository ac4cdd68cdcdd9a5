"""The first pages of a report."""
