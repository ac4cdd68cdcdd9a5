"""Adverse events over time: first events, recurrent events, and the methods beside each other."""
