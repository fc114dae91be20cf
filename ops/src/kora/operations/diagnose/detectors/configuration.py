"""Config maps, secrets and keys that a waiting pod refers to and that are not there."""

from collections.abc import Iterator

from kora.domain.findings import Care
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.containers import GRACE_SECONDS, containers, pod_age, pods, source, subject_of, where
from kora.operations.diagnose.fields import dig, name_of, namespace_of, nearest
from kora.operations.diagnose.graph import Graph, ref_to
from kora.operations.diagnose.messages import missing_in
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.references import Reference, references
from kora.operations.diagnose.repairs import Repair, replace_in_template, roll_back

HOLDING = ("CreateContainerConfigError", "ContainerCreating", "PodInitializing", "CreateContainerError")
SERVED_KEYS = {"ConfigMap": ("data", "binaryData"), "Secret": ("keys",)}


@detector
def configuration(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Pods that wait for configuration that does not exist."""
    for pod in pods(graph):
        held = [each for each in containers(graph, pod) if each.waiting in HOLDING]
        if not held or (dig(pod, "status", "phase") != "Pending" and not any("Error" in each.waiting for each in held)):
            continue
        said = " ".join(_said(graph, pod))
        if not said and pod_age(graph, pod) < GRACE_SECONDS:
            continue
        for reference in references(pod["spec"]):
            if not reference.optional and (problem := _problem(graph, pod, reference, said)):
                yield problem


def _said(graph: Graph, pod: Manifest) -> Iterator[str]:
    """What the kubelet says now: waiting messages, and mount events that belong to a pod which still waits."""
    for container in containers(graph, pod):
        if container.message:
            yield container.message
    for event in graph.events(pod, "FailedMount", "Failed", within=600):
        yield event.get("message", "")


def _problem(graph: Graph, pod: Manifest, reference: Reference, said: str) -> Candidate | None:
    namespace = namespace_of(pod)
    item = graph.find(reference.kind, namespace, reference.name)
    if item is None:
        absent = graph.knows(reference.kind, namespace) or _told_absent(said, reference)
        return _missing_object(graph, pod, reference, said) if absent else None
    if reference.key is None or reference.key in _keys(item):
        return None
    return _missing_key(graph, pod, reference, item, said)


def _told_absent(said: str, reference: Reference) -> bool:
    missing = missing_in(said)
    return missing is not None and (missing.kind, missing.name) == (reference.kind, reference.name)


def _keys(item: Manifest) -> set[str]:
    return {key for field in SERVED_KEYS[item["kind"]] for key in item.get(field) or {}}


def _missing_object(graph: Graph, pod: Manifest, reference: Reference, said: str) -> Candidate:
    namespace = namespace_of(pod)
    near = nearest(reference.name, (name_of(each) for each in graph.all(reference.kind, namespace)))
    repair = roll_back(graph, pod)
    if repair.verdict is Care.ESCALATE and near:
        command = replace_in_template(graph.top(pod), reference.path, near)
        repair = Repair(Care.PROPOSE, command, repair.evidence)
    hint = f" {near} exists; was it meant?" if near else ""
    return Candidate(
        cause=f"{reference.kind}Missing",
        subject=ref_to(reference.kind, namespace, reference.name),
        symptoms=(subject_of(graph, pod), ObjectRef.of(pod)),
        summary=f"{where(graph, pod)} can't start: {reference.kind} {reference.name} ({reference.used_by})"
        f" does not exist in {namespace}.{hint}",
        evidence=(
            *_evidence(pod, said),
            _listed(graph, reference, namespace),
            *_near_evidence(reference.kind, near),
            *repair.evidence,
        ),
        verdict=repair.verdict,
        fix_command=repair.command,
    )


def _missing_key(graph: Graph, pod: Manifest, reference: Reference, item: Manifest, said: str) -> Candidate:
    near = nearest(reference.key or "", _keys(item))
    repair = roll_back(graph, pod)
    if repair.verdict is Care.ESCALATE and near:
        repair = Repair(Care.PROPOSE, replace_in_template(graph.top(pod), reference.key_path, near), repair.evidence)
    hint = f" It has {near}; was that meant?" if near else ""
    keys = ", ".join(sorted(_keys(item))[:8]) or "none"
    return Candidate(
        cause="KeyMissing",
        subject=subject_of(graph, pod),
        detail=f"{reference.kind}/{reference.name}/{reference.key}",
        symptoms=(ObjectRef.of(pod), ObjectRef.of(item)),
        blames=(("Pod", namespace_of(pod), name_of(pod)),),
        summary=f"{where(graph, pod)} can't start: {reference.kind} {reference.name} has no key {reference.key}"
        f" ({reference.used_by}).{hint}",
        evidence=(
            *_evidence(pod, said),
            Evidence(source=f"{reference.kind.lower()} {reference.name}", text=f"keys: {keys}"),
            *repair.evidence,
        ),
        verdict=repair.verdict,
        fix_command=repair.command,
    )


def _listed(graph: Graph, reference: Reference, namespace: str | None) -> Evidence:
    """That it is absent, by our own look: a kubelet may be late in saying so."""
    there = sorted(name_of(each) for each in graph.all(reference.kind, namespace))
    shown = ", ".join(there[:8]) + (f" and {len(there) - 8} more" if len(there) > 8 else "")
    kind = f"{reference.kind}s of namespace {namespace}"
    known = (shown or "none") if graph.knows(reference.kind, namespace) else "not readable here"
    return Evidence(source=kind, text=f"{reference.used_by} names {reference.name}; there: {known}")


def _evidence(pod: Manifest, said: str) -> Iterator[Evidence]:
    if said:
        yield Evidence(source=f"status of {source(pod)}", text=said[:300])


def _near_evidence(kind: str, near: str | None) -> Iterator[Evidence]:
    if near:
        yield Evidence(source="namespace", text=f"{kind} {near} exists, under a similar name")
