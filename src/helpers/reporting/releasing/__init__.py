"""Handing out a report: checked, scanned, written down, packed into one file."""
