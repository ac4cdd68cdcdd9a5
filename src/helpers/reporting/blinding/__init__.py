"""What readers may get, held before, during and after a run."""
