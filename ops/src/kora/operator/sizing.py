"""Right-sizing as a standing duty: samples → recommendations → a plan, once in a while and only where it is worth it.

The same formulas, tool and invoker as `kora rightsize --apply`. What is different: nobody watches, so a change has to
be worth a restart, comes after a rest, never adds a limit that nobody had set, and stays within the policy's bounds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import PlanState
from kora.domain.quantities import memory_text, parse_quantity
from kora.domain.results import Outcome
from kora.domain.risk import Autonomy, Verdict
from kora.kit import clock
from kora.operations.diagnose.fields import dig
from kora.operations.diagnose.reading import read_graph
from kora.operations.heal.records import SUPERSEDED, fits
from kora.operations.heal.releases import release_of
from kora.operations.plans.lifecycle import is_overdue, reject
from kora.operations.plans.risks import target_of
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.operations.rightsize.applying import GOAL, Size, size_of
from kora.operations.rightsize.charts import ChartUnknown, stored_chart
from kora.operations.rightsize.formulas import Settings, Severity
from kora.operations.rightsize.samples import Reading, SampleStore, from_prometheus
from kora.operations.rightsize.scans import Scan, scan
from kora.policy.document import ResourceOptimization
from kora.policy.rules import IGNORE
from kora.tools.context import Context
from kora.tools.invoker import Invoker

STORE = "operator"
"""Under which the operator keeps its samples."""
REST = timedelta(days=1)
REST_AFTER_TROUBLE = timedelta(days=7)
"""Between two right-sizings of one workload; after one that was rejected, or taken back."""
_TROUBLE = frozenset({PlanState.REJECTED, PlanState.ROLLED_BACK, PlanState.FAILED})
_OVERTAKEN = frozenset({PlanState.VOID, PlanState.EXPIRED})
_APPLIED = (("requests", "cpu"), ("requests", "memory"), ("limits", "memory"))
MEBI = 2**20
_WORTH = frozenset({Severity.WARNING, Severity.CRITICAL})


@dataclass(frozen=True)
class Sized:
    """What one look at the sizes of a namespace brought. outcome: of the plan, when one was made."""

    fits: int = 0
    unfit: int = 0
    unknown: int = 0
    text: str = ""
    outcomes: tuple[Outcome, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """What was left alone, and why."""
    failed: bool = False
    """Whether nothing could be computed; `text` says why."""

    @property
    def known(self) -> bool:
        """Whether there is a recommendation for every container."""
        return not self.failed and not self.unknown


def readings_for(home: Path, namespace: str, prometheus: str | None) -> list[Reading]:
    """What is known of a namespace's use.

    Raises:
        KoraError: the Prometheus does not answer.
    """
    if prometheus is not None:
        return from_prometheus(prometheus, [namespace])
    return SampleStore(home, STORE).load(namespace)


def look_at_sizes(
    context: Context,
    namespace: str,
    readings: Iterable[Reading],
    troubled: frozenset[ObjectRef],
    invoker: Invoker,
    dry: Invoker,
) -> Sized:
    """Recommend, and make the plans that the level allows. troubled: objects of active findings. dry: tells what policy
    would decide, and does nothing.

    Raises:
        Retryable: the cluster does not answer.
    """
    wanted = context.policy.capabilities.resource_optimization
    graph = read_graph(context.reader, [namespace])
    scans = scan(graph, list(readings), Settings(points_required=wanted.min_samples))
    known = [each for each in scans if each.known]
    unfit = [each for each in known if worthwhile(each)]
    notes: list[str] = []
    outcomes: list[Outcome] = []
    groups: dict[tuple[str, str] | ObjectRef, list[Size]] = {}
    for each in unfit:
        live = graph.find(each.workload.kind, each.workload.namespace, each.workload.name)
        why = _why_not(context, each.workload, live, troubled)
        size = _bounded(each, wanted)
        if why is None and context.policy.autonomy.for_namespace(namespace) is Autonomy.OBSERVE:
            why = f"only observed; {_told(size)} would fit"
        if why is None:
            groups.setdefault(release_of(live or {}) or each.workload, []).append(size)
        else:
            notes.append(f"{each.workload.name}/{each.container}: {why}")
    for source, sizes in groups.items():
        found = _see_to(context, source, sizes, invoker, dry)
        if isinstance(found, str):
            notes.append(f"{', '.join(each.workload.name for each in sizes)}: {found}")
        else:
            outcomes.append(found)
    counts = len(known) - len(unfit), len(unfit), len(scans) - len(known)
    return Sized(*counts, _summary(scans, *counts, wanted.min_samples), tuple(outcomes), tuple(notes))


def worthwhile(each: Scan) -> bool:
    """Whether what would be applied lies far enough from what is to be worth a restart."""
    return any(
        resource in each.known
        and each.current[side][resource] is not None
        and each.current[side][resource] != each.recommended[side][resource]
        and each.severity_of(side, resource) in _WORTH
        for side, resource in _APPLIED
    )


def _why_not(
    context: Context, workload: ObjectRef, live: Manifest | None, troubled: frozenset[ObjectRef]
) -> str | None:
    if live is None:
        return "it is gone"
    if str((dig(live, "metadata", "annotations") or {}).get(IGNORE, "")).lower() == "true":
        return f"it opted out with the annotation {IGNORE}"
    if workload in troubled:
        return "first what is wrong with it has to be mended"
    last = next(iter(_earlier(context.home, workload)), None)
    if last is None:
        return None
    if last.state is PlanState.PROPOSED:
        return None  # what waits may have to be replaced: see `_see_to`
    if not last.state.is_final:
        return f"the plan {last.plan.id} is {last.state.replace('_', ' ')}"
    rest = REST_AFTER_TROUBLE if last.state in _TROUBLE else REST
    if clock.now() - last.updated_at < rest:
        return f"it rests after the plan {last.plan.id}, which was {last.state.replace('_', ' ')}"
    return None


def _earlier(home: Path, workload: ObjectRef) -> list[PlanRecord]:
    """Right-sizings of a workload, newest first: those whose steps or conditions name it. What the cluster, the time
    or another plan overtook before anything was done says nothing about the workload."""
    found = []
    for record in PlanStore(home).everything()[0]:
        overtaken = record.state in _OVERTAKEN or record.reason.startswith(SUPERSEDED)
        if overtaken or not record.plan.goal.startswith(GOAL):
            continue
        named = {target_of(step.action) for step in record.plan.steps}
        named |= {each.target for each in record.plan.postconditions if hasattr(each, "target")}
        if workload in named:
            found.append(record)
    return found


def _bounded(each: Scan, wanted: ResourceOptimization) -> Size:
    """The size within the policy's bounds, which never cut what is there; a limit that nobody had set is not added."""
    size = size_of(each)
    limits, requests = dict(size.limits), dict(size.requests)
    if each.current["limits"]["memory"] is None:
        limits.pop("memory", None)
    most = parse_quantity(wanted.max_memory)
    for values, side in ((limits, "limits"), (requests, "requests")):
        now, told = each.current[side]["memory"], parse_quantity(values.get("memory"))
        bounds = [float(most)] if most is not None else []
        bounds += [now * wanted.max_memory_factor] if now is not None else []
        bound = max(min(bounds, default=float("inf")), now or 0.0)
        if told is not None and float(told) > bound:
            values["memory"] = memory_text(int(bound) // MEBI * MEBI)
    limit, request = parse_quantity(limits.get("memory")), parse_quantity(requests.get("memory"))
    if limit is not None and request is not None and request > limit:
        requests["memory"] = limits["memory"]
    return size.model_copy(update={"limits": limits, "requests": requests})


def _see_to(
    context: Context, source: tuple[str, str] | ObjectRef, sizes: list[Size], invoker: Invoker, dry: Invoker
) -> Outcome | str:
    """One plan for what comes from one place. One that waits since an earlier look is left, unless it fits no more or
    policy lets Kora do it by itself now (a window opened, the level was raised)."""
    waiting = {
        each.plan.id: each
        for size in sizes
        for each in _earlier(context.home, size.workload)
        if each.state is PlanState.PROPOSED and not is_overdue(each)
    }
    arguments = _arguments(context, source, sizes)
    if isinstance(arguments, str):
        return arguments
    why = "the cluster moved on"
    if waiting and all(fits(each, context.world) for each in waiting.values()):
        decision = dry.call("rightsize.apply", arguments).decision
        if decision is None or decision.verdict is not Verdict.ALLOW:
            return f"the plan {', '.join(waiting)} waits for a person"
        why = "policy lets Kora do it by itself now"
    by = context.actor.model_copy(update={"name": "kora"})
    for each in waiting:
        reject(PlanStore(context.home), each, by, f"superseded, because {why}")
    return invoker.call("rightsize.apply", arguments)


def _arguments(context: Context, source: tuple[str, str] | ObjectRef, sizes: list[Size]) -> dict[str, object] | str:
    """What `rightsize.apply` is called with; a sentence when the chart of a release can't be had."""
    chart = None
    if not isinstance(source, ObjectRef):
        try:
            chart = str(stored_chart(context.reader, *source, context.home))
        except ChartUnknown as error:
            return f"{error.message} By hand: kora rightsize -n {source[1]} --chart CHART --apply"
    return {"sizes": [each.model_dump(mode="json") for each in sizes], "chart": chart}


def _told(size: Size) -> str:
    return ", ".join(
        f"{side}.{name}={value}"
        for side, values in (("requests", size.requests), ("limits", size.limits))
        for name, value in values.items()
    )


def _summary(scans: list[Scan], fits: int, unfit: int, unknown: int, needed: int) -> str:
    """One sentence for the policy's status."""
    if not scans:
        return ""
    parts = [f"{fits} of {len(scans)} containers fit", f"{unfit} could ask for something else"]
    if unknown:
        most = max((each.readings for each in scans if not each.known), default=0)
        parts.append(f"too few samples for {unknown} (at most {most} of {needed})")
    return ", ".join(parts) + "."
