"""What changed lately: rollouts by their revisions, objects that were made, and what the cluster said about it."""

from datetime import datetime

from kora.cluster import rollouts
from kora.domain.objects import Manifest, ObjectRef
from kora.kit import clock
from kora.language.intents import Aspect, Inspect
from kora.language.kinds import WORKLOAD_KINDS
from kora.operations.ask.answer import Answer, age_text, place, table
from kora.operations.ask.binding import Binder
from kora.operations.ask.facts import images
from kora.operations.ask.reads.registry import answers
from kora.operations.ask.reads.workloads import nothing
from kora.operations.diagnose.fields import dig, instant, name_of, namespace_of

_LOOKED_AT = ("Service", "Ingress", "ConfigMap", "Secret", "CronJob", "Job", "NetworkPolicy", "PersistentVolumeClaim",
              "HorizontalPodAutoscaler")  # fmt: skip
_DAY = 86400
_SHOWN = 20
_OWNED = frozenset({"kube-root-ca.crt"})


@answers(Aspect.CHANGES)
def changes(binder: Binder, question: Inspect) -> Answer:
    """Newest first: revisions of workloads with their images, objects made since; of a day when no time was said."""
    target = question.target
    space = binder.space(target)
    if space is not None and target.namespace:
        binder.require_space(space)
    named = target.names or target.phrase
    found = binder.find(target.model_copy(update={"kind": None}), (*WORKLOAD_KINDS, *_LOOKED_AT)) if named else None
    if named and not found:
        return nothing(binder, question)
    span = question.since_seconds or (None if named else _DAY)
    happened: list[tuple[datetime, str, str]] = []
    only = (target.kind,) if target.kind in (*WORKLOAD_KINDS, *_LOOKED_AT) else (*WORKLOAD_KINDS, *_LOOKED_AT)
    workloads = [each for each in found or () if each["kind"] in WORKLOAD_KINDS] if named else [
        each for kind in WORKLOAD_KINDS if kind in only for each in binder.every(kind, space)
    ]  # fmt: skip
    for item in workloads:
        happened += [*_rollouts(binder, item), *_edited(item)]
    others = [each for each in found or () if each["kind"] not in WORKLOAD_KINDS] if named else [
        each for kind in _LOOKED_AT if kind in only for each in binder.every(kind, space)
    ]  # fmt: skip
    for item in others:
        made = instant(dig(item, "metadata", "creationTimestamp"))
        if made is not None and name_of(item) not in _OWNED and not dig(item, "metadata", "ownerReferences"):
            happened.append((made, str(ObjectRef.of(item)), "made"))
            happened += _edited(item)
    now = clock.now()
    happened = [each for each in happened if span is None or (now - each[0]).total_seconds() <= span]
    happened = sorted(happened, key=lambda each: each[0], reverse=True)[: question.limit or _SHOWN]
    commands = [
        f"kubectl get replicasets{place(space)} --sort-by=.metadata.creationTimestamp",
        f"kubectl get events{place(space)} --sort-by=.lastTimestamp",
    ]
    where = f" in namespace {space}" if space else ""
    if not happened:
        when = f" in the last {age_text(span)}" if span else ""
        told = f"Nothing was rolled out or made by hand{where}{when} (pods and jobs that controllers make aside)."
        return Answer(told, commands, [], found=False)
    rows = [(age_text((now - when).total_seconds()), what, how) for when, what, how in happened]
    data = [{"age": age, "object": what, "change": how} for age, what, how in rows]
    return Answer(f"What changed{where}, newest first:\n{table(('AGO', 'OBJECT', 'CHANGE'), rows)}", commands, data)


def _edited(item: Manifest) -> list[tuple[datetime, str, str]]:
    """Later writes by people and programs other than the cluster's own controllers, as the object notes them itself."""
    made = instant(dig(item, "metadata", "creationTimestamp"))
    found = []
    for each in dig(item, "metadata", "managedFields") or ():
        when, who = instant(each.get("time")), str(each.get("manager") or "somebody")
        own = each.get("subresource") == "status" or who.startswith(_CONTROLLERS)
        if when is not None and made is not None and not own and (when - made).total_seconds() > 1:
            how = "scaled" if each.get("subresource") == "scale" else "changed"
            found.append((when, str(ObjectRef.of(item)), f"{how} by {who}"))
    return found


_CONTROLLERS = ("kube-controller-manager", "kube-scheduler", "kubelet", "nginx-ingress", "kube-apiserver")


def _rollouts(binder: Binder, item: Manifest) -> list[tuple[datetime, str, str]]:
    """Each revision that is kept with the time its pods' template first stood."""
    what = str(ObjectRef.of(item))
    found: list[tuple[datetime, str, str]] = []
    if item["kind"] == "Deployment":
        sets = [
            each
            for each in binder.every("ReplicaSet", namespace_of(item))
            if rollouts.owned_by(each, item) and instant(dig(each, "metadata", "creationTimestamp"))
        ]
        for each in sets:
            made = instant(dig(each, "metadata", "creationTimestamp"))
            number = (dig(each, "metadata", "annotations") or {}).get("deployment.kubernetes.io/revision", "?")
            assert made is not None
            found.append((made, what, f"revision {number}: {', '.join(images(each))}"))
    if not found:
        made = instant(dig(item, "metadata", "creationTimestamp"))
        found = [(made, what, f"made: {', '.join(images(item))}")] if made else []
    return found
