"""Scale, restart, roll back, pause, resume, delete, wait: what needs no new content."""

import math

from kora.cluster import rollouts
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Delete, Restart, Rollback, Scale
from kora.language import intents
from kora.language.kinds import BY_KIND, WORKLOAD_KINDS
from kora.language.targets import WORKLOAD
from kora.operations.ask.binding import ANY_KIND, matching
from kora.operations.ask.changes.workspace import Workspace, handles
from kora.operations.ask.errors import ChangeImpossible, TargetMissing
from kora.operations.ask.filtering import select
from kora.operations.diagnose.fields import dig, name_of, namespace_of
from kora.policy.document import SYSTEM_NAMESPACES

SCALABLE = ("Deployment", "StatefulSet", "ReplicaSet")
LIMIT = 1000
"""More replicas than this are taken for a slip."""


def workloads(work: Workspace, target: intents.Target, kinds: tuple[str, ...] = WORKLOAD_KINDS) -> list[Manifest]:
    """The workloads that a target means; a Service or a Pod stands for the workload behind it."""
    pending = [
        each
        for each in work.created()
        if each["kind"] in kinds and (name_of(each) in target.names or name_of(each) == target.phrase)
    ]
    if pending:
        return pending
    if target.kind in (None, WORKLOAD) or target.kind in kinds:
        return work.binder.several(target, kinds)
    if target.kind not in {"Service", "Pod"}:
        raise ChangeImpossible(f"This can't be done with a {target.kind}. Nothing was changed.")
    if target.kind == "Pod" and not (target.names or target.phrase):  # "restart all pods that are not ready"
        return _owners(work, target, kinds)
    found = work.binder.find(target, (target.kind,), anywhere=False)
    behind = {
        name_of(each): each for item in found for each in work.binder.workloads_behind(item) if each["kind"] in kinds
    }
    if len(behind) == 1:
        return list(behind.values())
    return work.binder.several(target.model_copy(update={"kind": None}), kinds)


def _owners(work: Workspace, target: intents.Target, kinds: tuple[str, ...]) -> list[Manifest]:
    """The workloads of all pods that are meant.

    Raises: TargetMissing; ChangeImpossible when a pod has no workload that could be changed for it.
    """
    pods = work.binder.several(target.model_copy(update={"every": True, "excluding": ()}), ("Pod",))
    owners: dict[tuple[str, str | None, str], Manifest] = {}
    for pod in pods:
        found = [each for each in work.binder.workloads_behind(pod) if each["kind"] in kinds]
        if not found and dig(pod, "status", "phase") == "Running" and not dig(pod, "metadata", "ownerReferences"):
            raise ChangeImpossible(f"{where(pod)} has no workload that would renew it. Nothing was changed.")
        owners |= {(each["kind"], namespace_of(each), name_of(each)): each for each in found}
    left_out = {one for said in target.excluding for one in map(name_of, matching(said, list(owners.values())))}
    kept = [each for each in owners.values() if name_of(each) not in left_out]
    if not kept:
        raise TargetMissing("No workload fits that description. Nothing was changed.")
    return kept


def where(item: Manifest) -> str:
    """``deployment/web -n shop`` as kubectl takes it."""
    space = namespace_of(item)
    return f"{item['kind'].lower()}/{name_of(item)}" + (f" -n {space}" if space else "")


@handles("scale")
def scale(work: Workspace, intent: intents.Scale) -> None:
    """Set the number of replicas."""
    for item in workloads(
        work, intent.target, (*SCALABLE[:2], *(SCALABLE[2:] if intent.target.kind == "ReplicaSet" else ()))
    ):
        live = work.current(item)
        now = int((live.get("spec") or {}).get("replicas", 1))
        wanted = _wanted(now, intent)
        if wanted < 0:
            raise ChangeImpossible(
                f"{where(item)} has {now} replicas; {-(intent.by or 0)} fewer would be less than none."
            )
        if wanted > LIMIT:
            raise ChangeImpossible(
                f"{wanted} replicas of {where(item)} look like a slip; the limit is {LIMIT}. Nothing was changed."
            )
        if wanted == 0 and now:
            work.notes.append(
                f"{where(item)} will have no pods: it stops serving until it is scaled up again (to {now}, as now)."
            )
        for scaler in work.binder.every("HorizontalPodAutoscaler", namespace_of(item)):
            aim = (scaler.get("spec") or {}).get("scaleTargetRef") or {}
            if aim.get("kind") == item["kind"] and aim.get("name") == name_of(item):
                low, high = scaler["spec"].get("minReplicas", 1), scaler["spec"]["maxReplicas"]
                work.notes.append(
                    f"The autoscaler {name_of(scaler)} ({low} to {high}) also sets this number and may change it again."
                )
        work.act(Scale(target=work.ref(item), replicas=wanted), f"scale from {now} to {wanted} replicas, as asked")
        space = namespace_of(item)
        work.tell(
            f"scale {where(item)} from {now} to {wanted}",
            f"kubectl scale {item['kind'].lower()}/{name_of(item)} --replicas={wanted} -n {space}",
        )


def _wanted(now: int, intent: intents.Scale) -> int:
    if intent.to is not None:
        return intent.to
    if intent.by is not None:
        return now + intent.by
    factor = 1.0 if intent.factor is None else intent.factor
    return (
        math.ceil(now * factor - 1e-9)
        if factor >= 1
        else max(math.floor(now * factor + 1e-9), 1 if factor > 0 and now else 0)
    )


@handles("restart")
def restart(work: Workspace, intent: intents.Restart) -> None:
    """Renew the pods, one by one."""
    target = intent.target
    if target.kind == "Pod" and (target.names or target.phrase):
        here = work.binder.find(target, ("Pod",), anywhere=False)
        pods = select(work.binder, [each for each in here if name_of(each) in target.names], target.where)
        if pods and all((each["metadata"].get("ownerReferences") or []) for each in pods):
            for pod in pods:
                work.act(Delete(target=work.ref(pod)), "its controller makes a new pod")
                work.tell(f"renew {where(pod)}", f"kubectl delete pod {name_of(pod)} -n {namespace_of(pod)}")
            return
    for item in workloads(work, target):
        work.act(Restart(target=work.ref(item)), "restart, as asked")
        work.tell(f"restart {where(item)}", f"kubectl rollout restart {where(item)}")


@handles("roll_back")
def roll_back(work: Workspace, intent: intents.RollBack) -> None:
    """Back to an earlier revision."""
    for item in workloads(work, intent.target):
        ref = work.ref(item)
        kept = sorted(rollouts.revisions(work.reader, ref))
        now = rollouts.current_revision(work.reader, ref)
        earlier = [each for each in kept if now is None or each < now]
        revision = intent.revision if intent.revision is not None else (earlier[-1] if earlier else None)
        if revision is None or revision not in kept:
            known = ", ".join(map(str, kept)) or "none"
            raise ChangeImpossible(
                f"{where(item)} has no such earlier revision; it keeps: {known}. Nothing was changed."
            )
        work.act(Rollback(target=ref, revision=revision), f"back from revision {now} to {revision}, as asked")
        work.tell(
            f"roll {where(item)} back to revision {revision}",
            f"kubectl rollout undo {where(item)} --to-revision={revision}",
        )


@handles("pause")
def pause(work: Workspace, intent: intents.Pause) -> None:
    """Halt or continue a rollout, suspend or resume a cron job or job."""
    kinds = ("CronJob", "Job") if intent.target.kind in {"CronJob", "Job"} else ("Deployment", "CronJob")
    for item in workloads(work, intent.target, kinds):
        field = "paused" if item["kind"] == "Deployment" else "suspend"
        word = {"paused": ("resume", "pause"), "suspend": ("resume", "suspend")}[field][not intent.resume]

        def change(wanted: Manifest, field: str = field) -> None:
            wanted["spec"][field] = not intent.resume

        work.edit(item, change, f"{word}, as asked")
        command = (
            f"kubectl rollout {word} {where(item)}"
            if field == "paused"
            else f'kubectl patch {where(item)} -p \'{{"spec":{{"suspend":{str(not intent.resume).lower()}}}}}\''
        )
        work.tell(f"{word} {where(item)}", command)


_KEPT_FOR_ALL = frozenset({"kube-root-ca.crt", "kubernetes"})
"""What the cluster itself puts into namespaces: "all config maps" are those that people made."""
_SWEPT = frozenset({"Pod", "Deployment", "Job", "CronJob", "ReplicaSet", "Service", "Ingress", "ConfigMap"})
"""Kinds of which "all … in namespace X" may be deleted; what holds data or rights is named one by one."""


@handles("delete")
def delete(work: Workspace, intent: intents.Delete) -> None:
    """Delete what was named; with conditions, what they select."""
    target = intent.target
    if target.kind == WORKLOAD:
        target = target.model_copy(update={"kind": None})
    for said in target.names if target.kind is None else ():
        if work.reader.get(ObjectRef(api_version="v1", kind="Namespace", name=said)) and not work.binder.find(
            target, ANY_KIND, anywhere=False
        ):
            never = " That one belongs to the cluster itself and is never deleted." if said in SYSTEM_NAMESPACES else ""
            raise TargetMissing(
                f"{said} is a namespace: it is only deleted, with all in it, where the word namespace is said.{never} "
                "Nothing was changed."
            )
    kinds = (target.kind,) if target.kind else ANY_KIND
    if intent.conditions:
        if target.kind is None:
            raise TargetMissing("Which kind of object? Say, for example, all failed pods.")
        found = work.binder.several(target.model_copy(update={"where": intent.conditions, "every": True}), kinds)
    elif target.every and target.kind in _SWEPT and (target.namespace or work.binder.given or target.labels):
        found = [each for each in work.binder.several(target, kinds) if name_of(each) not in _KEPT_FOR_ALL]
        if not found:
            raise TargetMissing(f"There are no {target.kind}s like that but the cluster's own. Nothing was changed.")
        work.notes.append(f"All {len(found)} of them are deleted: {', '.join(map(name_of, found[:10]))}.")
    elif not target.names and not target.phrase and not target.labels:
        raise TargetMissing(
            f"Delete which {target.kind or 'object'}? "
            "Everything of a kind is not deleted by a sentence: name the objects."
        )
    elif target.phrase and " " in target.phrase:
        raise TargetMissing(f"Delete which object? {target.phrase!r} is no name. Nothing was changed.")
    else:
        found = work.binder.several(target, kinds, exact=True)
    for item in found:
        space = (
            f" -n {namespace_of(item)}" if BY_KIND.get(item["kind"]) is None or BY_KIND[item["kind"]].namespaced else ""
        )
        work.act(Delete(target=work.ref(item)), "delete, as asked")
        work.tell(f"delete {where(item)}", f"kubectl delete {item['kind'].lower()} {name_of(item)}{space}")


@handles("wait")
def wait(work: Workspace, intent: intents.Wait) -> None:
    """Nothing of its own: every plan is verified until it has settled."""
    del intent
    work.notes.append("The change is waited for and verified.")
