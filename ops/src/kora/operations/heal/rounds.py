"""One pass of the loop: diagnose, see for each finding what may be done, do it or leave it, and look again.

The operator and `kora heal` call the same function; what differs is who gives the means (`repair`, bound to an invoker)
and how far it may go (`level`). A finding ends in exactly one of `Fate`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kora.domain.actors import Actor, Surface
from kora.domain.findings import Care, Finding
from kora.domain.objects import ObjectRef
from kora.domain.plans import PlanState
from kora.domain.progress import Progress, Report, silent
from kora.domain.results import Outcome
from kora.domain.risk import Autonomy
from kora.kit import clock
from kora.operations.diagnose import diagnose_graph
from kora.operations.diagnose.graph import Graph, key_of
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.reading import read_graph
from kora.operations.heal import records
from kora.operations.heal.case import Escalation, Treatment
from kora.operations.heal.cures import escalate, treat
from kora.operations.heal.planner import case_of
from kora.operations.heal.report import CHANGED, Fate, Line, PassReport, escalated, line_of, plan_json, waits
from kora.operations.heal.spheres import Claims, Sphere, apart, sphere_of
from kora.operations.heal.switch import paused
from kora.operations.heal.together import OneByOne, Together
from kora.operations.plans.effects import World
from kora.operations.plans.lifecycle import reject
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.policy.document import PolicyDocument
from kora.policy.rules import IGNORE

Repair = Callable[[Finding, Autonomy], Outcome]
"""Plans, decides, applies and verifies one finding, through an invoker."""

May = Callable[[Finding, Autonomy], bool]
"""Whether policy would let that be done this moment, without a person."""


def _never(_finding: Finding, _level: Autonomy) -> bool:
    return False


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

    def free_of(self, held: Sequence[Sphere]) -> bool:
        """Whether no repair under way disturbs what it is about; then even telling it is too early."""
        if self.sphere is not None:
            mine = self.sphere
            return all(apart(mine, each) for each in held)
        about = frozenset(map(key_of, self.finding.objects))
        return not any(about & each.touched for each in held)


@dataclass(frozen=True)
class Round:
    """Everything that one pass needs.

    level: how far the caller lets it go; the document can only lower it. may: asked about plans that wait since an
    earlier pass (a window opened, a cooldown is over, the level was raised, or their process died before it decided).
    tell: hears each line as soon as it is known. comes_again: what takes no time comes first, and the pass ends with
    the first changes, so that whoever comes again at once sees what turned up while those were watched. together: how
    repairs are carried out that have nothing to do with each other. claims: what this and other passes repair now; the
    ground of that is left alone. begun: hears the findings whose repair begins, before it does.
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
    claims: Claims = field(default_factory=Claims)
    begun: Callable[[frozenset[str]], None] = lambda _findings: None

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
        while todo and not (self.comes_again and any(each.fate in CHANGED for each in lines)):
            bundle = self._take(todo)
            if not bundle:
                break
            todo = [each for each in todo if each not in bundle]
            lines += self._do(bundle, graph)
        lines.sort(key=lambda each: order[each.finding.id])
        if any(each.fate in CHANGED for each in lines):
            lines = self._look_again(namespaces, lines)
        left = tuple(each.finding for each in todo)
        return PassReport(tuple(lines), dict(seen.checked), seen.notes, clock.monotonic() - began, left)

    def _task(self, finding: Finding, graph: Graph) -> _Task:
        case = case_of(finding, self.world, graph, self.policy)
        found = treat(case)
        if isinstance(found, Escalation) or self._level_for(finding, found).rank <= Autonomy.PROPOSE.rank:
            return _Task(finding)
        return _Task(finding, found.hold_seconds, sphere_of(case, found))

    def _in_order(self, tasks: Sequence[_Task]) -> list[_Task]:
        return sorted(tasks, key=lambda each: each.patience) if self.comes_again else list(tasks)

    def _take(self, todo: Sequence[_Task]) -> list[_Task]:
        """The next task, with those that can be done beside it: repairs that are apart from each other and from what is
        under way, and no more than may fail before the circuit breaker opens. Empty while nothing can be begun."""
        with self.claims.alone() as held:
            free = [each for each in todo if each.free_of(held)]
            if not free or free[0].sphere is None:
                return free[:1]
            room, bundle = self._room(len(held)), list[_Task]()
            for each in free:
                if len(bundle) < room and all(each.apart_from(other) for other in bundle):
                    bundle.append(each)
            held += [each.sphere for each in bundle if each.sphere is not None]
        return bundle

    def _room(self, held: int) -> int:
        """How many repairs may be begun beside `held` others. Without any, one may, about which policy decides."""
        room = self.together.most - held
        if room > 1 or held:
            room = min(room, records.history_of(self.home).room(self.policy.limits, clock.now(), held))
        return room if held else max(room, 1)

    def _do(self, bundle: Sequence[_Task], graph: Graph) -> list[Line]:
        """See to these, at once."""
        lines = []
        spheres = [each.sphere for each in bundle if each.sphere is not None]
        try:
            if spheres:
                self.begun(frozenset(each.finding.id for each in bundle))
            for line in self.together([partial(self._timed, each.finding, graph) for each in bundle]):
                self.tell(line)
                lines.append(line)
        finally:
            self.claims.release(spheres)
        return lines

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
            return escalated(found)
        if (pause := paused(self.home)) is not None:
            why = f": {pause.reason}" if pause.reason else ""
            return Line(finding, Fate.DENIED, f"Kora was paused by {pause.by}{why}.", ("kora resume",))
        if (out := _opted_out(finding, graph)) is not None:
            return Line(finding, Fate.DENIED, f"{out} opted out with the annotation {IGNORE}.")
        level = self._level_for(finding, found)
        if level is Autonomy.OBSERVE:
            return Line(finding, Fate.OBSERVED, f"This namespace is only observed. {found.goal} would mend it.")
        if (tried := records.unhelpful(self.home, finding, self.world)) is not None:
            return escalated(escalate(case, _not_again(tried), f"See what was tried: kora plans show {tried.plan.id}"))
        if (
            self.actor.surface is Surface.OPERATOR
            and (old := records.denied(self.home, finding, self.world)) is not None
        ):
            return Line(finding, Fate.DENIED, old.reason, (), plan_json(old))
        if (record := records.waiting(self.home, finding, self.world)) is not None:
            if level is Autonomy.PROPOSE or not self.may(finding, level):
                return waits(finding, record, "It waits for a person since an earlier pass.")
            self._supersede(record, "policy lets Kora do it by itself now")
        for old in records.outdated(self.home, finding, self.world):
            self._supersede(old, "the cluster moved on")
        return line_of(finding, self.repair(finding, level), self.home)

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


def _not_again(record: PlanRecord) -> str:
    if record.state is PlanState.REJECTED:
        return f"A person rejected the plan {record.plan.id} for it."
    return f"{record.plan.goal} was tried and did not help ({record.reason}) It is not tried again."
