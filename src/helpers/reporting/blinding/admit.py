"""What an executed notebook shows is held against its audience before anything is published.

Open readers get displays that the package declares, that the allow-list names, and that hold no
small count; whatever else a cell shows stops the report. Closed readers get what an analyst's cell
shows as well, marked. This is the one place where that is decided.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from helpers.displays.count_steps import find_exact_counts
from helpers.displays.declare import VISIBLE, Declaration, is_declared, load_catalogue
from helpers.displays.model import MIME, SHOWN, Display, Withheld
from helpers.displays.payload import describe_shown
from helpers.displays.render import page_style
from helpers.displays.results import COLUMNS, read_row
from helpers.displays.small_counts import find_small_counts, find_typed_counts
from helpers.errors import RunError
from helpers.reporting.notebooks.nodes import build_node, build_notebook, tags_of
from helpers.reporting.notebooks.prepare import OURS, name_cell
from helpers.reporting.page.extras import PICTURES, TEXTS, says_something
from helpers.reporting.page.inert import inert_html

DISPLAY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}")
DISPLAY_KINDS = ("text/html", "text/plain", MIME)
KINDS = frozenset(
    kind.__name__.lower() for kind in describe_shown.registry if issubclass(kind, Display)
)
FIELDS = len(COLUMNS) - 2
LISTED = "tables/audiences.yaml of the parameters"
GIVES = {"closed_masked": '{"closed_masked": "by label"}'}
Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Rules:
    """What an audience may be shown: `displays` None stands for all."""

    audience: str
    closed: bool
    displays: frozenset[str] | None
    sentences: Mapping[str, str]
    small_cell: int


def read_rules(header: Mapping[str, Any]) -> Rules:
    """Rules of the audience that a packed view was made for, from its header."""
    access = header["access"]
    displays = access["displays"]
    return Rules(
        audience=access["audience"],
        closed=bool(access["restricted"]),
        displays=None if displays is None else frozenset(displays),
        sentences=access["sentences"],
        small_cell=int(header["small_cell"]),
    )


def admit_outputs(notebook: NotebookNode, rules: Rules) -> NotebookNode:
    """A notebook with its prose, its code, and those outputs that its audience may be shown.

    Raises
    ------
    RunError
        Naming the cell, what it shows, and how to make that a display.
    """
    cells = [_admit_cell(c, rules) for c in notebook.cells if c.cell_type in ("code", "markdown")]
    return build_notebook(cells)


def explain_how(audience: str) -> str:
    """How to make what a cell shows a display that an audience gets."""
    gives = GIVES.get(audience, '{"open": "pooled"}')
    return (
        f"write a function with @shown_as(ID, title=..., audiences={gives}) in "
        "src/helpers/displays and call it in the cell (docs/add_a_display.md)"
    )


def _admit_cell(cell: NotebookNode, rules: Rules) -> NotebookNode:
    admitted = build_node({name: cell[name] for name in cell if name != "attachments"})
    if cell.cell_type == "code":
        ours = OURS & set(tags_of(cell))
        outputs = [] if ours else [_admit_output(output, cell, rules) for output in cell.outputs]
        admitted["outputs"] = [output for output in outputs if output is not None]
    return admitted


def _admit_output(output: NotebookNode, cell: NotebookNode, rules: Rules) -> NotebookNode | None:
    if output.output_type == "stream" and output.name == "stderr":
        return None
    data = output.get("data", {})
    if MIME in data:
        check_display(data, cell, rules)
        kept = {kind: data[kind] for kind in DISPLAY_KINDS if kind in data}
        return build_node({**output, "data": kept, "metadata": {}})
    if data.get("text/html") == page_style():
        return build_node({**output, "data": {"text/html": page_style()}, "metadata": {}})
    if not rules.closed:
        how = explain_how(rules.audience)
        raise RunError(
            f"{name_cell(cell)} shows {_describe(output)} that is no display, which "
            f"{rules.audience} readers may not get; {how}, or let the cell show nothing"
        )
    return _reduce_extra(output)


def _describe(output: NotebookNode) -> str:
    """What an output is, in words that tell nothing of what it says."""
    data = output.get("data", {})
    if any(kind.startswith("image/") for kind in data):
        return "a picture"
    if "<table" in str(data.get("text/html", "")):
        return "a table"
    return "text" if output.output_type == "stream" or "text/plain" in data else "something"


def _reduce_extra(output: NotebookNode) -> NotebookNode:
    """An analyst's output for closed readers: pictures and text, nothing that can run."""
    if "data" not in output:
        return output
    kinds = [kind for kind in (*PICTURES, *TEXTS) if kind in output.data]
    data = {kind: output.data[kind] for kind in kinds}
    if "text/html" in data:
        data["text/html"] = str(inert_html("".join(data["text/html"])))
    others = output.data.keys() - {"text/plain"}
    if others and not any(map(says_something, data.values())):
        data = {"text/plain": f"An output of type {', '.join(sorted(others))}, not shown on a page"}
    words = {
        kind: {"alt": str(output.metadata[kind]["alt"])}
        for kind in kinds
        if "alt" in output.get("metadata", {}).get(kind, {})
    }
    return build_node({**output, "data": data, "metadata": words})


def check_display(data: Mapping[str, Any], cell: NotebookNode, rules: Rules) -> None:
    """Stop unless a display is one that the audience may be shown.

    Raises
    ------
    RunError
        Naming display and cell; of what the display holds nothing is said.
    """
    payload, how = data[MIME], explain_how(rules.audience)
    if not _is_payload(payload):
        raise RunError(f"{name_cell(cell)} shows something that is no display of ours; {how}")
    declared = load_catalogue().get(payload["id"])
    where = f"{name_cell(cell)}: {_name_display(payload, cell)}"
    if declared is not None and not is_declared(payload):
        raise RunError(f"{where} is made by {declared.maker} and by nothing else; {how}")
    if rules.closed:
        return
    if payload["kind"] == Withheld.__name__.lower():
        _check_withheld(data, declared, where, rules)
        return
    if rules.displays is not None and payload["id"] not in rules.displays:
        raise RunError(
            f"{where} is no display for {rules.audience} readers: {LISTED} does not list it; {how}"
        )
    if not is_declared(payload):
        raise RunError(f"{where} was not made by a declared function; {how}")
    if declared is None and rules.displays is None:
        raise RunError(
            f"{where} is no display for {rules.audience} readers: the package does not declare "
            f"it; {how}"
        )
    if declared is not None and declared.given_to(rules.audience) not in VISIBLE:
        raise RunError(
            f"{where} is no display for {rules.audience} readers: its declaration does not give "
            f"it to them; {how}"
        )
    _check_counts(payload, declared, where, rules)


def _check_withheld(
    data: Mapping[str, Any], declared: Declaration | None, where: str, rules: Rules
) -> None:
    """A sentence that stands for a display is one that was written beforehand."""
    payload, how = data[MIME], explain_how(rules.audience)
    known = {"", rules.sentences.get(payload["id"], "")}
    known |= set() if declared is None else declared.sentences
    sentence = str(payload.get("sentence", ""))
    written = Withheld(payload["id"], "", "", sentence=sentence)._repr_mimebundle_()
    shown = data.get("text/html") == written["text/html"]
    shown = shown and payload[SHOWN] == written[MIME][SHOWN]
    if sentence not in known or not shown or payload["results"]:
        raise RunError(f"{where} is withheld with words that {LISTED} does not hold; {how}")


def _check_counts(payload: Payload, declared: Declaration | None, where: str, rules: Rules) -> None:
    """Small counts were hidden when the display was made; here it is made sure."""
    small_counts = "steps" if declared is None else declared.small_counts
    if not rules.small_cell or small_counts == "shown":
        return
    results = [read_row(row) for row in payload["results"]]
    typed = find_typed_counts(map(str, payload.get("typed", ())), rules.small_cell)
    if typed or find_small_counts(results, rules.small_cell, small_counts):
        raise RunError(
            f"{where} holds counts above 0 and below {rules.small_cell}, which {rules.audience} "
            "readers may not get; a table whose cells point at result rows has them hidden by "
            "itself, a figure or a page must not be made from them"
        )
    exact = small_counts == "steps" and find_exact_counts(results, rules.small_cell)
    if exact:
        raise RunError(
            f"{where} holds counts of participants as they are, where {rules.audience} readers get "
            "steps; a table whose cells point at result rows has them by itself, a figure or a "
            'page must not be made from them, or says small_counts="shown" where they tell of no '
            "event"
        )


def _is_payload(payload: Any) -> bool:
    """Whether it has the shape of what a display carries."""
    if not isinstance(payload, Mapping):
        return False
    lists = ("results", "header", "rows")
    shown = payload.get(SHOWN)
    if not isinstance(shown, Mapping):
        return False
    return (
        isinstance(payload.get("id"), str)
        and DISPLAY_ID.fullmatch(payload["id"]) is not None
        and payload.get("kind") in KINDS
        and all(payload[name] == shown.get(name) for name in ("id", "kind"))
        and all(isinstance(payload.get(name), list) for name in lists)
        and all(isinstance(row, list) and len(row) == FIELDS for row in payload["results"])
    )


def _name_display(payload: Payload, cell: NotebookNode) -> str:
    """Id of a display in a message, unless a cell may have made it up from the data."""
    known = payload["id"] in load_catalogue() or payload["id"] in cell.source
    return str(payload["id"]) if known else "a display"
