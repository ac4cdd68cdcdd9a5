"""Arms of the stopping monitor written out: participants, when evaluable, when with an event."""

import pandas as pd
from view_factory import read_frame


def monitored(*rows: str) -> pd.DataFrame:
    """adstop; each row is participant, arm, day evaluable, day of the event."""
    frame = read_frame("\n".join(["USUBJID SUBJID TRT01A EVALDT STOPDT", *rows]))
    return frame.assign(SRCSEQ=pd.array([1] * len(frame), dtype="Int64"))


def arm_of(evaluable: int, events: int, arm: str = "IT") -> pd.DataFrame:
    """One arm: the events last, a day for each participant."""
    rows = []
    for i in range(evaluable):
        day = f"2022-{2 + i // 28:02}-{1 + i % 28:02}"
        event = day if i >= evaluable - events else "."
        rows.append(f"P{i:02} P{i:02} {arm} {day} {event}")
    return monitored(*rows)


# 2 of 2 alert on 5 December, 3 of 11 later are below the limit
ALERTED = monitored(
    "06 06 IT 2021-07-02 2021-07-02",
    "12 12 IT 2021-12-05 2021-12-05",
    "18 18 IT 2022-01-28 .",
    "22 22 IT 2022-02-22 .",
    *[f"4{i} 4{i} IT 2022-05-0{i} ." for i in range(1, 7)],
    "31 31 IT 2022-08-07 2022-08-07",
    "50 50 IT . .",
)

# 2 of 2 alert, 2 of 4 do not; 3 of 5 alert anew on 1 May, 3 of 9 on 9 June do not
ALERTED_TWICE = monitored(
    "06 06 IT 2021-07-02 2021-07-02",
    "12 12 IT 2021-12-05 2021-12-05",
    "18 18 IT 2022-01-28 .",
    "22 22 IT 2022-02-22 .",
    "31 31 IT 2022-05-01 2022-05-01",
    *[f"4{i} 4{i} IT 2022-06-0{i} ." for i in range(6, 10)],
)
