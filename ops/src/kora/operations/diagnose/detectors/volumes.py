"""Claims without a volume, classes that do not exist, mounts that fail."""

from collections.abc import Iterator

from kora.domain.findings import Care
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import (
    GRACE_SECONDS,
    containers,
    created,
    pod_age,
    pods,
    source,
    subject_of,
    where,
)
from kora.operations.diagnose.fields import dig, name_of, namespace_of, nearest
from kora.operations.diagnose.graph import Graph, claim_name, event_time
from kora.operations.diagnose.messages import missing_in
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.repairs import NO_REPAIR, Repair, made_anew, roll_back

DEFAULT_CLASS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
BINDING_SECONDS = 20.0
STUCK_MOUNT_SECONDS = 90.0


@detector
def claims(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Claims that are pending without reason to wait, or have lost their volume."""
    for claim in graph.all("PersistentVolumeClaim"):
        phase = dig(claim, "status", "phase")
        if dig(claim, "metadata", "deletionTimestamp") or phase == "Bound":
            continue
        if phase == "Lost":
            volume = dig(claim, "spec", "volumeName")
            yield _unbound(graph, claim, f"has lost its volume {volume}: it was deleted or belongs to another claim")
        else:
            yield from _pending(graph, claim)


def _pending(graph: Graph, claim: Manifest) -> Iterator[Candidate]:
    wanted = dig(claim, "spec", "storageClassName")
    if wanted is None:
        defaults = [each for each in graph.all("StorageClass") if _is_default(each)]
        if graph.knows("StorageClass") and not defaults and not dig(claim, "spec", "volumeName"):
            yield _no_class(graph, claim, "names no storage class, and the cluster has no default one", None)
        return
    storage = graph.find("StorageClass", None, wanted) if wanted else None
    if wanted and storage is None and graph.knows("StorageClass") and not _static(graph, wanted):
        near = nearest(wanted, (name_of(each) for each in graph.all("StorageClass")))
        other = near or _default_class(graph)
        hint = f" {near} exists; was it meant?" if near else f" The default class here is {other}." if other else ""
        yield _no_class(graph, claim, f"names the storage class {wanted}, which does not exist.{hint}", other)
        return
    if storage and storage.get("volumeBindingMode") == "WaitForFirstConsumer" and not _consumed(graph, claim):
        return  # nobody needs it yet: that is how it is meant
    failed = graph.events(claim, "ProvisioningFailed", "FailedBinding", within=900)
    if failed or graph.age(created(claim)) > BINDING_SECONDS:
        said = failed[0].get("message", "") if failed else "no volume was bound or provisioned"
        yield _unbound(graph, claim, f"has no volume: {said}")


def _static(graph: Graph, name: str) -> bool:
    """A class that is only a name, which volumes made by hand carry."""
    return any(dig(each, "spec", "storageClassName") == name for each in graph.all("PersistentVolume"))


def _is_default(storage: Manifest) -> bool:
    annotations = dig(storage, "metadata", "annotations") or {}
    return any(annotations.get(each) == "true" for each in DEFAULT_CLASS)


def _consumed(graph: Graph, claim: Manifest) -> bool:
    selected = (dig(claim, "metadata", "annotations") or {}).get("volume.kubernetes.io/selected-node")
    return bool(selected)


def _default_class(graph: Graph) -> str | None:
    """What a claim without a class would get; None when there is none, or more than one."""
    defaults = [name_of(each) for each in graph.all("StorageClass") if _is_default(each)]
    return defaults[0] if len(defaults) == 1 else None


def _no_class(graph: Graph, claim: Manifest, why: str, other: str | None) -> Candidate:
    evidence = [
        Evidence(source="storage classes", text=", ".join(name_of(e) for e in graph.all("StorageClass")) or "none")
    ]
    return _claim_candidate(graph, claim, "StorageClassMissing", why, evidence, _anew(graph, claim, other))


def _anew(graph: Graph, claim: Manifest, other: str | None) -> Repair:
    """The claim with the class that was meant, or with the cluster's default: only proposed, for a person decides what
    a volume is made of. A class can't be changed, but the claim never had a volume, so it holds nothing. What a
    stateful set claims is made from its template, which would name the wrong class again."""
    if other is None or dig(claim, "spec", "volumeName") or _templated(graph, claim):
        return NO_REPAIR
    fact = f"{name_of(claim)} was never bound, so nothing is stored in it; a claim's class can't be changed afterwards"
    command = made_anew(claim, "/spec/storageClassName", other)
    return Repair(Care.PROPOSE, command, (Evidence(source=f"status of pvc {name_of(claim)}", text=fact),))


def _templated(graph: Graph, claim: Manifest) -> bool:
    """Whether a stateful set made the claim; its name is TEMPLATE-SET-NUMBER (there is no owner by default)."""
    if dig(claim, "metadata", "ownerReferences"):
        return True
    stem, _, number = name_of(claim).rpartition("-")
    return number.isdigit() and any(
        f"{dig(template, 'metadata', 'name')}-{name_of(each)}" == stem
        for each in graph.all("StatefulSet", namespace_of(claim))
        for template in dig(each, "spec", "volumeClaimTemplates") or ()
    )


def _unbound(graph: Graph, claim: Manifest, why: str) -> Candidate:
    return _claim_candidate(graph, claim, "VolumeUnbound", why, [])


def _claim_candidate(
    graph: Graph, claim: Manifest, cause: str, why: str, evidence: list[Evidence], repair: Repair = NO_REPAIR
) -> Candidate:
    events = graph.events(claim, "ProvisioningFailed", "FailedBinding")[:1]
    shown = [Evidence(source=f"event pvc {name_of(claim)}", text=each.get("message", "")[:300]) for each in events]
    users = [pod for pod in graph.all("Pod", namespace_of(claim)) if _uses(pod, name_of(claim))]
    return Candidate(
        cause=cause,
        subject=ObjectRef.of(claim),
        symptoms=tuple(dict.fromkeys([*(subject_of(graph, pod) for pod in users), *map(ObjectRef.of, users)])),
        blames=(("PersistentVolumeClaim", namespace_of(claim), name_of(claim)),),
        summary=f"Claim {name_of(claim)} {why if why.endswith('?') else why.rstrip('.') + '.'}",
        evidence=(
            Evidence(source=f"status of pvc {name_of(claim)}", text=f"phase {dig(claim, 'status', 'phase')}"),
            *shown,
            *evidence,
            *repair.evidence,
        ),
        verdict=repair.verdict,
        fix_command=repair.command,
    )


def _uses(pod: Manifest, claim: str) -> bool:
    return any(claim_name(pod, each) == claim for each in dig(pod, "spec", "volumes") or ())


@detector
def mounts(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Pods that wait for a volume which the node can't attach or mount."""
    for pod in pods(graph):
        if dig(pod, "status", "phase") != "Pending" or pod_age(graph, pod) < GRACE_SECONDS:
            continue
        if not any(each.waiting in ("ContainerCreating", "PodInitializing") for each in containers(graph, pod)):
            continue
        if any(each.running_since or each.exit for each in containers(graph, pod)):
            continue  # its volumes were mounted already
        for event in graph.events(pod, "FailedMount", "FailedAttachVolume", "FailedMapVolume", within=300):
            message = str(event.get("message", ""))
            transient = "failed to sync" in message and pod_age(graph, pod) < STUCK_MOUNT_SECONDS
            if missing_in(message) is None and not transient and graph.age(event_time(event)) < 300:
                yield _mount_failed(graph, pod, message)
                break


def _mount_failed(graph: Graph, pod: Manifest, message: str) -> Candidate:
    repair = roll_back(graph, pod)
    return Candidate(
        cause="MountFailed",
        subject=subject_of(graph, pod),
        symptoms=(ObjectRef.of(pod),),
        summary=f"{where(graph, pod)} can't start: a volume can't be mounted. {message[:200]}",
        evidence=(Evidence(source=f"event {source(pod)}", text=message[:400]), *repair.evidence),
        verdict=repair.verdict,
        fix_command=repair.command,
    )
