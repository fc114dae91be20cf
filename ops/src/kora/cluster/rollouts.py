"""Rollouts in the terms of kubectl: a restart and a return to an earlier revision as patches, and the revisions that a
workload has. Conventions (annotations, ReplicaSets, ControllerRevisions) are those of kubectl and of the controllers.
"""

import copy
from typing import Any, Protocol

from kora.cluster.errors import ClusterRefused, ObjectMissing
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Patch

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
REVISION = "deployment.kubernetes.io/revision"
_HASH = "pod-template-hash"
ROLLED_OUT = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
"""The kinds of apps/v1 that have revisions and can be restarted."""


class Lists(Protocol):
    """What this module asks of a reader."""

    def get(self, ref: ObjectRef) -> Manifest | None:
        """One object."""

    def list(self, api_version: str, kind: str, namespace: str | None = None) -> list[Manifest]:
        """Objects of a kind."""


def restart_patch(target: ObjectRef, stamp: str) -> Patch:
    """What ``kubectl rollout restart`` sends; `stamp` is an RFC 3339 time and must be new for the pods to be renewed.

    Raises:
        ClusterRefused: the kind can't be restarted.
    """
    _require_workload(target, "restarted")
    annotations = {"metadata": {"annotations": {RESTARTED_AT: stamp}}}
    return Patch(target=target, patch={"spec": {"template": annotations}})


def rollback_patch(reader: Lists, target: ObjectRef, revision: int) -> Patch:
    """What ``kubectl rollout undo --to-revision`` sends: the pod template of `revision`, whole.

    Raises:
        ObjectMissing: no such workload, or its history does not hold that revision (the message names those it has).
        ClusterRefused: the kind has no revisions.
    """
    _require_workload(target, "rolled back")
    history = revisions(reader, target)
    if revision not in history:
        kept = ", ".join(map(str, sorted(history))) or "none"
        raise ObjectMissing(f"{target} has no revision {revision}; it keeps: {kept}.")
    template = {"$patch": "replace", **history[revision]}
    return Patch(target=target, patch={"spec": {"template": template}})


def revisions(reader: Lists, target: ObjectRef) -> dict[int, Manifest]:
    """Pod templates by revision number, as far as the cluster keeps them.

    Raises:
        ObjectMissing: no such workload.
    """
    workload = reader.get(target)
    if workload is None:
        raise ObjectMissing(f"There is no {target}.")
    kind = "ReplicaSet" if target.kind == "Deployment" else "ControllerRevision"
    found: dict[int, Manifest] = {}
    for each in reader.list("apps/v1", kind, target.namespace):
        if not owned_by(each, workload):
            continue
        number, template = _replica_set(each) if kind == "ReplicaSet" else _controller_revision(each)
        if number and template is not None:
            found[number] = template
    return found


def current_revision(reader: Lists, target: ObjectRef) -> int | None:
    """The revision that the workload's template is now; None when that can't be told (nothing rolled out yet).

    Compares templates, because a controller may not have counted the newest one yet.
    """
    workload = reader.get(target)
    if workload is None or target.kind not in ROLLED_OUT:
        return None
    mine = _comparable(workload["spec"]["template"])
    same = [number for number, template in revisions(reader, target).items() if _comparable(template) == mine]
    return max(same, default=None)


def owned_by(manifest: Manifest, owner: Manifest) -> bool:
    """Whether `owner` controls the object."""
    uid = owner["metadata"].get("uid")
    return any(each.get("uid") == uid for each in manifest["metadata"].get("ownerReferences") or ())


def _replica_set(manifest: Manifest) -> tuple[int, Manifest | None]:
    number = (manifest["metadata"].get("annotations") or {}).get(REVISION, "0")
    template = copy.deepcopy(manifest["spec"]["template"])
    (template.get("metadata") or {}).get("labels", {}).pop(_HASH, None)
    return int(number), template


def _controller_revision(manifest: Manifest) -> tuple[int, Manifest | None]:
    data = manifest.get("data") or {}
    template = copy.deepcopy((data.get("spec") or {}).get("template"))
    if template is not None:
        template.pop("$patch", None)
    return int(manifest.get("revision") or 0), template


def _comparable(template: Manifest) -> dict[str, Any]:
    """A template without what the API adds as an empty value."""
    copied = copy.deepcopy(template)
    metadata = copied.setdefault("metadata", {})
    if metadata.get("creationTimestamp") is None:
        metadata.pop("creationTimestamp", None)
    return copied


def _require_workload(target: ObjectRef, verb: str) -> None:
    if target.kind not in ROLLED_OUT or target.api_version != "apps/v1":
        raise ClusterRefused(f"A {target.kind} cannot be {verb}; a Deployment, StatefulSet or DaemonSet can.")
