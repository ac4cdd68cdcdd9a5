"""Records with dates: events, medication, history, deviations."""
