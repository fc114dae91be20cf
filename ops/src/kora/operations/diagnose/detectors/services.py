"""Services that reach nobody: a selector that misses by a little, an unserved port, pods that are not ready."""

from collections.abc import Iterator

from kora.domain.findings import Care
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import GRACE_SECONDS, containers, created, is_ready, pod_age
from kora.operations.diagnose.detectors.probes import port_number
from kora.operations.diagnose.fields import dig, matches, name_of, namespace_of, nearest, similarity
from kora.operations.diagnose.graph import Graph, key_of
from kora.operations.diagnose.probe import Probe, Reach
from kora.operations.diagnose.repairs import kubectl, patch_command, target

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
UNREADY_PATIENCE = 60.0


def _in_use(service: Manifest) -> bool:
    spec = service.get("spec") or {}
    return spec.get("type") != "ExternalName" and not dig(service, "metadata", "deletionTimestamp")


@detector
def endpoints(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Services without a ready endpoint."""
    for service in graph.all("Service"):
        if not _in_use(service) or graph.age(created(service)) < GRACE_SECONDS:
            continue
        if dig(service, "spec", "selector"):
            selected = graph.selected(service)
            if not selected:
                yield from _nobody(graph, service)
            elif not any(map(is_ready, selected)):
                yield from _unready(graph, service, selected)


def _nobody(graph: Graph, service: Manifest) -> Iterator[Candidate]:
    selector: dict[str, str] = dig(service, "spec", "selector")
    workloads = [each for kind in WORKLOADS for each in graph.all(kind, namespace_of(service))]
    exact = [each for each in workloads if matches({"matchLabels": selector}, _labels(each))]
    if exact:
        if any(dig(each, "spec", "replicas") != 0 for each in exact):
            yield _no_endpoints(graph, service, exact, "the pods that it selects do not exist")
        return  # scaled to nothing on purpose
    near = _near_workloads(graph, service, selector, workloads)
    if near:
        yield _mismatch(service, selector, near)
    else:
        words = ", ".join(f"{key}={value}" for key, value in selector.items())
        yield _no_endpoints(graph, service, [], f"no pod has the labels {words}")


def _labels(workload: Manifest) -> dict[str, str]:
    if workload["kind"] == "Pod":
        return dict(dig(workload, "metadata", "labels") or {})
    return dict(dig(workload, "spec", "template", "metadata", "labels") or {})


def _near_workloads(
    graph: Graph, service: Manifest, selector: dict[str, str], workloads: list[Manifest]
) -> list[tuple[Manifest, dict[str, str]]]:
    """Workloads that almost have the selector's labels, each with the selector that would fit; the best ones alone."""
    bare = [pod for pod in graph.all("Pod", namespace_of(service)) if graph.owner(pod) is None]
    scored = [
        (found[0], name_of(each), each, found[1])
        for each in (*workloads, *bare)
        if (found := _adjusted(selector, _labels(each), name_of(service)))
    ]
    best = max((score for score, *_ in scored), default=0.0)
    return [(each, fixed) for score, _, each, fixed in sorted(scored, key=lambda one: one[:2]) if score >= best - 0.05]


def _adjusted(selector: dict[str, str], labels: dict[str, str], service: str) -> tuple[float, dict[str, str]] | None:
    """How near labels come to a selector (0 to 1), and the selector that would fit them; None when they are far off."""
    fixed: dict[str, str] = {}
    score = 0.0
    for key, value in selector.items():
        if labels.get(key) == value:
            fixed[key], score = value, score + 1.0
            continue
        near_key = key if key in labels else nearest(key, labels)
        if near_key is None and value in labels.values():
            near_key = next(each for each, own in labels.items() if own == value)
        if near_key is None:
            return None
        close = similarity(value, labels[near_key])
        fixed[near_key], score = labels[near_key], score + (close if close >= 0.6 else 0.0)
    score /= len(selector)
    # A label that has another value altogether is near only when the rest agrees or the workload has the
    # service's name.
    named = any(similarity(service, value) >= 0.9 for value in labels.values())
    return (score, fixed) if score >= 0.5 or (named and fixed) else None


def _mismatch(service: Manifest, selector: dict[str, str], near: list[tuple[Manifest, dict[str, str]]]) -> Candidate:
    workload, fixed = near[0]
    changed = [f"{key}={value}" for key, value in selector.items() if fixed.get(key) != value]
    meant = [f"{key}={value}" for key, value in fixed.items() if selector.get(key) != value]
    alone = len(near) == 1
    fix = patch_command(service, {"op": "replace", "path": "/spec/selector", "value": fixed}) if alone else None
    return Candidate(
        cause="ServiceSelectorMismatch",
        subject=ObjectRef.of(service),
        symptoms=tuple(ObjectRef.of(each) for each, _ in near),
        blames=(key_of(service),),
        summary=f"Service {name_of(service)} selects {', '.join(changed)}, but {target(workload)} has"
        f" {', '.join(meant)}.",
        evidence=(
            Evidence(
                source=f"service {name_of(service)}", text=f"selector {_words(selector)}; no pod has these labels"
            ),
            *(Evidence(source=target(each), text=f"pod labels {_words(_labels(each))}") for each, _ in near),
        ),
        verdict=Care.HEAL if alone else Care.ESCALATE,
        fix_command=fix,
    )


def _words(labels: dict[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))


def _unready(graph: Graph, service: Manifest, selected: list[Manifest]) -> Iterator[Candidate]:
    if all(pod_age(graph, pod) < UNREADY_PATIENCE for pod in selected):
        return  # on their way
    if all(dig(pod, "status", "phase") == "Succeeded" for pod in selected):
        return
    yield _no_endpoints(graph, service, selected, f"none of its {len(selected)} pod(s) is ready")


def _no_endpoints(graph: Graph, service: Manifest, behind: list[Manifest], why: str) -> Candidate:
    return Candidate(
        cause="ServiceNoEndpoints",
        subject=ObjectRef.of(service),
        symptoms=tuple(map(ObjectRef.of, behind[:4])),
        blames=(key_of(service), *map(key_of, behind)),
        summary=f"Service {name_of(service)} has no endpoints: {why}.",
        evidence=(
            Evidence(source=f"service {name_of(service)}", text=f"{graph.ready_addresses(service)} ready address(es)"),
        ),
        fix_command=kubectl("scale", target(behind[0]), "--replicas=1", namespace=namespace_of(service))
        if behind and dig(behind[0], "spec", "replicas") == 0
        else None,
    )


@detector
def ports(graph: Graph, probe: Probe) -> Iterator[Candidate]:
    """Services that send to a port which their pods do not serve."""
    for service in graph.all("Service"):
        selected = [pod for pod in graph.selected(service) if is_ready(pod)] if _in_use(service) else []
        if not selected:
            continue
        for index, port in enumerate(dig(service, "spec", "ports") or ()):
            if port.get("protocol", "TCP") == "TCP" and dig(service, "spec", "clusterIP") != "None":
                yield from _port(graph, probe, service, index, port, selected[0])


def _port(
    graph: Graph, probe: Probe, service: Manifest, index: int, port: Manifest, pod: Manifest
) -> Iterator[Candidate]:
    wanted = port.get("targetPort", port.get("port"))
    own = [each for each in containers(graph, pod) if not each.init or each.sidecar]
    declared = {int(each["containerPort"]): each.get("name") for one in own for each in one.spec.get("ports") or ()}
    number = next((found for one in own if (found := port_number(one, wanted)) is not None), None)
    if number is None:
        yield _wrong_port(service, index, wanted, pod, declared, list(declared), "no container has a port of that name")
        return
    if number in declared:
        return
    if probe.get(pod, number).reach is not Reach.REFUSED:
        return
    told = {each for one in own for each in probe.log(pod, one.name).ports}
    served = [
        each
        for each in dict.fromkeys((*declared, *sorted(told)))
        if probe.get(pod, each).reach in (Reach.ANSWERED, Reach.OTHER)
    ]
    yield _wrong_port(
        service, index, wanted, pod, declared, served, f"port {number} of pod {name_of(pod)} refuses connections"
    )


def _wrong_port(
    service: Manifest,
    index: int,
    wanted: object,
    pod: Manifest,
    declared: dict[int, str | None],
    served: list[int],
    fact: str,
) -> Candidate:
    fix = None
    if len(served) == 1:
        value = declared.get(served[0]) or served[0]
        fix = patch_command(service, {"op": "replace", "path": f"/spec/ports/{index}/targetPort", "value": value})
    known = ", ".join(f"{number} ({name})" if name else str(number) for number, name in declared.items()) or "none"
    return Candidate(
        cause="ServicePortMismatch",
        subject=ObjectRef.of(service),
        detail=str(index),
        symptoms=(ObjectRef.of(pod),),
        blames=(key_of(service),),
        summary=f"Service {name_of(service)} sends to port {wanted} of its pods, where nobody listens; they"
        f" declare {known}.",
        evidence=(Evidence(source="request" if "refuses" in fact else f"pod {name_of(pod)}", text=fact),),
        verdict=Care.HEAL if fix else Care.ESCALATE,
        fix_command=fix,
    )
