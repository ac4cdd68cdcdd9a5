"""Many comparisons with one control."""
