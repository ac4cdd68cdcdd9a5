"""Laboratory values and vital signs."""
