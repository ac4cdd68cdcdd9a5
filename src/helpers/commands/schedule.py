"""`interim schedule`: which interims are due, by their triggers and an export."""

import json
from typing import TYPE_CHECKING

from helpers.commands.folders import find_folders, say_defaults
from helpers.commands.options import AsJson, Data, Params
from helpers.errors import InterimError
from helpers.params import load_trial

if TYPE_CHECKING:
    import pandas as pd


def schedule(
    data: Data = None,
    params: Params = None,
    as_json: AsJson = False,
) -> None:
    """Say for each interim whether its trigger is reached in an export, and on which day.

    The cut-off is the last day of the month in which the trigger is reached: the day itself would
    tell, beside the days of randomisation, who was dosed. The interim is due when the export goes
    to its cut-off. Not reached: how many participants are lacking. Pipeline: participants who are
    in the trial by then and do not count yet. Reads allocation and doses, so it is for those who
    may see them.

    Examples: [bold]interim schedule[/bold] · [bold]interim schedule --data ~/export[/bold]
    """
    folders = find_folders(params, data, None)
    say_defaults(params=(folders.params, params), data=(folders.data, data))
    # late: needs the data libraries
    from helpers.datasets.triggers.schedule import build_schedule

    try:
        table = build_schedule(folders.data, folders.params, load_trial(folders.params))
    except InterimError as error:
        if as_json:
            _print_json({"exit_code": error.exit_code, "error": str(error), "interims": []})
        raise
    if as_json:
        _print_json({"exit_code": 0, "interims": describe_schedule(table)})
    else:
        from helpers.commands.tables import print_schedule

        print_schedule(describe_schedule(table), folders.data)


def describe_schedule(table: "pd.DataFrame") -> list[dict[str, object]]:
    """One entry per interim, with plain values: dates as text, unknown as None."""
    days = {name: table[name].dt.strftime("%Y-%m-%d") for name in ("date", "cutoff")}
    text = table.assign(**days).astype(object)
    rows: list[dict[str, object]] = text.where(text.notna(), None).to_dict("records")
    return rows


def _print_json(content: dict[str, object]) -> None:
    print(json.dumps(content))  # noqa: T201 - what --json asks for
