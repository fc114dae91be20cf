"""The registry of faults, and the few ways in which workloads break that many of them share."""

from collections.abc import Callable
from random import Random

from kora.domain.objects import Manifest
from kora.testing.objects import Scene, ended, stamp, waiting

Fault = Callable[[Scene, Manifest, Random], None]
FAULTS: dict[str, list[Fault]] = {}


def fault(cause: str) -> Callable[[Fault], Fault]:
    """Register a way in which a cause shows."""

    def register(function: Fault) -> Fault:
        FAULTS.setdefault(cause, []).append(function)
        return function

    return register


def name_of(workload: Manifest) -> str:
    """Its name."""
    return str(workload["metadata"]["name"])


def spec_of(workload: Manifest) -> Manifest:
    """The pod spec of its template."""
    found: Manifest = workload["spec"]["template"]["spec"]
    return found


def all_specs(scene: Scene, workload: Manifest) -> list[Manifest]:
    """The pod specs of the workload and of its pods, which have to change together."""
    sets = [
        each["spec"]["template"]["spec"]
        for each in scene.of("ReplicaSet")
        if each["metadata"]["name"].startswith(f"{name_of(workload)}-")
    ]
    return [spec_of(workload), *sets, *(pod["spec"] for pod in scene.pods_of(name_of(workload)))]


def crashing(scene: Scene, workload: Manifest, text: str, *, code: int = 1, index: int = 0, lived: float = 2.0) -> None:
    """One container of every pod ends again and again; `text` are its last words."""
    broken = scene.break_pods(
        name_of(workload),
        lambda name: waiting(
            name,
            "CrashLoopBackOff",
            "back-off 40s restarting failed container",
            restarts=4,
            last=ended(code, lived=lived),
        ),
        index=index,
    )
    for pod in broken:
        scene.logs[pod["metadata"]["name"], pod["spec"]["containers"][index]["name"], True] = f"starting\n{text}\n"


def held(scene: Scene, workload: Manifest, reason: str, message: str) -> None:
    """The first container of every pod waits for a reason."""
    scene.break_pods(name_of(workload), lambda name: waiting(name, reason, message), phase="Pending")


def creating(scene: Scene, workload: Manifest) -> None:
    """Every container waits for the pod's volumes."""
    for index in range(len(spec_of(workload)["containers"])):
        scene.break_pods(
            name_of(workload), lambda name: waiting(name, "ContainerCreating"), index=index, phase="Pending"
        )


def unplaced(scene: Scene, workload: Manifest, message: str) -> None:
    """The pods have no node, and the scheduler says why."""
    for pod in scene.pods_of(name_of(workload)):
        pod["spec"].pop("nodeName", None)
        pod["metadata"]["creationTimestamp"] = stamp(40)
        condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
        pod["status"] = {"phase": "Pending", "conditions": [condition]}


def refused(scene: Scene, workload: Manifest, message: str) -> None:
    """The controller may not create pods."""
    name = name_of(workload)
    for pod in scene.pods_of(name):
        scene.objects.remove(pod)
    sets = [each for each in scene.of("ReplicaSet") if each["metadata"]["name"].startswith(f"{name}-")]
    for each in sets:
        each["status"] = {
            "conditions": [{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": message}]
        }
    if not sets:
        if workload["kind"] == "DaemonSet":
            workload["status"] |= {"currentNumberScheduled": 0, "numberReady": 0}
        scene.event(workload, "FailedCreate", message)
