"""What a report cannot show, what was left out of it, and the form for the answer to it."""
