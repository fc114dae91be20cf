"""What the invoker puts around the means it hands out: a writer that only touches the plan's objects and stops at the
deadline, a Helm engine that only reads, or only touches the plan's releases.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kora.cluster.port import ClusterWriter
from kora.domain.objects import Manifest, ObjectRef
from kora.helm.port import HelmEngine, Release
from kora.kit import clock
from kora.kit.errors import Denied, Retryable


class OutOfScope(Denied):
    """A tool tried to change what its plan does not name."""

    code = "OUT_OF_SCOPE"
    default_message = "The plan does not name this object, so it is not touched."


class DeadlineOver(Retryable):
    """A tool took longer than its declaration allows."""

    code = "DEADLINE_OVER"
    default_message = "It took too long, so nothing more is changed."


class Halted(Exception):
    """Stop before the next effect and leave everything as it is: paused, or no longer the leader. Not a KoraError, so
    that no plan is rolled back for it; the journal on disk lets the plan be resumed."""


Still = Callable[[], None]


def always() -> None:
    """Nothing ever halts."""


@dataclass(frozen=True)
class Bounds:
    """objects: what may be touched (None: everything). ends: the moment on `clock.monotonic` after which nothing is.
    still: asked before every effect; raises when this process may not change anything any more."""

    objects: frozenset[ObjectRef] | None = None
    ends: float = float("inf")
    still: Still = always

    def owner_of(self, pod: ObjectRef) -> ObjectRef | None:
        """The StatefulSet within bounds that a pod belongs to by its name (``<set>-<ordinal>``)."""
        name, dash, ordinal = pod.name.rpartition("-")
        if pod.kind != "Pod" or not dash or not (ordinal.isascii() and ordinal.isdigit()):
            return None
        sets = (each for each in self.objects or () if each.kind == "StatefulSet" and each.namespace == pod.namespace)
        return next((each for each in sets if each.name == name), None)

    def check(self, ref: ObjectRef) -> None:
        """Raises: OutOfScope, DeadlineOver; and what `still` raises."""
        self.still()
        if clock.monotonic() >= self.ends:
            raise DeadlineOver(f"It took too long, so {ref} is not changed any more.")
        if self.objects is not None and ref not in self.objects:
            raise OutOfScope(f"The plan does not name {ref}, so it is not touched.")


class BoundedWriter:
    """A `ClusterWriter` within bounds."""

    def __init__(self, writer: ClusterWriter, bounds: Bounds) -> None:
        self._writer, self._bounds = writer, bounds

    def apply(self, manifest: Manifest, *, expected: str | None = None, create_only: bool = False) -> Manifest:
        """As `ClusterWriter.apply`."""
        self._bounds.check(ObjectRef.of(manifest))
        return self._writer.apply(manifest, expected=expected, create_only=create_only)

    def patch(
        self,
        target: ObjectRef,
        patch: dict[str, Any],
        *,
        strategy: Literal["merge", "strategic"] = "strategic",
        expected: str | None = None,
    ) -> Manifest:
        """As `ClusterWriter.patch`."""
        self._bounds.check(target)
        return self._writer.patch(target, patch, strategy=strategy, expected=expected)

    def scale(self, target: ObjectRef, replicas: int, *, expected: str | None = None) -> Manifest:
        """As `ClusterWriter.scale`."""
        self._bounds.check(target)
        return self._writer.scale(target, replicas, expected=expected)

    def delete(
        self,
        target: ObjectRef,
        *,
        propagation: Literal["Background", "Foreground", "Orphan"] = "Background",
        expected: str | None = None,
    ) -> None:
        """As `ClusterWriter.delete`. A pod of a StatefulSet within bounds may go: its set makes it anew."""
        self._bounds.check(self._bounds.owner_of(target) or target)
        self._writer.delete(target, propagation=propagation, expected=expected)


class BoundedHelm:
    """A `HelmEngine` whose effects are within bounds; empty bounds make it read-only."""

    def __init__(self, engine: HelmEngine, bounds: Bounds) -> None:
        self._engine, self._bounds = engine, bounds

    @property
    def name(self) -> str:
        """As `HelmEngine.name`."""
        return self._engine.name

    def render(self, chart: str, release: str, namespace: str, values: dict[str, Any]) -> list[Manifest]:
        """As `HelmEngine.render`."""
        return self._engine.render(chart, release, namespace, values)

    def get(self, release: str, namespace: str) -> Release | None:
        """As `HelmEngine.get`."""
        return self._engine.get(release, namespace)

    def history(self, release: str, namespace: str) -> Sequence[Release]:
        """As `HelmEngine.history`."""
        return self._engine.history(release, namespace)

    def values(self, release: str, namespace: str, revision: int | None = None) -> dict[str, Any]:
        """As `HelmEngine.values`."""
        return self._engine.values(release, namespace, revision)

    def manifests(self, release: str, namespace: str, revision: int | None = None) -> list[Manifest]:
        """As `HelmEngine.manifests`."""
        return self._engine.manifests(release, namespace, revision)

    def upgrade(
        self,
        release: str,
        namespace: str,
        chart: str,
        values: dict[str, Any],
        *,
        timeout_seconds: int = 300,
        wait: bool = True,
        atomic: bool = True,
        dry_run: bool = False,
    ) -> Release:
        """As `HelmEngine.upgrade`."""
        if not dry_run:
            self._check(release, namespace)
        return self._engine.upgrade(
            release,
            namespace,
            chart,
            values,
            timeout_seconds=timeout_seconds,
            wait=wait,
            atomic=atomic,
            dry_run=dry_run,
        )

    def rollback(self, release: str, namespace: str, revision: int, *, timeout_seconds: int = 300) -> Release:
        """As `HelmEngine.rollback`."""
        self._check(release, namespace)
        return self._engine.rollback(release, namespace, revision, timeout_seconds=timeout_seconds)

    def uninstall(self, release: str, namespace: str, *, timeout_seconds: int = 300) -> None:
        """As `HelmEngine.uninstall`."""
        self._check(release, namespace)
        self._engine.uninstall(release, namespace, timeout_seconds=timeout_seconds)

    def _check(self, release: str, namespace: str) -> None:
        self._bounds.check(ObjectRef(api_version="helm.sh/v1", kind="Release", namespace=namespace, name=release))
