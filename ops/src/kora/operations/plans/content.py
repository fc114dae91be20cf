"""What people write of an object, apart from what the server and controllers add; diffs and undo build on it."""

import copy
from collections.abc import Callable
from typing import Any

from kora.domain.objects import Manifest
from kora.kit.canonical import content_hash

_SERVER_METADATA = (
    "resourceVersion",
    "uid",
    "generation",
    "creationTimestamp",
    "managedFields",
    "selfLink",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
)
_CONTROLLER_ANNOTATIONS = ("deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation")


def content(manifest: Manifest) -> Manifest:
    """A copy without status, server fields and the counters of controllers."""
    copied = {name: copy.deepcopy(value) for name, value in manifest.items() if name != "status"}
    metadata: dict[str, Any] = copied.get("metadata") or {}
    for name in _SERVER_METADATA:
        metadata.pop(name, None)
    annotations = metadata.get("annotations")
    if annotations is not None:
        for name in _CONTROLLER_ANNOTATIONS:
            annotations.pop(name, None)
        if not annotations:
            metadata.pop("annotations")
    _drop_empty_times(copied)
    if copied.get("kind") == "Job":
        _job(copied)
    return copied


def content_digest(manifest: Manifest | None) -> str | None:
    """SHA-256 over `content`; None for an object that is absent."""
    return None if manifest is None else content_hash(content(manifest))


def recreation(manifest: Manifest) -> Manifest:
    """The object as it can be created again after a deletion."""
    copied = content(manifest)
    if (prepare := _RECREATED.get(copied["kind"])) is not None:
        prepare(copied)
    return copied


def _drop_empty_times(manifest: Manifest) -> None:
    """The API server writes ``creationTimestamp: null`` into pod templates."""
    template = (manifest.get("spec") or {}).get("template") if isinstance(manifest.get("spec"), dict) else None
    if isinstance(template, dict) and isinstance(template.get("metadata"), dict):
        metadata = template["metadata"]
        if metadata.get("creationTimestamp", 0) is None:
            del metadata["creationTimestamp"]


def _pod(pod: Manifest) -> None:
    pod["spec"].pop("nodeName", None)


def _claim(claim: Manifest) -> None:
    claim["spec"].pop("volumeName", None)  # that volume is gone or kept for its old claim
    annotations = claim["metadata"].get("annotations") or {}
    for name in [name for name in annotations if name.startswith(("pv.kubernetes.io/", "volume."))]:
        del annotations[name]


def _job(job: Manifest) -> None:
    """The selector and labels with which the server ties a job to its pods are other ones for every job."""
    spec = job.get("spec") or {}
    if spec.get("manualSelector"):
        return
    spec.pop("selector", None)
    for metadata in (job.get("metadata") or {}, (spec.get("template") or {}).get("metadata") or {}):
        labels = metadata.get("labels") or {}
        for name in [name for name in labels if name.endswith(("controller-uid", "job-name"))]:
            del labels[name]
        if not labels:
            metadata.pop("labels", None)


def _service(service: Manifest) -> None:
    if service["spec"].get("clusterIP") != "None":  # the address may be somebody else's by then
        for name in ("clusterIP", "clusterIPs"):
            service["spec"].pop(name, None)


def _service_account(account: Manifest) -> None:
    account.pop("secrets", None)


_RECREATED: dict[str, Callable[[Manifest], None]] = {
    "Pod": _pod,
    "PersistentVolumeClaim": _claim,
    "Service": _service,
    "ServiceAccount": _service_account,
}
