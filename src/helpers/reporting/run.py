"""One call of `interim run`: views built, reports run, folders published, index pages renewed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from helpers.datasets.reader import Reader
from helpers.errors import InterimError
from helpers.intake.private_side import is_shared, list_shared
from helpers.masking.key import hide_key
from helpers.reporting.blinding.forbidden_words import check_words
from helpers.reporting.blinding.places import say_shared
from helpers.reporting.jobs.job import Job, Outcome
from helpers.reporting.jobs.pool import Bug, Pool, open_pool, start_server
from helpers.reporting.jobs.task import Task
from helpers.reporting.plan import OPEN, Plan, Target, list_refused_places
from helpers.reporting.publishing.folder import publish_reports
from helpers.reporting.publishing.manifest import find_other_trials
from helpers.reporting.publishing.publish import check_writable, kept_folder, write_file
from helpers.reporting.publishing.state import FOLDER, failed_path, write_index_digests
from helpers.reporting.spending.ledger import book_look, check_look
from helpers.reporting.spending.place import LedgerFile, locate_ledger

INDEX = "index.html"
EFFICACY = "efficacy"  # the report that compares arms
NOT_DUE = "not_due"
CALLED_WRONG = 2  # exit code: an interim asked for by name whose cut-off lies after the export


@dataclass(frozen=True)
class Line:
    """What became of one report: `status` is published, unchanged, not_due or failed.

    `error` says why a report failed, or why its interim is not due.
    """

    interim: str
    audience: str
    report: str
    status: str
    path: Path
    error: str = ""


class Listener(Protocol):
    """Is told how a run goes on."""

    def begin(self, total: int) -> None:
        """So many reports will be computed."""

    def advance(self, report: str, done: int, total: int) -> None:
        """A report has started cell `done` of `total`."""

    def finish(self, report: str, error: str) -> None:
        """A report is done; `error` is empty when it went well."""

    def skip(self, report: str) -> None:
        """A report will not be made, and that is no failure."""

    def note(self, text: str) -> None:
        """Something worth knowing happened."""


@dataclass
class _Work:
    """One target on its way: the packed view, and the outcomes so far.

    `look_note` is what the alpha ledger holds otherwise than its look is planned.
    """

    target: Target
    packed: Any = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    look_note: str = ""


@dataclass(frozen=True)
class RunResult:
    """What became of every report asked for, in the order of the plan, and the exit code."""

    lines: tuple[Line, ...]
    exit_code: int


def run_plan(plan: Plan, listener: Listener) -> RunResult:
    """Compute, publish and index everything in the plan that is stale.

    Reports fail one by one: the others still run.

    Raises
    ------
    RunError
        If nothing can be written where reports are published.
    """
    run = _Run(plan, listener)
    with hide_key(plan.request.mask_key):
        run.do_stale()
    return RunResult(tuple(run.lines.values()), exit_code_of(run.exit_codes))


class _Run:
    def __init__(self, plan: Plan, listener: Listener) -> None:
        self.plan = plan
        self.listener = listener
        self.lines: dict[tuple[str, str, str], Line] = {}
        self.exit_codes: list[int] = []
        self.put_off: set[str] = set()
        # whoever makes open reports may be an open reader: nothing closed is said beside them
        self.overheard = any(not target.closed for target in plan.targets)

    def do_stale(self) -> None:
        request = self.plan.request
        for target in self.plan.targets:
            for report in target.reports:
                self._conclude(target, report, "unchanged")
        self._say_shared()
        work = [target for target in self.plan.targets if target.stale]
        if work or is_index_old(request.out):
            start_server()
            check_writable(request.out)
            self.listener.begin(sum(len(target.stale) for target in work))
            with open_pool(request.jobs) as pool:
                for target in work:
                    self._build_view(pool, _Work(target))
                pool.drain()
                self._renew_index(pool)

    def _say_shared(self) -> None:
        """Whoever runs closed reports is told who else can read what tells the arms."""
        closed = [target for target in self.plan.targets if target.closed]
        if closed:
            for text in list_shared(self.plan.request.data):
                self.listener.note(f"{self.plan.request.data}: {text}")
        for target in closed:
            if is_shared(target.folder):
                self.listener.note(say_shared(target.folder))

    def _build_view(self, pool: Pool, work: _Work) -> None:
        target, request = work.target, self.plan.request
        lettered = target.closed and (not target.restricted or target.interim.arms_order == "mask")
        seals = self.plan.seals if lettered else None
        key = seals.key if seals is not None else None
        reader = Reader(target.audience, request.rehearse, key)
        arguments = (request.data, request.params, target.name, reader)

        def start_reports(packed: Any) -> None:
            work.packed = packed
            for report in target.stale:
                problem = self._check_look(work) if report == EFFICACY else ""
                if problem:
                    self._take_outcome(work, report, Outcome(error=problem))
                else:
                    self._run_report(pool, work, report)

        def give_up(error: InterimError) -> None:
            if error.not_due and (error.exit_code != CALLED_WRONG or not request.interims):
                self._put_off(target, str(error))
                return
            for report in target.stale:
                self._fail(target, report, self._describe(error, target, "view"), error)

        pool.submit(Task("build_packed_view", arguments), start_reports, give_up)

    def _run_report(self, pool: Pool, work: _Work, report: str) -> None:
        target = work.target
        job = Job(
            interim=target.name,
            audience=target.audience,
            report=report,
            notebook=self.plan.notebooks[report],
            view=work.packed.content,
            others=tuple(other for other in target.others if other != report),
            refused={} if target.restricted else list_refused_places(self.plan),
            overheard=self.overheard,
            failed=self._name_failed(target, report),
            rehearse=self.plan.request.rehearse is not None,
            look_note=work.look_note if report == EFFICACY else "",
        )

        def take(outcome: Outcome) -> None:
            if outcome.again and report not in work.tried:
                work.tried.add(report)
                self.listener.note(f"{job.name}: {outcome.error}; trying once more")
                self._run_report(pool, work, report)
                return
            self._take_outcome(work, report, outcome)

        def give_up(error: InterimError) -> None:
            self.exit_codes.append(error.exit_code)
            text = self._describe(error, target, report)
            self._take_outcome(work, report, Outcome(error=text))

        def advance(done: int, total: int) -> None:
            self.listener.advance(job.name, done, total)

        pool.submit(Task("run_job", (job,), kernel=True), take, give_up, advance)

    def _check_look(self, work: _Work) -> str:
        """Why the alpha ledger does not allow this look; empty where it does."""
        request, booking = self.plan.request, work.packed.booking
        if booking is None:
            return ""
        try:
            work.look_note = check_look(
                self._locate_ledger(work), booking, request.rerun_reason, self._list_coming()
            )
        except InterimError as error:
            return str(error)
        if work.look_note:
            self.listener.note(f"{work.target.name}: {work.look_note}")
        return ""

    def _locate_ledger(self, work: _Work) -> LedgerFile:
        return locate_ledger(self.plan.request.out, work.target.interim.alpha_ledger)

    def _list_coming(self) -> set[str]:
        """Interims whose look this call books, or has booked: made at the same time, in any order.

        One that failed is not booked.
        """
        return {
            target.interim.interim_id
            for target in self.plan.targets
            if target.restricted
            and EFFICACY in target.stale
            and self.lines[target.name, target.audience, EFFICACY].status != "failed"
        }

    def _book_look(self, work: _Work) -> None:
        """Write a look down before it is published; one that cannot be is not published."""
        outcome, booking = work.outcomes.get(EFFICACY), work.packed.booking
        if booking is None or outcome is None or outcome.error:
            return
        request = self.plan.request
        try:
            book_look(self._locate_ledger(work), booking, request.rerun_reason, self._list_coming())
        except InterimError as error:
            work.outcomes[EFFICACY] = Outcome(error=str(error))

    def _take_outcome(self, work: _Work, report: str, outcome: Outcome) -> None:
        target = work.target
        work.outcomes[report] = outcome
        self.listener.finish(name_report(target, report), outcome.error)
        if len(work.outcomes) < len(target.stale):
            return
        self._book_look(work)
        try:
            kept = publish_reports(self.plan, target, work.packed, work.outcomes)
        except InterimError as error:
            for name in work.outcomes:
                self._fail(target, name, str(error), error)
            return
        if kept:
            place = kept_folder(target.folder)
            self.listener.note(f"{place}: {', '.join(kept)} (not of this program, kept there)")
        for name, result in work.outcomes.items():
            status = "failed" if result.error else "published"
            self.exit_codes += [1] if result.error else []
            self._conclude(target, name, status, result.error)

    def _fail(self, target: Target, report: str, text: str, error: InterimError) -> None:
        self.exit_codes.append(error.exit_code)
        self.listener.finish(name_report(target, report), text)
        self._conclude(target, report, "failed", text)

    def _put_off(self, target: Target, text: str) -> None:
        """The day of an interim has not come: no failure; why is said at the end."""
        if target.name not in self.put_off:
            self.listener.note(f"{target.name}: not due: the reason stands at the end")
        self.put_off.add(target.name)
        for report in target.stale:
            self.listener.skip(name_report(target, report))
            self._conclude(target, report, NOT_DUE, text)

    def _conclude(self, target: Target, report: str, status: str, error: str = "") -> None:
        key = (target.name, target.audience, report)
        path = target.folder / f"{report}.html"
        self.lines[key] = Line(*key, status=status, path=path, error=error)

    def _describe(self, error: InterimError, target: Target, what: str) -> str:
        """Message of an error; the traceback of a bug goes to a file for its owner only."""
        if not isinstance(error, Bug):
            return str(error)
        trace = str(error).rstrip()
        path = self.plan.request.out / FOLDER / f"{target.name}-{target.audience}-{what}.error"
        write_file(path, f"{trace}\n".encode(), mode=0o600)
        # the last line is the exception's own: it may hold what nobody may read
        words = "" if self.overheard else f": {trace.splitlines()[-1]}"
        return f"unexpected error{words} (details in {path})"

    def _name_failed(self, target: Target, report: str) -> str:
        out = self.plan.request.out
        path = failed_path(out, target.name, target.audience, report, closed=target.closed)
        return path.relative_to(out).as_posix()

    def _renew_index(self, pool: Pool) -> None:
        out = self.plan.request.out

        def write(pages: Mapping[str, bytes]) -> None:
            closed = {n for n in pages if n.count("/") == 2 and f"/{OPEN}/" not in n}
            for target in self.plan.targets:
                name = f"{target.name}/{target.audience}/{INDEX}"
                if name in pages and not target.restricted:
                    readers = "masked" if target.closed else "open"
                    check_words({name: pages[name]}, self.plan.trial, readers)
            for name, content in pages.items():
                path = out / name
                if not path.is_file() or path.read_bytes() != content:
                    write_file(path, content, mode=0o600 if name in closed else 0o644)
            write_index_digests(out, pages)

        def give_up(error: InterimError) -> None:
            raise error

        pool.submit(Task("build_index_pages", (out,)), write, give_up)
        pool.drain()


def is_index_old(out: Path) -> bool:
    """Whether there is no index, or another trial was published below since it was made."""
    index = out / INDEX
    if not index.is_file():
        return True
    text = index.read_text(encoding="utf-8", errors="replace")
    return any(f"{name}/{INDEX}" not in text for name in find_other_trials(out))


def name_report(target: Target, report: str) -> str:
    """How messages call a report."""
    return f"{report} of {target.name} ({target.audience})"


def exit_code_of(codes: list[int]) -> int:
    """0 when nothing failed; 2 when all that failed was wrong usage; else 1."""
    if not codes:
        return 0
    return 2 if set(codes) == {2} else 1
