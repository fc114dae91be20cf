"""Where each workload of a release stands while it rolls out: rows for the live table, and whether all is done."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest, ObjectRef

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job")


class Row(BaseModel):
    """One line of the table."""

    model_config = ConfigDict(frozen=True)

    name: str
    ready: int
    wanted: int
    note: str = ""
    done: bool = False
    failed: bool = False


def workload_refs(manifests: Sequence[Manifest], namespace: str) -> list[ObjectRef]:
    """The workloads among the objects of a release."""
    return [
        ObjectRef.of(each).model_copy(update={"namespace": each["metadata"].get("namespace") or namespace})
        for each in manifests
        if each["kind"] in WORKLOADS
    ]


def fleeting_jobs(manifests: Sequence[Manifest]) -> frozenset[str]:
    """Names of the Jobs that remove themselves after their end (ttlSecondsAfterFinished)."""
    jobs = (each for each in manifests if each["kind"] == "Job")
    return frozenset(each["metadata"]["name"] for each in jobs if "ttlSecondsAfterFinished" in each["spec"])


def read_rows(reader: ClusterReader, refs: Sequence[ObjectRef], fleeting: frozenset[str] = frozenset()) -> list[Row]:
    """One row for each workload, in the given order. Jobs that are `fleeting` count as done when they are gone: they
    were there as soon as Helm had written them."""
    return [row_of(ref, reader.get(ref), fleeting=ref.kind == "Job" and ref.name in fleeting) for ref in refs]


def row_of(ref: ObjectRef, manifest: Manifest | None, *, fleeting: bool = False) -> Row:
    """Where a workload stands, by the rules of ``kubectl rollout status``."""
    name = f"{ref.kind.lower()}/{ref.name}"
    if manifest is None and fleeting:
        return Row(name=name, ready=1, wanted=1, note="ended, and removed itself", done=True)
    if manifest is None:
        return Row(name=name, ready=0, wanted=1, note="not there yet", done=False)
    spec, status = manifest.get("spec") or {}, manifest.get("status") or {}
    if ref.kind == "Job":
        return _job(name, spec, status)
    if status.get("observedGeneration", 0) < manifest["metadata"].get("generation", 0):
        return Row(name=name, ready=0, wanted=_wanted(ref, spec, status), note="not seen by its controller yet")
    return _ROWS[ref.kind](name, spec, status)


def _wanted(ref: ObjectRef, spec: dict[str, Any], status: dict[str, Any]) -> int:
    if ref.kind == "DaemonSet":
        return int(status.get("desiredNumberScheduled", 0))
    return int(spec.get("replicas", 1))


def _deployment(name: str, spec: dict[str, Any], status: dict[str, Any]) -> Row:
    wanted, updated = int(spec.get("replicas", 1)), int(status.get("updatedReplicas", 0))
    total, available = int(status.get("replicas", 0)), int(status.get("availableReplicas", 0))
    note = ""
    if updated < wanted:
        note = f"{updated} of {wanted} renewed"
    elif total > updated:
        note = f"{total - updated} old ending"
    elif available < updated:
        note = f"{available} of {updated} available"
    ready = min(int(status.get("readyReplicas", 0)), updated)
    return Row(name=name, ready=ready, wanted=wanted, note=note, done=not note)


def _stateful_set(name: str, spec: dict[str, Any], status: dict[str, Any]) -> Row:
    wanted, ready = int(spec.get("replicas", 1)), int(status.get("readyReplicas", 0))
    current = status.get("currentRevision") == status.get("updateRevision")
    updated = wanted if current else int(status.get("updatedReplicas", 0))
    note = "" if ready >= wanted and updated >= wanted else f"{updated} of {wanted} renewed, {ready} ready"
    return Row(name=name, ready=ready, wanted=wanted, note=note, done=not note)


def _daemon_set(name: str, spec: dict[str, Any], status: dict[str, Any]) -> Row:
    wanted, ready = int(status.get("desiredNumberScheduled", 0)), int(status.get("numberAvailable", 0))
    updated = int(status.get("updatedNumberScheduled", 0))
    note = "" if ready >= wanted and updated >= wanted else f"{updated} of {wanted} renewed, {ready} available"
    return Row(name=name, ready=ready, wanted=wanted, note=note, done=not note)


_ROWS = {"Deployment": _deployment, "StatefulSet": _stateful_set, "DaemonSet": _daemon_set}


def _job(name: str, spec: dict[str, Any], status: dict[str, Any]) -> Row:
    wanted, ready = int(spec.get("completions", 1)), int(status.get("succeeded", 0))
    kinds = {each["type"]: each for each in status.get("conditions") or [] if each.get("status") == "True"}
    if "Complete" in kinds or "SuccessCriteriaMet" in kinds:
        return Row(name=name, ready=wanted, wanted=wanted, done=True)
    if "Failed" in kinds:
        return Row(name=name, ready=ready, wanted=wanted, note=kinds["Failed"].get("reason", "failed"), failed=True)
    failed = int(status.get("failed", 0))
    return Row(name=name, ready=ready, wanted=wanted, note=f"{failed} attempts failed" if failed else "running")


def running_ids(reader: ClusterReader, namespace: str, reference: str) -> dict[str, set[str]]:
    """By node: the image ids under which the namespace's running containers with this image run."""
    found: dict[str, set[str]] = {}
    for pod in reader.list("v1", "Pod", namespace):
        if (pod.get("status") or {}).get("phase") != "Running":
            continue
        wanted = {each["name"] for each in pod["spec"].get("containers") or [] if each.get("image") == reference}
        for status in pod["status"].get("containerStatuses") or []:
            if status["name"] in wanted and status.get("imageID"):
                node = pod["spec"].get("nodeName") or "?"
                found.setdefault(node, set()).add(status["imageID"].rpartition("@")[2].removeprefix("docker://"))
    return found
