"""Whether one workload can reach another: service, ready pods, ports and network policies, judged from objects alone.

No packet is sent; the answer says what the objects say.
"""

from kora.domain.objects import Manifest, ObjectRef
from kora.language.intents import Aspect, Inspect, Target
from kora.language.kinds import WORKLOAD_KINDS
from kora.operations.ask.answer import Answer, place, table
from kora.operations.ask.binding import Binder
from kora.operations.ask.reads.registry import answers
from kora.operations.ask.reads.workloads import nothing
from kora.operations.diagnose.fields import dig, has_condition, matches, name_of, namespace_of
from kora.operations.diagnose.graph import Graph
from kora.operations.diagnose.policies import allows_dns, allows_egress, allows_ingress
from kora.operations.diagnose.reading import read_graph


@answers(Aspect.CONNECTIVITY)
def connectivity(binder: Binder, question: Inspect) -> Answer:
    """Yes or no with the reasons: the first of service, pods, port and policy that stands in the way."""
    goals = _found(binder, question.target)
    if not goals:
        return nothing(binder, question)
    services = [each for each in goals if each["kind"] == "Service"] or _in_front(binder, goals)
    goal = services[0] if services else goals[0]
    said = question.of is not None and (question.of.names or question.of.phrase or question.of.labels)
    if not said and (question.of is not None or binder.every("NetworkPolicy", namespace_of(goal))):
        return _who_reaches(binder, goal, bool(services))
    sources = _found(binder, question.of) if question.of is not None else []
    inside = (
        question.of.names[0]
        if question.of is not None and question.of.names
        else question.of.phrase
        if question.of
        else None
    )
    if not sources and inside and any(name_of(each) == inside for each in binder.every("Namespace", None)):
        return _who_reaches(binder, goal, bool(services), inside)
    if question.of is not None and not sources:
        return nothing(binder, question.model_copy(update={"target": question.of}))
    source = next((each for each in sources if each["kind"] != "Service"), sources[0] if sources else None)
    behind = binder.pods_of(goal)
    ready = [pod for pod in behind if has_condition(pod, "Ready")]
    space = namespace_of(goal)
    commands = [f"kubectl get service,endpointslices,networkpolicies{place(space)}"]
    facts: list[str] = []
    stop: str | None = None
    if not services:
        stop = f"no Service stands in front of {ObjectRef.of(goal)}"
    else:
        ports = ", ".join(
            f"{each.get('port')} → {each.get('targetPort', each.get('port'))}"
            for each in dig(goal, "spec", "ports") or ()
        )
        facts.append(f"{ObjectRef.of(goal)} listens on {ports or 'no port'}")
        facts.append(f"{len(ready)} of {len(behind)} pods behind it are ready")
        if not ready:
            stop = f"{ObjectRef.of(goal)} has no ready pod behind it"
    mine = [pod for pod in (binder.pods_of(source) if source is not None else []) if has_condition(pod, "Ready")]
    if source is not None and not mine:
        stop = stop or f"no pod of {ObjectRef.of(source)} is ready"
    if mine and ready:
        graph = read_graph(binder.reader, sorted({namespace_of(mine[0]) or "", namespace_of(ready[0]) or ""}))
        stop = stop or _kept_away(graph, mine[0], ready[0], goal)
        if stop is None:
            there = graph.all("NetworkPolicy", namespace_of(mine[0])) or graph.all("NetworkPolicy", namespace_of(goal))
            facts.append("network policies allow it" if there else "no network policy is in the way")
    who = str(ObjectRef.of(source)) if source is not None else "another pod"
    if stop:
        return Answer(
            f"No: {who} can not reach {ObjectRef.of(goal)}: {stop}.\n" + "\n".join(f"  {each}" for each in facts),
            [*commands, f"kora diagnose{place(space)}"],
            {"reachable": False, "reason": stop, "facts": facts},
        )
    return Answer(
        f"Yes: nothing keeps {who} from {ObjectRef.of(goal)} (judged from the objects; no request was sent).\n"
        + "\n".join(f"  {each}" for each in facts),
        commands,
        {"reachable": True, "facts": facts},
    )


def _who_reaches(binder: Binder, goal: Manifest, is_service: bool, inside: str | None = None) -> Answer:
    """Every workload of the cluster (or of one namespace) with a running pod, and what keeps it from `goal`."""
    behind = [pod for pod in binder.pods_of(goal) if has_condition(pod, "Ready")] if is_service else []
    commands = ["kubectl get networkpolicies -A", f"kubectl get service,endpointslices{place(namespace_of(goal))}"]
    what = ObjectRef.of(goal)
    if not behind:
        reason = "no ready pod is behind it" if is_service else "no Service stands in front of it"
        return Answer(f"Nobody can reach {what}: {reason}.", commands, {"reachable": False, "reason": reason})
    sources = [
        (source, pod)
        for kind in (*WORKLOAD_KINDS, "Pod")
        for source in binder.every(kind, inside)
        if not dig(source, "metadata", "ownerReferences")
        and (pod := next((each for each in binder.pods_of(source) if has_condition(each, "Ready")), None)) is not None
        and name_of(pod) != name_of(behind[0])
    ]
    graph = read_graph(
        binder.reader, sorted({namespace_of(each) or "" for each in (goal, *(one for one, _ in sources))})
    )
    rows = []
    for source, pod in sources:
        stop = _kept_away(graph, pod, behind[0], goal)
        rows.append((namespace_of(source) or "", source["kind"], name_of(source), f"no: {stop}" if stop else "yes"))
    able = sum(row[-1] == "yes" for row in rows)
    of = f" of namespace {inside}" if inside else ""
    head = f"{able} of {len(rows)} workloads{of} can reach {what} (judged from the objects; no request was sent):"
    data = [dict(zip(("namespace", "kind", "name", "reaches"), row, strict=True)) for row in sorted(rows)]
    return Answer(f"{head}\n{table(('NAMESPACE', 'KIND', 'NAME', 'REACHES'), sorted(rows))}", commands, data)


def _found(binder: Binder, target: Target) -> list[Manifest]:
    kinds = ("Service", *WORKLOAD_KINDS, "Pod")
    found = binder.find(target, (target.kind,) if target.kind in kinds else kinds)
    return found or binder.find(target.model_copy(update={"kind": None}), kinds)


def _in_front(binder: Binder, items: list[Manifest]) -> list[Manifest]:
    found = []
    for item in items:
        labels = dig(item, "spec", "template", "metadata", "labels") or dig(item, "metadata", "labels")
        for each in binder.every("Service", namespace_of(item)):
            selector = dig(each, "spec", "selector")
            if selector and matches({"matchLabels": selector}, labels):
                found.append(each)
    return found


def _kept_away(graph: Graph, source: Manifest, target: Manifest, service: Manifest) -> str | None:
    """What keeps a pod from another one behind a service: name resolution, a port that nobody names, a policy."""
    if not allows_dns(graph, source).allowed:
        return f"network policies keep {name_of(source)} from the cluster's DNS (port 53)"
    for each in dig(service, "spec", "ports") or ():
        port = _number(each, target)
        if port is None:
            return f"port {each.get('targetPort')} of {name_of(service)} is named by no container of {name_of(target)}"
        for ruling, side in (
            (allows_egress(graph, source, target, port), f"egress of {name_of(source)}"),
            (allows_ingress(graph, target, port, source), f"ingress of {name_of(target)}"),
        ):
            if not ruling.allowed:
                names = ", ".join(name_of(policy) for policy in ruling.policies)
                return f"network policy {names} does not allow it ({side}, port {port})"
    return None


def _number(port: Manifest, pod: Manifest) -> int | None:
    wanted = port.get("targetPort", port.get("port"))
    if isinstance(wanted, int):
        return wanted
    return next(
        (
            int(each["containerPort"])
            for container in dig(pod, "spec", "containers") or ()
            for each in container.get("ports") or ()
            if each.get("name") == wanted
        ),
        None,
    )
