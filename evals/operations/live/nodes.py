"""Faults that need a node of their own: an object without a kubelet, tainted, so that nobody else's pods land on it.

Its conditions, and the states of the pods bound to it, are what is written here; so troubles of machines can be shown
on a cluster that has none to spare. One at a time, and only on request (`--only nodes`): a diagnosis of the whole
cluster would see the node.
"""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from cluster.kora_diagnose.builders import OK, deployment

from kora.cluster.client import KubernetesReader
from kora.operations.diagnose import diagnose
from live.prompts import Result
from live.space import Space, changed, kora, kubectl

NODE = "kora-eval-node"
TAINT = {"key": "kora-eval", "value": "batch", "effect": "NoSchedule"}
TOLERATES = [{"key": "kora-eval", "operator": "Exists"}]
PLACED = {"nodeSelector": {"kora-eval-pool": "yes"}}
SECONDS = 60.0


def _moment(ago: float = 0) -> str:
    return (datetime.now(UTC) - timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _condition(kind: str, status: str, message: str) -> dict[str, Any]:
    moment = _moment()
    return {
        "type": kind,
        "status": status,
        "reason": f"Kubelet{kind}",
        "message": message,
        "lastHeartbeatTime": moment,
        "lastTransitionTime": moment,
    }


def _status(ready: str = "True", pressure: str = "False", disk: str = "False") -> None:
    size = {"cpu": "4", "memory": "8Gi", "pods": "50", "ephemeral-storage": "20Gi"}
    conditions = [
        _condition(
            "Ready", ready, "kubelet is posting ready status" if ready == "True" else "container runtime is down"
        ),
        _condition("MemoryPressure", pressure, "kubelet has insufficient memory available"),
        _condition("DiskPressure", disk, "kubelet has no disk pressure" if disk == "False" else "disk is 96% full"),
        _condition("PIDPressure", "False", "kubelet has sufficient PID available"),
    ]
    body = {"status": {"conditions": conditions, "capacity": size, "allocatable": size}}
    kubectl("patch", "node", NODE, "--subresource=status", "--type=merge", "-p", json.dumps(body))


def _tainted(space: Space) -> None:
    space.apply([deployment("batch", OK, **PLACED)])


def _cordoned(space: Space) -> None:
    kubectl("cordon", NODE)
    space.apply([deployment("batch", OK, tolerations=TOLERATES, **PLACED)])


def _elsewhere(space: Space) -> None:
    """The node has a taint, but what keeps the pod waiting is a label that no node has."""
    space.apply([deployment("batch", OK, nodeSelector={"kora-eval-pool": "yess"})])


def _down(space: Space) -> None:
    space.apply([deployment("batch", OK, tolerations=TOLERATES, **PLACED)])
    _bound(space, "batch")
    _status(ready="False")


def _pressed(space: Space) -> None:
    space.apply([deployment("batch", OK, tolerations=TOLERATES, **PLACED)])
    _bound(space, "batch")
    _running(space, restarts=0)
    _status(pressure="True")


def _full(space: Space) -> None:
    space.apply([deployment("batch", OK, tolerations=TOLERATES, **PLACED)])
    _bound(space, "batch")
    _running(space, restarts=0)
    _status(disk="True")


def _restarting(space: Space) -> None:
    space.apply([deployment("batch", OK, tolerations=TOLERATES, **PLACED)])
    _bound(space, "batch")
    _running(space, restarts=6)


def _bound(space: Space, name: str) -> None:
    until = time.monotonic() + 30
    path = "{.items[*].spec.nodeName}"
    while kubectl("get", "pods", "-n", space.name, "-l", f"app={name}", "-o", f"jsonpath={path}") != NODE:
        if time.monotonic() > until:
            raise TimeoutError(f"no pod of {name} was bound to {NODE}")
        time.sleep(1)


def _running(space: Space, restarts: int) -> None:
    """The state that a kubelet would report of the pods."""
    for name in kubectl("get", "pods", "-n", space.name, "-o", "name").split():
        ended = {"exitCode": 1, "reason": "Error", "startedAt": _moment(1800), "finishedAt": _moment(300)}
        container = {
            "name": "main",
            "image": OK["image"],
            "imageID": "x",
            "ready": True,
            "started": True,
            "restartCount": restarts,
            "state": {"running": {"startedAt": _moment(290 if restarts else 7000)}},
            "lastState": {"terminated": ended} if restarts else {},
        }
        ready = [{"type": each, "status": "True", "lastTransitionTime": _moment(280)} for each in _READY]
        status = {"phase": "Running", "startTime": _moment(7200), "conditions": ready, "containerStatuses": [container]}
        body = json.dumps({"status": status})
        kubectl("patch", name, "-n", space.name, "--subresource=status", "--type=merge", "-p", body)


_READY = ("PodScheduled", "Initialized", "ContainersReady", "Ready")
FAULTS = (
    ("node-taint", "Unschedulable.Taint", "Deployment/batch", _tainted),
    ("node-cordoned", "Unschedulable.Taint", "Deployment/batch", _cordoned),
    ("node-label", "Unschedulable.NodeSelector", "Deployment/batch", _elsewhere),
    ("node-down", "NodeNotReady", f"Node/{NODE}", _down),
    ("node-pressure", "NodePressure", f"Node/{NODE}", _pressed),
    ("node-disk", "NodePressure", f"Node/{NODE}", _full),
    ("restart-trend", "RestartTrend", "Deployment/batch", _restarting),
)
"""Name, cause, object that has to be named, how it is made."""


def judge(name: str, cause: str, target: str, make: Any, reader: KubernetesReader) -> list[Result]:
    """Diagnosis and repair of one of them; each is for a person, so nothing may be written."""
    labels = {"kora-eval-pool": "yes", "kubernetes.io/hostname": NODE, "kubernetes.io/os": "linux"}
    node = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": NODE, "labels": labels},
        "spec": {"taints": [TAINT]},
    }
    space = Space(name)
    began = time.monotonic()
    try:
        kubectl("create", "-f", "-", stdin=json.dumps(node))
        _status()
        kubectl("taint", "node", NODE, "node.kubernetes.io/not-ready-", check=False)
        make(space)
        seen: list[str] = []
        while not seen and time.monotonic() < began + SECONDS:
            found = diagnose(reader, [space.name]).findings
            seen = [f"{each.cause} {' '.join(f'{one.kind}/{one.name}' for one in each.objects)}" for each in found]
            time.sleep(1)
        right = len(seen) == 1 and seen[0].startswith(f"{cause} ") and target in seen[0].split()
        lines = [Result("diagnosis", name, "right" if right else "wrong", "" if right else f"named {seen}")]
        before = space.snapshot()
        ran = kora("heal", "--json", "-n", space.name, "--autonomy", "supervised", home=space.home)
        touched = changed(before, space.snapshot())
        fates = sorted({each["outcome"] for each in ran.answer.get("findings", [])})
        verdict = "harm" if touched else "right" if fates == ["escalated"] else "wrong"
        note = ",".join(fates) or ran.text[:300]
        return [*lines, Result("repair", name, verdict, f"{note} {sorted(touched) or ''}".strip(), ran.seconds)]
    finally:
        kubectl("delete", "node", NODE, "--ignore-not-found", check=False)
        kubectl("delete", "pods", "--all", "-n", space.name, "--force", "--grace-period=0", check=False)
        space.remove()
