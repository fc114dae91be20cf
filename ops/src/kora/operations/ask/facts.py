"""What one object says of itself: its state in one word as kubectl shows it, its counts, images, ports and sizes."""

from datetime import datetime
from decimal import Decimal

from kora.domain.objects import Manifest
from kora.domain.quantities import parse_quantity
from kora.kit import clock
from kora.operations.diagnose.fields import dig, has_condition, instant

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
        running = {"running"} if dig(item, "status", "active") else set()
        return running | ({"suspended", "paused"} if dig(item, "spec", "suspend") else {"active", "healthy"})
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


def storage_of(item: Manifest) -> Decimal:
    """Bytes of a claim or a volume: what it has, else what it asks for."""
    said = (
        dig(item, "status", "capacity", "storage")
        or dig(item, "spec", "resources", "requests", "storage")
        or dig(item, "spec", "capacity", "storage")
    )
    return parse_quantity(said) or Decimal(0)


def ports(item: Manifest) -> set[float]:
    """Every port number that a Service or the containers of something that runs names."""
    pod = pod_spec(item)
    said = [each for one in pod.get("containers") or () for each in one.get("ports") or ()]
    said += dig(item, "spec", "ports") or () if item["kind"] == "Service" else ()
    keys = ("port", "targetPort", "nodePort", "containerPort", "hostPort")
    return {float(each[key]) for each in said for key in keys if isinstance(each.get(key), int)}
