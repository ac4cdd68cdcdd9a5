"""How values and changes of scores are spread."""
