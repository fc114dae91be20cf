"""Network policies that cut a connection which a program needs: to the cluster's DNS, or to another service."""

from collections.abc import Iterator

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import Container, containers, log_source, pods, where
from kora.operations.diagnose.dependencies import REACHABILITY, Dependency, declared_dependencies, target_of
from kora.operations.diagnose.detectors.probes import port_number
from kora.operations.diagnose.fields import dig, namespace_of
from kora.operations.diagnose.graph import Graph, key_of
from kora.operations.diagnose.logs import LogCause, LogReading, Trouble
from kora.operations.diagnose.policies import Ruling, allows_dns, allows_egress, allows_ingress, policy_names
from kora.operations.diagnose.probe import Probe


@detector
def network(graph: Graph, probe: Probe) -> Iterator[Candidate]:
    """Pods under policies that forbid what their settings or their logs say that they need."""
    if not graph.all("NetworkPolicy"):
        return
    for pod in pods(graph):
        if dig(pod, "status", "phase") == "Running":
            yield from _of_pod(graph, probe, pod)


def _of_pod(graph: Graph, probe: Probe, pod: Manifest) -> Iterator[Candidate]:
    dns = allows_dns(graph, pod)
    for container in containers(graph, pod):
        if container.init and not container.sidecar and container.terminated:
            continue
        needed = [each for each in declared_dependencies(container) if each.key and each.key[0] == "Service"]
        if not dns.allowed:
            told = _reading(probe, container).find(Trouble.UNRESOLVED, Trouble.SILENT)
            if told or any(each.service for each in needed):
                yield _dns(container, dns, told, needed)
                return
            continue
        yield from _connections(probe, container, needed)


def _reading(probe: Probe, container: Container) -> LogReading:
    return probe.crash_log(container.pod, container.name, restarted=container.running_since is None)


def _dns(container: Container, ruling: Ruling, told: LogCause | None, needed: list[Dependency]) -> Candidate:
    graph, pod = container.graph, container.pod
    evidence = [
        Evidence(
            source="network policies", text=f"{policy_names(ruling.policies)} isolate egress; no rule allows port 53"
        )
    ]
    if told:
        evidence.append(Evidence(source=log_source(pod, container.name), text=told.line))
    if needed:
        evidence.append(Evidence(source="settings", text=f"needs {', '.join(each.host for each in needed)} by name"))
    return Candidate(
        cause="DnsBlocked",
        subject=ObjectRef.of(ruling.policies[0]),
        symptoms=(ObjectRef.of(graph.top(pod)), ObjectRef.of(pod)),
        blames=(key_of(pod), key_of(ruling.policies[0])),
        summary=f"{where(graph, pod)} can't resolve names: {policy_names(ruling.policies)} allow it no egress"
        f" to port 53.",
        evidence=tuple(evidence),
    )


def _connections(probe: Probe, container: Container, needed: list[Dependency]) -> Iterator[Candidate]:
    graph, pod = container.graph, container.pod
    wanted = list(needed)
    troubled = not container.ready or container.waiting
    if troubled and (told := _reading(probe, container).find(*REACHABILITY)):
        found = target_of(container, told)
        if found.service is not None and found.key not in [each.key for each in wanted]:
            wanted.append(found)
    for each in wanted:
        ruling, side, port = _ruling(graph, pod, each)
        if not ruling.allowed:
            yield _blocked(probe, container, each, ruling, side, port)


def _ruling(graph: Graph, pod: Manifest, needed: Dependency) -> tuple[Ruling, str, int]:
    targets = graph.selected(needed.service) if needed.service else []
    if not targets or not needed.service:
        return Ruling(True), "", 0
    target = targets[0]
    port = _pod_port(graph, needed, target)
    if port is None or target is pod:
        return Ruling(True), "", 0
    outward = allows_egress(graph, pod, target, port)
    if not outward.allowed:
        return outward, "from", port
    return allows_ingress(graph, target, port, pod), "to", port


def _pod_port(graph: Graph, needed: Dependency, target: Manifest) -> int | None:
    """The port of the pod behind the port of the service that is asked: policies look at pods."""
    ports = dig(needed.service, "spec", "ports") or []
    chosen = next((each for each in ports if needed.port in (each.get("port"), None)), None)
    if chosen is None:
        return None
    wanted = chosen.get("targetPort", chosen.get("port"))
    return next((found for each in containers(graph, target) if (found := port_number(each, wanted)) is not None), None)


def _blocked(probe: Probe, container: Container, needed: Dependency, ruling: Ruling, side: str, port: int) -> Candidate:
    graph, pod = container.graph, container.pod
    policy, names = ruling.policies[0], policy_names(ruling.policies)
    told = _reading(probe, container).find(*REACHABILITY)
    evidence = [
        Evidence(source="network policies", text=f"{names} isolate {side} this side; no rule allows TCP port {port}"),
        Evidence(
            source="settings",
            text=f"{where(graph, pod)} names {needed.host}" + (f":{needed.port}" if needed.port else ""),
        ),
    ]
    if told:
        evidence.append(Evidence(source=log_source(pod, container.name), text=told.line))
    return Candidate(
        cause="NetworkPolicyBlocks",
        subject=ObjectRef.of(policy),
        detail=f"{namespace_of(pod)}/{needed.host}",
        symptoms=(
            ObjectRef.of(graph.top(pod)),
            ObjectRef.of(pod),
            *([ObjectRef.of(needed.service)] if needed.service else []),
        ),
        blames=(key_of(pod),),
        summary=f"{where(graph, pod)} can't reach {needed.host} on port {port}:"
        f" {names} ({'egress' if side == 'from' else 'ingress'}) does not"
        " allow it.",
        evidence=tuple(evidence),
    )
