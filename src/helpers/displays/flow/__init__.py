"""Flow of participants."""
