"""The cures that Kora knows, by cause. A table says which form of repair may be used for which cause and on what; a
finding whose repair is not in the table is escalated, whatever its command says.

Nothing is ever invented: values come from an older revision that served, from another object that is there, from what a
port answered, or from a number times a bounded factor.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from kora.cluster.rollouts import ROLLED_OUT
from kora.domain.findings import Care
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import (
    Action,
    Apply,
    Delete,
    EndpointsReady,
    Exists,
    FieldEquals,
    NoNewRestarts,
    Postcondition,
    ReleaseDeployed,
    Rollback,
    RolloutComplete,
)
from kora.domain.quantities import memory_text, parse_quantity
from kora.kit.errors import KoraError
from kora.operations.diagnose.causes import CAUSES
from kora.operations.diagnose.containers import is_ready
from kora.operations.diagnose.fields import dig, name_of, namespace_of
from kora.operations.diagnose.repairs import previous_revision
from kora.operations.heal.case import Case, Escalation, Treatment
from kora.operations.heal.commands import Anew, Fix, Renew, Replace, Undo, read_fix
from kora.operations.heal.memory import raised
from kora.operations.heal.patches import adding, parts, replacing, replacing_all, value_at, written
from kora.operations.heal.releases import back_to_good, release_of
from kora.operations.heal.restoring import put_back, released_value
from kora.operations.plans.content import recreation
from kora.operations.plans.make import Wish

HOLD = 10
HOLD_MEMORY = 30
"""Memory fills up only after a while."""
MOST_HOLD = 120
_CONTAINER = r"/spec/(?:jobTemplate/spec/)?template/spec/(?:initC|c)ontainers/\d+"
_PROBE = _CONTAINER + r"/(?:liveness|readiness|startup)Probe"


class Place(NamedTuple):
    """Where a cause may be patched: kinds, and the pointers that may be written."""

    kinds: frozenset[str]
    pointer: str
    guess: bool = False


_WORKLOADS = frozenset({*ROLLED_OUT, "CronJob"})
PLACES: dict[str, Place] = {
    "OOMKilled": Place(frozenset(ROLLED_OUT), _CONTAINER + r"/resources/limits/memory"),
    "CommandInvalid": Place(_WORKLOADS, _CONTAINER + r"/(?:command|args)/\d+", guess=True),
    "ImageNotFound": Place(frozenset(ROLLED_OUT), _CONTAINER + r"/image"),
    "ProbeMisconfigured": Place(
        frozenset(ROLLED_OUT), _PROBE + r"/(?:httpGet/(?:port|path|scheme)|tcpSocket/port|grpc/port)"
    ),
    "StartupSlow": Place(frozenset(ROLLED_OUT), _PROBE + r"/failureThreshold"),
    "Unschedulable.NodeSelector": Place(frozenset(ROLLED_OUT), r"/spec/template/spec/nodeSelector", guess=True),
    "ServiceSelectorMismatch": Place(frozenset({"Service"}), r"/spec/selector"),
    "ServicePortMismatch": Place(frozenset({"Service"}), r"/spec/ports/\d+/targetPort"),
    "ConfigMapMissing": Place(_WORKLOADS, r"/spec/.+/(?:name|configMap/name)", guess=True),
    "SecretMissing": Place(_WORKLOADS, r"/spec/.+/(?:name|secretName)", guess=True),
    "KeyMissing": Place(_WORKLOADS, r"/spec/.+/key", guess=True),
    "ServiceAccountMissing": Place(_WORKLOADS, r"/spec/.+/serviceAccountName", guess=True),
    "IngressClassMissing": Place(frozenset({"Ingress"}), r"/spec/ingressClassName", guess=True),
    "IngressBackendMissing": Place(frozenset({"Ingress"}), r"/spec/.+", guess=True),
    "TlsSecretMissing": Place(frozenset({"Ingress"}), r"/spec/tls/\d+/secretName", guess=True),
}
"""Cause → what may be patched for it."""

NEVER = {
    "CronJobSuspended": "Only a person knows whether it is meant to be switched off.",
    "JobFailed": "A job may not be harmless twice, so it is never run again by itself.",
    "Drift": "Somebody changed it on purpose, perhaps; only a person knows which side is right.",
    "FinalizerStuck": "Finalizers are never removed to silence a symptom.",
    "PdbBlocking": "Budgets are never loosened by itself.",
    "QuotaExceeded": "Quotas are never changed to silence a symptom.",
}
"""Why some causes are always a person's."""


def treat(case: Case) -> Treatment | Escalation:
    """What Kora would do about the case; it only looks."""
    finding = case.finding
    if finding.cause in NEVER:
        return escalate(case, NEVER[finding.cause])
    if finding.verdict is not Care.HEAL:
        try:
            if (restored := put_back(case)) is not None:
                return restored
        except KoraError as error:
            return escalate(case, error.message)
    if finding.verdict is Care.ESCALATE:
        return escalate(case, "Kora knows no safe repair for it.")
    fix = read_fix(finding.fix_command)
    if fix is None:
        return escalate(case, "Kora does not carry this repair out by itself.")
    if fix.target.namespace != finding.objects[0].namespace:
        return escalate(case, "The repair would reach into another namespace.")
    live = case.live(fix.target)
    if live is None:
        return escalate(case, f"{fix.target} is not there any more.")
    try:
        return _CURES[type(fix)](case, fix, live)
    except KoraError as error:
        return escalate(case, error.message)


def escalate(case: Case, reason: str, *first: str) -> Escalation:
    """The escalation of a case: why, and what a person can do."""
    finding = case.finding
    cause = CAUSES.get(finding.cause)
    steps = [*first]
    if finding.fix_command and finding.fix_command not in steps:
        steps.append(f"If this is what you mean: {finding.fix_command}")
    if cause is not None:
        steps.append(cause.person)
    return Escalation(finding=finding, reason=reason, steps=tuple(steps), evidence=finding.evidence)


# --- back to the last good revision --------------------------------------------------------------------------------


def _roll_back(case: Case, fix: Undo, live: Manifest) -> Treatment | Escalation:
    target = fix.target
    revision = previous_revision(case.graph, live, live)
    if revision is None or revision.number != fix.revision:
        return escalate(case, f"{target} does not keep the revision {fix.revision} any more.")
    text = f"its older revision {fix.revision} {'serves' if revision.serving else 'is kept'}"
    if release_of(live) and case.helm is not None:
        back = back_to_good(case.helm, live, revision.template or {}, case.may)
        if not isinstance(back, str):
            wish = Wish(back, f"{text}; the object comes from the release {back.release}", case.finding.evidence)
            conditions = (
                ReleaseDeployed(release=back.release, namespace=back.namespace),
                RolloutComplete(target=target),
                NoNewRestarts(target=target),
            )
            goal = f"Roll the release {back.release} back to revision {back.revision} ({case.finding.cause})"
            return Treatment((wish,), goal, target, conditions, _hold(revision.template))
        text = f"{text} ({back})"
    wishes = [Wish(Rollback(target=target, revision=fix.revision), text, case.finding.evidence)]
    wishes += [Wish(Delete(target=pod), _HELD) for pod in _held_pods(case, live)]
    goal = f"Roll {target} back to revision {fix.revision} ({case.finding.cause})"
    return Treatment(tuple(wishes), goal, target, _rolled_out(target), _hold(revision.template))


_HELD = "a stateful set waits for its broken pod even after it was mended; it makes another"


def _held_pods(case: Case, workload: Manifest) -> list[ObjectRef]:
    """Pods of a stateful set that never got ready: the controller would wait for them for ever (documented as "forced
    rollback" in the concept page of StatefulSets)."""
    if workload["kind"] != "StatefulSet" or dig(workload, "spec", "podManagementPolicy") == "Parallel":
        return []
    shown = {(each.namespace, each.name) for each in case.finding.objects if each.kind == "Pod"}
    pods = case.graph.children(workload, "Pod")
    stuck = [pod for pod in pods if (namespace_of(pod), name_of(pod)) in shown and not is_ready(pod)]
    return [ObjectRef.of(pod) for pod in stuck]


def _rolled_out(target: ObjectRef) -> tuple[Postcondition, ...]:
    return (RolloutComplete(target=target), NoNewRestarts(target=target))


def _hold(template: Manifest | None) -> int:
    """Seconds that cover the patience of every liveness probe, so that a kill by one would be seen."""
    longest = HOLD
    for each in dig(template, "spec", "containers") or ():
        probe = each.get("livenessProbe")
        if probe:
            threshold, period = int(probe.get("failureThreshold") or 3), int(probe.get("periodSeconds") or 10)
            longest = max(longest, int(probe.get("initialDelaySeconds") or 0) + threshold * period + 5)
    return min(longest, MOST_HOLD)


# --- one value ---------------------------------------------------------------------------------------------------


def _patch(case: Case, fix: Replace, live: Manifest) -> Treatment | Escalation:
    cause = case.finding.cause
    place = PLACES.get(cause)
    pointers = (fix.pointer, *fix.others)
    if (
        place is None
        or fix.target.kind not in place.kinds
        or not all(re.fullmatch(place.pointer, each) for each in pointers)
    ):
        return escalate(case, "Kora does not change this place by itself.")
    if cause == "OOMKilled":
        return _more_memory(case, fix, live)
    if fix.absent:
        action = adding(fix.target, live, fix.pointer, fix.value)
        what = f"{_said(live, fix.pointer)} from nothing to {_words(fix.value)}"
    else:
        said = None if fix.others else released_value(case, live, fix.pointer)
        value = fix.value if said is None else said
        action = replacing_all(fix.target, live, pointers, value)
        places = (f"{_said(live, each)} from {_words(value_at(live, each))}" for each in pointers)
        what = f"{' and '.join(places)} to {_words(value)}"
        if said is not None:
            return _patched(case, live, action, what, guess=place.guess, released=True)
    return _patched(case, live, action, what, guess=place.guess)


def _patched(
    case: Case,
    live: Manifest,
    action: Action,
    what: str,
    *,
    guess: bool = False,
    hold: int | None = None,
    released: bool = False,
) -> Treatment:
    target = ObjectRef.of(live)
    reason = f"{case.finding.cause}: {what}"
    if released:
        reason += ", as its Helm release says"
    elif found := release_of(live):
        reason += f"; the release {found[0]} would overwrite it, so its values need the same change"
    conditions: tuple[Postcondition, ...] = ()
    if target.kind in ROLLED_OUT:
        conditions = _rolled_out(target)
    elif target.kind == "Service":
        conditions = (EndpointsReady(target=target),)
    seconds = hold if hold is not None else _hold(dig(live, "spec", "template"))
    wishes = [Wish(action, reason, case.finding.evidence)]
    wishes += [Wish(Delete(target=pod), _HELD) for pod in _held_pods(case, live)]
    return Treatment(tuple(wishes), f"Change {what} of {target}", target, conditions, seconds, guess)


def _more_memory(case: Case, fix: Replace, live: Manifest) -> Treatment | Escalation:
    owner = fix.pointer.removesuffix("/resources/limits/memory")
    container = value_at(live, owner)
    found = raised(case.graph, live, container, case.policy.capabilities.resource_optimization)
    if isinstance(found, str):
        look = f"kubectl top pod -n {fix.target.namespace} --containers"
        return escalate(case, f"{found[:1].upper()}{found[1:]}.", f"Look at what it uses: {look}")
    before = value_at(live, fix.pointer)
    bound = f" (not more: {found.bound})" if found.bound else ""
    action = replacing(fix.target, live, fix.pointer, found.value)
    size = parse_quantity(before)
    old = memory_text(size) if size is not None else before
    what = f"the memory limit of container {container['name']} from {old} to {found.value}{bound}"
    return _patched(case, live, action, what, hold=max(HOLD_MEMORY, _hold(dig(live, "spec", "template"))))


def _said(live: Manifest, pointer: str) -> str:
    """A pointer for people: lists by the names in them."""
    words: list[str] = []
    value: object = live
    for part in parts(pointer):
        value = value.get(part) if isinstance(value, dict) else value[int(part)] if isinstance(value, list) else None
        named = isinstance(value, dict) and part.isdigit() and value.get("name")
        words.append(f"[{named}]" if named else part)
    return ".".join(words[-4:]).replace(".[", "[")


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={each}" for key, each in sorted(value.items()))
    return str(value)


# --- a pod anew ----------------------------------------------------------------------------------------------------


def _renew(case: Case, fix: Renew, live: Manifest) -> Treatment | Escalation:
    owner = case.graph.owner(live)
    if case.finding.cause != "ProbeFailing" or owner is None or owner["kind"] not in ("ReplicaSet", "DaemonSet"):
        return escalate(case, "Kora only renews pods whose controller makes another.")
    top = ObjectRef.of(case.graph.top(live))
    wish = Wish(Delete(target=fix.target), "it was ready and is wedged; its controller makes another")
    return Treatment((wish,), f"Renew {fix.target} ({case.finding.cause})", top, _rolled_out(top))


# --- a claim anew --------------------------------------------------------------------------------------------------


def _make_anew(case: Case, fix: Anew, live: Manifest) -> Treatment | Escalation:
    """Only what cannot hold data: a claim that never had a volume, a job that never ran its program."""
    cause, spec = case.finding.cause, live.get("spec") or {}
    if cause == "CommandInvalid" and fix.target.kind == "Job" and re.fullmatch(_JOB_COMMAND, fix.pointer):
        return _job_anew(case, fix, live)
    if (cause, fix.target.kind, fix.pointer) != ("StorageClassMissing", "PersistentVolumeClaim", _CLASS):
        return escalate(case, "Kora makes nothing anew but an empty claim and a job whose program was misspelt.")
    if dig(live, "status", "phase") != "Pending" or spec.get("volumeName"):
        return escalate(case, "The claim may hold data.")
    meant = case.graph.find("StorageClass", None, str(fix.value))
    if meant is None:
        return escalate(case, f"There is no storage class {fix.value}.")
    target = fix.target
    old = spec.get("storageClassName")
    why = f"it never had a volume, and its class can't be changed from {old} to {fix.value}"
    wishes = (
        Wish(Delete(target=target), why, case.finding.evidence),
        Wish(Apply(manifest=written(recreation(live), fix.pointer, fix.value)), "the same claim with the class meant"),
    )
    conditions: tuple[Postcondition, ...] = (Exists(target=target),)
    if meant.get("volumeBindingMode") != "WaitForFirstConsumer":
        conditions = (FieldEquals(target=target, path="/status/phase", value="Bound"),)
    return Treatment(wishes, f"Make {target} anew with the class {fix.value}", target, conditions, guess=True)


def _job_anew(case: Case, fix: Anew, live: Manifest) -> Treatment | Escalation:
    """A job's pods can't be changed, and this one's program was never found."""
    if dig(live, "status", "succeeded") or dig(live, "metadata", "ownerReferences"):
        return escalate(case, "The job has done part of its work, or something else makes it.")
    old = value_at(live, fix.pointer)
    why = f"none of its runs found its program, and a job's command can't be changed ({old!r} to {fix.value!r})"
    wishes = (
        Wish(Delete(target=fix.target), why, case.finding.evidence),
        Wish(Apply(manifest=written(recreation(live), fix.pointer, fix.value)), "the same job with the program meant"),
    )
    wanted = int(dig(live, "spec", "completions") or 1)
    conditions: tuple[Postcondition, ...] = (FieldEquals(target=fix.target, path="/status/succeeded", value=wanted),)
    goal = f"Make {fix.target} anew with the command {fix.value!r}"
    return Treatment(wishes, goal, fix.target, conditions, guess=True)


_CLASS = "/spec/storageClassName"
_JOB_COMMAND = _CONTAINER + r"/(?:command|args)/\d+"
_CURES: dict[type[Fix], Callable[..., Treatment | Escalation]] = {
    Undo: _roll_back,
    Replace: _patch,
    Renew: _renew,
    Anew: _make_anew,
}
