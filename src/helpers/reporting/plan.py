"""Which reports a call asks for, what they rest on, and which of them must be computed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, get_args

from helpers.displays.catalogue import check_named_displays
from helpers.errors import UsageError
from helpers.intake.info import check_folder
from helpers.intake.schema import AUDIENCES, Access, load_access
from helpers.params import Interim, Trial, list_interims, load_interim, load_trial
from helpers.params.committee import digest_committee
from helpers.params.interim import Audience, Report
from helpers.params.loading import nearest
from helpers.reporting.blinding.places import check_place
from helpers.reporting.publishing.fingerprint import (
    RunInputs,
    digest_json,
    digest_notebook,
    read_run_inputs,
)
from helpers.reporting.publishing.manifest import read_manifest
from helpers.reporting.publishing.seal import Seals, check_seals, seal_trial
from helpers.reporting.publishing.state import (
    ALPHA_LEDGER,
    FOLDER,
    LEDGER,
    UNMASKINGS,
    State,
    failed_path,
    is_untouched,
    read_state,
    state_path,
)
from helpers.reporting.spending.place import check_ledger, locate_ledger

OPEN = "open"
FILE = "file:"
REHEARSALS = "rehearsals"


@dataclass(frozen=True)
class Request:
    """A call of `interim run`, its folders resolved. Empty `interims` means all.

    `mask_key` names the secret behind letters for arms and is never the secret itself.
    `rehearse` is the seed of a rehearsal, whose `out` is a folder of its own (`rehearsal_folder`).
    `rerun_reason` says why a look is made that does not come out as the alpha ledger holds it.
    """

    params: Path
    data: Path
    out: Path
    notebooks: Path
    interims: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    jobs: int = 1
    force: bool = False
    mask_key: str = ""
    rehearse: int | None = None
    rerun_reason: str = ""


def rehearsal_folder(out: Path, seed: int) -> Path:
    """Where reports of a rehearsal are published: below the real ones, never in their place."""
    return out / REHEARSALS / str(seed)


@dataclass(frozen=True)
class Target:
    """One published folder of the call: an interim for an audience, and its stale reports.

    `reports` are those asked for; `stale` those to compute, with their fingerprint. `committee` is
    the digest of what it tells of the committee's file, empty where that is nothing. `closed`: its
    folder is for its owner alone; `restricted`: its readers may see all there is.
    """

    name: str
    audience: str
    closed: bool
    restricted: bool
    interim: Interim = field(repr=False)
    reports: tuple[str, ...]
    stale: Mapping[str, str]
    others: tuple[str, ...]
    folder: Path
    state: State = field(repr=False)
    committee: str = ""


@dataclass(frozen=True)
class Plan:
    """Everything decided before anything is computed."""

    request: Request
    trial: Trial = field(repr=False)
    notebooks: Mapping[str, bytes] = field(repr=False)
    inputs: RunInputs = field(repr=False)
    targets: tuple[Target, ...]
    seals: Seals | None = field(default=None, repr=False)

    def notebook_digest(self, report: str) -> str:
        """SHA-256 of a report's notebook as committed, without outputs."""
        return digest_notebook(self.notebooks[report])


def build_plan(request: Request) -> Plan:
    """Decide what to compute.

    Raises
    ------
    UsageError
        For unknown interims, reports or audiences, faulty parameters, missing folders.
    """
    trial = load_trial(request.params)
    known = list_interims(request.params)
    names = request.interims or known
    if not names:
        raise UsageError(f"{request.params}: holds no interim")
    interims = {name: load_interim(request.params, name, trial) for name in names}
    request = replace(request, mask_key=choose_key_reference(request.mask_key, interims.values()))
    _check_known("report", request.reports, get_args(Report))
    _check_known("audience", request.audiences, get_args(Audience))
    check_folder(request.data, imported=trial.level == "adam")
    notebooks = _read_notebooks(request, interims)
    audiences = {name: _audiences(request, interims[name]) for name in interims}
    seen = dict.fromkeys(audience for each in audiences.values() for audience in each)
    accesses = {audience: load_access(request.params, audience) for audience in seen}
    check_named_displays(request.params / "tables" / AUDIENCES)
    restricted = any(access.closed for access in accesses.values())
    seals = None
    lettered = any(
        has_letters(interims[name], accesses[audience])
        for name in interims
        for audience in audiences[name]
    )
    if lettered:
        seals = seal_trial(request.mask_key, request.data, trial, interims)
        check_seals(request.out, seals)
    inputs = read_run_inputs(request.data, request.params, known, restricted=restricted)
    for interim in interims.values():
        check_ledger(request.out, interim, (request.params, request.data, request.notebooks))
    ground = _Ground(request, trial, inputs, seals)
    targets = [
        _plan_target(ground, name, interims[name], accesses[audience], notebooks)
        for name in interims
        for audience in audiences[name]
    ]
    wanted = tuple(target for target in targets if target.reports)
    check_place(request.out, closed=any(t.closed for t in wanted), what="a report")
    if not wanted:
        raise UsageError(f"no interim of this call has a report {' or '.join(request.reports)}")
    return Plan(request, trial, notebooks, inputs, wanted, seals)


def has_letters(interim: Interim, access: Access) -> bool:
    """Whether a report rests on the letters of arms: it shows them, or is in their order."""
    return access.labels or (access.restricted and interim.arms_order == "mask")


def choose_key_reference(called: str, interims: Iterable[Interim]) -> str:
    """Where the mask key stands: what the call names, else what the interims of the call name.

    Raises
    ------
    UsageError
        If they name several: letters are the same at every interim, so there is one key.
    """
    if called:
        return called
    named = {interim.mask_key_ref: interim.interim_id for interim in interims}
    known = {reference: name for reference, name in named.items() if reference is not None}
    if len(known) > 1:
        (first, one), (second, other), *_ = known.items()
        raise UsageError(
            f"mask_key_ref: {one} names {first}, {other} names {second}; letters are the same at "
            "every interim: name one, under interim_defaults, or give --mask-key"
        )
    return next(iter(known), "")


def list_refused_places(plan: Plan) -> dict[str, str]:
    """What the kernel of an open or masked report may not open: by path, and its name in a message.

    The export, both halves: its open one holds more than an open reader gets. What is published
    for closed readers, and what this program keeps beside it.
    """
    request = plan.request
    places = {request.data / name: name for name in ("restricted", "open", "truth.json")}
    planned = {target.name for target in plan.targets}
    if request.rehearse is None:
        places |= _list_closed(request.out, planned)
        places[request.out / REHEARSALS] = REHEARSALS
    else:  # its own, and the real ones that it lies below
        places |= {**_list_closed(request.out, planned), **_list_closed(request.out.parents[1])}
    if request.mask_key.startswith(FILE):
        places[Path(request.mask_key.removeprefix(FILE))] = "the mask key"
    for target in plan.targets:
        ledger = locate_ledger(request.out, target.interim.alpha_ledger)
        if ledger.needed:
            places[ledger.path] = "the alpha ledger"
    return {str(path): name for path, name in places.items()}


def _list_closed(out: Path, planned: Collection[str] = ()) -> dict[Path, str]:
    """What is published for closed readers in `out`, and what this program keeps beside it."""
    closed = [audience for audience in get_args(Audience) if audience != OPEN]
    published = {path.name for path in out.glob("*") if path.is_dir()}
    places = {
        out / name / audience: f"{name}/{audience}"
        for name in sorted({*published, *planned})
        for audience in closed
    }
    beside = {out / name: name for name in (FOLDER, LEDGER, ALPHA_LEDGER, UNMASKINGS)}
    return {**beside, **places}


def _audiences(request: Request, interim: Interim) -> tuple[str, ...]:
    """Audiences asked for, else those of the interim's file.

    A report for closed readers can be made at any look: its readers may know more than it says. One
    for open readers only where the file names them: which looks they see is planned beforehand.

    Raises
    ------
    UsageError
        If open readers get no report of this interim.
    """
    if OPEN in request.audiences and OPEN not in interim.audiences:
        raise UsageError(
            f"{interim.interim_id}: its file gives no report to open readers (audiences: "
            f"{', '.join(interim.audiences)}); a report beyond the plan shows them by the "
            "difference what happened between two looks"
        )
    return tuple(dict.fromkeys(request.audiences or interim.audiences))


class _Ground(NamedTuple):
    """What every target of a call rests on."""

    request: Request
    trial: Trial
    inputs: RunInputs
    seals: Seals | None


def _plan_target(
    ground: _Ground,
    name: str,
    interim: Interim,
    access: Access,
    notebooks: Mapping[str, bytes],
) -> Target:
    request, trial, inputs, seals = ground
    audience = access.audience
    folder = request.out / name / audience
    state = read_state(state_path(request.out, name, audience))
    untouched = is_untouched(folder, state.files)
    published = set(read_manifest(folder).get("reports", {}))
    wanted = set(request.reports or interim.reports)
    # what somebody has changed by hand is made again, not carried over
    wanted |= set() if untouched or wanted.isdisjoint(interim.reports) else published
    reports = tuple(report for report in interim.reports if report in wanted)
    others = tuple(report for report in interim.reports if report in wanted | published)
    told = access.restricted and request.rehearse is None
    committee = digest_committee(request.params, trial, interim) if told else ""
    fingerprints: dict[str, str] = {
        report: digest_json(
            {
                "data": inputs.data_for(restricted=access.closed),
                "seal": seals.values[name] if seals and has_letters(interim, access) else "",
                "parameters": inputs.parameters_of(name),
                "committee": committee,
                "code": inputs.code,
                "versions": dict(inputs.versions),
                "notebook": digest_notebook(notebooks[report]),
                "report": [name, audience, report, *others],
                "rehearse": request.rehearse,
            }
        )
        for report in reports
    }
    stale = {
        report: fingerprint
        for report, fingerprint in fingerprints.items()
        if request.force
        or not untouched
        or state.fingerprints.get(report) != fingerprint
        or failed_path(request.out, name, audience, report, closed=access.closed).exists()
    }
    return Target(
        name,
        audience,
        access.closed,
        access.restricted,
        interim,
        reports,
        stale,
        others,
        folder,
        state,
        committee,
    )


def _read_notebooks(request: Request, interims: Mapping[str, Interim]) -> dict[str, bytes]:
    reports = {report for interim in interims.values() for report in interim.reports}
    return {report: _read_notebook(request.notebooks, report) for report in sorted(reports)}


def _read_notebook(folder: Path, report: str) -> bytes:
    path = folder / f"{report}_report.ipynb"
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None


def _check_known(what: str, given: tuple[str, ...], known: tuple[Any, ...]) -> None:
    for name in given:
        if name not in known:
            raise UsageError(
                f"unknown {what} {name!r}{nearest(name, known)} Known: {', '.join(known)}"
            )
