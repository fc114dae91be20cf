"""Conditions held against objects, and the state of an object in one word as kubectl shows it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from kora.domain.objects import Manifest
from kora.domain.quantities import parse_quantity
from kora.kit import clock
from kora.language.intents import Comparison, Condition
from kora.operations.ask.answer import age_text
from kora.operations.ask.binding import Binder
from kora.operations.diagnose.fields import dig, has_condition, instant, name_of, namespace_of

_BAD = frozenset({"crashing", "imagepull", "failed", "evicted", "oomkilled", "unknown", "error"})
_WORDS = {
    "CrashLoopBackOff": "crashing",
    "ImagePullBackOff": "imagepull",
    "ErrImagePull": "imagepull",
    "ErrImageNeverPull": "imagepull",
    "InvalidImageName": "imagepull",
    "OOMKilled": "oomkilled",
    "Evicted": "evicted",
    "Completed": "succeeded",
    "Error": "failed",
}


def pod_status(pod: Manifest) -> str:
    """The STATUS column of ``kubectl get pods``."""
    if dig(pod, "metadata", "deletionTimestamp"):
        return "Terminating"
    phase = str(dig(pod, "status", "reason") or dig(pod, "status", "phase") or "Unknown")
    for each in dig(pod, "status", "initContainerStatuses") or ():
        state = each.get("state") or {}
        restartable = each.get("started") and each.get("ready")
        if dig(state, "terminated", "exitCode") == 0 or restartable:
            continue
        reason = dig(state, "waiting", "reason") or dig(state, "terminated", "reason")
        if reason and reason != "PodInitializing":
            return f"Init:{reason}"
    for each in dig(pod, "status", "containerStatuses") or ():
        state = each.get("state") or {}
        reason = dig(state, "waiting", "reason") or dig(state, "terminated", "reason")
        if reason:
            return str(reason)
    return phase


def restarts(pod: Manifest) -> int:
    """Restarts of all its containers together."""
    return sum(int(each.get("restartCount", 0)) for each in dig(pod, "status", "containerStatuses") or ())


def last_restart(pod: Manifest) -> datetime | None:
    """When a container of it last ended and was started again, or will be."""
    ends = [
        instant(dig(each, "lastState", "terminated", "finishedAt") or dig(each, "state", "terminated", "finishedAt"))
        for each in dig(pod, "status", "containerStatuses") or ()
        if each.get("restartCount")
    ]
    return max((each for each in ends if each is not None), default=None)


def _restarted(binder: Binder, item: Manifest, condition: Condition) -> bool:
    ends = [last_restart(pod) for pod in ([item] if item["kind"] == "Pod" else binder.pods_of(item))]
    known = [each for each in ends if each is not None]
    return bool(known) and _number((clock.now() - max(known)).total_seconds(), condition)


def ready_text(item: Manifest) -> str:
    """``1/2``: ready and wanted."""
    if item["kind"] == "Pod":
        states = dig(item, "status", "containerStatuses") or []
        return f"{sum(bool(each.get('ready')) for each in states)}/{len(dig(item, 'spec', 'containers') or [])}"
    ready, wanted = counts(item)
    return f"{ready}/{wanted}"


def counts(item: Manifest) -> tuple[int, int]:
    """(ready, wanted) replicas of a workload."""
    if item["kind"] == "DaemonSet":
        return int(dig(item, "status", "numberReady") or 0), int(dig(item, "status", "desiredNumberScheduled") or 0)
    wanted = dig(item, "spec", "replicas")
    return int(dig(item, "status", "readyReplicas") or 0), 1 if wanted is None else int(wanted)


def age_of(item: Manifest, now: datetime | None = None) -> float:
    """Seconds since it was made."""
    made = instant(dig(item, "metadata", "creationTimestamp"))
    return 0.0 if made is None else max(0.0, ((now or clock.now()) - made).total_seconds())


def states(item: Manifest) -> set[str]:
    """Every state word that fits the object now."""
    kind = item["kind"]
    if kind == "Pod":
        return _pod_states(item)
    if kind in {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}:
        ready, wanted = counts(item)
        found = {"ready", "running", "healthy"} if ready >= wanted else {"unhealthy", "failing", "pending"}
        found |= {"paused"} if dig(item, "spec", "paused") else set()
        return found | ({"idle"} if wanted == 0 else set())
    if kind in {"PersistentVolumeClaim", "PersistentVolume", "Namespace"}:
        phase = str(dig(item, "status", "phase") or "").lower()
        return {phase, *({"healthy"} if phase in {"bound", "active", "available"} else {"unhealthy", "unbound"})}
    if kind == "Node":
        found = {"ready", "running", "healthy"} if has_condition(item, "Ready") else {"unhealthy", "failing"}
        found |= (
            {"pressure"} if any(has_condition(item, f"{each}Pressure") for each in ("Memory", "Disk", "PID")) else set()
        )
        return found | ({"cordoned"} if dig(item, "spec", "unschedulable") else set())
    if kind == "CronJob":
        return {"suspended", "paused"} if dig(item, "spec", "suspend") else {"active", "healthy"}
    if kind == "Job":
        if has_condition(item, "Failed"):
            return {"failed", "failing", "unhealthy"}
        return {"succeeded", "healthy"} if has_condition(item, "Complete") else {"running", "active"}
    return {"healthy", "active"}


def _pod_states(pod: Manifest) -> set[str]:
    status = pod_status(pod)
    plain = status.removeprefix("Init:")
    found = {plain.lower(), *({_WORDS[plain]} if plain in _WORDS else set())}
    ready = has_condition(pod, "Ready")
    if ready:
        found |= {"ready", "healthy", "running"}
    if found & _BAD or (status.startswith("Init:") and plain not in {"Running"}):
        found |= {"failing", "unhealthy"}
    if any(
        dig(each, "lastState", "terminated", "reason") == "OOMKilled"
        for each in dig(pod, "status", "containerStatuses") or ()
    ):
        found.add("oomkilled")
    if not ready and "succeeded" not in found and plain == "Running":
        found |= {"unhealthy", "failing"}
    if dig(pod, "status", "phase") == "Pending":
        found.add("pending")
        if any(each.get("reason") == "Unschedulable" for each in dig(pod, "status", "conditions") or ()):
            found |= {"unhealthy", "failing", "unschedulable"}
    if restarts(pod) and not ready:
        found.add("restarting")
    return found


def select(binder: Binder, items: Iterable[Manifest], conditions: Sequence[Condition]) -> list[Manifest]:
    """The objects that all conditions hold for."""
    found = list(items)
    for condition in conditions:
        found = [each for each in found if _holds(binder, each, condition)]
    return found


_NOUNS = {
    "used": "a user", "budget": "a disruption budget", "autoscaler": "an autoscaler", "owner": "an owner",
    "tls": "TLS", "service": "a service", "selector": "a selector", "node": "a node", "label": "the label",
    "annotation": "the annotation", "probe": "a probe",
}  # fmt: skip
_COMPARED = {
    Comparison.IS: "is", Comparison.IS_NOT: "is not", Comparison.MORE: "more than", Comparison.LESS: "less than",
    Comparison.AT_LEAST: "at least", Comparison.AT_MOST: "at most", Comparison.CONTAINS: "with",
}  # fmt: skip


def spoken_conditions(conditions: Sequence[Condition]) -> str:
    """Conditions in words: ``state is not running, restarts more than 3, without endpoints``."""
    said = []
    for each in conditions:
        number = (
            age_text(each.value) if each.field in ("age", "restarted") and isinstance(each.value, float) else each.value
        )
        value = "" if number is None else f" {number:g}" if isinstance(number, float) else f" {number}"
        if each.comparison is Comparison.LACKS:
            said.append(f"without {_NOUNS.get(each.field, each.field)}{value}")
        elif each.comparison is Comparison.CONTAINS and each.value is None:
            said.append(f"with {_NOUNS.get(each.field, each.field)}")
        elif each.field == "restarted":
            said.append(f"restarted within{value}")
        else:
            said.append(f"{each.field} {_COMPARED[each.comparison]}{value}")
    return ", ".join(said)


def _holds(binder: Binder, item: Manifest, condition: Condition) -> bool:
    return _CHECKS[condition.field](binder, item, condition)


def _state(binder: Binder, item: Manifest, condition: Condition) -> bool:
    del binder
    wanted, found = str(condition.value), states(item)
    if condition.comparison is Comparison.IS_NOT:
        if wanted == "running" and item["kind"] == "Pod":
            return pod_status(item) != "Running"
        if wanted in {"ready", "healthy"} and "succeeded" in found:
            return False  # what has done its work is not to become ready
        return wanted not in found
    if wanted == "running" and item["kind"] == "Pod":
        return pod_status(item) == "Running"
    return wanted in found


def _number(value: float, condition: Condition) -> bool:
    wanted = float(condition.value or 0)
    return {
        Comparison.MORE: value > wanted,
        Comparison.LESS: value < wanted,
        Comparison.AT_LEAST: value >= wanted,
        Comparison.AT_MOST: value <= wanted,
        Comparison.IS: value == wanted,
        Comparison.IS_NOT: value != wanted,
    }.get(condition.comparison, False)


def pod_spec(item: Manifest) -> Manifest:
    """The pod spec of a pod or workload; empty for others."""
    if item["kind"] == "Pod":
        return dict(item.get("spec") or {})
    path = (
        ("spec", "jobTemplate", "spec", "template", "spec")
        if item["kind"] == "CronJob"
        else ("spec", "template", "spec")
    )
    return dict(dig(item, *path) or {})


def images(item: Manifest) -> list[str]:
    """Images of all its containers, those of init containers last."""
    spec = pod_spec(item)
    return [str(each.get("image", "")) for part in ("containers", "initContainers") for each in spec.get(part) or ()]


def _image(binder: Binder, item: Manifest, condition: Condition) -> bool:
    del binder
    wanted = str(condition.value)
    if wanted == ":latest":
        return any(each.endswith(":latest") or ":" not in each.rpartition("/")[2] for each in images(item))
    return any(wanted in each for each in images(item))


def _lacks(part: str) -> Callable[[Binder, Manifest, Condition], bool]:
    def check(binder: Binder, item: Manifest, condition: Condition) -> bool:
        del binder
        wanted = (str(condition.value),) if condition.value else ("cpu", "memory")
        containers = pod_spec(item).get("containers") or ()
        return any(dig(each, "resources", part, name) is None for each in containers for name in wanted)

    return check


def _probe(binder: Binder, item: Manifest, condition: Condition) -> bool:
    del binder
    wanted = (f"{condition.value}Probe",) if condition.value else ("readinessProbe", "livenessProbe")
    return any(name not in each for each in pod_spec(item).get("containers") or () for name in wanted)


def _mapping(part: str) -> Callable[[Binder, Manifest, Condition], bool]:
    def check(binder: Binder, item: Manifest, condition: Condition) -> bool:
        del binder
        have = dig(item, "metadata", part) or {}
        if condition.comparison is Comparison.LACKS:
            return not have if condition.value is None else condition.value not in have
        return condition.value in have

    return check


def _usage(what: str) -> Callable[[Binder, Manifest, Condition], bool]:
    def check(binder: Binder, item: Manifest, condition: Condition) -> bool:
        used = {
            name_of(each): sum((parse_quantity(dig(one, "usage", what)) or 0) for one in each.get("containers") or ())
            for each in binder.reader.list("metrics.k8s.io/v1beta1", "PodMetrics", namespace_of(item))
        }
        wanted = parse_quantity(condition.value)
        mine = used.get(name_of(item))
        return (
            mine is not None
            and wanted is not None
            and _number(float(mine), Condition(field="cpu", comparison=condition.comparison, value=float(wanted)))
        )

    return check


def _holds_size(_binder: Binder, item: Manifest, condition: Condition) -> bool:
    wanted = parse_quantity(condition.value)
    return wanted is not None and _number(
        float(storage_of(item)), condition.model_copy(update={"value": float(wanted)})
    )


def storage_of(item: Manifest) -> Decimal:
    """Bytes of a claim or a volume: what it has, else what it asks for."""
    said = (
        dig(item, "status", "capacity", "storage")
        or dig(item, "spec", "resources", "requests", "storage")
        or dig(item, "spec", "capacity", "storage")
    )
    return parse_quantity(said) or Decimal(0)


def _counterpart(field: str) -> Callable[[Binder, Manifest, Condition], bool]:
    """Whether what `field` names stands beside the object; conditions ask for its lack, or for it."""

    def check(binder: Binder, item: Manifest, condition: Condition) -> bool:
        from kora.operations.ask.reads.relations import related, selects, uses

        space = namespace_of(item)
        if field == "endpoints":
            there = any(has_condition(pod, "Ready") for pod in binder.pods_of(item))
        elif field == "pods":
            there = bool(binder.every("Pod", name_of(item)) if item["kind"] == "Namespace" else binder.pods_of(item))
        elif field == "selector":
            there = bool(dig(item, "spec", "selector"))
        elif field == "tls":
            there = bool(dig(item, "spec", "tls"))
        elif field == "service":
            there = any(selects(each, item) for each in binder.every("Service", space))
        elif field == "used":
            kinds = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Pod")
            there = any(uses(each, item) for kind in kinds for each in binder.every(kind, space))
        else:
            kind = {"autoscaler": "HorizontalPodAutoscaler", "budget": "PodDisruptionBudget"}[field]
            there = any(related(binder, each, item) for each in binder.every(kind, space))
        return there is not (condition.comparison in {Comparison.LACKS, Comparison.IS_NOT})

    return check


def _ports(item: Manifest) -> set[float]:
    """Every port number that a Service or the containers of something that runs names."""
    pod = pod_spec(item)
    said = [each for one in pod.get("containers") or () for each in one.get("ports") or ()]
    said += dig(item, "spec", "ports") or () if item["kind"] == "Service" else ()
    keys = ("port", "targetPort", "nodePort", "containerPort", "hostPort")
    return {float(each[key]) for each in said for key in keys if isinstance(each.get(key), int)}


def _has_type(service: Manifest, wanted: object) -> bool:
    if wanted == "Headless":
        return bool(dig(service, "spec", "clusterIP") == "None")
    return (dig(service, "spec", "type") or "ClusterIP") == wanted


_CHECKS: dict[str, Callable[[Binder, Manifest, Condition], bool]] = {
    "state": _state,
    "ready": _state,
    "restarts": lambda _b, item, condition: _number(restarts(item), condition),
    "restarted": _restarted,
    "age": lambda _b, item, condition: _number(age_of(item), condition),
    "image": _image,
    "label": _mapping("labels"),
    "annotation": _mapping("annotations"),
    "replicas": lambda _b, item, condition: _number(counts(item)[1], condition),
    "cpu": _usage("cpu"),
    "memory": _usage("memory"),
    "size": _holds_size,
    "node": lambda _b, item, condition: (
        not dig(item, "spec", "nodeName")
        if condition.comparison is Comparison.LACKS
        else (dig(item, "spec", "nodeName") == condition.value) is not (condition.comparison is Comparison.IS_NOT)
    ),
    "name": lambda _b, item, condition: str(condition.value) in name_of(item),
    "type": lambda _b, item, condition: (
        _has_type(item, condition.value) is not (condition.comparison is Comparison.IS_NOT)
    ),
    "port": lambda _b, item, condition: float(condition.value or 0) in _ports(item),
    "owner": lambda _b, item, _c: not dig(item, "metadata", "ownerReferences"),
    **{
        field: _counterpart(field)
        for field in ("endpoints", "pods", "selector", "tls", "service", "used", "autoscaler", "budget")
    },
    "exposed": _counterpart("service"),
    "requests": _lacks("requests"),
    "limits": _lacks("limits"),
    "probe": _probe,
}
