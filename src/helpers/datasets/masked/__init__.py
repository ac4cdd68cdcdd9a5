"""Data sets by planned arm under letters, for a committee's first reading."""
