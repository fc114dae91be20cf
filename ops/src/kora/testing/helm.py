"""A Helm in memory: revisions in a list, objects in a `FakeCluster`. Real charts, rendered by the library offline."""

from collections.abc import Callable, Sequence
from typing import Any

from kora.domain.objects import Manifest, ObjectRef
from kora.helm.library import LibraryEngine
from kora.helm.port import Release
from kora.kit import clock
from kora.kit.errors import Conflict, KoraError, NotFound
from kora.testing.cluster import FakeCluster

_Kept = tuple[Release, list[Manifest], dict[str, Any]]
Render = Callable[[str, str, str, dict[str, Any]], list[Manifest]]


class FakeHelm:
    """`HelmEngine` on a `FakeCluster`. `broken`: raised by the next upgrades after the objects were written, as when
    Helm fails half-way; `die`: the same with the release left pending, as when its process was killed."""

    name = "fake helm"

    def __init__(self, cluster: FakeCluster, render: Render | None = None) -> None:
        self._cluster = cluster
        self._render = render or LibraryEngine(offline=True).render
        self._kept: dict[tuple[str, str], list[_Kept]] = {}
        self.broken: KoraError | None = None
        self.die: BaseException | None = None
        self.calls: list[str] = []

    def render(self, chart: str, release: str, namespace: str, values: dict[str, Any]) -> list[Manifest]:
        """As the real chart says."""
        return self._render(chart, release, namespace, values)

    def _revisions(self, release: str, namespace: str) -> list[_Kept]:
        return self._kept.setdefault((namespace, release), [])

    def get(self, release: str, namespace: str) -> Release | None:
        """The newest revision."""
        kept = self._revisions(release, namespace)
        return kept[-1][0] if kept else None

    def history(self, release: str, namespace: str) -> Sequence[Release]:
        """Oldest first."""
        return [each for each, _, _ in self._revisions(release, namespace)]

    def _at(self, release: str, namespace: str, revision: int | None) -> tuple[Release, list[Manifest], dict[str, Any]]:
        for each, manifests, values in reversed(self._revisions(release, namespace)):
            if revision is None or each.revision == revision:
                return each, manifests, values
        raise NotFound(f"Helm: release: not found: {release}")

    def values(self, release: str, namespace: str, revision: int | None = None) -> dict[str, Any]:
        """What was given."""
        return self._at(release, namespace, revision)[2]

    def manifests(self, release: str, namespace: str, revision: int | None = None) -> list[Manifest]:
        """What was rendered."""
        return self._at(release, namespace, revision)[1]

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
        """Write the objects and keep a revision."""
        self.calls.append("upgrade")
        manifests = self.render(chart, release, namespace, values)
        return self._store(release, namespace, manifests, values, fail=True)

    def _store(
        self, release: str, namespace: str, manifests: list[Manifest], values: dict[str, Any], *, fail: bool
    ) -> Release:
        kept = self._revisions(release, namespace)
        if kept and kept[-1][0].status.startswith("pending") and fail:
            raise Conflict("Helm: another operation (install/upgrade/rollback) is in progress")
        old = kept[-1][1] if kept else []
        kept[:] = [(each.model_copy(update={"status": "superseded"}), m, v) for each, m, v in kept]
        number = kept[-1][0].revision + 1 if kept else 1
        if fail and self.die:
            status = "pending-install" if number == 1 else "pending-upgrade"
        else:
            status = "failed" if fail and self.broken else "deployed"
        made = Release(
            name=release,
            namespace=namespace,
            revision=number,
            status=status,
            chart="chart-1.0.0",
            updated=clock.now(),
        )
        kept.append((made, manifests, values))
        self._write(namespace, old, manifests)
        if fail and self.die:
            raise self.die
        if fail and self.broken:
            raise self.broken
        return made

    def _write(self, namespace: str, old: list[Manifest], new: list[Manifest]) -> None:
        names = {(each["kind"], each["metadata"]["name"]) for each in new}
        for each in new:
            located = {**each, "metadata": {**each["metadata"], "namespace": namespace}}
            self._cluster.open_writer().apply(located)
        for each in old:
            if (each["kind"], each["metadata"]["name"]) not in names:
                self._drop(namespace, each)

    def _drop(self, namespace: str, manifest: Manifest) -> None:
        ref = ObjectRef.of(manifest).model_copy(update={"namespace": namespace})
        if self._cluster.get(ref) is not None:
            self._cluster.open_writer().delete(ref)

    def rollback(self, release: str, namespace: str, revision: int, *, timeout_seconds: int = 300) -> Release:
        """A new revision with the old content."""
        self.calls.append(f"rollback {revision}")
        _, manifests, values = self._at(release, namespace, revision)
        return self._store(release, namespace, manifests, values, fail=False)

    def uninstall(self, release: str, namespace: str, *, timeout_seconds: int = 300) -> None:
        """Everything goes."""
        self.calls.append("uninstall")
        kept = self._revisions(release, namespace)
        for each in kept[-1][1] if kept else []:
            self._drop(namespace, each)
        kept.clear()
