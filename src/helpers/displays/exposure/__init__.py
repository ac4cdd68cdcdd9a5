"""What was given, and how long participants were followed."""
