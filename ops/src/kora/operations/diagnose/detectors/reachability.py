"""Programs that run and are ready, but say that they can't reach a service which is indeed not there.

Logs of healthy pods are read only when their settings name a service that does not exist, has no endpoint or lacks the
port: then, and only then, a line about a failed connection is proof and not history.
"""

from collections.abc import Iterator

from kora.domain.objects import ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import Container, all_containers, log_source, subject_of, where
from kora.operations.diagnose.dependencies import (
    REACHABILITY,
    Dependency,
    declared_dependencies,
    describe,
    near_service,
)
from kora.operations.diagnose.fields import dig, name_of, namespace_of
from kora.operations.diagnose.graph import Graph
from kora.operations.diagnose.logs import LogCause
from kora.operations.diagnose.probe import Probe


@detector
def reachability(graph: Graph, probe: Probe) -> Iterator[Candidate]:
    """Ready containers whose declared service is not there and whose log says so."""
    for container in all_containers(graph):
        if container.running_since is None or not container.ready:
            continue
        for needed in declared_dependencies(container):
            lacking = _lacking(graph, needed)
            told = probe.log(container.pod, container.name).find(*REACHABILITY) if lacking else None
            if told:
                yield _candidate(container, needed, lacking, told)


def _lacking(graph: Graph, needed: Dependency) -> str:
    """What is not there; empty when nothing is known to lack."""
    if needed.key is None or needed.key[0] != "Service" or not graph.knows("Service", needed.key[1]):
        return ""
    if needed.service is None:
        near = near_service(graph, needed)
        return "there is no such service" + (f" ({near} exists; was it meant?)" if near else "")
    ports = [each.get("port") for each in dig(needed.service, "spec", "ports") or ()]
    if needed.port is not None and ports and needed.port not in ports:
        return f"the service has port {', '.join(map(str, ports))} and not {needed.port}"
    if dig(needed.service, "spec", "selector") and not graph.ready_addresses(needed.service):
        return "the service has no ready endpoint"
    return ""


def _candidate(container: Container, needed: Dependency, lacking: str, told: LogCause) -> Candidate:
    graph, pod = container.graph, container.pod
    return Candidate(
        cause="DependencyUnreachable",
        subject=subject_of(graph, pod),
        detail=f"{container.name}/{needed.host}",
        symptoms=(ObjectRef.of(pod),),
        blames=(("Pod", namespace_of(pod), name_of(pod)), *([needed.key] if needed.key else [])),
        summary=f"{where(graph, pod)} can't reach {needed.host}, because {lacking}: {describe(needed, told)}",
        evidence=(
            Evidence(source=log_source(pod, container.name), text=told.line),
            Evidence(source="settings", text=f"{needed.host} is named in the container's settings; {lacking}"),
        ),
    )
