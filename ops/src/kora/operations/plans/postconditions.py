"""What must hold after a plan when nobody says more: by kind of object and action."""

from collections.abc import Iterable, Sequence

from kora.cluster.rollouts import ROLLED_OUT
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import (
    Absent,
    Apply,
    Delete,
    EndpointsReady,
    Exists,
    HelmRollback,
    HelmUpgrade,
    NoNewRestarts,
    Postcondition,
    ReadyCount,
    ReleaseDeployed,
    RolloutComplete,
    Scale,
)
from kora.operations.plans.diff import Change
from kora.operations.plans.effects import World


def default_postconditions(world: World, changes: Sequence[Change]) -> tuple[Postcondition, ...]:
    """A workload has rolled out and does not restart; a scaled one has its count; a Service that has pods to choose
    from has ready endpoints; a release is deployed, and what an upgrade touches in it has rolled out; anything else is
    there, or gone."""
    found: list[Postcondition] = []
    for change in changes:
        found.extend(each for each in _for(world, change, changes) if each not in found)
    return tuple(found)


def _for(world: World, change: Change, all_changes: Sequence[Change]) -> Iterable[Postcondition]:
    action, ref = change.action, change.ref
    if isinstance(action, HelmUpgrade) or (isinstance(action, HelmRollback) and action.revision):
        deployed = ReleaseDeployed(release=action.release, namespace=action.namespace)
        return [deployed, *(_in_release(change) if isinstance(action, HelmUpgrade) else ())]
    if change.after is None or isinstance(action, HelmRollback):
        again = any(each.ref == ref and each.after is not None for each in all_changes)
        return [Absent(target=ref)] if isinstance(action, Delete) and not again else []
    if isinstance(action, Scale):
        return [ReadyCount(target=ref, replicas=action.replicas), NoNewRestarts(target=ref)]
    if ref.kind in ROLLED_OUT:
        return [RolloutComplete(target=ref), NoNewRestarts(target=ref)]
    if ref.kind == "Service" and _has_pods(world, change.after, all_changes):
        return [Exists(target=ref), EndpointsReady(target=ref)]
    return [Exists(target=ref)]


def _in_release(change: Change) -> Iterable[Postcondition]:
    """What must hold for the objects that an upgrade makes or changes: Helm's own waiting ends where pods are ready
    once. A Service that has lost its pods by the upgrade is judged as well as one that has them."""
    space = change.ref.namespace
    before = {str(ObjectRef.of(each)): each for each in change.old_objects}
    touched = [each for each in change.new_objects if each != before.get(str(ObjectRef.of(each)))]
    for each in touched:
        if each["kind"] in ROLLED_OUT:
            ref = _placed(each, space)
            yield RolloutComplete(target=ref)
            yield NoNewRestarts(target=ref)
    for each in change.new_objects:
        if each["kind"] != "Service" or not each["spec"].get("selector"):
            continue
        chosen = _chosen(each, change.new_objects)
        concerned = each in touched or any(workload in touched for workload in chosen)
        serving = chosen or _chosen(before.get(str(ObjectRef.of(each))), change.old_objects)
        if concerned and any(workload["spec"].get("replicas") != 0 for workload in serving):
            yield EndpointsReady(target=_placed(each, space))


def _placed(manifest: Manifest, namespace: str | None) -> ObjectRef:
    """The object where Helm puts it: charts seldom name the namespace."""
    ref = ObjectRef.of(manifest)
    return ref if ref.namespace else ref.model_copy(update={"namespace": namespace})


def _chosen(service: Manifest | None, objects: Sequence[Manifest]) -> list[Manifest]:
    """The workloads among `objects` whose pods the Service chooses."""
    selector = ((service or {}).get("spec") or {}).get("selector") or {}
    found = []
    for each in objects if selector else ():
        if each["kind"] in ROLLED_OUT:
            labels = ((each["spec"].get("template") or {}).get("metadata") or {}).get("labels") or {}
            found += [each] if selector.items() <= labels.items() else []
    return found


def _has_pods(world: World, service: Manifest, changes: Sequence[Change]) -> bool:
    """Whether pods match the Service's selector, now or by this plan."""
    spec = service.get("spec") or {}
    selector, namespace = spec.get("selector") or {}, service["metadata"].get("namespace")
    if not selector:
        return False
    for change in changes:
        after = change.after or {}
        template = (after.get("spec") or {}).get("template") or {} if isinstance(change.action, Apply) else {}
        labels = (template.get("metadata") or {}).get("labels") or {}
        if change.ref.namespace == namespace and selector.items() <= labels.items():
            return int(after["spec"].get("replicas", 1)) > 0
    wanted = ",".join(f"{name}={value}" for name, value in sorted(selector.items()))
    return bool(world.reader.list("v1", "Pod", namespace, labels=wanted))
