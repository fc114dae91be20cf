"""Autoscalers that can't work and disruption budgets that allow nothing."""

from collections.abc import Iterator

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import created, pod_age
from kora.operations.diagnose.fields import condition, dig, matches, name_of, namespace_of, nearest
from kora.operations.diagnose.graph import Graph, key_of, ref_to
from kora.operations.diagnose.kinds import WORKLOAD_KINDS
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.repairs import patch_command

METRICS_DELAY = 120.0  # a new pod has no metrics yet, and that is in order
SCALED_KINDS = ("Deployment", "StatefulSet", "ReplicaSet")


@detector
def autoscalers(graph: Graph, probe: Probe) -> Iterator[Candidate]:
    """Autoscalers without a target, without requests to compare with, or without metrics."""
    for scaler in graph.all("HorizontalPodAutoscaler"):
        if not dig(scaler, "metadata", "deletionTimestamp"):
            yield from _scaler(graph, probe, scaler)


def _scaler(graph: Graph, probe: Probe, scaler: Manifest) -> Iterator[Candidate]:
    namespace = namespace_of(scaler)
    wanted = dig(scaler, "spec", "scaleTargetRef") or {}
    kind, name = str(wanted.get("kind")), str(wanted.get("name"))
    target = graph.find(kind, namespace, name)
    if target is None:
        if kind in SCALED_KINDS and graph.knows(kind, namespace):
            yield _no_target(graph, scaler, kind, name)
        return
    if dig(target, "spec", "replicas") == 0:
        return  # switched off on purpose
    lacking = _without_requests(scaler, target)
    active = condition(scaler, "ScalingActive") or {}
    said = str(active.get("message") or "")
    if lacking:
        container, resource = lacking
        yield _inactive(
            scaler,
            target,
            f"container {container} of {kind.lower()}/{name} requests no {resource}, so there is nothing to"
            f" compare with",
            said,
        )
    elif active.get("status") == "False" and active.get("reason") != "ScalingDisabled":
        if unserved := _unserved(probe, scaler):
            yield _inactive(scaler, target, unserved, said)
        elif _settled(graph, scaler, target):
            yield _inactive(scaler, target, said.split(": ", 1)[-1] or str(active.get("reason")), said)
    elif (able := condition(scaler, "AbleToScale") or {}).get("status") == "False" and "Backoff" not in str(
        able.get("reason")
    ):
        yield _inactive(scaler, target, str(able.get("message") or able.get("reason")), str(able.get("message") or ""))


METRIC_APIS = {
    "Resource": "metrics.k8s.io",
    "ContainerResource": "metrics.k8s.io",
    "Pods": "custom.metrics.k8s.io",
    "Object": "custom.metrics.k8s.io",
    "External": "external.metrics.k8s.io",
}
"""Where an autoscaler gets each type of metric from (k8s.io/api/autoscaling/v2, MetricSourceType)."""


def _unserved(probe: Probe, scaler: Manifest) -> str:
    """Why none of its metrics can ever be read: nobody serves their API; empty when one does."""
    types = {str(each.get("type")) for each in dig(scaler, "spec", "metrics") or ()}
    groups = {METRIC_APIS[each] for each in types if each in METRIC_APIS}
    if len(groups) == 0 or any(map(probe.serves, groups)):
        return ""
    if groups == {"metrics.k8s.io"}:
        return "the cluster has no metrics API"
    return f"nothing in the cluster serves {' or '.join(sorted(groups))}, from where its metrics come"


def _settled(graph: Graph, scaler: Manifest, target: Manifest) -> bool:
    if graph.age(created(scaler)) < METRICS_DELAY:
        return False
    pods = graph.pods_under(target)
    return bool(pods) and min(pod_age(graph, pod) for pod in pods) > METRICS_DELAY


def _without_requests(scaler: Manifest, target: Manifest) -> tuple[str, str] | None:
    for metric in dig(scaler, "spec", "metrics") or ():
        for field in ("resource", "containerResource"):
            resource = metric.get(field) or {}
            if dig(resource, "target", "type") != "Utilization":
                continue
            for container in dig(target, "spec", "template", "spec", "containers") or ():
                mine = resource.get("container") in (None, container.get("name"))
                sizes = container.get("resources") or {}
                asked = str(resource.get("name"))
                if mine and not any(dig(sizes, each, asked) for each in ("requests", "limits")):
                    return str(container.get("name")), asked
    return None


def _no_target(graph: Graph, scaler: Manifest, kind: str, name: str) -> Candidate:
    namespace = namespace_of(scaler)
    near = nearest(name, (name_of(each) for each in graph.all(kind, namespace)))
    fix = patch_command(scaler, {"op": "replace", "path": "/spec/scaleTargetRef/name", "value": near}) if near else None
    return Candidate(
        cause="HpaInactive",
        subject=ObjectRef.of(scaler),
        symptoms=(ref_to(kind, namespace, name),) if kind in WORKLOAD_KINDS else (),
        blames=(key_of(scaler),),
        summary=f"Autoscaler {name_of(scaler)} can't work: its target {kind.lower()}/{name} does not exist."
        + (f" {near} exists; was it meant?" if near else ""),
        evidence=(Evidence(source=f"status of hpa {name_of(scaler)}", text=_conditions(scaler)),),
        fix_command=fix,
    )


def _inactive(scaler: Manifest, target: Manifest, why: str, said: str) -> Candidate:
    return Candidate(
        cause="HpaInactive",
        subject=ObjectRef.of(scaler),
        symptoms=(ObjectRef.of(target),),
        blames=(key_of(scaler), key_of(target)),
        summary=f"Autoscaler {name_of(scaler)} can't work: {' '.join(why.split())[:240].rstrip('.')}.",
        evidence=(Evidence(source=f"status of hpa {name_of(scaler)}", text=(said or _conditions(scaler))[:300]),),
    )


def _conditions(scaler: Manifest) -> str:
    found = dig(scaler, "status", "conditions") or ()
    return (
        "; ".join(f"{each.get('type')}={each.get('status')} {each.get('reason')}" for each in found)
        or "no conditions yet"
    )


@detector
def budgets(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Budgets that forbid every eviction although all pods are well, and pods under two budgets."""
    for budget in graph.all("PodDisruptionBudget"):
        if not dig(budget, "metadata", "deletionTimestamp") and (why := _blocking(graph, budget)):
            yield Candidate(
                cause="PdbBlocking",
                subject=ObjectRef.of(budget),
                blames=(key_of(budget),),
                summary=f"Disruption budget {name_of(budget)} allows no eviction: {why}.",
                evidence=(Evidence(source=f"status of pdb {name_of(budget)}", text=_numbers(budget)),),
            )


def _blocking(graph: Graph, budget: Manifest) -> str:
    status, spec = budget.get("status") or {}, budget.get("spec") or {}
    expected = int(status.get("expectedPods") or 0)
    if expected == 0:
        return ""
    if other := _overlap(graph, budget):
        return f"budget {other} selects the same pods, and the API evicts no pod that two budgets select"
    if int(status.get("disruptionsAllowed") or 0) > 0 or status.get("observedGeneration") != dig(
        budget, "metadata", "generation"
    ):
        return ""
    healthy, desired = int(status.get("currentHealthy") or 0), int(status.get("desiredHealthy") or 0)
    if str(spec.get("maxUnavailable")) in ("0", "0%"):
        return "maxUnavailable is 0"
    if spec.get("minAvailable") is not None and desired >= expected:
        return f"minAvailable {spec['minAvailable']} leaves none of its {expected} pod(s) to spare"
    return (
        f"only {healthy} of {desired} pods that must stay are healthy"
        if healthy < desired and _long(graph, budget)
        else ""
    )


def _long(graph: Graph, budget: Manifest) -> bool:
    pods = [
        pod
        for pod in graph.all("Pod", namespace_of(budget))
        if matches(dig(budget, "spec", "selector"), dig(pod, "metadata", "labels"))
    ]
    return bool(pods) and min(pod_age(graph, pod) for pod in pods) > METRICS_DELAY


def _overlap(graph: Graph, budget: Manifest) -> str | None:
    pods = [
        pod
        for pod in graph.all("Pod", namespace_of(budget))
        if matches(dig(budget, "spec", "selector"), dig(pod, "metadata", "labels"))
    ]
    for other in graph.all("PodDisruptionBudget", namespace_of(budget)):
        if name_of(other) > name_of(budget) and any(
            matches(dig(other, "spec", "selector"), dig(pod, "metadata", "labels")) for pod in pods
        ):
            return name_of(other)
    return None


def _numbers(budget: Manifest) -> str:
    status = budget.get("status") or {}
    return ", ".join(
        f"{each} {status.get(each, 0)}"
        for each in ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
    )
