"""The form in which every data set reaches a display."""

import pandas as pd

# About the file and its handling, not about the trial: a view must not depend on the file's order.
OF_THE_FILE = ("SRCROW", "RECSTAT", "SDV", "UPDDTC")


def finish_dataset(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows numbered from 0, without what only tells of the file, empty text as None."""
    index = pd.RangeIndex(len(frame))
    return pd.DataFrame(
        {
            name: _finish_column(column, index)
            for name, column in frame.items()
            if name not in OF_THE_FILE
        },
        index=index,
    )


def _finish_column(
    column: pd.Series, index: pd.RangeIndex
) -> pd.Series | pd.api.extensions.ExtensionArray:
    # numbers are Float64 here: a plain float column without a value is text nobody has
    textless = column.dtype == "float64" and column.isna().all()
    if column.dtype != object and not textless:
        return column.array.copy()
    text = column.to_numpy(dtype=object, copy=True)
    text[pd.isna(text)] = None
    return pd.Series(text, index=index, dtype=object)
