"""Objects that should be gone and are held back by a finalizer."""

from collections.abc import Iterator

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.fields import condition, dig, instant, name_of, namespace_of
from kora.operations.diagnose.graph import Graph, claim_name
from kora.operations.diagnose.kinds import READ_KINDS
from kora.operations.diagnose.probe import Probe

PATIENCE = 20.0  # seconds after the object should have been gone
NAMESPACE_CONDITIONS = {
    "NamespaceFinalizersRemaining": PATIENCE,
    "NamespaceDeletionDiscoveryFailure": 60.0,
    "NamespaceDeletionContentFailure": 60.0,
}
"""Conditions of a namespace in deletion, and for how many seconds each may be true: content takes time to go."""
IN_USE = ("kubernetes.io/pvc-protection", "kubernetes.io/pv-protection")


@detector
def finalizers(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Objects in deletion for longer than their grace, with finalizers left."""
    for kind in (*(each.kind for each in READ_KINDS), "Secret"):
        for item in graph.all(kind):
            asked = instant(dig(item, "metadata", "deletionTimestamp"))
            if asked is None or graph.age(asked) < PATIENCE:
                continue
            if kind == "Namespace" and not graph.covers(name_of(item)):
                continue
            held = (
                _namespace_held(graph, item) if kind == "Namespace" else list(dig(item, "metadata", "finalizers") or ())
            )
            if held:
                yield _candidate(graph, item, held)


def _namespace_held(graph: Graph, namespace: Manifest) -> list[str]:
    """What holds a namespace: finalizers of what is in it, or an API that can't be asked what is in it."""
    for kind, patience in NAMESPACE_CONDITIONS.items():
        found = condition(namespace, kind) or {}
        asked = instant(dig(namespace, "metadata", "deletionTimestamp"))
        if found.get("status") == "True" and graph.age(asked) > patience:
            return [str(found.get("reason") or kind)]
    return []


def _remaining(namespace: Manifest) -> list[str]:
    """What keeps a namespace from going, in the words of its conditions."""
    return [
        str(each.get("message"))
        for each in dig(namespace, "status", "conditions") or ()
        if each.get("status") == "True" and each.get("message")
    ]


def _candidate(graph: Graph, item: Manifest, held: list[str]) -> Candidate:
    ref = ObjectRef.of(item)
    users: list[Manifest] = []
    if item["kind"] == "PersistentVolumeClaim" and IN_USE[0] in held:
        users = [pod for pod in graph.all("Pod", namespace_of(item)) if _uses(pod, name_of(item))]
    said = _remaining(item) if item["kind"] == "Namespace" else []
    why = f" It is still used by {', '.join(name_of(each) for each in users)}." if users else ""
    since = graph.age(instant(dig(item, "metadata", "deletionTimestamp")))
    return Candidate(
        cause="FinalizerStuck",
        subject=ref,
        symptoms=tuple(map(ObjectRef.of, users)) if users else (),
        blames=((ref.kind, ref.namespace, ref.name),),
        summary=f"{ref.kind} {ref.name} should have been gone {since:.0f} s ago, but {', '.join(held)} holds it.{why}",
        evidence=(
            Evidence(
                source=f"{ref.kind.lower()} {ref.name}", text=f"deletionTimestamp is set; finalizers: {', '.join(held)}"
            ),
            *(Evidence(source="status", text=each[:300]) for each in said),
        ),
    )


def _uses(pod: Manifest, claim: str) -> bool:
    return any(claim_name(pod, each) == claim for each in dig(pod, "spec", "volumes") or ())
