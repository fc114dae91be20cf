"""The cluster itself: usage by pods and nodes, capacity, version and namespaces."""

from decimal import Decimal

from kora.domain.objects import Manifest
from kora.domain.quantities import parse_quantity
from kora.language.intents import Aspect, Inspect
from kora.language.kinds import BY_KIND
from kora.language.targets import WORKLOAD
from kora.operations.ask.answer import Answer, place, table
from kora.operations.ask.binding import Binder
from kora.operations.ask.reads.filtering import pod_spec
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
    ranked = sorted(measured, key=lambda each: _used(each, by), reverse=question.descending)[: question.limit or _SHOWN]
    rows = [
        (
            namespace_of(each) or "-",
            name_of(each),
            f"{int(_used(each, 'cpu') * 1000)}m",
            f"{int(_used(each, 'memory') // 1048576)}Mi",
        )
        for each in ranked
    ]
    if not rows:
        return Answer("No usage is known for that (yet).", [command], [], found=False)
    first = rows[0]
    word = "most" if question.descending else "least"
    head = f"{first[1]} uses the {word} {by}: {first[3] if by == 'memory' else first[2]}."
    data = [dict(zip(("namespace", "name", "cpu", "memory"), row, strict=True)) for row in rows]
    return Answer(f"{head}\n{table(('NAMESPACE', 'NAME', 'CPU', 'MEMORY'), rows)}", [command], data)


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
        most = dig(node, "status", "allocatable", "pods") or "?"
        rows.append(
            (name_of(node), "Ready" if has_condition(node, "Ready") else "NotReady", *cells, f"{len(here)} of {most}")
        )
        data.append(entry)
    return Answer(
        table(("NODE", "STATUS", "CPU", "MEMORY", "PODS"), rows), ["kubectl describe nodes"], data, found=bool(rows)
    )


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
