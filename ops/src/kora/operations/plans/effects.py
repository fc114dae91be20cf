"""Actions as effects: what an action is in the end (restarts and rollbacks become patches), whether it is in effect,
and carrying it out.
"""

from dataclasses import dataclass
from typing import Any

from kora.cluster import rollouts
from kora.cluster.errors import ObjectMissing
from kora.cluster.port import ClusterReader, ClusterWriter
from kora.domain.objects import Manifest, ObjectRef, resource_version
from kora.domain.plans import Action, Apply, Delete, HelmRollback, HelmUpgrade, Patch, Restart, Rollback, Scale
from kora.helm.port import HelmEngine, Release
from kora.kit.errors import Unavailable
from kora.operations.plans.content import content
from kora.operations.plans.risks import RELEASE, target_of


@dataclass(frozen=True)
class World:
    """What reading and checking needs. logs: whether the policy lets containers' logs be read (``logAnalysis``)."""

    reader: ClusterReader
    helm: HelmEngine | None = None
    logs: bool = True

    def engine(self) -> HelmEngine:
        """The Helm engine.

        Raises:
            Unavailable: there is none.
        """
        if self.helm is None:
            raise Unavailable("This plan changes a Helm release, and no Helm engine is there.")
        return self.helm

    def live(self, ref: ObjectRef) -> Manifest | None:
        """The object now; a release as a manifest of its own kind, with the revision as its version."""
        if ref.kind != RELEASE:
            return self.reader.get(ref)
        release = self.engine().get(ref.name, ref.namespace or "")
        return None if release is None else release_manifest(ref, release)


def release_manifest(ref: ObjectRef, release: Release) -> Manifest:
    """A release in the shape of an object, so that drift is judged the same way."""
    metadata = {"name": ref.name, "namespace": ref.namespace, "resourceVersion": str(release.revision)}
    spec = {"revision": release.revision, "chart": release.chart, "status": release.status}
    return {"apiVersion": ref.api_version, "kind": ref.kind, "metadata": metadata, "spec": spec}


def resolve(reader: ClusterReader, action: Action, stamp: str) -> Action:
    """The action as something whose effect can be recognised later: a restart with its time, a rollback with the
    template that it brings back (its revision number changes as soon as it happens)."""
    if isinstance(action, Restart):
        return rollouts.restart_patch(action.target, stamp)
    if isinstance(action, Rollback):
        return rollouts.rollback_patch(reader, action.target, action.revision)
    return action


def in_effect(world: World, action: Action) -> bool:
    """Whether the cluster is already as `action` would make it, by the server's own judgement (a dry run).

    `action` is a resolved one.
    """
    if isinstance(action, HelmUpgrade):
        release = world.engine().get(action.release, action.namespace)
        deployed = release is not None and release.status == "deployed"
        return deployed and world.engine().values(action.release, action.namespace) == action.values
    if isinstance(action, HelmRollback):
        release = world.engine().get(action.release, action.namespace)
        if action.revision == 0:
            return release is None
        return release is not None and release.status == "deployed" and _same_objects(world, action)
    live = world.reader.get(target_of(action))
    if isinstance(action, Delete) or live is None:
        return isinstance(action, Delete) and (live is None or "deletionTimestamp" in live["metadata"])
    if isinstance(action, Scale):
        return bool(live["spec"].get("replicas") == action.replicas)
    try:
        after = world.reader.preview(action)
    except ObjectMissing:
        return False
    return after is not None and content(after) == content(live)


def _same_objects(world: World, action: HelmRollback) -> bool:
    engine = world.engine()
    now = engine.manifests(action.release, action.namespace)
    return now == engine.manifests(action.release, action.namespace, action.revision)


def carry_out(
    world: World, writer: ClusterWriter, action: Action, *, expected: str | None, create_only: bool = False
) -> Manifest | None:
    """Do it; `action` is a resolved one. Gives the object afterwards, None for deletions.

    Raises:
        KoraError: as `ClusterWriter` and `HelmEngine` say.
    """
    match action:
        case Apply(manifest=manifest):
            return writer.apply(manifest, expected=expected, create_only=create_only)
        case Patch(target=target, patch=patch, strategy=strategy):
            return writer.patch(target, patch, strategy=strategy, expected=expected)
        case Scale(target=target, replicas=replicas):
            return writer.scale(target, replicas, expected=expected)
        case Delete(target=target, propagation=propagation):
            writer.delete(target, propagation=propagation, expected=expected)
            return None
        case HelmUpgrade() | HelmRollback():
            return _release(world, action)
        case _:
            raise AssertionError("restarts and rollbacks are resolved into patches before")


def _release(world: World, action: HelmUpgrade | HelmRollback) -> Manifest | None:
    engine, ref = world.engine(), target_of(action)
    if isinstance(action, HelmUpgrade):
        seconds = action.timeout_seconds
        release = engine.upgrade(action.release, action.namespace, action.chart, action.values, timeout_seconds=seconds)
    elif action.revision == 0:
        engine.uninstall(action.release, action.namespace)
        return None
    else:
        release = engine.rollback(action.release, action.namespace, action.revision)
    return release_manifest(ref, release)


def version_of(manifest: Manifest | None) -> str | None:
    """The object's version, None when it is absent."""
    return resource_version(manifest)


def fields_of(patch: Any, live: Any) -> Any:
    """The values that `live` has at the places that `patch` names; None where there is nothing."""
    if isinstance(patch, dict):
        return {
            name: fields_of(value, live.get(name) if isinstance(live, dict) else None) for name, value in patch.items()
        }
    return live
