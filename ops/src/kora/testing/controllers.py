"""The controllers of the fake cluster: workloads get pods, pods get ready after a while, services get endpoints.

Driven by a clock that tests own: nothing happens by itself between two questions, everything that is due happens at the
next one. What goes wrong is scripted by image.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from kora.cluster.rollouts import REVISION, owned_by
from kora.domain.objects import Manifest
from kora.kit.canonical import content_hash
from kora.kit.clock import Clock


@dataclass(frozen=True)
class Failure:
    """What happens to a container with a certain image: a `reason` it waits for, or a crash with `exit_code`."""

    reason: str
    message: str = ""
    exit_code: int | None = None


class Store(Protocol):
    """What the controllers ask of the fake cluster that they keep."""

    @property
    def clock(self) -> Clock:
        """The clock that the test owns."""

    def every(self, kind: str) -> list[Manifest]:
        """The stored objects of a kind themselves."""

    def sequence(self) -> int:
        """A number for a new pod's name."""

    def create(self, manifest: Manifest) -> Manifest:
        """Store a new object."""

    def create_or_replace(self, manifest: Manifest) -> Manifest:
        """Store, whether or not it is there."""

    def replace(self, manifest: Manifest) -> Manifest:
        """Store an object that is there."""

    def annotate(self, manifest: Manifest, annotations: dict[str, str]) -> Manifest:
        """Set annotations."""

    def set_spec(self, manifest: Manifest, fields: dict[str, Any]) -> None:
        """Set fields of the spec."""

    def set_status(self, manifest: Manifest, status: dict[str, Any]) -> None:
        """Replace the status."""

    def remove(self, manifest: Manifest, cascade: bool = True) -> None:
        """Delete, with what it owns or holds."""


class Controllers:
    """Brings a fake cluster's objects to where the real controllers would have them by now."""

    def __init__(self, cluster: Store, ready_seconds: float) -> None:
        self._cluster, self.ready_seconds = cluster, ready_seconds
        self.failures: dict[str, Failure] = {}
        self.conditional: list[tuple[Callable[[Manifest], bool], Failure]] = []

    def run(self) -> None:
        """Do what is due."""
        cluster = self._cluster
        for pod in cluster.every("Pod"):
            self._pod(pod)
        for deployment in cluster.every("Deployment"):
            self._deployment(deployment)
        for workload in (*cluster.every("StatefulSet"), *cluster.every("DaemonSet")):
            self._revisioned(workload)
        for service in cluster.every("Service"):
            self._endpoints(service)

    # --- pods ---------------------------------------------------------------------------------------------------

    def _pod(self, pod: Manifest) -> None:
        created = datetime.fromisoformat(pod["metadata"]["creationTimestamp"])
        age = (self._cluster.clock.now() - created).total_seconds()
        statuses = [self._container(container, age) for container in pod["spec"].get("containers") or ()]
        ready = bool(statuses) and all(status["ready"] for status in statuses)
        started = any("running" in status["state"] or status["restartCount"] for status in statuses)
        condition = {"type": "Ready", "status": "True" if ready else "False"}
        status = {
            "phase": "Running" if started else "Pending",
            "conditions": [condition],
            "containerStatuses": statuses,
        }
        self._cluster.set_status(pod, status | {"podIP": "10.0.0.1"})

    def _container(self, container: dict[str, Any], age: float) -> dict[str, Any]:
        image = container.get("image", "")
        status: dict[str, Any] = {"name": container["name"], "image": image, "restartCount": 0, "ready": False}
        failure = self.failures.get(image) or next((each for when, each in self.conditional if when(container)), None)
        if failure is None:
            status["ready"] = age >= self.ready_seconds
            return status | {
                "state": {"running": {}} if status["ready"] else {"waiting": {"reason": "ContainerCreating"}}
            }
        if failure.exit_code is None:
            return status | {"state": {"waiting": {"reason": failure.reason, "message": failure.message}}}
        status["restartCount"] = int(age // 5)
        ended = {"terminated": {"exitCode": failure.exit_code, "reason": failure.reason, "message": failure.message}}
        return status | {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": ended}

    def _new_pod(self, owner: Manifest, template: Manifest, name: str, extra: dict[str, str]) -> None:
        metadata = copy.deepcopy(template.get("metadata") or {})
        metadata["labels"] = (metadata.get("labels") or {}) | extra
        metadata |= {"name": name, "namespace": owner["metadata"]["namespace"], "ownerReferences": [_owner(owner)]}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": copy.deepcopy(template["spec"])}
        self._cluster.create(pod)

    def _pods_of(self, owner: Manifest) -> list[Manifest]:
        pods = [pod for pod in self._cluster.every("Pod") if owned_by(pod, owner)]
        return sorted(pods, key=lambda pod: str(pod["metadata"]["name"]))

    # --- deployments --------------------------------------------------------------------------------------------

    def _deployment(self, deployment: Manifest) -> None:
        cluster, wanted = self._cluster, int(deployment["spec"].get("replicas", 1))
        sets = [each for each in cluster.every("ReplicaSet") if owned_by(each, deployment)]
        current = self._current_set(deployment, sets)
        new = self._fill(current, wanted, current["metadata"]["labels"]["pod-template-hash"])
        ready_new = sum(map(is_ready, new))
        old_sets = [each for each in sets if each["metadata"]["uid"] != current["metadata"]["uid"]]
        old = [pod for each in old_sets for pod in self._pods_of(each)]
        if ready_new >= wanted:
            for pod in old:
                cluster.remove(pod)
            old = []
        for each in old_sets:
            self._count(each, len(self._pods_of(each)))
        self._count(current, wanted)
        for each in [one for one in cluster.every("ReplicaSet") if owned_by(one, deployment)]:
            pods = self._pods_of(each)
            cluster.set_status(each, {"replicas": len(pods), "readyReplicas": sum(map(is_ready, pods))})
        self._deployment_status(deployment, wanted, new, old, ready_new)

    def _current_set(self, deployment: Manifest, sets: list[Manifest]) -> Manifest:
        template = deployment["spec"]["template"]
        digest = content_hash(template)[:10]
        number = max((int(each["metadata"]["annotations"][REVISION]) for each in sets), default=0)
        found = next((each for each in sets if each["metadata"]["labels"]["pod-template-hash"] == digest), None)
        if found is None:
            labels = (template.get("metadata") or {}).get("labels") or {}
            copied = copy.deepcopy(template)
            copied.setdefault("metadata", {})["labels"] = labels | {"pod-template-hash": digest}
            metadata = {
                "name": f"{deployment['metadata']['name']}-{digest}",
                "namespace": deployment["metadata"]["namespace"],
                "labels": labels | {"pod-template-hash": digest},
                "annotations": {REVISION: str(number + 1)},
                "ownerReferences": [_owner(deployment)],
            }
            spec = {"replicas": 0, "template": copied}
            found = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": spec}
            found = self._cluster.create(found)
        elif int(found["metadata"]["annotations"][REVISION]) < number:
            found = self._cluster.annotate(found, {REVISION: str(number + 1)})
        revision = found["metadata"]["annotations"][REVISION]
        if (deployment["metadata"].get("annotations") or {}).get(REVISION) != revision:
            deployment.update(self._cluster.annotate(deployment, {REVISION: revision}))
        return found

    def _fill(self, owner: Manifest, wanted: int, digest: str) -> list[Manifest]:
        """As many pods as wanted."""
        pods = self._pods_of(owner)
        for pod in pods[wanted:]:
            self._cluster.remove(pod)
        for _ in range(len(pods), wanted):
            name = f"{owner['metadata']['name']}-{self._cluster.sequence():05d}"
            self._new_pod(owner, owner["spec"]["template"], name, {"pod-template-hash": digest})
        for pod in self._pods_of(owner)[len(pods) :]:
            self._pod(pod)
        return self._pods_of(owner)

    def _count(self, replica_set: Manifest, wanted: int) -> None:
        if replica_set["spec"].get("replicas") != wanted:
            self._cluster.set_spec(replica_set, {"replicas": wanted})

    def _deployment_status(
        self, deployment: Manifest, wanted: int, new: list[Manifest], old: list[Manifest], ready_new: int
    ) -> None:
        ready = ready_new + sum(map(is_ready, old))
        status: dict[str, Any] = {
            "observedGeneration": deployment["metadata"]["generation"],
            "replicas": len(new) + len(old),
            "updatedReplicas": len(new),
            "readyReplicas": ready,
            "availableReplicas": ready,
            "unavailableReplicas": max(0, wanted - ready),
        }
        progressing = {"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated"}
        if ready_new >= wanted and not old:
            progressing["reason"] = "NewReplicaSetAvailable"
        elif new and self._age(new) > int(deployment["spec"].get("progressDeadlineSeconds", 600)):
            progressing |= {"status": "False", "reason": "ProgressDeadlineExceeded"}
        available = {"type": "Available", "status": "True" if ready >= wanted else "False"}
        self._cluster.set_status(deployment, status | {"conditions": [available, progressing]})

    def _age(self, pods: list[Manifest]) -> float:
        oldest = min(datetime.fromisoformat(pod["metadata"]["creationTimestamp"]) for pod in pods)
        return (self._cluster.clock.now() - oldest) / timedelta(seconds=1)

    # --- stateful sets and daemon sets --------------------------------------------------------------------------

    def _revisioned(self, workload: Manifest) -> None:
        cluster, name = self._cluster, workload["metadata"]["name"]
        template = workload["spec"]["template"]
        digest = content_hash(template)[:10]
        history = [each for each in cluster.every("ControllerRevision") if owned_by(each, workload)]
        newest = max((int(each["revision"]) for each in history), default=0)
        current = next((each for each in history if each["metadata"]["name"] == f"{name}-{digest}"), None)
        if current is None:
            metadata = {
                "name": f"{name}-{digest}",
                "namespace": workload["metadata"]["namespace"],
                "ownerReferences": [_owner(workload)],
            }
            data = {"spec": {"template": copy.deepcopy(template) | {"$patch": "replace"}}}
            revision = {"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": metadata, "data": data}
            cluster.create(revision | {"revision": newest + 1})
        elif int(current["revision"]) < newest:
            cluster.replace(current | {"revision": newest + 1})
        wanted = int(workload["spec"].get("replicas", 1)) if workload["kind"] == "StatefulSet" else 1
        pods = self._pods_of(workload)
        for pod in pods[wanted:]:
            cluster.remove(pod)
        label = f"{name}-{digest}" if workload["kind"] == "StatefulSet" else digest  # as the real controllers name it
        stale = [pod for pod in pods[:wanted] if _hash_of(pod) != label]
        if workload["kind"] == "StatefulSet" and workload["spec"].get("podManagementPolicy") != "Parallel":
            # One after the other from the last on, and only while all are ready: one that never gets ready stays.
            stale = stale[-1:] if all(map(is_ready, pods[:wanted])) else []
        for pod in stale:
            cluster.remove(pod)
        there = {pod["metadata"]["name"] for pod in self._pods_of(workload)}
        for number in range(wanted):
            if f"{name}-{number}" not in there:
                self._new_pod(workload, template, f"{name}-{number}", {"controller-revision-hash": label})
        pods = self._pods_of(workload)
        for pod in pods:
            self._pod(pod)
        pods = self._pods_of(workload)
        updated = sum(_hash_of(pod) == label for pod in pods)
        ready = sum(map(is_ready, pods))
        cluster.set_status(workload, _revisioned_status(workload, digest, wanted, len(pods), updated, ready))

    # --- services -----------------------------------------------------------------------------------------------

    def _endpoints(self, service: Manifest) -> None:
        selector = (service.get("spec") or {}).get("selector")
        if not selector:
            return
        metadata = service["metadata"]
        pods = [
            pod
            for pod in self._cluster.every("Pod")
            if pod["metadata"]["namespace"] == metadata["namespace"]
            and selector.items() <= (pod["metadata"].get("labels") or {}).items()
        ]
        endpoints = [
            {
                "addresses": [pod["status"].get("podIP", "")],
                "conditions": {"ready": is_ready(pod)},
                "targetRef": {"kind": "Pod", "name": pod["metadata"]["name"]},
            }
            for pod in pods
            if pod.get("status")
        ]
        slice_ = {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "name": f"{metadata['name']}-1",
                "namespace": metadata["namespace"],
                "labels": {"kubernetes.io/service-name": metadata["name"]},
                "ownerReferences": [_owner(service)],
            },
            "endpoints": endpoints,
        }
        self._cluster.create_or_replace(slice_)


def is_ready(pod: Manifest) -> bool:
    """Whether the pod's Ready condition is true."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _revisioned_status(
    workload: Manifest, digest: str, wanted: int, pods: int, updated: int, ready: int
) -> dict[str, Any]:
    observed = {"observedGeneration": workload["metadata"]["generation"]}
    if workload["kind"] == "DaemonSet":
        return observed | {
            "desiredNumberScheduled": wanted,
            "currentNumberScheduled": pods,
            "updatedNumberScheduled": updated,
            "numberReady": ready,
            "numberAvailable": ready,
        }
    revision = f"{workload['metadata']['name']}-{digest}"
    done = ready >= wanted and updated == pods
    before = (workload.get("status") or {}).get("currentRevision", revision)
    return observed | {
        "replicas": pods,
        "readyReplicas": ready,
        "availableReplicas": ready,
        "updatedReplicas": updated,
        "updateRevision": revision,
        "currentRevision": revision if done else before,
    }


def _hash_of(pod: Manifest) -> str:
    return str((pod["metadata"].get("labels") or {}).get("controller-revision-hash", ""))


def _owner(manifest: Manifest) -> dict[str, Any]:
    metadata = manifest["metadata"]
    return {
        "apiVersion": manifest["apiVersion"],
        "kind": manifest["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
        "controller": True,
    }
