"""What open readers may have of a data set."""
