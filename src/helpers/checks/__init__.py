"""Record checks: what the content of an export says against itself, one finding each."""
