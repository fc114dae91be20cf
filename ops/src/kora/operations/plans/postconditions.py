"""What must hold after a plan when nobody says more: by kind of object and action."""

from collections.abc import Iterable, Sequence

from kora.cluster.rollouts import ROLLED_OUT
from kora.domain.objects import Manifest
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
    from has ready endpoints; a release is deployed; anything else is there, or gone."""
    found: list[Postcondition] = []
    for change in changes:
        found.extend(each for each in _for(world, change, changes) if each not in found)
    return tuple(found)


def _for(world: World, change: Change, all_changes: Sequence[Change]) -> Iterable[Postcondition]:
    action, ref = change.action, change.ref
    if isinstance(action, HelmUpgrade) or (isinstance(action, HelmRollback) and action.revision):
        return [ReleaseDeployed(release=action.release, namespace=action.namespace)]
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
