"""What was received, and what the checks found."""
