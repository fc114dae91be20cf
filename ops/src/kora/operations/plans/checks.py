"""The postconditions, looked at once: does each hold now, and if not, is there any hope?

How a finished rollout looks is kubectl's convention (``kubectl rollout status``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kora.cluster.rollouts import REVISION, owned_by
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import (
    Absent,
    CauseGone,
    EndpointsReady,
    Exists,
    FieldEquals,
    NoNewRestarts,
    Postcondition,
    ReadyCount,
    ReleaseDeployed,
    RolloutComplete,
)
from kora.kit import clock
from kora.operations.plans.effects import World

STUCK_SECONDS = 20.0
"""A container that waits this long for one of the reasons below will not start by itself."""
STUCK_REASONS = frozenset(
    {"ErrImageNeverPull", "InvalidImageName", "ImagePullBackOff", "ErrImagePull", "CreateContainerConfigError"}
)
DIAGNOSIS_SECONDS = 3.0
"""A diagnosis asks many questions, so it answers this long for itself."""
CRASHES = 3
"""So many restarts of a new pod's container, and waiting for the next: it does not come up."""


@dataclass(frozen=True)
class Check:
    """One look at one postcondition."""

    holds: bool
    text: str
    hopeless: bool = False
    """Waiting longer will not help."""


@dataclass
class Memory:
    """What earlier looks saw."""

    restarts: dict[ObjectRef, dict[str, int]] = field(default_factory=dict)
    """Restart counts by container when the hold window began."""
    stuck_since: dict[str, float] = field(default_factory=dict)
    diagnosed: dict[str, tuple[float, "Check"]] = field(default_factory=dict)
    """By finding: when it was looked for last, and what came of it."""


def look(world: World, condition: Postcondition, memory: Memory) -> Check:
    """Whether `condition` holds now.

    Raises:
        KoraError: the cluster can't be asked.
    """
    check: Check = _CHECKS[condition.check](world, condition, memory)
    return check


def pods_of(world: World, workload: Manifest) -> list[Manifest]:
    """The pods of the workload's newest template."""
    namespace = workload["metadata"]["namespace"]
    pods = world.reader.list("v1", "Pod", namespace)
    if workload["kind"] == "Deployment":
        revision = (workload["metadata"].get("annotations") or {}).get(REVISION)
        for each in world.reader.list("apps/v1", "ReplicaSet", namespace):
            annotations = each["metadata"].get("annotations") or {}
            if owned_by(each, workload) and annotations.get(REVISION) == revision:
                return [pod for pod in pods if owned_by(pod, each)]
        return []
    mine = [pod for pod in pods if owned_by(pod, workload)]
    if workload["kind"] == "StatefulSet":
        newest = str((workload.get("status") or {}).get("updateRevision", ""))
        return [pod for pod in mine if newest.endswith(_label(pod, "controller-revision-hash").rpartition("-")[2])]
    return mine


def _rollout(world: World, condition: RolloutComplete, memory: Memory) -> Check:
    workload = world.reader.get(condition.target)
    if workload is None:
        return Check(False, f"{condition.target} is not there")
    status = workload.get("status") or {}
    if int(status.get("observedGeneration") or 0) < int(workload["metadata"].get("generation") or 0):
        return Check(False, f"{condition.target}: its controller has not seen the change yet")
    missing = _ROLLOUTS.get(workload["kind"], _deployment_missing)(workload, status)
    if missing is None:
        return Check(True, f"{condition.target} has rolled out")
    return _with_hope(world, workload, Check(False, f"{condition.target}: {missing}"), memory)


def _deployment_missing(workload: Manifest, status: dict[str, Any]) -> str | None:
    wanted = int(workload["spec"].get("replicas", 1))
    updated, total = int(status.get("updatedReplicas") or 0), int(status.get("replicas") or 0)
    available = int(status.get("availableReplicas") or 0)
    if updated < wanted:
        return f"{updated} of {wanted} pods are new"
    if total > updated:
        return f"{total - updated} old pods are still there"
    return f"{available} of {wanted} pods are available" if available < wanted else None


def _stateful_missing(workload: Manifest, status: dict[str, Any]) -> str | None:
    wanted = int(workload["spec"].get("replicas", 1))
    ready = int(status.get("readyReplicas") or 0)
    if ready < wanted:
        return f"{ready} of {wanted} pods are ready"
    return None if status.get("currentRevision") == status.get("updateRevision") else "some pods are still old"


def _daemon_missing(_workload: Manifest, status: dict[str, Any]) -> str | None:
    wanted = int(status.get("desiredNumberScheduled") or 0)
    updated = int(status.get("updatedNumberScheduled") or 0)
    available = int(status.get("numberAvailable") or 0)
    if updated < wanted:
        return f"{updated} of {wanted} pods are new"
    return f"{available} of {wanted} pods are available" if available < wanted else None


_ROLLOUTS: dict[str, Callable[[Manifest, dict[str, Any]], str | None]] = {
    "Deployment": _deployment_missing,
    "StatefulSet": _stateful_missing,
    "DaemonSet": _daemon_missing,
}


def _is_late(workload: Manifest) -> bool:
    conditions = (workload.get("status") or {}).get("conditions") or ()
    return any(
        each.get("type") == "Progressing" and each.get("reason") == "ProgressDeadlineExceeded" for each in conditions
    )


def _with_hope(world: World, workload: Manifest, check: Check, memory: Memory) -> Check:
    """The same check, hopeless when the new pods are stuck for a reason that time does not mend."""
    deadline = f"{workload['metadata']['name']}: progress deadline"
    if _is_late(workload):  # said of the rollout before, too, until the controller has seen the new one get on
        late = clock.monotonic() - memory.stuck_since.setdefault(deadline, clock.monotonic()) >= STUCK_SECONDS
        return Check(False, f"{check.text}; its progress deadline is over", hopeless=late)
    memory.stuck_since.pop(deadline, None)
    for pod in pods_of(world, workload):
        for status in _containers(pod):
            waiting = (status.get("state") or {}).get("waiting") or {}
            reason = str(waiting.get("reason") or "")
            where = f"{pod['metadata']['name']}/{status['name']}"
            crashed = reason == "CrashLoopBackOff" and int(status.get("restartCount") or 0) >= CRASHES
            if reason not in STUCK_REASONS and not crashed:
                memory.stuck_since.pop(where, None)
                continue
            since = memory.stuck_since.setdefault(where, clock.monotonic())
            message = str(waiting.get("message") or "").strip()
            text = f"{check.text}; {where} waits: {reason}" + (f" ({message[:200]})" if message else "")
            return Check(False, text, hopeless=crashed or clock.monotonic() - since >= STUCK_SECONDS)
    return check


def _ready_count(world: World, condition: ReadyCount, memory: Memory) -> Check:
    workload = world.reader.get(condition.target)
    if workload is None:
        return Check(False, f"{condition.target} is not there")
    status = workload.get("status") or {}
    ready = int(status.get("readyReplicas") or status.get("numberReady") or 0)
    total = int(status.get("replicas") or status.get("desiredNumberScheduled") or 0)
    if ready == condition.replicas == total:
        return Check(True, f"{condition.target} has {ready} ready")
    text = f"{condition.target}: {ready} of {condition.replicas} pods are ready"
    return _with_hope(world, workload, Check(False, text), memory)


def _endpoints(world: World, condition: EndpointsReady, _memory: Memory) -> Check:
    target = condition.target
    slices = world.reader.list(
        "discovery.k8s.io/v1", "EndpointSlice", target.namespace, labels=f"kubernetes.io/service-name={target.name}"
    )
    ready = sum(
        (endpoint.get("conditions") or {}).get("ready") is not False
        for each in slices
        for endpoint in each.get("endpoints") or ()
    )
    return Check(ready >= condition.minimum, f"{target} has {ready} ready endpoints")


def _restarts(world: World, condition: NoNewRestarts, memory: Memory) -> Check:
    workload = world.reader.get(condition.target)
    if workload is None:
        return Check(False, f"{condition.target} is not there")
    now = {
        f"{pod['metadata']['name']}/{status['name']}": int(status.get("restartCount") or 0)
        for pod in pods_of(world, workload)
        for status in _containers(pod)
    }
    before = memory.restarts.get(condition.target)
    if before is None:
        return Check(True, f"{condition.target}: no restarts to compare yet")
    for name, count in now.items():
        if count > before.get(name, 0):
            text = f"{condition.target}: {name} restarted while it was watched"
            return Check(False, text, hopeless=True)
    return Check(True, f"{condition.target} did not restart")


def remember_restarts(world: World, conditions: tuple[Postcondition, ...], memory: Memory) -> None:
    """Note the restart counts with which the hold window begins."""
    for condition in conditions:
        if isinstance(condition, NoNewRestarts):
            workload = world.reader.get(condition.target)
            memory.restarts[condition.target] = {
                f"{pod['metadata']['name']}/{status['name']}": int(status.get("restartCount") or 0)
                for pod in (pods_of(world, workload) if workload is not None else ())
                for status in _containers(pod)
            }


def _exists(world: World, condition: Exists, _memory: Memory) -> Check:
    there = world.live(condition.target) is not None
    return Check(there, f"{condition.target} is {'there' if there else 'not there'}")


def _absent(world: World, condition: Absent, _memory: Memory) -> Check:
    live = world.live(condition.target)
    if live is None:
        return Check(True, f"{condition.target} is gone")
    held = ", ".join(live["metadata"].get("finalizers") or ())
    return Check(False, f"{condition.target} is still there" + (f", held by {held}" if held else ""))


def _field(world: World, condition: FieldEquals, _memory: Memory) -> Check:
    live = world.live(condition.target)
    value = _point(live, condition.path)
    return Check(value == condition.value, f"{condition.target}: {condition.path} is {value!r}")


def _release(world: World, condition: ReleaseDeployed, _memory: Memory) -> Check:
    release = world.engine().get(condition.release, condition.namespace)
    status = "not there" if release is None else release.status
    text = f"release {condition.release} is {status}"
    return Check(status == "deployed", text, hopeless=status == "failed")


def _cause_gone(world: World, condition: CauseGone, memory: Memory) -> Check:
    from kora.operations.diagnose import diagnose  # imported late: most plans never ask for it

    known = memory.diagnosed.get(condition.finding)
    if known is not None and clock.monotonic() - known[0] < DIAGNOSIS_SECONDS:
        return known[1]
    space = condition.target.namespace
    found = diagnose(world.reader, None if space is None else [space], logs=world.logs).findings
    still = next((each for each in found if each.id == condition.finding), None)
    text = f"{condition.cause} of {condition.target} is gone" if still is None else f"still so: {still.summary}"
    check = Check(still is None, text)
    memory.diagnosed[condition.finding] = (clock.monotonic(), check)
    return check


def _point(value: Any, pointer: str) -> Any:
    """The value at a JSON pointer (RFC 6901); None where there is nothing."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def _containers(pod: Manifest) -> list[dict[str, Any]]:
    status = pod.get("status") or {}
    return [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]


def _label(pod: Manifest, name: str) -> str:
    return str((pod["metadata"].get("labels") or {}).get(name, ""))


_CHECKS: dict[str, Callable[[World, Any, Memory], Check]] = {
    "rollout_complete": _rollout,
    "ready_count": _ready_count,
    "endpoints_ready": _endpoints,
    "no_new_restarts": _restarts,
    "exists": _exists,
    "absent": _absent,
    "field_equals": _field,
    "release_deployed": _release,
    "cause_gone": _cause_gone,
}
