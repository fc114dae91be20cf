"""Rollouts that do not get on. Mostly a symptom: it stands for itself only when nothing deeper was found."""

from collections.abc import Iterator

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import created, is_ready
from kora.operations.diagnose.fields import condition, dig, instant, name_of, namespace_of
from kora.operations.diagnose.graph import Graph, key_of
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.repairs import newest_replica_set, roll_back, target

SILENT_CONTROLLER = 60.0
UNREADY_PATIENCE = 600.0


@detector
def rollouts(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Deployments past their progress deadline, or ignored by their controller."""
    for deployment in graph.all("Deployment"):
        if dig(deployment, "metadata", "deletionTimestamp") or dig(deployment, "spec", "paused"):
            continue
        if why := _stuck(graph, deployment):
            yield _candidate(graph, deployment, why)


def _stuck(graph: Graph, deployment: Manifest) -> str:
    progressing = condition(deployment, "Progressing") or {}
    if progressing.get("status") == "False" and progressing.get("reason") == "ProgressDeadlineExceeded":
        return str(progressing.get("message") or "its progress deadline is over")
    behind = (dig(deployment, "status", "observedGeneration") or 0) < (dig(deployment, "metadata", "generation") or 0)
    changed = instant(dig(progressing, "lastUpdateTime")) or created(deployment)
    if behind and graph.age(changed) > SILENT_CONTROLLER and graph.age(created(deployment)) > SILENT_CONTROLLER:
        return "its controller has not looked at the newest change"
    return ""


@detector
def stateful_rollouts(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Stateful and daemon sets one of whose pods stays unready for long, so that the rest waits."""
    for kind in ("StatefulSet", "DaemonSet"):
        for workload in graph.all(kind):
            late = [
                pod
                for pod in graph.children(workload, "Pod")
                if not is_ready(pod)
                and graph.age(created(pod)) > UNREADY_PATIENCE
                and not dig(pod, "metadata", "deletionTimestamp")
            ]
            if late and dig(workload, "spec", "replicas") != 0:
                names = ", ".join(name_of(each) for each in late[:3])
                yield _candidate(graph, workload, f"{names} has not been ready for {UNREADY_PATIENCE:.0f} s")


def _candidate(graph: Graph, workload: Manifest, why: str) -> Candidate:
    repair = roll_back(graph, workload)
    newest = newest_replica_set(graph, workload) if workload["kind"] == "Deployment" else None
    pods = graph.pods_under(newest or workload)
    return Candidate(
        cause="RolloutStuck",
        subject=ObjectRef.of(workload),
        symptoms=tuple(ObjectRef.of(each) for each in pods if not is_ready(each)),
        blames=(key_of(workload), *(map(key_of, pods)), *([key_of(newest)] if newest else [])),
        summary=f"The rollout of {target(workload)} in {namespace_of(workload)} is stuck: {why.rstrip('.')}.",
        evidence=(Evidence(source=f"status of {target(workload)}", text=why), *repair.evidence),
        verdict=repair.verdict,
        fix_command=repair.command,
    )
