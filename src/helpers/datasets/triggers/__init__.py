"""When an interim is reached."""
