"""Every leaf of the parameters, what else it may be, and what a report makes of it.

Entries of one kind (scores, arms, alarms, rows of a table) are read by the same code: of a leaf
that each of them has, one entry with an effect is enough.

An effect is anything that a reader or an analyst gets: data sets and findings of a view, results
and HTML of every display of both notebooks, what the page says of itself, which reports are made;
where a run keeps its ledger and takes its key from; or a refusal.
"""

import ast
import hashlib
import json
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pandas as pd
import yaml
from altered_exports import copy_export, read_table, write_table

from helpers.bundle import digest_view, pack_view, unpack_view
from helpers.datasets.build import build_view
from helpers.datasets.triggers.schedule import find_reached
from helpers.datasets.triggers.schedule_records import read_schedule_records
from helpers.displays.model import Display
from helpers.displays.render import show_html
from helpers.errors import InterimError
from helpers.intake.records import Records
from helpers.params import Interim, Trial, load_interim, load_trial
from helpers.params.base import Params
from helpers.params.check_model import check_model, flatten, is_model
from helpers.params.words import list_choices
from helpers.params.yaml_file import read_yaml
from helpers.reporting.jobs.job import Job
from helpers.reporting.jobs.run_job import build_page_facts
from helpers.reporting.plan import choose_key_reference
from helpers.reporting.spending.place import locate_ledger
from helpers.simulate import write_export
from helpers.view import View

PROJECT = Path(__file__).parents[2]
PARAMS = PROJECT / "tests" / "trial" / "params"
AUDIENCES = ("closed_unmasked", "open")
REPORTS = ("safety", "efficacy")
Path_ = tuple[str | int, ...]
Content = dict[str, Any]


@dataclass(frozen=True)
class Settings:
    """A trial and one interim as plain values, every default written out."""

    trial: Content
    interim: Content

    def change(self, path: Path_, value: Any) -> "Settings":
        """A copy in which the leaf at `path`, which starts with its file, has another value."""
        copy = json.loads(json.dumps({"trial": self.trial, "interim": self.interim}))
        target = copy
        for part in path[:-1]:
            target = target[part]
        target[path[-1]] = value
        return Settings(**copy)

    def write(self, folder: Path) -> Path:
        """A parameter folder with these settings."""
        folder.mkdir(exist_ok=True)
        tables = folder / "tables"
        if not tables.exists():
            tables.symlink_to(PARAMS / "tables")
        for name, content in (("trial", self.trial), ("ia3", _restore_dates(self.interim))):
            text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
            (folder / f"{name}.yaml").write_text(text)
        return folder


def _restore_dates(interim: Content) -> Content:
    dates = {"cutoff": pd.Timestamp, "extract": pd.Timestamp}
    return {
        key: _to_date(value) if key in dates and value not in (None, "trigger") else value
        for key, value in interim.items()
    }


def _to_date(value: str) -> Any:
    moment = pd.Timestamp(value)
    return moment.to_pydatetime() if "T" in value else moment.date()


def read_settings() -> Settings:
    """The shipped trial and its third interim."""
    trial = check_model(Trial, read_yaml(PARAMS / "trial.yaml"), "trial.yaml")
    content = trial.model_dump(mode="json")
    own = {**trial.interim_defaults, **read_yaml(PARAMS / "ia3.yaml")}
    interim = check_model(Interim, own, "ia3.yaml").model_dump(mode="json")
    content["interim_defaults"] = {}  # each of them is a leaf of the interim
    return Settings(content, interim)


@dataclass(frozen=True)
class Stage:
    """What must be around a leaf before it can matter: other leaves, an export with one oddity."""

    leaves: tuple[tuple[Path_, Any], ...] = ()
    alter: Callable[[Path], None] | None = None


def list_leaves(settings: Settings) -> Iterator[tuple[Path_, Any]]:
    """Path and value of every leaf; an empty list or mapping is one."""
    for name, content in (("trial", settings.trial), ("interim", settings.interim)):
        yield from _walk((name,), content)


def group_leaves(leaves: Iterable[tuple[Path_, Any]]) -> list[list[tuple[Path_, Any]]]:
    """Leaves by kind; an entry that says something before one that leaves a default.

    What is empty here and holds something there is walked by what it holds there.
    """
    groups: dict[Path_, list[tuple[Path_, Any]]] = defaultdict(list)
    for path, value in leaves:
        groups[find_kind(path)].append((path, value))
    above = {kind[:depth] for kind in groups for depth in range(len(kind))}
    return [
        sorted(group, key=lambda leaf: leaf[1] in (None, {}, [], ""))
        for kind, group in groups.items()
        if not (kind in above and all(value in ({}, [], None) for _, value in group))
    ]


def _walk(path: Path_, value: Any) -> Iterator[tuple[Path_, Any]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _walk((*path, key), inner)
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _walk((*path, place), inner)
    else:
        yield path, value


def propose(path: Path_, value: Any) -> Sequence[Any]:
    """Other values for a leaf, near and far."""
    for pattern, values in SPECIAL.items():
        if matches(path, pattern):
            return values
    choices = _find_choices(path)
    if choices:
        return [choice for choice in choices if choice != value]
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value + 1, value - 1, value * 3 + 40, 1, 0)
    if isinstance(value, float):
        return (value * 1.5, value / 2, value + 1, value * 100, 0.0)
    return (f"{value}X",) if isinstance(value, str) else ()


def matches(path: Path_, pattern: str) -> bool:
    """Whether a path ends like a dotted pattern; * stands for any one part."""
    parts = pattern.split(".")
    ends = path[-len(parts) :]
    return len(ends) == len(parts) and all(
        part in ("*", str(own)) for part, own in zip(parts, ends, strict=True)
    )


def _find_choices(path: Path_) -> tuple[Any, ...]:
    """Values of a leaf whose type is a list of choices."""
    model: Any = Trial if path[0] == "trial" else Interim
    for part in path[1:]:
        if part not in model.model_fields:
            continue
        annotation = model.model_fields[str(part)].annotation
        inner = [kind for kind in flatten(annotation) if is_model(kind)]
        if not inner:
            words = list_choices(annotation)
            return words if part in (path[-1], path[-2]) else ()
        model = inner[0]
    return ()


# Where another value has to be of a certain kind to mean anything; patterns of the ends of paths.
SPECIAL: Mapping[str, Sequence[Any]] = {
    "interim.cutoff": ("2023-03-18",),
    "interim.extract": ("2023-04-20T00:00:00",),
    "interim.small_cell": (10,),
    "interim.planned_sd": (4.0,),
    "interim.mask_key_ref": ("env:OWN_KEY",),
    "interim.alpha_ledger": ("looks.jsonl",),
    "desirability.*.severe": (True,),
    "mmrm.covariates": (["ONSETGR1"],),
    "mmrm.sensitivity_covariates.*": ("AGE",),
    "stop.looks": ([4, 8, 16],),
    "trial.given": ({"arms": {"IV": "IV"}},),
    "arms.*.route": ("TRANSDERMAL",),
    "arms.*.code": ("XX",),
    "trial.control": ("IV",),
    "dates.te_end_days": (30,),
    "exposure.amounts": ([{"variable": "X", "label": "X"}],),
    "exposure.populations.*": ("ITT",),
    "baseline_table.*.levels": ({"F": "X"},),
    "subgroups.*.cuts": ([1.0],),
    "scoring.mas_arm": (["mas_elbow_flexors"],),
    "scoring.mas_leg": (["mas_knee_flexors"], ["mas_knee_extensors"], ["mas_elbow_flexors"]),
    "scoring.fms_total": ({"minimum": 0, "maximum": 10},),
    "scores.*.responder": ({"change": 1.0}, {"change": -1.0}),
    "responder.or_value_at_least": (0.0,),
    "responder.or_value_at_most": (1000.0,),
    "scores.*.fills_in": ("NIHSSTOT",),
    "scores.*.same_as": ("FIMTOT", "NIHSSTOT"),
    "scores.*.only": ({"sf36_version": ["v1"], "mas_coding": ["ordinal_0_5"]},),
    "scores.*.variants": ({"fms_definition": {"fma_motor": {"label": "X"}}},),
    "scores.*.classes": ({"all": [-1000, 1000]},),
    "variants.*.*.label": ("Another label",),
    "variants.*.*.range": ([0, 7],),
    "variants.*.*.responder": ({"change": 1.0}, {"change": -1.0}),
    "variants.*.*.same_as": ("NIHSSTOT",),
    "variants.*.*.classes": ({"all": [-1000, 1000]},),
    "adverse_events.extra_rows": ([{"code": "x", "label": "X", "events": {"AESER": ["Y"]}}],),
    "adverse_events.worst": ({"variable": "AETOXGR", "label": "X", "order": {"1": "I"}},),
    "adverse_events.aesi_file": ("none.csv",),
    "time_to_event.*.category": ("FEVER_CHILLS", "STROKE_RECURRENT"),
    "time_to_event.*.grade": (3, 2),
    "time_to_event.*.score": ("NIHSSTOT", "FIMTOT"),
    "pause_triggers.*.events.*": ("STROKE_RECURRENT", "THROMBOEMBOLISM"),
    "pause_triggers.*.lots.*": ("RELEASED",),
    "alarms.*.below": (1000.0,),
    "alarms.*.at_least": (0.0,),
    "alarms.*.fall": (0.1,),
    "alarms.*.rise": (0.1,),
    "trial.code_lists": ({"visits": ["BL"]},),
    "trial.end_reasons": ({"DEATH": "Another word"},),
    "trial.criteria.*": ("pregnancy, prostate",),
    "trigger.dose": (1,),
    "trial.subject_pattern": ("[0-9]",),
    "female_words.*": ("headach",),
    "male_words.*": ("headach",),
    "adverse_words.*": ("e",),
    "unit_slips.*": (1.2, 5.0, 2.0),
    "tone_words.*": ("a",),
    "medication.*.words.*": ("a",),
    "co_interventions.*.words.*": ("a",),
    "anticoagulant_words.*": ("a",),
}
# What is changed with a leaf, where it cannot be another one alone.
TOGETHER: Mapping[str, tuple[tuple[Path_, Any], ...]] = {
    "exposure.kind": ((("trial", "exposure", "duration"), "AGE"),),
}


def date_baseline_late(export: Path) -> None:
    """The baseline of the first control lies ten days after randomisation."""
    randomised = read_table(export / "restricted" / "rand.csv")
    first = randomised[randomised["ARMCD"] == "CTL"].iloc[0]
    day = pd.Timestamp(first["RANDDTC"]) + pd.Timedelta(days=10)
    date_visit(export, first["SUBJID"], "BL", day)


def date_month_3_after_dose_2(export: Path) -> None:
    """The third month of the first participant with two doses lies three days after the second."""
    doses = read_table(export / "restricted" / "ex.csv")
    second = doses[(doses["DOSENUM"] == "2") & (doses["EXOCCUR"] == "Y")].iloc[0]
    day = pd.Timestamp(second["EXSTDTC"]) + pd.Timedelta(days=3)
    date_visit(export, second["SUBJID"], "M03", day)


def date_deviations_late(export: Path) -> None:
    """Deviations of doses are dated twenty days after what they explain."""
    path = export / "open" / "dv.csv"
    frame = read_table(path)
    rows = frame["DVCAT"] == "DOSE"
    days = pd.to_datetime(frame.loc[rows, "DVSTDTC"]) + pd.Timedelta(days=20)
    frame.loc[rows, "DVSTDTC"] = days.dt.strftime("%Y-%m-%d")
    write_table(frame, path)


def enlarge(export: Path) -> None:
    """A trial of so many that figures draw some participants only."""
    shutil.rmtree(export)
    export.mkdir()
    write_export(export, n_per_arm=260)


def date_visit(export: Path, subject: str, visit: str, day: pd.Timestamp) -> None:
    """Put a visit and its forms on another day."""
    for name, column in (("sv", "SVSTDTC"), ("qs", "QSDTC")):
        frame = read_table(export / "open" / f"{name}.csv")
        rows = (frame["SUBJID"] == subject) & (frame["VISIT"] == visit) & (frame[column] != "")
        frame.loc[rows, column] = f"{day:%Y-%m-%d}" + frame.loc[rows, column].str[10:]
        write_table(frame, export / "open" / f"{name}.csv")


# Leaves that matter only where something else is so; see `find_stage` for kinds of them.
STAGES: Mapping[str, Stage] = {
    "notes.sf36_version.v1": Stage(
        (
            (("trial", "scoring", "sf36_version"), "v1"),
            (("trial", "scoring", "sf36_norms"), "us1990"),
        )
    ),
    "scoring.sf36_rand_half": Stage(((("trial", "scoring", "sf36_version"), "rand"),)),
    "baseline.days_after_randomisation": Stage(alter=date_baseline_late),
    "checks.deviation_days": Stage(alter=date_deviations_late),
    "interim.seed": Stage(alter=enlarge),
    "dates.after_dose2_days": Stage(alter=date_month_3_after_dose_2),
}


def find_stage(path: Path_) -> Stage:
    """What must be around a leaf: of a variant or a note, the scoring option that chooses it."""
    for pattern, stage in STAGES.items():
        if matches(path, pattern):
            return stage
    chooser = next((place for place, part in enumerate(path) if part in ("variants", "notes")), -1)
    chosen = path[chooser + 1 : chooser + 3] if chooser >= 0 else ()
    if len(chosen) == 2:
        return Stage(((("trial", "scoring", chosen[0]), chosen[1]),))
    return Stage()


# Fields, or what lies below them, that are words for readers.
WORDS = (
    *("label", "name", "title", "subtitle", "plan_note", "note", "window_note", "purpose", "unit"),
    *("interim_label", "levels", "categories", "labels", "later_bin", "date_only_bin", "contrast"),
)
# Read by what makes no report: other tests hold them.
# of a masked report: tests/masking/test_scope.py
ELSEWHERE = ("interim_defaults", "mask_scope")


@dataclass(frozen=True)
class Part:
    """One thing that a reader or an analyst gets: the data for an audience, or one display."""

    audience: str
    report: str = ""
    cell: int = -1

    @property
    def is_data(self) -> bool:
        return self.cell < 0


class Effects:
    """What settings do to one export; each part is made when it is asked for, and once.

    With `lent`, views of other settings, displays are made from their data: that is cheap, and says
    the same wherever the settings make the same data.
    """

    def __init__(
        self,
        settings: Settings,
        data: Path,
        scratch: Path,
        lent: Callable[[str], View] | None = None,
    ) -> None:
        self.data, self.lent = data, lent
        self.params = settings.write(scratch)
        self.refusal = ""
        self._views: dict[str, View] = {}
        self._parts: dict[Part, object] = {}
        try:
            self.trial = load_trial(self.params)
            self.interim = load_interim(self.params, "ia3", self.trial)
        except InterimError as error:
            self.refusal = str(error)

    def view(self, audience: str) -> View:
        if audience not in self._views:
            built = build_view(
                self.data, self.params, trial=self.trial, interim=self.interim, audience=audience
            )
            self._views[audience] = unpack_view(pack_view(built))
        return self._views[audience]

    @cached_property
    def outlines(self) -> tuple[object, ...]:
        """What needs no data: a refusal, where things are kept, what a page says of itself."""
        if self.refusal:
            return (self.refusal,)
        return (
            (self.interim.reports, self.interim.audiences),
            locate_ledger(Path("reports"), self.interim.alpha_ledger),
            choose_key_reference("", [self.interim]),
            self._describe_page(),
            self._find_reached(),
        )

    def part(self, part: Part) -> object:
        """Digests of the data of an audience; results and page of a display, or why there is none.

        What does not go with data that are lent is made from data of its own.
        """
        if part not in self._parts:
            if part.is_data:
                self._parts[part] = self._describe_data(part.audience)
            else:
                self._parts[part] = self._describe_display(part)
        return self._parts[part]

    def _describe_data(self, audience: str) -> object:
        try:
            view = self.view(audience)
        except InterimError as error:
            return str(error)
        facts = (view.cutoff, view.extract, view.synthetic, view.access)
        return digest_view(pack_view(view)), facts

    def _describe_display(self, part: Part) -> object:
        if self.lent is not None and part.audience not in self._views:
            own = replace(self.lent(part.audience), trial=self.trial, interim=self.interim)
            try:
                return _describe(make_display(own, part))
            except Exception:  # noqa: BLE001 - arms, visits or scores that its data do not know
                pass
        try:
            return _describe(make_display(self.view(part.audience), part))
        except InterimError as error:
            return str(error)

    def _find_reached(self) -> object:
        try:
            return find_reached(read_triggers(self.data), self.trial, self.interim.trigger)
        except InterimError as error:
            return str(error)

    def _describe_page(self) -> object:
        header = {
            "trial": self.trial.model_dump(mode="json"),
            "interim": self.interim.model_dump(mode="json"),
            "access": {"restricted": True},
            "cutoff": str(self.interim.cutoff),
            "extract": str(self.interim.extract or self.interim.cutoff),
            "synthetic": self.trial.synthetic,
        }
        return build_page_facts(Job("ia3", AUDIENCES[0], "safety", b"", b""), header)

    def texts(self) -> str:
        """Everything that can be read: pages, results, and the values of all data sets."""
        found = [repr(self._describe_page())]
        for part in list_parts():
            view = self.view(part.audience)
            if part.is_data:
                found += [frame.astype(str).to_csv() for frame in view.datasets.values()]
            elif (display := make_display(view, part)) is not None:
                found.append(show_html(display))
        return "\n".join(found)


@cache
def read_triggers(data: Path) -> Records:
    return read_schedule_records(data, PARAMS, load_trial(PARAMS))


def _describe(display: Display | None) -> tuple[str, str] | None:
    if display is None:
        return None
    return repr(display.results), hashlib.sha256(show_html(display).encode()).hexdigest()


def list_parts() -> list[Part]:
    """The data of every audience, and every cell of both notebooks that shows something to it."""
    return [
        *(Part(audience) for audience in AUDIENCES),
        *(
            Part(audience, report, place)
            for audience in AUDIENCES
            for report in REPORTS
            for place in range(len(read_cells(report, closed=audience != "open")[1]))
        ),
    ]


def make_display(view: View, part: Part) -> Display | None:
    """What a cell shows of a view; nothing where this view has nothing to show there."""
    names, cells = read_cells(part.report, closed=view.access.restricted)
    shown = eval(cells[part.cell], {**names, "view": view})
    return shown if isinstance(shown, Display) else None


@cache
def read_cells(report: str, *, closed: bool) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The names that a notebook imports, and its cells that are one expression."""
    content = json.loads((PROJECT / "notebooks" / f"{report}_report.ipynb").read_text())
    names: dict[str, Any] = {}
    cells: list[str] = []
    for cell in content["cells"]:
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] != "code" or "parameters" in tags or ("closed" in tags and not closed):
            continue
        source = "".join(cell["source"])
        tree = ast.parse(source)
        if isinstance(tree.body[0], ast.Import | ast.ImportFrom):
            exec(compile(tree, report, "exec"), names)
        elif isinstance(tree.body[-1], ast.Expr):
            cells.append(source.strip())
    return names, tuple(cells)


@contextmanager
def spy_on_parameters() -> Iterator[set[str]]:
    """Names of the parameters that are read meanwhile."""
    read: set[str] = set()

    def spy(model: Params, name: str) -> Any:
        read.add(name)
        return object.__getattribute__(model, name)

    Params.__getattribute__ = spy  # type: ignore[method-assign]
    try:
        yield read
    finally:
        del Params.__getattribute__


class Walk:
    """Leaves changed one by one; what they are compared with is made once.

    What the shipped settings read while a part is made says which parts are looked at first, of
    each audience the quickest before the others. A leaf counts as dead only after all parts of the
    effect.
    """

    def __init__(self, base: Settings, data: Path, scratch: Path) -> None:
        self.data, self.scratch = data, scratch
        self.base = base
        self.whole = Effects(base, data, scratch / "whole")
        self.reads: dict[Part, tuple[set[str], float]] = {}
        self.known: dict[Stage, tuple[Settings, Effects]] = {Stage(): (base, self.whole)}

    def find_shown(self) -> set[Path_]:
        """Words that are shown as they are: each gets a mark, and all marks are looked for."""
        leaves = [path for path, value in list_leaves(self.base) if is_words(path, value)]
        settings = self.base
        for place, path in enumerate(leaves):
            settings = settings.change(path, f"zq{place}z")
        text = Effects(settings, self.data, self.scratch / "marked").texts()
        shown = {path for place, path in enumerate(leaves) if f"zq{place}z" in text}
        kinds = {find_kind(path) for path in shown}
        return {path for path in leaves if find_kind(path) in kinds}

    def list_groups(self, shown: Collection[Path_]) -> list[list[tuple[Path_, Any]]]:
        """Leaves by kind, without those that are known to be shown or that other tests hold."""
        groups = [
            [
                (path, value)
                for path, value in group
                if path not in shown and not any(matches(path, pattern) for pattern in ELSEWHERE)
            ]
            for group in group_leaves(list_leaves(self.base))
        ]
        return [group for group in groups if group]

    def has_effect(self, path: Path_, value: Any, *, everywhere: bool = True) -> bool:
        """Whether another value of a leaf makes any part of the effect another one.

        `everywhere` looks also at what does not read a parameter of this name.
        """
        settings, known = self._find_known(find_stage(path))
        settings = settings.change(path, value)
        for pattern, changes in TOGETHER.items():
            for place, changed in changes if matches(path, pattern) else ():
                settings = settings.change(place, changed)
        other = Effects(settings, known.data, self.scratch / "other", known.view)
        if other.outlines != known.outlines:
            return True
        parts = self._order_parts(find_field(path), everywhere=everywhere)
        return any(other.part(part) != known.part(part) for part in parts)

    def find_dead(self, leaves: Sequence[tuple[Path_, Any]]) -> str:
        """What was tried in vain on leaves of one kind; empty where one of them has an effect."""
        tries = [(path, value, other) for path, value in leaves for other in propose(path, value)]
        for everywhere in (False, True):
            for path, _, other in tries:
                if self.has_effect(path, other, everywhere=everywhere):
                    return ""
        tried = [f"{name_leaf(path)}: {value!r} to {other!r}" for path, value, other in tries]
        return "; ".join(tried[:3]) or f"{name_leaf(leaves[0][0])}: nothing else is known"

    def find_reads(self, part: Part) -> tuple[set[str], float]:
        """Names of the parameters that a part of the effect reads, and the seconds it takes."""
        if part not in self.reads:
            start = time.process_time()
            with spy_on_parameters() as read:
                self.whole.part(part)
            self.reads[part] = read, time.process_time() - start
        return self.reads[part]

    def _order_parts(self, name: str, *, everywhere: bool) -> Iterator[Part]:
        """Parts of the effect, first those that read a parameter of this name.

        Open readers come first: they have few displays, so that many leaves are done with soon.
        Before any display of an audience was made, its data are looked at.
        """
        others: list[Part] = []
        for audience in reversed(AUDIENCES):
            parts = [part for part in list_parts() if part.audience == audience]
            if parts[-1] not in self.reads and name in self.find_reads(Part(audience))[0]:
                yield Part(audience)
            quickest = sorted(parts, key=lambda part: self.find_reads(part)[1])
            yield from (part for part in quickest if name in self.find_reads(part)[0])
            others += [part for part in quickest if name not in self.find_reads(part)[0]]
        yield from others if everywhere else ()

    def _find_known(self, stage: Stage) -> tuple[Settings, Effects]:
        """The shipped settings and their effect, with what a leaf needs around it."""
        if stage not in self.known:
            settings, data = self.base, self.data
            for path, value in stage.leaves:
                settings = settings.change(path, value)
            if stage.alter is not None:
                data = copy_export(data, self.scratch / f"data{len(self.known)}")
                stage.alter(data)
            folder = self.scratch / f"base{len(self.known)}"
            self.known[stage] = settings, Effects(settings, data, folder)
        return self.known[stage]


def name_leaf(path: Path_) -> str:
    """The path of a leaf as text."""
    return ".".join(map(str, path))


def find_field(path: Path_) -> str:
    """The parameter that a leaf is, or is an entry of."""
    model: Any = Trial if path[0] == "trial" else Interim
    name = ""
    for part in path[1:]:
        if part in model.model_fields:
            name = str(part)
            model = _find_inner(model, part) or model
    return name


def find_kind(path: Path_) -> Path_:
    """A path in which entries of one kind, and words for codes, stand as *."""
    model: Any = Trial if path[0] == "trial" else Interim
    kind: list[str | int] = [path[0]]
    entry = False
    for part in path[1:]:
        if entry:
            kind.append("*")
            entry = False
            continue
        kind.append(part)
        if part not in model.model_fields:
            continue
        inner = _find_inner(model, part)
        entry = part != path[-1] and (_is_many(model, part) if inner else _holds_words(model, part))
        model = inner if inner is not None else model
    return tuple(kind)


def _find_inner(model: Any, part: str | int) -> Any:
    declared = model.model_fields.get(part)
    kinds = flatten(declared.annotation) if declared is not None else []
    return next((kind for kind in kinds if is_model(kind)), None)


def _is_many(model: Any, part: str | int) -> bool:
    """Whether a field holds several of its model."""
    return get_origin(_strip(model.model_fields[part].annotation)) in (dict, tuple)


def _holds_words(model: Any, part: str | int) -> bool:
    """Whether a field is a list, or a mapping, of words; or a mapping of ranges."""
    annotation = model.model_fields[part].annotation
    kinds = flatten(annotation)
    if get_origin(annotation) is dict and get_origin(_strip(get_args(annotation)[1])) is tuple:
        return True
    return all(kind in (str, Ellipsis, type(None)) or isinstance(kind, str) for kind in kinds)


def _strip(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def is_words(path: Path_, value: Any) -> bool:
    """Whether a leaf is a text for readers and not a name that something else is found by.

    A list holds names, as `spinal_fluid.categories` those of event categories; a mapping its words.
    """
    above = path[-2:-1] if isinstance(path[-1], str) else ()
    names = {*path[-1:], *above} & {*WORDS}
    return isinstance(value, str) and bool(names) and "variants" not in path
