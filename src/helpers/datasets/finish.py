"""The form in which every data set reaches a display."""

import pandas as pd

# About the file and its handling, not about the trial: a view must not depend on the file's order.
OF_THE_FILE = ("SRCROW", "RECSTAT", "SDV", "UPDDTC")


def finish_dataset(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows numbered from 0, without what only tells of the file, empty text as None."""
    kept = frame.drop(columns=[name for name in OF_THE_FILE if name in frame])
    text = {
        name: column.where(column.notna(), None)
        for name, column in kept.items()
        if column.dtype == object and column.isna().any()
    }
    return kept.assign(**text).reset_index(drop=True)
