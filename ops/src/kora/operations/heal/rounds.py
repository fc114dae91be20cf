"""One pass of the loop: diagnose, see for each finding what may be done, do it or leave it, and look again.

The operator and `kora heal` call the same function; what differs is who gives the means (`repair`, bound to an invoker)
and how far it may go (`level`). A finding ends in exactly one of `Fate`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from kora.domain.actors import Actor, Surface
from kora.domain.findings import Care, Finding
from kora.domain.objects import ObjectRef
from kora.domain.plans import PlanState
from kora.domain.progress import Progress, Report, silent
from kora.domain.results import Outcome, Status
from kora.domain.risk import Autonomy
from kora.kit import clock
from kora.operations.diagnose import diagnose_graph, finding_json
from kora.operations.diagnose.graph import Graph
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.reading import read_graph
from kora.operations.heal import records
from kora.operations.heal.case import Escalation, Treatment
from kora.operations.heal.cures import escalate, treat
from kora.operations.heal.planner import case_of
from kora.operations.heal.spheres import Sphere, apart, sphere_of
from kora.operations.heal.switch import paused
from kora.operations.heal.together import OneByOne, Together
from kora.operations.plans.effects import World
from kora.operations.plans.lifecycle import reject
from kora.operations.plans.make import Draft
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.policy.document import PolicyDocument
from kora.policy.rules import IGNORE


class Fate(StrEnum):
    """What became of a finding in one pass."""

    HEALED = "healed"  # a plan was applied, and the cause is gone
    RESOLVED = "resolved"  # it was gone before Kora came to it
    WAITING = "waiting"  # a plan waits for a person
    ESCALATED = "escalated"  # for a person, with the reason
    ROLLED_BACK = "rolled_back"  # a plan was applied, did not help, and was taken back: now for a person
    OBSERVED = "observed"  # the level allows no change
    DENIED = "denied"  # policy forbids it, or Kora is paused
    PLANNED = "planned"  # a dry run: this would be done or proposed
    FAILED = "failed"  # it went wrong; the reason says how

    @property
    def is_over(self) -> bool:
        """Whether nothing of the finding remains."""
        return self in (Fate.HEALED, Fate.RESOLVED)


_CHANGED = frozenset({Fate.HEALED, Fate.ROLLED_BACK})

Repair = Callable[[Finding, Autonomy], Outcome]
"""Plans, decides, applies and verifies one finding, through an invoker."""

May = Callable[[Finding, Autonomy], bool]
"""Whether policy would let that be done this moment, without a person."""


def _never(_finding: Finding, _level: Autonomy) -> bool:
    return False


@dataclass(frozen=True)
class Line:
    """One finding and its fate."""

    finding: Finding
    fate: Fate
    reason: str
    steps: tuple[str, ...] = ()
    plan: dict[str, Any] | None = None
    seconds: float = 0.0
    diff: str = ""

    def as_json(self) -> dict[str, Any]:
        """For programs: the finding, what became of it and why."""
        shown = finding_json(self.finding) | {"outcome": self.fate.value, "reason": self.reason}
        if self.steps:
            shown["next"] = list(self.steps)
        if self.plan:
            shown["plan"] = self.plan
        return shown | {"seconds": round(self.seconds, 1)}


@dataclass(frozen=True)
class PassReport:
    """One pass."""

    lines: tuple[Line, ...] = ()
    checked: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def waits(self) -> bool:
        """Whether a plan waits for a person."""
        return any(each.fate is Fate.WAITING for each in self.lines)

    @property
    def remains(self) -> bool:
        """Whether anything is still wrong."""
        return any(not each.fate.is_over for each in self.lines)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        counts: dict[str, int] = {}
        for each in self.lines:
            counts[each.fate.value] = counts.get(each.fate.value, 0) + 1
        status = "waiting" if self.waits else "remaining" if self.remains else "healthy"
        return {
            "status": status,
            "findings": [each.as_json() for each in self.lines],
            "outcomes": counts,
            "checked": dict(self.checked),
            "notes": list(self.notes),
            "seconds": round(self.seconds, 1),
        }


@dataclass(frozen=True)
class _Task:
    """One finding to see to. patience: seconds for which a change for it would be watched; below zero what is only told
    or proposed, which has no sphere."""

    finding: Finding
    patience: int = -1
    sphere: Sphere | None = None

    def apart_from(self, other: "_Task") -> bool:
        """Whether both can be under way at once."""
        return self.sphere is not None and other.sphere is not None and apart(self.sphere, other.sphere)


@dataclass(frozen=True)
class Round:
    """Everything that one pass needs.

    level: how far the caller lets it go; the document can only lower it. may: asked about plans that wait since an
    earlier pass (a window opened, a cooldown is over, the level was raised, or their process died before it decided).
    tell: hears each line as soon as it is known. comes_again: what takes no time comes first, and the pass ends with
    the first changes, so that whoever comes again at once sees what turned up while those were watched. together: how
    repairs are carried out that have nothing to do with each other.
    """

    world: World
    home: Path
    policy: PolicyDocument
    actor: Actor
    level: Autonomy
    repair: Repair
    report: Report = silent
    may: May = _never
    tell: Callable[["Line"], None] = lambda _line: None
    comes_again: bool = False
    together: Together = field(default_factory=OneByOne)

    def run(self, namespaces: Sequence[str] | None) -> PassReport:
        """One pass over `namespaces` (None: the whole cluster).

        Raises:
            Retryable: the cluster does not answer.
        """
        began = clock.monotonic()
        graph = read_graph(self.world.reader, namespaces)
        seen = diagnose_graph(graph, self._probe())
        order = {each.id: number for number, each in enumerate(seen.findings)}
        lines: list[Line] = []
        todo = self._in_order([self._task(each, graph) for each in seen.findings])
        while todo and not (self.comes_again and any(each.fate in _CHANGED for each in lines)):
            bundle = self._bundle(todo)
            todo = [each for each in todo if each not in bundle]
            for line in self.together([partial(self._timed, each.finding, graph) for each in bundle]):
                self.tell(line)
                lines.append(line)
        lines.sort(key=lambda each: order[each.finding.id])
        if any(each.fate in (Fate.HEALED, Fate.ROLLED_BACK) for each in lines):
            lines = self._look_again(namespaces, lines)
        return PassReport(tuple(lines), dict(seen.checked), seen.notes, clock.monotonic() - began)

    def _task(self, finding: Finding, graph: Graph) -> _Task:
        case = case_of(finding, self.world, graph, self.policy)
        found = treat(case)
        if isinstance(found, Escalation) or self._level_for(finding, found).rank <= Autonomy.PROPOSE.rank:
            return _Task(finding)
        return _Task(finding, found.hold_seconds, sphere_of(case, found))

    def _in_order(self, tasks: Sequence[_Task]) -> list[_Task]:
        return sorted(tasks, key=lambda each: each.patience) if self.comes_again else list(tasks)

    def _bundle(self, todo: Sequence[_Task]) -> list[_Task]:
        """The next task, with those that can be done beside it: repairs that are apart from each other, and no more
        than may fail before the circuit breaker opens."""
        bundle = [todo[0]]
        room = self.together.most if todo[0].sphere is not None else 1
        if room > 1:
            room = min(room, records.history_of(self.home).room(self.policy.limits, clock.now()))
        for each in todo[1:]:
            if len(bundle) >= room:
                break
            if all(each.apart_from(other) for other in bundle):
                bundle.append(each)
        return bundle

    def _probe(self) -> Probe:
        return Probe(self.world.reader, logs=self.world.logs)

    def level_of(self, namespace: str | None) -> Autonomy:
        """The level that holds in a namespace."""
        return min(self.level, self.policy.autonomy.for_namespace(namespace), key=lambda each: each.rank)

    def _timed(self, finding: Finding, graph: Graph) -> Line:
        began = clock.monotonic()
        line = self._see_to(finding, graph)
        self.report(Progress(phase=line.fate.value, text=f"{finding.cause} of {finding.objects[0]}: {line.reason}"))
        return Line(line.finding, line.fate, line.reason, line.steps, line.plan, clock.monotonic() - began, line.diff)

    def _see_to(self, finding: Finding, graph: Graph) -> Line:
        case = case_of(finding, self.world, graph, self.policy)
        found = treat(case)
        if isinstance(found, Escalation):
            return _escalated(found)
        if (pause := paused(self.home)) is not None:
            why = f": {pause.reason}" if pause.reason else ""
            return Line(finding, Fate.DENIED, f"Kora was paused by {pause.by}{why}.", ("kora resume",))
        if (out := _opted_out(finding, graph)) is not None:
            return Line(finding, Fate.DENIED, f"{out} opted out with the annotation {IGNORE}.")
        level = self._level_for(finding, found)
        if level is Autonomy.OBSERVE:
            return Line(finding, Fate.OBSERVED, f"This namespace is only observed. {found.goal} would mend it.")
        if (tried := records.unhelpful(self.home, finding, self.world)) is not None:
            return _escalated(escalate(case, _not_again(tried), f"See what was tried: kora plans show {tried.plan.id}"))
        if (
            self.actor.surface is Surface.OPERATOR
            and (old := records.denied(self.home, finding, self.world)) is not None
        ):
            return Line(finding, Fate.DENIED, old.reason, (), plan_json(old))
        if (record := records.waiting(self.home, finding, self.world)) is not None:
            if level is Autonomy.PROPOSE or not self.may(finding, level):
                return _waits(finding, record, "It waits for a person since an earlier pass.")
            self._supersede(record, "policy lets Kora do it by itself now")
        for old in records.outdated(self.home, finding, self.world):
            self._supersede(old, "the cluster moved on")
        return _line(finding, self.repair(finding, level), self.home)

    def _supersede(self, old: PlanRecord, why: str) -> None:
        by = self.actor.model_copy(update={"name": "kora"})
        reject(PlanStore(self.home), old.plan.id, by, f"superseded, because {why}")

    def _level_for(self, finding: Finding, treatment: Treatment) -> Autonomy:
        """What is only proposed waits for a person in a supervised namespace; what rests on a likeness, everywhere."""
        level = self.level_of(finding.objects[0].namespace)
        proposes = finding.verdict is Care.PROPOSE and level is Autonomy.SUPERVISED
        if treatment.guess or proposes:
            return min(level, Autonomy.PROPOSE, key=lambda each: each.rank)
        return level

    def _look_again(self, namespaces: Sequence[str] | None, lines: list[Line]) -> list[Line]:
        """What showed up meanwhile is reported and left to the next pass; what is gone with another's cure is said."""
        graph = read_graph(self.world.reader, namespaces)
        now = {each.id: each for each in diagnose_graph(graph, self._probe()).findings}
        known = {each.finding.id for each in lines}
        kept = [
            Line(each.finding, Fate.RESOLVED, "It is gone with what else was mended.", seconds=each.seconds)
            if each.finding.id not in now and each.fate in (Fate.ESCALATED, Fate.FAILED)
            else each
            for each in lines
        ]
        fresh = [each for each in now.values() if each.id not in known and not self.comes_again]
        return [
            *kept,
            *(Line(each, Fate.OBSERVED, "It showed up during this pass; the next one sees to it.") for each in fresh),
        ]


def _opted_out(finding: Finding, graph: Graph) -> ObjectRef | None:
    """The object of the finding that wants to be left alone. Asked before a plan is made: a loop would make a denied
    one each time it looks."""
    for ref in finding.objects:
        live = graph.find(ref.kind, ref.namespace, ref.name)
        notes = ((live or {}).get("metadata") or {}).get("annotations") or {}
        if str(notes.get(IGNORE, "")).lower() == "true":
            return ref
    return None


def _escalated(found: Escalation) -> Line:
    return Line(found.finding, Fate.ESCALATED, found.reason, found.steps)


def _not_again(record: PlanRecord) -> str:
    if record.state is PlanState.REJECTED:
        return f"A person rejected the plan {record.plan.id} for it."
    return f"{record.plan.goal} was tried and did not help ({record.reason}) It is not tried again."


def _waits(finding: Finding, record: PlanRecord, reason: str) -> Line:
    step = f"kora plans approve {record.plan.id} --hash {record.hash[:12]}"
    return Line(finding, Fate.WAITING, reason, (step,), plan_json(record), diff=record.diff)


def plan_json(record: PlanRecord) -> dict[str, Any]:
    """A plan in a report."""
    return {
        "id": record.plan.id,
        "hash": record.hash,
        "goal": record.plan.goal,
        "state": record.state.value,
        "risk": record.plan.risk.value,
        "steps": [each.action.action for each in record.plan.steps],
    }


BY_STATE = {
    PlanState.DONE: Fate.HEALED,
    PlanState.ROLLED_BACK: Fate.ROLLED_BACK,
    PlanState.FAILED: Fate.FAILED,
}
"""What became of a finding, by the end of its plan."""


def _line(finding: Finding, outcome: Outcome, home: Path) -> Line:
    """The outcome of a repair as a line of the report."""
    if isinstance(outcome.data, Draft):
        made = outcome.data
        decided = f" {outcome.decision.reason}" if outcome.decision else ""
        plan = {"goal": made.plan.goal, "risk": made.plan.risk.value, "state": "draft"}
        return Line(finding, Fate.PLANNED, f"{made.plan.goal}.{decided}", (), plan, diff=made.diff.text)
    record = outcome.data if isinstance(outcome.data, PlanRecord) else None
    if record is None and outcome.plan_id is not None:
        record = PlanStore(home).load(outcome.plan_id)
    if outcome.status is Status.APPROVAL_REQUIRED and record is not None:
        return _waits(finding, record, outcome.answer)
    error = outcome.error or {}
    steps = tuple(filter(None, [error.get("fix")]))
    if outcome.status is Status.DENIED:
        return Line(finding, Fate.DENIED, outcome.answer, steps, plan_json(record) if record else None)
    if record is not None and record.state.is_final:
        fate = BY_STATE.get(record.state, Fate.FAILED)
        return Line(finding, fate, f"{record.plan.goal}: {record.reason}", steps, plan_json(record), diff=record.diff)
    if outcome.status is Status.OK:
        return Line(finding, Fate.RESOLVED, outcome.answer)
    if error.get("code") == "ESCALATED":
        details = error.get("details") or {}
        return Line(finding, Fate.ESCALATED, str(details.get("reason")), tuple(details.get("steps") or ()))
    return Line(finding, Fate.FAILED, outcome.answer, steps, plan_json(record) if record else None)
