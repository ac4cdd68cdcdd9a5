"""One row per participant, and what belongs to it."""
