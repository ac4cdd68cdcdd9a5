"""The lights of the first page."""
