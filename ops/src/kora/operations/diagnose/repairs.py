"""What could be done about a cause: the command that a person can run, and how far Kora may go by itself.

Never a guess: a roll-back needs an older revision of the same workload that serves right now; a patch needs exactly one
candidate for the new value. Everything else is for a person.
"""

import json
import shlex
from typing import Any, NamedTuple

from kora.domain.findings import Care
from kora.domain.objects import Manifest
from kora.domain.plans import Evidence
from kora.operations.diagnose.fields import condition, dig, instant, name_of, namespace_of
from kora.operations.diagnose.graph import Graph

REVISION = "deployment.kubernetes.io/revision"
TEMPLATE_PATHS = {
    "Deployment": "/spec/template/spec",
    "StatefulSet": "/spec/template/spec",
    "DaemonSet": "/spec/template/spec",
    "CronJob": "/spec/jobTemplate/spec/template/spec",
}
"""Kinds whose pod template may be changed; a Job's and a bare Pod's may not."""


class Repair(NamedTuple):
    """A way out, with the facts that make it safe."""

    verdict: Care = Care.ESCALATE
    command: str | None = None
    evidence: tuple[Evidence, ...] = ()


NO_REPAIR = Repair()


class Revision(NamedTuple):
    """An older revision of a workload's pod template."""

    number: int
    serving: int
    """Ready pods that still run it."""
    template: Manifest | None


def kubectl(*words: str, namespace: str | None = None) -> str:
    """One shell line."""
    where = ["-n", namespace] if namespace else []
    return " ".join(shlex.quote(word) for word in ("kubectl", *words[:1], *where, *words[1:]))


def target(item: Manifest) -> str:
    """``deployment/web``."""
    return f"{item['kind'].lower()}/{name_of(item)}"


def patch_command(item: Manifest, *operations: dict[str, Any]) -> str:
    """A JSON patch (RFC 6902) as one command."""
    body = json.dumps(list(operations), separators=(",", ":"))
    return kubectl("patch", target(item), "--type=json", "-p", body, namespace=namespace_of(item))


def made_anew(item: Manifest, path: str, value: Any) -> str:
    """The command that deletes an object and makes it again with another value, for what can't be changed."""
    body = json.dumps([{"op": "replace", "path": path, "value": value}], separators=(",", ":"))
    steps = (
        kubectl("get", target(item), "-o", "yaml", namespace=namespace_of(item)),
        f"kubectl patch --local -f - --type=json -p {shlex.quote(body)} -o yaml",
        "kubectl replace --force -f -",
    )
    return " | ".join(steps)


def replace_in_template(workload: Manifest, path: str, value: Any) -> str | None:
    """The command that replaces one value in a workload's pod template; None where templates can't be changed."""
    root = TEMPLATE_PATHS.get(workload["kind"])
    return None if root is None else patch_command(workload, {"op": "replace", "path": root + path, "value": value})


def roll_back(graph: Graph, pod_or_owner: Manifest) -> Repair:
    """Back to the last good revision: healing while it still serves, a proposal when it is only remembered."""
    workload = graph.top(pod_or_owner)
    revision = previous_revision(graph, workload, pod_or_owner)
    if revision is None:
        return NO_REPAIR
    command = kubectl("rollout", "undo", target(workload), f"--to-revision={revision.number}")
    command = f"{command} -n {shlex.quote(namespace_of(workload) or '')}"
    if not revision.serving:
        return Repair(
            Care.PROPOSE, command, (Evidence(source="revisions", text=f"revision {revision.number} is kept"),)
        )
    fact = f"revision {revision.number} still serves with {revision.serving} ready pod(s)"
    return Repair(Care.HEAL, command, (Evidence(source="revisions", text=fact),))


WEDGED_SECONDS = 60.0
STARTED_SECONDS = 10.0


def renew(graph: Graph, pod: Manifest) -> Repair:
    """A pod anew: when it was ready after its start, is not any more, and is the only such one of its controller, so
    that its equals show that neither the program nor what it needs is at fault."""
    owner = graph.owner(pod)
    ready = condition(pod, "Ready") or {}
    turned = instant(ready.get("lastTransitionTime"))
    begun = [
        instant(dig(each, "state", "running", "startedAt")) for each in dig(pod, "status", "containerStatuses") or ()
    ]
    if owner is None or owner["kind"] not in ("ReplicaSet", "DaemonSet") or turned is None:
        return NO_REPAIR
    if any(each is None or (turned - each).total_seconds() < STARTED_SECONDS for each in begun) or not begun:
        return NO_REPAIR  # it never was ready, or it is starting anew
    others = [each for each in graph.children(owner, "Pod") if name_of(each) != name_of(pod)]
    if graph.age(turned) < WEDGED_SECONDS or not others or not all(map(_ready, others)):
        return NO_REPAIR
    fact = f"it was ready until {turned:%H:%M:%S} UTC; the {len(others)} other pod(s) of {name_of(owner)} are"
    command = kubectl("delete", target(pod), namespace=namespace_of(pod))
    return Repair(Care.HEAL, command, (Evidence(source=f"status of pod {name_of(pod)}", text=fact),))


def previous_revision(graph: Graph, workload: Manifest, failing: Manifest) -> Revision | None:
    """The newest older revision of a workload, if `failing` (a pod or replica set) is of the newest one."""
    if workload["kind"] == "Deployment":
        return _of_deployment(graph, workload, failing)
    if workload["kind"] in ("StatefulSet", "DaemonSet"):
        return _of_controller(graph, workload, failing)
    return None


def _of_deployment(graph: Graph, deployment: Manifest, failing: Manifest) -> Revision | None:
    sets = sorted(graph.children(deployment, "ReplicaSet"), key=_number)
    if len(sets) < 2:
        return None
    newest, older = sets[-1], sets[:-1]
    if failing["kind"] != "Deployment" and failing is not newest and graph.owner(failing) is not newest:
        return None
    serving = [each for each in older if dig(each, "status", "readyReplicas")]
    chosen = (serving or older)[-1]
    return Revision(_number(chosen), int(dig(chosen, "status", "readyReplicas") or 0), dig(chosen, "spec", "template"))


def _number(replica_set: Manifest) -> int:
    return int((dig(replica_set, "metadata", "annotations") or {}).get(REVISION, 0))


def _of_controller(graph: Graph, workload: Manifest, failing: Manifest) -> Revision | None:
    revisions = sorted(graph.children(workload, "ControllerRevision"), key=lambda each: int(each.get("revision") or 0))
    if len(revisions) < 2:
        return None
    newest, previous = revisions[-1], revisions[-2]
    if failing["kind"] == "Pod" and _revision_label(failing) not in name_of(newest):
        return None
    ready = [
        pod for pod in graph.children(workload, "Pod") if _revision_label(pod) in name_of(previous) and _ready(pod)
    ]
    return Revision(int(previous.get("revision") or 0), len(ready), dig(previous, "data", "spec", "template"))


def _revision_label(pod: Manifest) -> str:
    label = (dig(pod, "metadata", "labels") or {}).get("controller-revision-hash", "?")
    return str(label)


def _ready(pod: Manifest) -> bool:
    return any(
        each.get("type") == "Ready" and each.get("status") == "True" for each in dig(pod, "status", "conditions") or ()
    )


def newest_replica_set(graph: Graph, deployment: Manifest) -> Manifest | None:
    """The replica set of the newest revision."""
    sets = graph.children(deployment, "ReplicaSet")
    return max(
        sets, key=lambda each: (_number(each), instant(dig(each, "metadata", "creationTimestamp")) or 0), default=None
    )
