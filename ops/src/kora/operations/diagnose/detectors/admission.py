"""Pods that the API server does not let be created: quota, limit range, service account, policies, webhooks."""

from collections.abc import Iterator

from kora.domain.findings import Care
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.candidates import Candidate, detector
from kora.operations.diagnose.fields import condition, dig, name_of, namespace_of, nearest
from kora.operations.diagnose.graph import Graph, Key, event_time, key_of, ref_to
from kora.operations.diagnose.messages import Rejection, rejection
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.repairs import Repair, kubectl, replace_in_template, roll_back, target

CREATORS = ("ReplicaSet", "StatefulSet", "DaemonSet", "Job")
FRESH = 900.0
_WORDS = {
    "QuotaExceeded": "the quota {name} of the namespace leaves no room",
    "LimitRangeViolated": "its resources lie outside of what the namespace's LimitRange allows",
    "ServiceAccountMissing": "its service account {name} does not exist",
    "AdmissionDenied": "an admission rule ({name}) refuses it",
    "SecurityContextDenied": "its security context is not allowed",
    "WebhookUnavailable": "the admission webhook {name} can't be called",
}


@detector
def refused_pods(graph: Graph, _probe: Probe) -> Iterator[Candidate]:
    """Workloads whose pods are refused before they exist."""
    for kind in CREATORS:
        for owner in graph.all(kind):
            said = _refusal(graph, owner)
            refused = rejection(said) if said else None
            if refused:
                yield _candidate(graph, owner, refused, said)


def _refusal(graph: Graph, owner: Manifest) -> str:
    """What admission says now: a condition where the controller keeps one, an event where it does not."""
    if dig(owner, "metadata", "deletionTimestamp") or not _lacks_pods(graph, owner):
        return ""
    failure = condition(owner, "ReplicaFailure") or {}
    if failure.get("status") == "True":
        return str(failure.get("message") or "")
    newest = graph.events(owner, "FailedCreate", within=FRESH)[:1]
    made = graph.events(owner, "SuccessfulCreate")[:1]
    if not newest or (made and event_time(made[0]) > event_time(newest[0])):
        return ""
    return str(newest[0].get("message", ""))


def _lacks_pods(graph: Graph, owner: Manifest) -> bool:
    if owner["kind"] == "Job":
        done = dig(owner, "status", "succeeded") or any(
            each.get("type") in ("Complete", "Failed") and each.get("status") == "True"
            for each in dig(owner, "status", "conditions") or ()
        )
        return not done and not dig(owner, "status", "active") and not dig(owner, "spec", "suspend")
    if owner["kind"] == "DaemonSet":
        return (dig(owner, "status", "currentNumberScheduled") or 0) < (
            dig(owner, "status", "desiredNumberScheduled") or 0
        )
    return len(graph.children(owner, "Pod")) < (
        dig(owner, "spec", "replicas") if dig(owner, "spec", "replicas") is not None else 1
    )


def _candidate(graph: Graph, owner: Manifest, refused: Rejection, said: str) -> Candidate:
    top = graph.top(owner)
    repair = roll_back(graph, owner)
    name = refused.name or ("PodSecurity" if "PodSecurity" in said else "admission")
    if repair.verdict is Care.ESCALATE and refused.cause == "ServiceAccountMissing":
        repair = _near_account(graph, top, refused.name)
    subject, blames = _subject(graph, top, owner, refused)
    why = _WORDS[refused.cause].format(name=name)
    return Candidate(
        cause=refused.cause,
        subject=subject,
        detail="" if subject.kind != top["kind"] else name,
        symptoms=tuple(dict.fromkeys((ObjectRef.of(top), ObjectRef.of(owner)))),
        blames=blames,
        summary=f"{target(top)} can't create its pods: {why}. {_core(said)}",
        evidence=(Evidence(source=f"status of {target(owner)}", text=said[:400]), *repair.evidence),
        verdict=repair.verdict,
        fix_command=repair.command,
    )


def _core(said: str) -> str:
    return (said.split(" is forbidden: ", 1)[-1])[:220]


def _subject(graph: Graph, top: Manifest, owner: Manifest, refused: Rejection) -> tuple[ObjectRef, tuple[Key, ...]]:
    namespace = namespace_of(owner)
    blames = (key_of(owner), key_of(top))
    if refused.cause == "ServiceAccountMissing":
        return ref_to("ServiceAccount", namespace, refused.name), blames
    if refused.cause == "QuotaExceeded" and graph.find("ResourceQuota", namespace, refused.name):
        return ref_to("ResourceQuota", namespace, refused.name), blames
    if refused.cause == "WebhookUnavailable" and (found := webhook_named(graph, refused.name)):
        return ObjectRef.of(found), blames
    return ObjectRef.of(top), blames


def _near_account(graph: Graph, top: Manifest, name: str) -> Repair:
    near = nearest(name, (name_of(each) for each in graph.all("ServiceAccount", namespace_of(top))))
    if near is None:
        return Repair(Care.ESCALATE, kubectl("create", "serviceaccount", name, namespace=namespace_of(top)))
    command = replace_in_template(top, "/serviceAccountName", near)
    return Repair(Care.PROPOSE, command, (Evidence(source="namespace", text=f"ServiceAccount {near} exists"),))


def webhook_named(graph: Graph, name: str) -> Manifest | None:
    """The configuration that holds a webhook of this name."""
    for kind in ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"):
        for configuration in graph.all(kind):
            if any(each.get("name") == name for each in configuration.get("webhooks") or ()):
                return configuration
    return None
