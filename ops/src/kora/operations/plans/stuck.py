"""Pods that keep a StatefulSet from coming back to an earlier revision.

A StatefulSet waits for its pod to become ready before it replaces it, so one that never can (a missing Secret, a wrong
image) outlives the return to a good template; Kubernetes documents this as needing a person ("forced rollback"). What
such a pod had on its volume stays.
"""

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest, ObjectRef

KIND = "StatefulSet"


def stuck_pods(reader: ClusterReader, ref: ObjectRef) -> list[Manifest] | None:
    """The pods of a StatefulSet that are of another revision than the wanted one and not ready; None while its
    controller has not looked at the latest change yet (then nobody knows which revision is wanted)."""
    live = reader.get(ref)
    if live is None:
        return []
    status = live.get("status") or {}
    wanted = status.get("updateRevision")
    if wanted is None or status.get("observedGeneration") != live["metadata"].get("generation"):
        return None
    return [
        pod
        for pod in reader.list("v1", "Pod", ref.namespace)
        if any(each.get("uid") == live["metadata"]["uid"] for each in pod["metadata"].get("ownerReferences") or ())
        and (pod["metadata"].get("labels") or {}).get("controller-revision-hash") != wanted
        and "deletionTimestamp" not in pod["metadata"]
        and not _is_ready(pod)
    ]


def _is_ready(pod: Manifest) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or []
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
