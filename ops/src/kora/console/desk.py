"""What a person at the console can see and do. Synchronous; the endpoints call it from threads.

The cluster is read at most every `FRESH_SECONDS`, however many pages are open. Approving goes through
`kora.tools.approving` with the session's person, applying through the invoker, in a thread that outlives the request.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from kora.audit import AuditLog, AuditRecord
from kora.console.diffs import parts
from kora.domain.actors import Actor, Surface
from kora.domain.progress import Progress
from kora.domain.results import Outcome
from kora.kit import clock
from kora.kit.errors import Invalid, KoraError
from kora.operations.diagnose import diagnose_graph, finding_json
from kora.operations.diagnose.health import health_rows
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.reading import read_graph
from kora.operations.diagnose.usage import usage_rows
from kora.operations.heal.records import cured
from kora.operations.plans.resume import interrupted
from kora.operations.plans.store import PlanStore
from kora.tools.approving import approve_plan, reject_plan
from kora.tools.context import Context
from kora.tools.invoker import Invoker
from kora.tools.plans import detail

FRESH_SECONDS = 10.0
KEPT_SAMPLES = 90
KEPT_LINES = 40
MOST_RECORDS = 500

MakeInvoker = Callable[[Context], Invoker]


@dataclass
class Activity:
    """A plan that is being carried out from here, or was."""

    lines: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))
    outcome: Outcome | None = None

    def as_json(self) -> dict[str, Any]:
        """For the page."""
        end = self.outcome
        return {
            "running": end is None,
            "lines": list(self.lines),
            "status": None if end is None else end.status.value,
            "answer": None if end is None else end.answer,
            "fix": None if end is None else (end.error or {}).get("fix"),
        }


class Desk:
    """One console.

    context: its actor is replaced by the session's person for every decision. namespaces: what is looked at (None: the
    whole cluster).
    """

    def __init__(
        self,
        context: Context,
        audit: AuditLog,
        *,
        namespaces: Sequence[str] | None = None,
        make_invoker: MakeInvoker = Invoker,
    ) -> None:
        self._context, self._audit, self._namespaces = context, audit, namespaces
        self._make_invoker = make_invoker
        self._store = PlanStore(context.home)
        self._activities: dict[str, Activity] = {}
        self._reading = threading.Lock()
        self._seen: dict[str, Any] | None = None
        self._seen_at: float | None = None
        self._samples: dict[tuple[str, str], deque[dict[str, Any]]] = {}
        self._verified: tuple[object, dict[str, Any]] | None = None

    # --- the cluster ------------------------------------------------------------------------------------------------

    @property
    def cluster(self) -> str:
        """What the kubeconfig calls the cluster; empty when it can't be told."""
        try:
            return self._context.reader.context
        except KoraError:
            return ""

    def overview(self) -> dict[str, Any]:
        """Workloads, findings and usage. When the cluster does not answer: the error, and what was seen last."""
        with self._reading:
            now = clock.monotonic()
            if self._seen is not None and self._seen_at is not None and now - self._seen_at < FRESH_SECONDS:
                return self._seen
            try:
                self._seen, self._seen_at = self._look(), clock.monotonic()
            except KoraError as error:
                return (self._seen or self._nothing()) | {"error": error.as_json()["error"]}
            return self._seen

    def looked_at(self) -> Sequence[str] | None:
        """The namespaces that are looked at; None: all."""
        return self._namespaces

    def _nothing(self) -> dict[str, Any]:
        return {"taken_at": None, "cluster": self.cluster, "workloads": [], "findings": [], "notes": [], "usage": []}

    def _look(self) -> dict[str, Any]:
        world, namespaces = self._context.world, self.looked_at()
        graph = read_graph(world.reader, namespaces)
        report = diagnose_graph(graph, Probe(world.reader, logs=world.logs))
        stamp = clock.now()
        return {
            "taken_at": stamp.isoformat(),
            "cluster": self.cluster,
            "namespaces": None if namespaces is None else list(namespaces),
            "workloads": [row.as_json() for row in health_rows(graph)],
            "findings": self._with_plans([finding_json(each) for each in report.findings]),
            "checked": sum(report.checked.values()),
            "notes": list(report.notes),
            "usage": [self._sampled(row.as_json(), stamp) for row in usage_rows(graph)],
        }

    def _with_plans(self, findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each with the newest plan that was made for it, so that a person finds the way to their decision."""
        plans: dict[str, dict[str, Any]] = {}
        for record in self._store.everything()[0]:
            told = cured(record)
            if told is not None:
                plan = {"id": record.plan.id, "state": record.state.value, "goal": record.plan.goal}
                plans.setdefault(told.finding, plan)
        return [each | ({"plan": plans[each["id"]]} if each["id"] in plans else {}) for each in findings]

    def _sampled(self, row: dict[str, Any], stamp: datetime) -> dict[str, Any]:
        """The row with what was measured since the console runs."""
        kept = self._samples.setdefault((row["namespace"], row["workload"]), deque(maxlen=KEPT_SAMPLES))
        kept.append({"at": stamp.isoformat(), "cpu": row["cpu"]["used"], "memory": row["memory"]["used"]})
        return row | {"history": list(kept)}

    # --- plans ------------------------------------------------------------------------------------------------------

    def plans(self) -> dict[str, Any]:
        """All plans, newest first, in short."""
        records, damaged = self._store.everything()
        shown = [{name: value for name, value in detail(each).items() if name in _SHORT} for each in records]
        return {
            "plans": shown,
            "damaged": [{"file": each.file.name, "reason": each.reason} for each in damaged],
            "interrupted": [each.plan.id for each in interrupted(self._store)],
        }

    def plan(self, plan_id: str) -> dict[str, Any]:
        """One plan whole, with its diff in parts and what happens to it now.

        Raises:
            PlanMissing, PlanCorrupted, PlanTampered.
        """
        record = self._store.load(plan_id)
        activity = self._activities.get(plan_id)
        evidence = [[each.model_dump() for each in step.evidence] for step in record.plan.steps]
        shown = detail(record)
        steps = [step | {"evidence": facts} for step, facts in zip(shown["steps"], evidence, strict=True)]  # type: ignore[call-overload]
        approval = record.approval
        return shown | {
            "steps": steps,
            "blocks": parts(record.diff),
            "approved_at": None if approval is None else approval.approved_at.isoformat(),
            "approved_through": None if approval is None else approval.surface,
            "hold_seconds": record.plan.hold_seconds,
            "activity": None if activity is None else activity.as_json(),
        }

    def approve(self, person: str, plan_id: str, plan_hash: str) -> None:
        """The person's yes to exactly this hash; then the plan is carried out in the background.

        Raises:
            Invalid: no whole hash. And as `kora.tools.approving.approve_plan`.
        """
        if len(plan_hash) != 64:
            raise Invalid("An approval needs the plan's whole hash.")
        activity = Activity()
        context = self._as(person, lambda progress: activity.lines.append(progress.text))
        approve_plan(context, plan_id, plan_hash=plan_hash)
        self._activities[plan_id] = activity
        threading.Thread(target=self._apply, args=(context, plan_id, activity), name=f"apply-{plan_id}").start()

    def _apply(self, context: Context, plan_id: str, activity: Activity) -> None:
        activity.outcome = self._make_invoker(context).call("plans.apply", {"plan_id": plan_id})
        self._seen_at = None  # the next look is a new one

    def reject(self, person: str, plan_id: str, reason: str) -> None:
        """The person's no.

        Raises:
            As `kora.tools.approving.reject_plan`.
        """
        reject_plan(self._as(person), plan_id, reason.strip()[:500])

    def _as(self, person: str, report: Callable[[Progress], None] = lambda progress: None) -> Context:
        actor = Actor(name=person, surface=Surface.CONSOLE, interactive=True)
        return replace(self._context, actor=actor, progress=report)

    # --- the log ----------------------------------------------------------------------------------------------------

    def records(self, since: int | None = None, count: int = 100) -> list[dict[str, Any]]:
        """The newest `count` records, or those from number `since` on; oldest first.

        Raises:
            AuditBroken: a line is no record.
        """
        wanted = min(count, MOST_RECORDS)
        return [shown(each) for each in deque(self._audit.records(since or 1), maxlen=wanted)]

    def log_mark(self) -> object:
        """Changes when the log does; cheap to ask."""
        try:
            facts = [(each.name, each.stat().st_size, each.stat().st_mtime_ns) for each in self._log_files()]
        except OSError:
            return None
        return tuple(facts)

    def _log_files(self) -> list[Any]:
        return sorted(self._audit.folder.glob("*.jsonl"))

    def chain(self) -> dict[str, Any]:
        """Whether the log is intact; checked anew when it changed.

        Raises:
            KoraError: the log is held by somebody else for too long.
        """
        mark = self.log_mark()
        if self._verified is None or self._verified[0] != mark or mark is None:
            report = self._audit.verify()
            self._verified = mark, report.model_dump(mode="json") | {"checked_at": clock.now().isoformat()}
        return self._verified[1]


_SHORT = frozenset(
    {"id", "hash", "state", "goal", "risk", "made_by", "made_at", "expires_at", "reason", "approver", "undo_of"}
)


def shown(record: AuditRecord) -> dict[str, Any]:
    """A record as the page shows it."""
    return {
        "sequence": record.sequence,
        "time": record.time.isoformat(),
        "who": record.actor.name,
        "on_behalf_of": record.actor.on_behalf_of,
        "surface": record.actor.surface.value,
        "tool": record.tool,
        "phase": record.phase,
        "risk": record.risk.value,
        "verdict": None if record.decision is None else record.decision.verdict.value,
        "why": None if record.decision is None else record.decision.reason,
        "approver": record.approver,
        "status": None if record.status is None else record.status.value,
        "objects": [str(each) for each in record.references],
        "plan_hash": record.plan_hash,
        "duration_ms": record.duration_ms,
        "arguments": record.arguments,
        "result": record.result,
        "hash": record.hash,
        "previous": record.previous,
    }
