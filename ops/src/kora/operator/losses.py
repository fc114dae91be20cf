"""What Kubernetes mends by itself, told all the same: a pod that went away under its controller, a container that was
started anew. No single look can see it; it shows in what differs between two looks.

Each is a finding of severity `info` that ends when the place is filled again. Rollouts, scaling and jobs are none, and
where a detector names a cause for the same workload, that cause stands for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kora.domain.findings import Care, Finding
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.kit.ids import digest
from kora.operations.diagnose.causes import CAUSES
from kora.operations.diagnose.fields import dig, name_of
from kora.operations.diagnose.graph import Graph

PATIENCE = 180.0
"""Seconds after which Kubernetes has had its chance: what is wrong then has a cause that a detector names."""
POD_LOST, RESTARTED = "PodLost", "ContainerRestarted"
_KEEPERS = ("ReplicaSet", "StatefulSet", "DaemonSet")


class _Pod(NamedTuple):
    name: str
    keeper: str
    """uid of its controller."""
    revision: str
    restarts: dict[str, int]


class _Keeper(NamedTuple):
    wanted: int
    generation: int


@dataclass
class _Loss:
    cause: str
    top: ObjectRef
    keeper: str
    pod: ObjectRef
    container: str
    began: float
    text: str
    new: bool = True


@dataclass
class _Seen:
    pods: dict[str, _Pod]
    keepers: dict[str, _Keeper]


class Losses:
    """What was lost in each namespace since it was looked at first."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        self._open: dict[str, list[_Loss]] = {}

    def keep(self, namespaces: frozenset[str]) -> None:
        """Only these count from now on."""
        for name in self._seen.keys() - namespaces:
            del self._seen[name]
            self._open.pop(name, None)

    def look(self, namespace: str, graph: Graph, others: Iterable[Finding], now: float) -> list[Finding]:
        """What is lost and not yet mended. others: what the detectors found in the same graph. now: seconds."""
        before, seen = self._seen.get(namespace), _read(graph, namespace)
        self._seen[namespace] = seen
        if before is None:
            return []
        known = self._open.setdefault(namespace, [])
        known += [*_lost(graph, before, seen, now), *_restarted(graph, before, seen, now)]
        named = {ref for each in others for ref in each.objects}
        self._open[namespace] = [
            each
            for each in known
            if now - each.began < PATIENCE and each.top not in named and (each.new or not _mended(graph, each))
        ]
        for each in self._open[namespace]:
            each.new = False
        return list({found.id: found for found in map(_finding, self._open[namespace])}.values())


def _read(graph: Graph, namespace: str) -> _Seen:
    keepers: dict[str, _Keeper] = {}
    for kind in _KEEPERS:
        for each in graph.all(kind, namespace):
            keepers[each["metadata"]["uid"]] = _Keeper(_wanted(each), int(dig(each, "metadata", "generation") or 0))
    pods = {}
    for pod in graph.all("Pod", namespace):
        keeper = graph.owner(pod)
        if keeper is None or keeper["kind"] not in _KEEPERS or _over(pod):
            continue
        labels = dig(pod, "metadata", "labels") or {}
        restarts = {
            each["name"]: int(each.get("restartCount") or 0) for each in dig(pod, "status", "containerStatuses") or ()
        }
        pods[pod["metadata"]["uid"]] = _Pod(
            name_of(pod), keeper["metadata"]["uid"], str(labels.get("controller-revision-hash") or ""), restarts
        )
    return _Seen(pods, keepers)


def _over(pod: Manifest) -> bool:
    return bool(dig(pod, "metadata", "deletionTimestamp")) or dig(pod, "status", "phase") in ("Succeeded", "Failed")


def _wanted(keeper: Manifest) -> int:
    if keeper["kind"] == "DaemonSet":
        return int(dig(keeper, "status", "desiredNumberScheduled") or 0)
    replicas = dig(keeper, "spec", "replicas")
    return 1 if replicas is None else int(replicas)


def _lost(graph: Graph, before: _Seen, seen: _Seen, now: float) -> Iterator[_Loss]:
    for uid in before.pods.keys() - seen.pods.keys():
        pod = before.pods[uid]
        keeper = graph.by_uid(pod.keeper)
        if keeper is None or any(dig(each, "metadata", "deletionTimestamp") for each in (keeper, graph.top(keeper))):
            continue
        old, new = before.keepers.get(pod.keeper), seen.keepers[pod.keeper]
        if old is None or new.wanted < old.wanted or not new.wanted or _rolls(keeper, pod, old, new):
            continue
        yield _Loss(
            POD_LOST,
            ObjectRef.of(graph.top(keeper)),
            pod.keeper,
            ObjectRef(api_version="v1", kind="Pod", namespace=dig(keeper, "metadata", "namespace"), name=pod.name),
            "",
            now,
            f"pod {pod.name} was deleted while {keeper['kind'].lower()}/{name_of(keeper)} wants {new.wanted}",
        )


def _rolls(keeper: Manifest, pod: _Pod, old: _Keeper, new: _Keeper) -> bool:
    """Whether its controller replaced the pod by a newer version on purpose."""
    if keeper["kind"] == "ReplicaSet":
        return False  # a rollout makes it smaller, see `_lost`
    target = dig(keeper, "status", "updateRevision")
    if target is not None:
        return pod.revision != str(target)
    updated = dig(keeper, "status", "updatedNumberScheduled")
    return old.generation != new.generation or (updated is not None and int(updated) < new.wanted)


def _restarted(graph: Graph, before: _Seen, seen: _Seen, now: float) -> Iterator[_Loss]:
    for uid, pod in seen.pods.items():
        old = before.pods.get(uid)
        live = graph.by_uid(uid)
        if old is None or live is None:
            continue
        for name, count in pod.restarts.items():
            if count <= old.restarts.get(name, count):
                continue
            ended = _last_exit(live, name)
            how = f"ended with exit code {ended.get('exitCode')} ({ended.get('reason')})" if ended else "ended"
            yield _Loss(
                RESTARTED,
                ObjectRef.of(graph.top(live)),
                pod.keeper,
                ObjectRef.of(live),
                name,
                now,
                f"container {name} of pod {pod.name} {how} and was started anew",
            )


def _last_exit(pod: Manifest, container: str) -> Manifest:
    for each in dig(pod, "status", "containerStatuses") or ():
        if each.get("name") == container:
            return dig(each, "lastState", "terminated") or dig(each, "state", "terminated") or {}
    return {}


def _mended(graph: Graph, loss: _Loss) -> bool:
    """Whether the place is filled again."""
    keeper = graph.by_uid(loss.keeper)
    if keeper is None:
        return True
    ready = sum(1 for pod in graph.children(keeper, "Pod") if not _over(pod) and _ready(pod))
    return ready >= _wanted(keeper)


def _ready(pod: Manifest) -> bool:
    conditions = dig(pod, "status", "conditions") or ()
    return any(each.get("type") == "Ready" and each.get("status") == "True" for each in conditions)


def _finding(loss: _Loss) -> Finding:
    names = "/".join((loss.cause, loss.top.kind, loss.top.namespace or "", loss.top.name, loss.container))
    what = f"{loss.top.kind.lower()}/{loss.top.name}"
    return Finding(
        id=f"{loss.cause.lower()}-{digest(names.encode())[:8]}",
        cause=loss.cause,
        severity=CAUSES[loss.cause].severity,
        objects=(loss.top, loss.pod),
        summary=f"{what} lost a pod for a while: {loss.text}."
        if loss.cause == POD_LOST
        else f"A container of {what} was started anew: {loss.text}.",
        evidence=(Evidence(source=f"watch of {loss.pod}", text=loss.text),),
        verdict=Care.ESCALATE,
    )
