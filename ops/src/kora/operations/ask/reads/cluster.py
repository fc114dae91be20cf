"""The cluster itself: usage by pods and nodes, capacity, version and namespaces."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kora.domain.objects import Manifest
from kora.domain.quantities import memory_text, parse_quantity
from kora.language.intents import Aspect, Comparison, Condition, Inspect
from kora.language.kinds import BY_KIND, WORKLOAD_KINDS
from kora.language.targets import WORKLOAD
from kora.operations.ask.answer import Answer, place, table
from kora.operations.ask.binding import Binder
from kora.operations.ask.facts import pod_spec
from kora.operations.ask.filtering import spoken_conditions
from kora.operations.ask.reads.lists import wanted
from kora.operations.ask.reads.registry import answers
from kora.operations.diagnose.fields import dig, has_condition, name_of, namespace_of

METRICS = "metrics.k8s.io/v1beta1"
_SHOWN = 15


@answers(Aspect.USAGE)
def usage(binder: Binder, question: Inspect) -> Answer:
    """Pods or nodes by what they use now."""
    nodes = question.target.kind == "Node"
    space = None if nodes else binder.space(question.target)
    if space is not None and question.target.namespace:
        binder.require_space(space)
    measured = binder.reader.list(METRICS, "NodeMetrics" if nodes else "PodMetrics", space)
    by = "memory" if question.sort_by not in {"cpu"} else "cpu"
    command = f"kubectl top {'nodes' if nodes else 'pods' + place(space)} --sort-by={by}"
    if not measured:
        return Answer("No usage is known: the metrics API has nothing for this (yet).", [command], [], found=False)
    if not nodes and (question.target.names or question.target.phrase):
        target = (
            question.target
            if question.target.kind == "Pod"
            else question.target.model_copy(
                update={"kind": None if question.target.kind == WORKLOAD else question.target.kind}
            )
        )
        items = wanted(
            binder, target, (target.kind,) if target.kind else ("Deployment", "StatefulSet", "DaemonSet", "Pod")
        )
        names = {(namespace_of(pod), name_of(pod)) for item in items for pod in binder.pods_of(item)}
        measured = [each for each in measured if (namespace_of(each), name_of(each)) in names]
    spent = [
        _Spent(namespace_of(each) or "-", name_of(each), _used(each, "cpu"), _used(each, "memory")) for each in measured
    ]
    if (
        not nodes
        and question.group_by is None
        and question.against is None
        and not (question.target.names or question.target.phrase)
    ):
        spent = _by_owner(binder, spent, question.target.kind)
    if question.group_by is not None and not nodes:
        spent = _by_owner(binder, spent, {"node": "Node", "namespace": "Namespace"}.get(question.group_by, WORKLOAD))
    bounds = _bounds(binder, spent, question.against, space) if question.against and not nodes else {}
    if question.share is not None and bounds:
        spent = [each for each in spent if (share := _share(each, bounds, by)) is not None and share > question.share]
        if not spent:
            return Answer(
                f"Nothing uses more than {question.share:.0%} of its {by} {question.against}{_in(space)}.",
                [command],
                [],
                found=False,
            )
    ranked = sorted(spent, key=lambda each: each.of(by), reverse=question.descending)[: question.limit or _SHOWN]
    if not ranked:
        return Answer("No usage is known for that (yet).", [command], [], found=False)
    return _table(ranked, spent, bounds, question, by, command)


@dataclass(frozen=True)
class _Spent:
    """What one pod, or all pods of one owner, use: cores and bytes."""

    namespace: str
    name: str
    cpu: Decimal
    memory: Decimal

    def of(self, what: str) -> Decimal:
        return self.cpu if what == "cpu" else self.memory


_Bounds = dict[tuple[str, str], dict[str, Decimal | None]]


def _table(
    ranked: Sequence[_Spent], spent: Sequence[_Spent], bounds: _Bounds, question: Inspect, by: str, command: str
) -> Answer:
    heads = ["NAMESPACE", "NAME", "CPU", "MEMORY"]
    heads += [f"{what.upper()} {str(question.against).upper()}" for what in ("cpu", "memory")] if bounds else []
    rows = [
        [each.namespace, each.name, _text("cpu", each.cpu), _text("memory", each.memory)]
        + ([_against(each, bounds, what) for what in ("cpu", "memory")] if bounds else [])
        for each in ranked
    ]
    first = ranked[0]
    most = f"{first.name} uses the {'most' if question.descending else 'least'} {by}: {_text(by, first.of(by))}."
    cpu, memory = sum((each.cpu for each in spent), Decimal(0)), sum((each.memory for each in spent), Decimal(0))
    together = (
        f"Together {len(spent)} use {_text('cpu', cpu)} CPU and {_text('memory', memory)} memory, "
        f"on average {_text('cpu', cpu / len(spent))} and {_text('memory', memory / len(spent))}."
    )
    lines = [together] if question.total else [most] if len(spent) == 1 else [most, together]
    data = [dict(zip((head.lower().replace(" ", "_") for head in heads), row, strict=True)) for row in rows]
    return Answer("\n".join([lines[0], table(heads, rows), *lines[1:]]), [command], data)


def _text(what: str, value: Decimal) -> str:
    if what == "cpu":
        return f"{int(value * 1000)}m" if value >= _MILLI or not value else "<1m"
    return f"{int(value // 1048576)}Mi" if value >= 1048576 or not value else "<1Mi"


_MILLI = Decimal("0.001")


def _in(space: str | None) -> str:
    return f" in namespace {space}" if space else ""


def _by_owner(binder: Binder, spent: Sequence[_Spent], kind: str | None) -> list[_Spent]:
    """Pods added up by their workload, node or namespace when one of those was asked about."""
    if kind not in {*WORKLOAD_KINDS, WORKLOAD, "Namespace", "Node"}:
        return list(spent)
    sums: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for each in spent:
        pod = next((one for one in binder.every("Pod", each.namespace) if name_of(one) == each.name), None)
        if kind == "Namespace":
            owners = [("-", each.namespace)]
        elif kind == "Node":
            owners = [("-", str(dig(pod, "spec", "nodeName")))]
        else:
            behind = binder.workloads_behind(pod) if pod is not None else []
            owners = [(each.namespace, name_of(one)) for one in behind if kind in (WORKLOAD, one["kind"])]
        for owner in owners:
            cpu, memory = sums.get(owner, (Decimal(0), Decimal(0)))
            sums[owner] = (cpu + each.cpu, memory + each.memory)
    return [_Spent(space, name, cpu, memory) for (space, name), (cpu, memory) in sums.items()]


def _bounds(binder: Binder, spent: Sequence[_Spent], part: str, space: str | None) -> _Bounds:
    """What each pod requests, or may use at most; None where any of its containers says nothing."""
    known = {(each.namespace, each.name) for each in spent}
    found: _Bounds = {}
    for pod in binder.every("Pod", space):
        key = (namespace_of(pod) or "-", name_of(pod))
        if key in known:
            containers = pod_spec(pod).get("containers") or ()
            said = {
                what: [parse_quantity(dig(each, "resources", part, what)) for each in containers]
                for what in ("cpu", "memory")
            }
            found[key] = {
                what: None if None in values else sum((each for each in values if each is not None), Decimal(0))
                for what, values in said.items()
            }
    return found


def _share(each: _Spent, bounds: _Bounds, what: str) -> Decimal | None:
    bound = bounds.get((each.namespace, each.name), {}).get(what)
    return each.of(what) / bound if bound else None


def _against(each: _Spent, bounds: _Bounds, what: str) -> str:
    bound, share = bounds.get((each.namespace, each.name), {}).get(what), _share(each, bounds, what)
    return "none" if bound is None or share is None else f"{_text(what, bound)} ({share:.0%} used)"


def _used(item: Manifest, what: str) -> Decimal:
    if item["kind"] == "NodeMetrics":
        return parse_quantity(dig(item, "usage", what)) or Decimal(0)
    return sum(
        (parse_quantity(dig(each, "usage", what)) or Decimal(0) for each in item.get("containers") or ()), Decimal(0)
    )


@answers(Aspect.CAPACITY)
def capacity(binder: Binder, question: Inspect) -> Answer:
    """What each node can give and what is requested of it."""
    nodes = binder.find(question.target, ("Node",)) if question.target.kind == "Node" else binder.every("Node", None)
    if question.resource == _DISK:
        return _disks(binder, nodes)
    pods = [each for each in binder.every("Pod", None) if dig(each, "status", "phase") in {"Running", "Pending"}]
    rows, data = [], []
    for node in nodes:
        here = [each for each in pods if dig(each, "spec", "nodeName") == name_of(node)]
        cells: list[str] = []
        entry: dict[str, object] = {"node": name_of(node), "pods": len(here)}
        for what in ("cpu", "memory"):
            can = parse_quantity(dig(node, "status", "allocatable", what)) or Decimal(0)
            asked = sum((_requested(each, what) for each in here), Decimal(0))
            free = can - asked
            size, unit = (Decimal("0.001"), "m") if what == "cpu" else (Decimal(1048576), "Mi")
            cells.append(f"{int(free / size)}{unit} of {int(can / size)}{unit} free")
            entry[what] = {"allocatable": str(can), "requested": str(asked)}
        if not all(_fits(entry, each) for each in question.conditions):
            continue
        most = dig(node, "status", "allocatable", "pods") or "?"
        rows.append(
            (name_of(node), "Ready" if has_condition(node, "Ready") else "NotReady", *cells, f"{len(here)} of {most}")
        )
        data.append(entry)
    if not rows and question.conditions:
        said = spoken_conditions(question.conditions)
        return Answer(f"No node has free {said} ({len(nodes)} looked at).", ["kubectl describe nodes"], [], found=False)
    return Answer(
        table(("NODE", "STATUS", "CPU", "MEMORY", "PODS"), rows), ["kubectl describe nodes"], data, found=bool(rows)
    )


def _disks(binder: Binder, nodes: Sequence[Manifest]) -> Answer:
    """What the API knows of the nodes' disks: their size, what is requested of them, and the kubelet's alarm."""
    pods = [each for each in binder.every("Pod", None) if dig(each, "status", "phase") in {"Running", "Pending"}]
    rows = []
    for node in nodes:
        can = parse_quantity(dig(node, "status", "allocatable", _DISK)) or Decimal(0)
        here = [each for each in pods if dig(each, "spec", "nodeName") == name_of(node)]
        asked = sum((_requested(each, _DISK) for each in here), Decimal(0))
        alarm = "yes" if has_condition(node, "DiskPressure") else "no"
        rows.append((name_of(node), f"{int(can // _GIBI)}Gi", memory_text(asked) if asked else "0", alarm))
    heads = ("NODE", "ALLOCATABLE DISK", "REQUESTED BY PODS", "DISK PRESSURE")
    text = (
        f"{table(heads, rows)}\nHow much of a node's disk is used now is not known to the API server; the kubelet "
        "reports only disk pressure, and evicts pods then."
    )
    data = [dict(zip(("node", "allocatable", "requested", "pressure"), row, strict=True)) for row in rows]
    return Answer(text, ["kubectl describe nodes"], data, found=bool(rows))


_GIBI = Decimal(2**30)
_DISK = "ephemeral-storage"


def _fits(entry: dict[str, object], condition: Condition) -> bool:
    """Whether what is free on a node is as asked."""
    known, wanted = entry.get(condition.field), parse_quantity(condition.value)
    if not isinstance(known, dict) or wanted is None:
        return True
    free = Decimal(known["allocatable"]) - Decimal(known["requested"])
    return free < wanted if condition.comparison in {Comparison.LESS, Comparison.AT_MOST} else free > wanted


def _requested(pod: Manifest, what: str) -> Decimal:
    return sum(
        (
            parse_quantity(dig(each, "resources", "requests", what)) or Decimal(0)
            for each in pod_spec(pod).get("containers") or ()
        ),
        Decimal(0),
    )


@answers(Aspect.CONTEXT)
def context(binder: Binder, question: Inspect) -> Answer:
    """Which cluster this is."""
    del question
    nodes, spaces = binder.every("Node", None), binder.every("Namespace", None)
    version = binder.reader.version()
    text = (
        f"Context {binder.reader.context}, namespace {binder.given or binder.reader.namespace}: Kubernetes {version}, "
        f"{len(nodes)} node(s) ({', '.join(map(name_of, nodes))}), namespaces: {', '.join(map(name_of, spaces))}."
    )
    data = {
        "context": binder.reader.context,
        "version": version,
        "nodes": [*map(name_of, nodes)],
        "namespaces": [*map(name_of, spaces)],
    }
    return Answer(text, ["kubectl config current-context", "kubectl version", "kubectl get namespaces"], data)


@answers(Aspect.KINDS)
def kinds(binder: Binder, question: Inspect) -> Answer:
    """The kinds that the cluster serves, its own resources (custom kinds) first."""
    del question
    served = sorted(binder.reader.kinds(), key=lambda each: (each.kind in BY_KIND, each.kind))
    rows = [
        (each.kind, each.api_version, ",".join(each.short_names) or "-", "yes" if each.namespaced else "no")
        for each in served
    ]
    data = [dict(zip(("kind", "api_version", "short_names", "namespaced"), row, strict=True)) for row in rows]
    return Answer(
        table(("KIND", "API", "SHORT", "NAMESPACED"), rows), ["kubectl api-resources"], data, found=bool(rows)
    )
