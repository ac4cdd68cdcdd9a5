"""Which values are missing, of whom."""
