"""What a page says about itself, written into the notebook that it is made from, and read again."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from nbformat import NotebookNode, from_dict

from helpers.errors import RunError
from helpers.reporting.page.facts import Link, PageFacts

PLACE = "interim"


def state_facts(notebook: NotebookNode, facts: PageFacts) -> NotebookNode:
    """A notebook that tells nbconvert's template everything that its page says about itself."""
    dates = {"cutoff": facts.cutoff.isoformat(), "extract": facts.extract.isoformat()}
    metadata = {**notebook.metadata, PLACE: {**asdict(facts), **dates}}
    stated: NotebookNode = from_dict({**notebook, "metadata": metadata})  # type: ignore[no-untyped-call]
    return stated


def read_facts(notebook: NotebookNode) -> PageFacts:
    """What the page of a notebook says about itself.

    Raises
    ------
    RunError
        If the notebook was not executed by a run: nothing then says who may read it.
    """
    stated = notebook.metadata.get(PLACE)
    try:
        return _build_facts(stated)
    except (TypeError, ValueError, KeyError):
        raise RunError(
            "the notebook does not say what its page is of: take one that `interim run` has "
            "executed, reports/ia3/open/safety.ipynb for example"
        ) from None


def _build_facts(stated: Mapping[str, Any]) -> PageFacts:
    index = stated["index"]
    return PageFacts(
        **{
            **stated,
            "cutoff": dt.date.fromisoformat(stated["cutoff"]),
            "extract": dt.date.fromisoformat(stated["extract"]),
            "index": None if index is None else Link(**index),
            "others": tuple(Link(**link) for link in stated["others"]),
        }
    )
