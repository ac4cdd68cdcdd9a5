"""What earlier reports held and what the committee recommended."""
