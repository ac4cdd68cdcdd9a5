"""An executed notebook becomes one self-contained page."""

from nbformat import NotebookNode

from helpers.reporting.page.facts import PageFacts


def render_page(notebook: NotebookNode, facts: PageFacts) -> bytes:
    """One HTML page (UTF-8) of an executed notebook: its prose and its displays, nothing else.

    Parameters
    ----------
    notebook
        The executed notebook; only Markdown cells and outputs that carry `display.MIME` are shown.
    facts
        What the page says about itself.

    Raises
    ------
    RunError
        If a display is shown twice, or its HTML holds what a page may not hold.
    """
    raise NotImplementedError
