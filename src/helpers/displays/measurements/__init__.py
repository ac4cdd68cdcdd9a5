"""What laboratory values and vital signs share."""
