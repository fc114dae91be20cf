"""The operator's loop: policies → watches → looks → findings as objects → jobs → plans and approvals as objects.

`Operator.tick` is one turn and does nothing that takes long; what does runs in the threads of the crew and comes back
through a queue. Only this thread touches the books.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kora.cluster.records import RecordWriter
from kora.domain.actors import Actor, Surface
from kora.domain.findings import Finding, Severity
from kora.domain.objects import Manifest
from kora.domain.plans import PlanState
from kora.domain.progress import Progress, silent
from kora.domain.risk import Autonomy
from kora.kit import clock
from kora.kit.errors import KoraError, Retryable
from kora.operations.diagnose.causes import PASSING
from kora.operations.heal.records import BY_ITSELF, cured, history_of
from kora.operations.heal.report import BY_STATE, Fate, Line, plan_json
from kora.operations.heal.switch import paused
from kora.operations.plans.lifecycle import expire, reject
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.operator.agenda import CONFIRM_SECONDS, LATER, Agenda
from kora.operator.alerts import Alert, Alerts
from kora.operator.approvals import ApprovalDesk
from kora.operator.cached_reader import MemoryReader
from kora.operator.detection import Looker
from kora.operator.findings import FindingBook, Note
from kora.operator.jobs import Crew, Done, Job, Means
from kora.operator.logs import Log
from kora.operator.metrics import Labels, Metrics
from kora.operator.mirror import Health, Mirror, Stream, streams_for
from kora.operator.plans import PlanBook
from kora.operator.policies import Coverage
from kora.operator.policy_status import Facts, Standing, Tally
from kora.operator.sizing import Sized
from kora.policy.document import SYSTEM_NAMESPACES, seconds
from kora.tools.guards import Halted

PATIENCE = 20.0
"""Seconds for which a table whose watch broke still counts as known."""
GONE_FOR = timedelta(seconds=30)
"""A cause is gone for so long before the plan that waits for it is closed."""
EXPIRE_EVERY, RESUME_EVERY = 15.0, 5.0
SIZE_FIRST = 60.0
"""Seconds until sizes are looked at first."""
_NAMESPACES = next(each for each in streams_for([]) if each.read.kind == "Namespace")
_TELLING = frozenset({"Pod", "Deployment", "StatefulSet", "DaemonSet", "CronJob", "Service"})
_BEGUN = frozenset({PlanState.APPLYING, PlanState.VERIFYING, PlanState.ROLLING_BACK})
_OPEN_ENDED = frozenset({None, Fate.WAITING, Fate.RESOLVED})
"""Fates that the end of their plan completes: a cause whose plan works is gone before the plan is verified."""
_SELF = Actor(name="kora", surface=Surface.OPERATOR)
_ALERTED = {
    Fate.WAITING: "waiting",
    Fate.HEALED: "healed",
    Fate.ESCALATED: "escalated",
    Fate.ROLLED_BACK: "rolled_back",
    Fate.FAILED: "failed",
}


@dataclass(frozen=True)
class Parts:
    """What the loop is made of. own: the streams of Kora's own kinds. want: keeps exactly these streams."""

    mirror: Mirror
    own: tuple[Stream, ...]
    want: Callable[[frozenset[Stream]], None]
    reader: MemoryReader
    records: RecordWriter
    means: Means
    crew: Crew
    desk: ApprovalDesk
    alerts: Alerts
    metrics: Metrics
    log: Log
    home: str
    """The operator's own namespace."""
    given: tuple[str, ...] = ()
    """The only namespaces that may be looked after (empty: any)."""
    most: Autonomy = Autonomy.AUTONOMOUS
    """The highest level that has effect."""
    secrets: bool = True
    cluster: bool = True
    """Whether what belongs to the whole cluster is read."""
    told: Callable[[Progress], None] = silent
    """Hears where every job stands."""


class Operator:
    """One operator while it leads."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._log, self._metrics = parts, parts.log, parts.metrics
        self.coverage = Coverage()
        self._own_settled = False
        self.agenda = Agenda()
        self.findings = FindingBook(parts.records, parts.home, self._record_failed)
        self.plans = PlanBook(parts.records, PlanStore(parts.means.home), parts.home, self._record_failed)
        self.looker = Looker(parts.reader, self.findings.key, parts.metrics, self._look_failed)
        self._standing = Standing(parts.records, self._record_failed)
        self._tallies: dict[str, Tally] = {}
        self._sizes: dict[str, Sized] = {}
        self._sizes_due: dict[str, float] = {}
        self._wake = threading.Event()
        self._policies_moved = True
        self._approvals_moved = True
        self._expired_at = self._resumed_at = float("-inf")
        self.beat = clock.monotonic()
        """When the last turn ended."""
        parts.metrics.ask(self._gauges)

    # --- what other threads call ------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Something happened: do not wait for the next turn."""
        self._wake.set()

    def changed(self, stream: Stream, item: Manifest) -> None:
        """The mirror has a change."""
        kind = stream.read.kind
        if kind == "AgentPolicy":
            self._policies_moved = True
        elif kind == "Approval":
            self._approvals_moved = True
        elif kind == "RemediationPlan":
            if item.get("metadata", {}).get("deletionTimestamp"):
                return
        elif kind == "Finding":
            return
        else:
            self.agenda.changed((item.get("metadata") or {}).get("namespace"), clock.monotonic())
        self._wake.set()

    def progress(self, namespace: str, progress: Progress) -> None:
        """A job tells where it stands."""
        self._log.say(progress.text, phase=progress.phase, namespace=namespace, **progress.data)
        self._parts.told(progress)
        self._wake.set()

    # --- the loop ---------------------------------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> None:
        """Turn until `stop`."""
        self._parts.want(frozenset(self._parts.own))
        while not stop.is_set():
            try:
                self.tick()
            except Halted as halted:  # the lead was lost; whoever told us to run will tell us to stop
                self._log.say(f"Halted: {halted}.")
            self._wake.wait(self.agenda.wait(self._troubled(), clock.monotonic(), most=2.0))
            if not stop.is_set() and self._wake.is_set():
                self._wake.clear()
                stop.wait(0.1)  # what comes at once is taken at once

    def tick(self) -> None:
        """One turn."""
        if self._read_policies():
            self._finish_jobs()
            self._look()
            self._take_approvals()
            self._read_plans()
            self._begin_jobs()
            self._keep_books()
        self.beat = clock.monotonic()

    @property
    def ready(self) -> bool:
        """Whether everything that is wanted is known."""
        return self._own_settled and all(self._known(each) for each in self.namespaces())

    def _read_policies(self) -> bool:
        """Follow the policies; whether they are known."""
        mirror, own = self._parts.mirror, self._parts.own
        if not self._own_settled:
            if not mirror.settled(own):
                return False
            self._own_settled = True
            self.findings.restore(self._own("Finding"))
        if self._policies_moved:
            self._policies_moved = False
            before, self.coverage = (
                self.coverage,
                Coverage(self._own("AgentPolicy"), self._parts.given, self._parts.most),
            )
            if before != self.coverage:
                self._follow_policies()
        self._keep_namespaces()
        return True

    def _own(self, kind: str) -> list[Manifest]:
        return [
            each for stream in self._parts.own if stream.read.kind == kind for each in self._parts.mirror.items(stream)
        ]

    def _follow_policies(self) -> None:
        named = self.coverage.named
        wanted: frozenset[Stream] = frozenset()
        if self.coverage.policies and named != ():
            wanted = self._everything(named)
        self._parts.want(frozenset(self._parts.own) | wanted)
        for each in self.namespaces():
            self.agenda.again(each)
        self._log.say(
            "The policies changed.",
            policies=[str(each.ref) for each in self.coverage.policies],
            namespaces="all" if named is None else list(named),
        )

    def namespaces(self) -> list[str]:
        """The namespaces that are looked after now."""
        named = self.coverage.named
        if named is not None:
            return [each for each in named if self.coverage.covers(each)]
        spaces = {each["metadata"]["name"] for each in self._parts.mirror.items(_NAMESPACES)}
        if not spaces:  # they may not be listed: those with something in them
            tables = [
                self._parts.mirror.items(each) for each in streams_for(None, cluster=False) if each.name in _TELLING
            ]
            spaces = {each["metadata"]["namespace"] for items in tables for each in items}
        return sorted(each for each in spaces if each not in SYSTEM_NAMESPACES and self.coverage.covers(each))

    def _watched(self) -> list[str]:
        """Those whose health is looked after."""
        return [each for each in self.namespaces() if self.coverage.watched(each)]

    def _keep_namespaces(self) -> None:
        spaces = frozenset(self._watched())
        self.agenda.keep(spaces, self._interval)
        self.looker.keep(spaces)

    def _interval(self, namespace: str) -> float:
        found = self.coverage.capabilities(namespace)
        return LATER if found is None else float(seconds(found.health_monitoring.interval))

    def _streams(self, namespace: str) -> frozenset[Stream]:
        return self._everything(None if self.coverage.named is None else [namespace])

    def _everything(self, namespaces: Sequence[str] | None) -> frozenset[Stream]:
        return streams_for(namespaces, secrets=self._parts.secrets, cluster=self._parts.cluster)

    def _known(self, namespace: str) -> bool:
        return self._parts.mirror.settled(self._streams(namespace), patience=PATIENCE)

    # --- looking ----------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        now = clock.monotonic()
        due = [each for each in self.agenda.due(self._troubled(), now) if self._known(each)]
        looked = self.looker.look(due)
        for each in due:
            self.agenda.looked(each, clock.monotonic())
        if not looked and not self._orphaned():
            return
        fresh, gone = self.findings.take(self.looker.findings(), self._unsure)
        for note in fresh:
            self._log.say(
                note.finding.summary, finding=note.finding.id, cause=note.finding.cause, namespace=self._space(note)
            )
            if note.finding.severity is not Severity.INFO:
                self._alert("finding", note, note.finding.summary)
        for note in gone:
            self._log.say("A finding is gone.", finding=note.finding.id, namespace=self._space(note))

    def _orphaned(self) -> bool:
        """Whether there are findings of namespaces that nobody looks after any more."""
        spaces = {*self._watched(), self._parts.home}
        return any(key[0] not in spaces for key, note in self.findings.notes() if note.active)

    def _unsure(self, namespace: str) -> bool:
        """Whether the absence of a finding proves nothing."""
        spaces = self._watched()
        if namespace in spaces:
            return not self.looker.looked_at(namespace)
        if namespace == self._parts.home:  # what concerns the cluster is seen with every namespace
            return not all(self.looker.looked_at(each) for each in spaces)
        return False

    def _space(self, note: Note) -> str:
        return self.findings.key(note.finding)[0]

    def _troubled(self) -> frozenset[str]:
        return frozenset(self._space(each) for each in self.findings.active())

    # --- jobs -------------------------------------------------------------------------------------------------------

    def _begin_jobs(self) -> None:
        now = clock.monotonic()
        if now - self._resumed_at >= RESUME_EVERY:
            self._resumed_at = now
            self._go_on()
        decided = {
            self.plans.namespace_of(each)
            for each in self.plans.records()
            if (each.state in _BEGUN or (each.state is PlanState.APPROVED and not self._by_itself(each)))
            and not self._under_repair(each)
        }
        for space in self._watched():
            if space in decided:
                continue  # first what was decided already
            confirmed = frozenset(
                _stand(each.finding)
                for each in self.findings.active(space)
                if now - each.began >= CONFIRM_SECONDS
                and not (each.fate is not None and each.fate.is_over)
                and each.finding.cause not in PASSING
                and each.finding.id not in self.agenda.repaired(space)
            )
            if not self.agenda.wants_pass(space, confirmed, now) or not self.looker.looked_at(space):
                continue
            if self._known(space) and self._parts.means.gate.why_not(space) is None:
                self._begin(Job("pass", space))

        self._look_at_sizes(now)

    def _look_at_sizes(self, now: float) -> None:
        """Right-sizing, where a policy wants it and nothing else is being done."""
        for gone in [each for each in self._sizes_due if self.coverage.sized(each) is None]:
            del self._sizes_due[gone]
            self._sizes.pop(gone, None)
        for space in self.namespaces():
            every = self.coverage.sized(space)
            if every is None or self.agenda.busy(space) or not self._known(space):
                continue
            due = min(self._sizes_due.get(space, now + SIZE_FIRST), now + every)
            self._sizes_due[space] = due if due > now else now + every
            if due <= now:
                active = self.findings.active(space)
                self._begin(
                    Job("size", space, troubled=frozenset(ref for each in active for ref in each.finding.objects))
                )

    def _go_on(self) -> None:
        """Plans that were begun, or approved by a person, and that nobody works on."""
        for record in self.plans.records():
            space = self.plans.namespace_of(record)
            if self.agenda.busy(space) or self._parts.means.gate.why_not(space) is not None:
                continue
            if record.state in _BEGUN:
                self._begin(Job("resume", space, record.plan.id))
            elif record.state is PlanState.APPROVED and self._by_itself(record):
                self._close(record, "superseded, because its process ended before it began")
            elif record.state is PlanState.APPROVED:
                approver = record.approval.approver if record.approval else None
                self._begin(Job("apply", space, record.plan.id, approver))

    def _under_repair(self, record: PlanRecord) -> bool:
        """Whether a pass of this process is at it."""
        told = cured(record)
        return told is not None and told.finding in self.agenda.repaired(self.plans.namespace_of(record))

    def _by_itself(self, record: PlanRecord) -> bool:
        return record.approval is None or record.approval.approver.startswith(BY_ITSELF)

    def _begin(self, job: Job) -> None:
        self.agenda.begin(job.namespace)
        self._parts.crew.begin(job)

    def _finish_jobs(self) -> None:
        done = self._parts.crew.done
        while not done.empty():
            self._finish(done.get())

    def _finish(self, done: Done) -> None:
        job, now = done.job, clock.monotonic()
        if done.begun:
            self.agenda.repairs(job.namespace, job.number, done.begun)
            return
        if done.line is not None:  # of a pass that is still under way
            for note in self.findings.tell([done.line]):
                self._tell_fate(note)
            return
        seen_to = None
        if job.task == "pass":
            self._metrics.add("kora_passes_total")
            if done.report is not None:
                lines = done.report.lines
                seen_to = frozenset(map(_stand, (*(each.finding for each in lines), *done.report.left)))
                for note in self.findings.tell(lines):
                    self._tell_fate(note)
            else:
                self._metrics.add("kora_pass_failures_total")
        self.agenda.end(job.namespace, job.number, seen_to, now)
        idle = job.task == "size" and not (done.sized and done.sized.outcomes)
        if (done.report is None or done.report.changed) and not idle:
            self.agenda.again(job.namespace)
        if done.halted:
            self._log.say(f"Halted: {done.halted}.", task=job.task, namespace=job.namespace, plan=job.plan)
        elif done.error:
            self._log.say(done.error, level="error", task=job.task, namespace=job.namespace, plan=job.plan)
        elif done.outcome is not None:
            self._log.say(done.outcome.answer, task=job.task, namespace=job.namespace, plan=job.plan)
        elif done.sized is not None:
            self._take_sizes(job.namespace, done.sized)
        if not idle:
            self.agenda.changed(job.namespace, now)

    def _take_sizes(self, namespace: str, found: Sized) -> None:
        before, self._sizes[namespace] = self._sizes.get(namespace), found
        measured = self.coverage.measured(namespace)
        if found.unknown and measured is not None and self._parts.means.prometheus is None:
            # The own samples grow with every measurement, so the next one may be what is missing.
            due = clock.monotonic() + measured
            self._sizes_due[namespace] = min(self._sizes_due.get(namespace, due), due)
        for each in found.outcomes:
            self._log.say(each.answer, task="size", namespace=namespace, plan=each.plan_id)
        if before is None or (before.text, before.notes) != (found.text, found.notes):
            self._log.say(found.text, task="size", namespace=namespace, notes=list(found.notes))

    def _tell_fate(self, note: Note) -> None:
        if note.fate is None:
            return
        space = self._space(note)
        self._metrics.add("kora_fates_total", fate=note.fate.value)
        if (held := self.coverage.held(space)) is not None:
            self._tallies.setdefault(str(held.ref), Tally()).count(note.fate)
        self._log.say(note.reason, finding=note.finding.id, fate=note.fate.value, namespace=space, plan=note.plan)
        if (kind := _ALERTED.get(note.fate)) is not None:
            self._alert(kind, note, note.reason)

    def _alert(self, kind: str, note: Note, text: str) -> None:
        space = self._space(note)
        held = self.coverage.held(space)
        if held is None or held.document is None:
            return
        alert = Alert(
            kind=kind,
            severity=note.finding.severity.value,
            about=note.finding.objects[0],
            namespace=space,
            text=text,
            finding=note.finding.id,
            cause=note.finding.cause,
            plan=note.plan,
        )
        self._parts.alerts.tell(alert, held.document.alerting.channels, str(held.ref.namespace))

    # --- approvals and books ----------------------------------------------------------------------------------------

    def _take_approvals(self) -> None:
        if not self._approvals_moved:
            return
        self._approvals_moved = False
        for item in self._own("Approval"):
            try:
                answer = self._parts.desk.take(item)
            except Retryable as error:
                self._approvals_moved = True
                self._record_failed(error)
                continue
            except KoraError as error:
                self._record_failed(error)
                continue
            if answer is None:
                continue
            self._metrics.add("kora_approvals_total", phase=answer.phase.value)
            self._log.say(answer.reason, approval=str(answer.ref), phase=answer.phase.value)
            self._resumed_at = float("-inf")

    def _read_plans(self) -> None:
        """Follow the store; plans that wait for a finding that is gone are closed."""
        for record in self.plans.refresh():
            if record.state.is_final and not record.reason.startswith(f"Rejected by {BY_ITSELF}"):
                self.agenda.again(self.plans.namespace_of(record))
            self._tell_end(record)
        for record in self.plans.waiting():
            told = cured(record)
            note = None if told is None else self.findings.note((self.plans.namespace_of(record), told.finding))
            if note is None or note.resolved_at is None or clock.now() - note.resolved_at < GONE_FOR:
                continue
            self._close(record, "superseded, because its cause is gone")

    def _tell_end(self, record: PlanRecord) -> None:
        """What became of a finding whose plan had waited for a person, or was left half done by an earlier process:
        nobody's pass tells it."""
        told, fate = cured(record), BY_STATE.get(record.state)
        note = None if told is None else self.findings.note((self.plans.namespace_of(record), told.finding))
        if note is None or fate is None or note.plan != record.plan.id or note.fate not in _OPEN_ENDED:
            return
        by = record.approval.approver if record.approval is not None else ""
        word = "" if self._by_itself(record) else f" Approved by {by}."
        line = Line(note.finding, fate, f"{record.plan.goal}: {record.reason}{word}", plan=plan_json(record))
        for each in self.findings.tell([line]):
            self._tell_fate(each)

    def _close(self, record: PlanRecord, why: str) -> None:
        try:
            reject(PlanStore(self._parts.means.home), record.plan.id, _SELF, why)
        except KoraError as error:  # somebody decides about it this very moment
            self._record_failed(error)

    def _keep_books(self) -> None:
        now = clock.monotonic()
        if now - self._expired_at >= EXPIRE_EVERY:
            self._expired_at = now
            expire(PlanStore(self._parts.means.home))
        self.plans.flush()
        self.findings.flush()
        for held in self.coverage.policies:
            self._standing.write(held, self._facts(str(held.ref)))

    def _facts(self, policy: str) -> Facts:
        spaces = [each for each in self.namespaces() if str(getattr(self.coverage.held(each), "ref", "")) == policy]
        mine = frozenset(spaces)
        waiting = [each for each in self.plans.waiting() if self.plans.namespace_of(each) in mine]
        documents = [document for each in spaces if (document := self.coverage.document(each)) is not None]
        sizes = {each: found for each in spaces if (found := self._sizes.get(each)) is not None and found.text}
        return Facts(
            notes=tuple((key, note) for key, note in self.findings.notes() if key[0] in mine),
            waiting=len(waiting),
            tally=self._tallies.get(policy, Tally()),
            effective=bool(spaces),
            paused=paused(self._parts.means.home) is not None
            or any(each.paused for each in documents)
            or any(each.document is not None and each.document.paused for each in self.coverage.policies
                   if str(each.ref) == policy),
            circuit=self._circuit(spaces),
            sized=all(each.known for each in sizes.values()),
            sizing=" ".join(f"{space}: {each.text}" for space, each in sizes.items()),
        )  # fmt: skip

    def _circuit(self, spaces: list[str]) -> str:
        """Why the circuit breaker holds changes back; empty while it is closed."""
        if not any(each.state in (PlanState.ROLLED_BACK, PlanState.FAILED) for each in self.plans.records()):
            return ""
        history = history_of(self._parts.means.home)
        for space in spaces:
            document = self.coverage.document(space)
            limit = None if document is None else history.held_back((), document.limits, clock.now())
            if limit is not None and limit.rule == "circuit-breaker":
                return limit.reason
        return ""

    # --- telling ----------------------------------------------------------------------------------------------------

    def _record_failed(self, error: KoraError) -> None:
        self._metrics.add("kora_record_failures_total")
        self._log.say(error.message, level="warning", code=error.code)

    def _look_failed(self, namespace: str, error: KoraError) -> None:
        self._log.say(f"A look failed: {error.message}", level="warning", namespace=namespace)

    def _gauges(self) -> dict[tuple[str, Labels], float]:
        found: dict[tuple[str, Labels], float] = {}

        def one(name: str, **labels: str) -> None:
            key = name, tuple(sorted(labels.items()))
            found[key] = found.get(key, 0) + 1

        for note in self.findings.active():
            one("kora_findings", cause=note.finding.cause)
        for record in self.plans.records():
            one("kora_plans", state=record.state.value)
        for table in self._parts.mirror.tables():
            one("kora_watches", health=table.health.value)
            key = "kora_watched_objects", (("kind", table.stream.name),)
            found[key] = found.get(key, 0) + len(table.objects)
        for found_sizes in self._sizes.values():
            for fit in ("fits", "unfit", "unknown"):
                key = "kora_rightsize_workloads", (("fit", fit),)
                found[key] = found.get(key, 0) + getattr(found_sizes, fit)
        spaces = self.namespaces()
        documents = [self.coverage.document(each) for each in spaces]
        held = paused(self._parts.means.home) is not None
        found["kora_paused", ()] = float(held or any(each is not None and each.paused for each in documents))
        found["kora_circuit_open", ()] = float(bool(self._circuit(spaces)))
        return found


def _stand(finding: Finding) -> str:
    """A finding and what can be done about it: that may become known later, such as what a container serves that only
    runs for moments, and is then worth another pass at once."""
    return f"{finding.id} {finding.verdict} {finding.fix_command or ''}"


def unhealthy(mirror: Mirror) -> list[str]:
    """Streams that can't be relied on now, with the reason; for logs and /readyz."""
    bad = (Health.EMPTY, Health.BROKEN)
    return [f"{each.stream}: {each.reason or each.health}" for each in mirror.tables() if each.health in bad]
