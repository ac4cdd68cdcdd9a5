"""A report page from hand-made displays; every number is invented. Several tests look at it."""

import datetime as dt

import nbformat.v4 as v4
import numpy as np
from nbformat import NotebookNode

from helpers.displays import show
from helpers.displays.figures.parts import add_arm_legend, add_end_labels, add_risk_table
from helpers.displays.figures.style import (
    INK,
    MUTED,
    arm_colour,
    arm_line,
    arm_points,
    figure_style,
    new_figure,
    render_svg,
)
from helpers.displays.model import (
    Cell,
    Display,
    Fact,
    Figure,
    Header,
    Light,
    Line,
    Listing,
    Page,
    Table,
    Withheld,
)
from helpers.displays.render import page_style
from helpers.displays.results import Key, rows_of
from helpers.reporting.page.facts import IndexEntry, InterimSummary, Link, PageFacts

ARMS = ("IV", "IT", "CTL")
HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example")',
    '"><img src=x onerror=1>',
)
SECRET = "SECRET_IN_THE_CODE"


def make_facts(audience: str = "closed_unmasked", **changes: object) -> PageFacts:
    values = {
        "study": "NCT05292625",
        "title": "Mesenchymal stem cells after ischaemic stroke",
        "subtitle": "Intravenous (IV), intrathecal (IT), control",
        "report": "Safety report",
        "interim": "Interim analysis 3",
        "short": "IA3",
        "audience": audience,
        "cutoff": dt.date(2022, 9, 14),
        "extract": dt.date(2022, 9, 21),
        "synthetic": True,
        "index": Link("Interim analysis 3", "index.html"),
        "others": (Link("Efficacy report", "efficacy.html"),),
        "made": "Made from the export of 2022-09-21 by code 0.1.0; see manifest.json.",
        "plan_note": "No interim plan is public: every threshold is a project proposal.",
    }
    return PageFacts(**{**values, **changes})


def make_title_page() -> Page:
    return Page(
        id="P-S-00",
        title="Title page",
        population_line="",
        facts=(Fact("Purpose", "Safety at half of the first year"), Fact("Randomised", "48 of 48")),
        sentences=("All data are synthetic.",),
    )


def make_summary() -> Page:
    return Page(
        id="P-S-01",
        title="At a glance",
        population_line="",
        facts=(
            Fact("Data cut-off", "14 Sep 2022"),
            Fact("Randomised", "48 of 48"),
            Fact("Dosed, once / twice", "32 / 29"),
            Fact("Person-time", "31.4 years"),
            Fact("Persons with an SAE", "4"),
            Fact("Deaths", "0"),
        ),
        lights=(
            Light("Stopping rule, IT", "alert", "Alert", "5 of 16 with a stopping event."),
            Light("Stopping rule, IV", "ok", "Clear", "1 of 16; Pr(rate above 15 %) = 0.13."),
            Light("Serious events", "near", "2 new", "One infection, one seizure: T-S-10, T-S-99."),
            Light("Completeness", "ok", "97 %", "of forms due at the cut-off were received."),
        ),
        sentences=("Since interim 2: two serious events, no death, five further doses.",),
    )


def make_overview() -> Table:
    rows = (
        ("any", "Any adverse event after randomisation", 0, (13, 15, 11), (31, 39, 22), False),
        ("related", "related to the product", 1, (7, 6, 0), (11, 9, 0), False),
        ("serious", "serious", 1, (1, 2, 1), (1, 2, 1), True),
        ("fatal", "fatal", 1, (0, 0, 0), (0, 0, 0), False),
    )
    results, lines = [], []
    for code, label, level, persons, events, strong in rows:
        keys = [Key("SAF", arm, code) for arm in ARMS]
        for key, n, e in zip(keys, persons, events, strict=True):
            results += rows_of(key, {"n": n, "N": 16, "pct": n / 0.16, "events": e})
        contrasts = [Key("SAF", "", code, "", f"{arm} - C") for arm in ("IV", "IT")]
        for key, n in zip(contrasts, persons, strict=False):
            d = (n - persons[2]) / 16
            limits = {"estimate": d, "lower": d - 0.213, "upper": d + 0.221}
            results += rows_of(key, limits, "miettinen_nurminen")
        shown = [Cell(key, show.n_pct_events()) for key in keys]
        differences = (
            [Cell(key, show.points()) for key in contrasts] if code != "any" else ["n.a."] * 2
        )
        lines.append(Line(label, (*shown, *differences), level=level, strong=strong))
    lines.insert(1, Line("Treatment-emergent", heading=True))
    return Table(
        id="T-S-10",
        title="Overview of adverse events",
        population_line="Safety population by arm as treated. Persons n (%) [events]. Differences "
        "in "
        "percentage points with 95 % interval, not adjusted.",
        results=tuple(results),
        notes=(
            "Persons are counted once per row.",
            "Records: L-S-01. Missing causality counts as related.",
        ),
        source_note="adae, SAF, TRTEMFL = Y; tabulate_ae_overview; miettinen_nurminen.",
        stub="Persons with at least one event",
        headers=(
            *(Header(arm, "N = 16", position) for position, arm in enumerate(ARMS)),
            Header("IV", "", None, "Difference from control"),
            Header("IT", "", None, "Difference from control"),
        ),
        lines=tuple(lines),
    )


def make_baseline() -> Table:
    results, lines = [], [Line("Demographics", heading=True)]
    values = {
        "mean": 61.24,
        "sd": 8.113,
        "median": 62,
        "q1": 55,
        "q3": 68,
        "min": 41,
        "max": 75,
        "n": 16,
    }
    for arm in (*ARMS, "Total"):
        results += rows_of(Key("ITT", arm, "AGE"), values)
        results += rows_of(Key("ITT", arm, "SEX", "", "Women"), {"n": 5, "N": 16, "pct": 31.25})
    for label, form in (
        ("mean (SD)", show.mean_sd()),
        ("median (Q1 to Q3)", show.median_quartiles()),
        ("range", show.range_()),
    ):
        cells = tuple(Cell(Key("ITT", arm, "AGE"), form) for arm in (*ARMS, "Total"))
        lines.append(Line(f"Age (years), {label}", cells, level=1))
    women = tuple(
        Cell(Key("ITT", arm, "SEX", "", "Women"), show.n_pct()) for arm in (*ARMS, "Total")
    )
    lines.append(Line("Women", women, level=1))
    lines += [Line("Stroke", heading=True), Line("Not recorded", ("n.a.", "NE", "-", "0"), level=1)]
    heads = [Header(arm, "N = 16", i) for i, arm in enumerate(ARMS)]
    return Table(
        id="T-S-05",
        title="Baseline",
        population_line="All randomised persons, by arm as randomised.",
        results=tuple(results),
        stub="Characteristic",
        headers=(*heads, Header("Total", "N = 48")),
        lines=tuple(lines),
    )


def make_empty_table() -> Table:
    heads = tuple(Header(arm, "N = 16", i) for i, arm in enumerate(ARMS))
    return Table(
        "T-S-13",
        "Serious adverse events",
        "Safety population.",
        headers=heads,
        empty="No events reported",
    )


def make_listing() -> Listing:
    headers = (
        "Person",
        "Arm",
        "Age",
        "Sex",
        "Term",
        "Verbatim",
        "Day",
        "Grade",
        "Related",
        "Action",
        "Outcome",
    )
    rows = (
        (
            "1003",
            "IT",
            "55-64",
            "F",
            "Seizure",
            HOSTILE[0],
            "93",
            "3",
            "possible",
            "none",
            "recovered",
        ),
        (
            "1011",
            "IV",
            "65-75",
            "M",
            "Infection",
            HOSTILE[1],
            "12",
            "2",
            "not related",
            "none",
            "ongoing",
        ),
        (
            "1040",
            "CTL",
            "40-54",
            "M",
            "Fall",
            HOSTILE[2] + " and a long text " * 12,
            "201",
            "2",
            "not related",
            "none",
            "recovered",
        ),
    )
    return Listing(
        "L-S-01",
        "Serious adverse events",
        "Safety population, by onset day.",
        headers=headers,
        rows=rows,
    )


@figure_style()
def plot_terms() -> str:
    terms = (
        "Headache",
        "Fever",
        "Post-puncture headache",
        "Back or leg pain",
        "Fall",
        "Chills & $ <b>",
    )
    counts = {"IV": (3, 4, 0, 1, 3, 3), "IT": (5, 3, 4, 4, 2, 0), "CTL": (2, 1, 0, 1, 3, 0)}
    figure, (left, right) = new_figure(
        2.6, columns=2, grid="x", sharey=True, gridspec_kw={"wspace": 0.06}
    )
    places = np.arange(len(terms))[::-1]
    for position, arm in enumerate(ARMS):
        left.plot(np.array(counts[arm]) / 0.16, places, **arm_points(position))
    for position, shift in ((0, 0.14), (1, -0.14)):
        difference = (np.array(counts[ARMS[position]]) - np.array(counts["CTL"])) / 0.16
        right.hlines(places + shift, difference - 22, difference + 24, color=arm_colour(position))
        right.plot(difference, places + shift, **arm_points(position))
    right.axvline(0, color=INK, linewidth=0.8)
    left.set_yticks(places, terms)
    left.set_xlabel("% of persons")
    right.set_xlabel("percentage points")
    left.set_title("Persons with the event")
    right.set_title("Difference from control, 95 % interval")
    add_arm_legend(figure, [f"{arm} (N = 16)" for arm in ARMS], [0, 1, 2])
    return render_svg(figure, "F-S-05")


@figure_style()
def plot_curves() -> str:
    figure, (axis,) = new_figure(2.6)
    ends = []
    for position, scale in enumerate((0.5, 0.63, 0.6)):
        days = np.linspace(0, 365, 9)
        share = 100 * scale * (1 - np.exp(-days / 150))
        axis.step(days, share, where="post", **arm_line(position))
        ends.append(float(share[-1]))
    axis.axvline(91, color=MUTED, linewidth=0.7, linestyle=(0, (2, 3)))
    axis.set_xlim(0, 365)
    axis.set_ylim(0, 80)
    axis.set_xticks([0, 30, 91, 183, 274, 365])
    axis.set_xlabel("days since randomisation")
    axis.set_ylabel("% with a first event")
    add_end_labels(axis, ARMS, ends, [0, 1, 2])
    rows = {arm: ["16", "13", "11", "8", "4", "2"] for arm in ARMS}
    add_risk_table(axis, [0, 30, 91, 183, 274, 365], rows, [0, 1, 2])
    return render_svg(figure, "F-S-06")


def make_figures() -> tuple[Figure, Figure]:
    sentence = "Back or leg pain was seen mainly after intrathecal dosing (4 of 16)."
    curves = "By day 365 a first adverse event is estimated in 50 % of IV persons."
    of = "Terms seen in two or more persons of any arm."
    return (
        Figure(
            "F-S-05",
            "Events by preferred term",
            of,
            headline=sentence,
            svg=plot_terms(),
            alternative=sentence,
        ),
        Figure(
            "F-S-06",
            "Time to first event",
            "Aalen-Johansen.",
            headline=curves,
            svg=plot_curves(),
            alternative=curves,
        ),
    )


def show_cell(*displays: Display) -> NotebookNode:
    """A code cell as the notebook's run leaves it."""
    outputs = [
        v4.new_output("display_data", data=display._repr_mimebundle_()) for display in displays
    ]
    noise = v4.new_output("stream", name="stderr", text="warning: NOISE_ON_STDERR")
    return v4.new_code_cell(f"show({SECRET!r})", outputs=[*outputs, noise])


def make_notebook() -> NotebookNode:
    cells = [
        v4.new_markdown_cell("# Safety report\n\nTITLE_CELL for the analyst."),
        v4.new_code_cell("interim = 'ia3'", metadata={"tags": ["parameters"]}),
        v4.new_code_cell(
            "load()", outputs=[v4.new_output("display_data", data={"text/html": page_style()})]
        ),
        show_cell(make_title_page()),
        v4.new_markdown_cell("## At a glance"),
        show_cell(make_summary()),
        v4.new_markdown_cell(
            "## Conduct\n\nHow to read: `n.a.` is *not applicable*. <script>1</script> "
            "[here](#t-s-10) [away](http://evil.example) ![words](http://evil.example/x.png)"
        ),
        show_cell(make_baseline()),
        v4.new_markdown_cell("## Adverse events"),
        show_cell(make_overview()),
        show_cell(make_empty_table(), make_listing()),
        show_cell(*make_figures()),
        v4.new_markdown_cell("## Nothing here\n\nPROSE_WITHOUT_DISPLAY"),
        show_cell(Withheld("T-S-19", "WITHHELD_TITLE", "")),
        v4.new_markdown_cell("## Reviewed elsewhere"),
        show_cell(
            Withheld(
                "T-S-23",
                "WITHHELD_TITLE",
                "",
                sentence="The monitoring committee reviews the stopping rules in closed session.",
            )
        ),
    ]
    return v4.new_notebook(cells=cells)


def make_interim_summary() -> InterimSummary:
    summary = make_summary()
    return InterimSummary(
        facts=make_facts(report="", index=Link("All interims", "../../index.html"), others=()),
        status="Both reports were published.",
        reports=(Link("Safety report", "safety.html"), Link("Efficacy report", "efficacy.html")),
        files=(Link("results.csv", "results.csv"), Link("manifest.json", "manifest.json")),
        lights=summary.lights,
        numbers=summary.facts,
        changes=("Two further serious adverse events.", "No death."),
        previous=Link("Interim analysis 2", "../../ia2/closed_unmasked/index.html"),
    )


def make_entries() -> list[IndexEntry]:
    return [
        IndexEntry(
            study="NCT05292625",
            interim=f"Interim analysis {number}",
            sequence=number,
            audience=audience,
            cutoff=dt.date(2022, number, 14),
            extract=dt.date(2022, number, 21),
            synthetic=True,
            href=f"ia{number}/{audience}/index.html",
            reports=(
                Link("Safety", f"ia{number}/{audience}/safety.html"),
                Link("Efficacy", f"ia{number}/{audience}/efficacy.html"),
            ),
        )
        for number in (2, 11, 3)
        for audience in ("open", "closed_unmasked")
    ]
