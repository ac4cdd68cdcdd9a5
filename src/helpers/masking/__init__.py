"""Letters in place of arms, keys in place of participants: from one secret, without any data."""
