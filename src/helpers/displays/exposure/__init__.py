"""What was given, and how long persons were followed."""
