"""Files of analysis data -> an export folder with an open and a restricted side."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from helpers.imported.agreement import SUBJECT_LEVEL, compare_datasets
from helpers.imported.arms import find_arms_of_participants
from helpers.imported.dataset import PERSON, ROW, Dataset, build_dataset, hide_variables
from helpers.imported.iso_texts import read_days
from helpers.imported.mapping import ImportMapping
from helpers.imported.notes import Note, notes_frame
from helpers.imported.read import Candidate, Unused, find_sources, read_source
from helpers.imported.sdtm import describe_collected, is_collected
from helpers.imported.source import NotUsed, Source, SourceError
from helpers.imported.telling import find_telling
from helpers.imported.variables import load_rules

COLLECTED = "is a table as collected (SDTM), not used"
NO_PARTICIPANT = f"has no variable {PERSON}, so is about no participant; not used"
ANALYSIS = "ad"  # how the names of analysis data sets begin


@dataclass(frozen=True)
class Imported:
    """All data sets of one import, and what there is to know about it."""

    study: str
    datasets: Mapping[str, Dataset] = field(repr=False)
    notes: pd.DataFrame = field(repr=False)
    sources: Mapping[str, str] = field(repr=False)


def import_analysis_data(paths: Iterable[Path], mapping: ImportMapping) -> Imported:
    """Read, type and compare the data sets of a trial, and restrict what tells the arm.

    Raises
    ------
    SourceError
        If a file cannot be used, or there is no subject-level data set.
    """
    sources, unused = _read_sources(paths, mapping)
    _check_level(sources, unused)
    datasets, notes = _build_datasets(sources, mapping)
    _check_subject_level(datasets, sources)
    datasets, others = leave_out_other_studies(datasets)
    notes += [Note("", "", f"{u.path.name!a}: {u.why}", 0, "W", True) for u in unused]
    notes += others
    notes += compare_datasets(datasets)
    study = mapping.study or _name_study(datasets[SUBJECT_LEVEL].frame)
    datasets, found = restrict_telling(datasets, mapping)
    return Imported(
        study,
        datasets,
        notes_frame(_hide_notes(notes, datasets) + found),
        {source.path.name: _digest(source.path) for source in sources},
    )


def _read_sources(
    paths: Iterable[Path], mapping: ImportMapping
) -> tuple[list[Source], list[Unused]]:
    """Data sets of the files, and the files that give none."""
    candidates, unused = find_sources(paths)
    sources = []
    for candidate in candidates:
        try:
            source = read_source(candidate.path, mapping.encoding)
        except NotUsed as reason:
            if candidate.named:
                raise
            unused.append(_explain(candidate, reason))
            continue
        if mapping.skips(source.name):
            unused.append(Unused(candidate.path, "is left out, as the mapping says"))
        elif is_collected(source) and mapping.of(source.name).to is None:
            unused.append(Unused(candidate.path, COLLECTED))
        elif not candidate.named and _is_look_up(source, mapping):
            unused.append(Unused(candidate.path, NO_PARTICIPANT))
        else:
            sources.append(source)
    return sources, unused


def _is_look_up(source: Source, mapping: ImportMapping) -> bool:
    """Whether a table is about no participant, and neither name nor mapping says otherwise."""
    stated = mapping.of(source.name)
    known = source.name.startswith(ANALYSIS) or stated.to is not None or stated.rename
    return PERSON not in source.frame and not known


def _check_level(sources: Iterable[Source], unused: Iterable[Unused]) -> None:
    """Not everything is SDTM."""
    collected = [file.path.stem for file in unused if file.why == COLLECTED]
    if collected and not list(sources):
        raise SourceError(describe_collected(collected))


def _explain(candidate: Candidate, reason: NotUsed) -> Unused:
    return Unused(candidate.path, str(reason).removeprefix(f"{candidate.path.name}: "))


def _build_datasets(
    sources: Iterable[Source], mapping: ImportMapping
) -> tuple[dict[str, Dataset], list[Note]]:
    datasets: dict[str, Dataset] = {}
    notes: list[Note] = []
    for source in sources:
        dataset, found = build_dataset(source, mapping, load_rules())
        if dataset.name in datasets:
            raise SourceError(
                f"{source.path.name}: a second data set {dataset.name}; give one of the files, or "
                "map one to another name"
            )
        datasets[dataset.name] = dataset
        notes += found
    return datasets, notes


def _check_subject_level(datasets: Mapping[str, Dataset], sources: Iterable[Source]) -> None:
    if SUBJECT_LEVEL not in datasets:
        read = ", ".join(sorted(source.path.name for source in sources)) or "the sources"
        raise SourceError(
            f"no {SUBJECT_LEVEL} among {read}; the subject-level data set is needed, as a file of "
            "that name or mapped to it"
        )


def leave_out_other_studies(
    datasets: Mapping[str, Dataset],
) -> tuple[dict[str, Dataset], list[Note]]:
    """The data sets without those that say themselves that they belong to another study."""
    own = _list_studies(datasets[SUBJECT_LEVEL].frame)
    kept, notes = {}, []
    for name, dataset in datasets.items():
        studies = _list_studies(dataset.frame)
        if own and studies and not studies & own:
            what = f"is of another study ({', '.join(sorted(studies)[:3])}); not used"
            notes.append(Note("", "", f"{name} {what}", len(dataset.frame), "W", True))
        else:
            kept[name] = dataset
    return kept, notes


def _list_studies(frame: pd.DataFrame) -> set[str]:
    return set(frame["STUDYID"].dropna()) if "STUDYID" in frame else set()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _name_study(adsl: pd.DataFrame) -> str:
    names = sorted(_list_studies(adsl))
    if len(names) != 1:
        listed = ", ".join(map(str, names[:5])) or "none"
        raise SourceError(f"{SUBJECT_LEVEL}: one STUDYID is needed, found {listed}; give `study`")
    return str(names[0])


def restrict_telling(
    datasets: Mapping[str, Dataset], mapping: ImportMapping
) -> tuple[dict[str, Dataset], list[Note]]:
    """Variables that tell who got what move to the restricted side; a mapping may keep them open.

    What is said of them stands on the restricted side too.
    """
    arms = find_arms_of_participants(datasets[SUBJECT_LEVEL].frame)
    if not arms:
        what = "no variable of the arm: what tells it cannot be found out, only names decide"
        return dict(datasets), [Note(SUBJECT_LEVEL, "", what, 0, "W")]
    shown = {name: _show_open(dataset) for name, dataset in datasets.items()}
    shown = {name: frame for name, frame in shown.items() if set(frame) > {PERSON}}
    hidden: dict[str, set[str]] = {name: set() for name in datasets}
    notes = []
    for telling in find_telling(shown, arms):
        whole = not telling.variable
        variables = set(shown[telling.dataset]) - {PERSON} if whole else {telling.variable}
        kept = variables & set(mapping.open)
        hidden[telling.dataset] |= variables - kept
        all_kept = kept == variables
        side = "stays open, as the mapping says" if all_kept else "restricted"
        severity = "W" if all_kept else "I"
        notes.append(
            Note(telling.dataset, telling.variable, f"{telling.how}; {side}", 0, severity, True)
        )
    return {name: hide_variables(d, hidden[name]) for name, d in datasets.items()}, notes


def _show_open(dataset: Dataset) -> pd.DataFrame:
    """The open variables; days that stand as text as days, as which they are compared."""
    frame = dataset.frame.drop(columns=[ROW, *dataset.restricted])
    texts = [name for name in frame.columns if name.endswith("DTC")]
    return frame.assign(**{name: read_days(frame[name]) for name in texts})


def check_usable(imported: Imported) -> None:
    """Stop where the data cannot be used as they are.

    Raises
    ------
    SourceError
        One line per reason: data set, variable, what was found, what to do.
    """
    stopping = imported.notes[imported.notes["severity"] == "S"]
    if not stopping.empty:
        lines = [
            f"{n.dataset}{'.' * bool(n.variable)}{n.variable}: {n.what} ({n.records} records)"
            for n in stopping.itertuples()
        ]
        raise SourceError("\n".join(lines))


def _hide_notes(notes: Iterable[Note], datasets: Mapping[str, Dataset]) -> list[Note]:
    """What is said of a restricted variable is restricted."""
    return [
        replace(note, restricted=True)
        if note.dataset in datasets and note.variable in datasets[note.dataset].restricted
        else note
        for note in notes
    ]


def latest_date(datasets: Iterable[Dataset]) -> pd.Timestamp:
    """End of the latest day on which anything happened."""
    days = [
        dataset.frame[column].max()
        for dataset in datasets
        for column in dataset.frame.select_dtypes(include=["datetime64"]).columns
    ]
    known = [day for day in days if pd.notna(day)]
    if not known:
        raise SourceError("no date in any data set; give --extract")
    return pd.Timestamp(max(known)).normalize() + pd.Timedelta(hours=23, minutes=59)
