"""adlot: one row per entry of the lot list."""

import pandas as pd

from helpers.intake.records import Records


def build_adlot(records: Records) -> pd.DataFrame | None:
    """LOT, LOTSTAT and LOTDT by lot and day; None where the export has no lot list."""
    if not records.has("lot", "EXLOT", "LOTSTAT"):
        return None
    lots = records["lot"].sort_values(["EXLOT", "LOTDTC", "LOTSTAT"], kind="stable")
    return pd.DataFrame(
        {
            "LOT": lots["EXLOT"],
            "LOTSTAT": lots["LOTSTAT"],
            "LOTDT": lots["LOTDTC"].astype("datetime64[s]"),
        }
    ).reset_index(drop=True)
