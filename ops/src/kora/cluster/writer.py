"""The real `ClusterWriter`. Only `kora.tools.invoker` may import this module (an import contract holds that).

Optimistic locking throughout: the expected resourceVersion travels in the request and the server compares, so there is
no gap between looking and writing.
"""

from typing import Any, Literal

from kora.cluster.changes import apply_change, create_change, delete_change, patch_change, scale_change
from kora.cluster.client import KubernetesReader, send
from kora.cluster.errors import ObjectMissing, ObjectMoved
from kora.cluster.port import FIELD_MANAGER, ClusterReader, ClusterWriter
from kora.domain.objects import Manifest, ObjectRef
from kora.kit.errors import Unavailable

_OWNERSHIP_ATTEMPTS = 3


def open_writer(reader: ClusterReader) -> ClusterWriter:
    """A writer to the cluster that `reader` reads. A reader that keeps what it read names the one underneath as its
    `connected`.

    Raises:
        Unavailable: the reader is not one of a real cluster.
    """
    connected = getattr(reader, "connected", reader)
    if not isinstance(connected, KubernetesReader):
        raise Unavailable("This reader has no cluster behind it that could be written to.")
    return KubernetesWriter(connected)


class KubernetesWriter:
    """Effects on one cluster; see `ClusterWriter`."""

    def __init__(self, reader: KubernetesReader) -> None:
        self._reader = reader
        self._connection, self._path_of = reader.connection, reader.discovery.path

    def apply(self, manifest: Manifest, *, expected: str | None = None, create_only: bool = False) -> Manifest:
        """Server-side apply; or a creation that refuses what is there."""
        if not create_only:
            return send(self._connection, apply_change(self._path_of, manifest, expected=expected))
        created = send(self._connection, create_change(self._path_of, manifest))
        return self._own_by_apply(ObjectRef.of(created), created)

    def _own_by_apply(self, ref: ObjectRef, created: Manifest) -> Manifest:
        """Record our fields as applied rather than updated: else a later apply could not remove one of them.

        Server-side apply itself can't refuse an object that is there, hence the creation and this second request.
        """
        for _ in range(_OWNERSHIP_ATTEMPTS):
            fields = [dict(entry) for entry in created["metadata"].get("managedFields") or ()]
            ours = [entry for entry in fields if entry.get("manager") == FIELD_MANAGER and not entry.get("subresource")]
            if not any(entry["operation"] == "Update" for entry in ours):
                return created
            for entry in ours:
                entry["operation"] = "Apply"
            version = created["metadata"]["resourceVersion"]
            patch = {"metadata": {"managedFields": fields, "resourceVersion": version}}
            try:
                return send(self._connection, patch_change(self._path_of, ref, patch, "merge"))
            except ObjectMoved:  # a controller was quicker, as it often is with new objects
                live = self._reader.get(ref)
                if live is None:
                    return created
                created = live
        return created

    def patch(
        self,
        target: ObjectRef,
        patch: dict[str, Any],
        *,
        strategy: Literal["merge", "strategic"] = "strategic",
        expected: str | None = None,
    ) -> Manifest:
        """Merge a patch into an existing object."""
        return send(self._connection, patch_change(self._path_of, target, patch, strategy, expected=expected))

    def scale(self, target: ObjectRef, replicas: int, *, expected: str | None = None) -> Manifest:
        """Set the replica count, then read the object."""
        send(self._connection, scale_change(self._path_of, target, replicas, expected=expected))
        scaled = self._reader.get(target)
        if scaled is None:
            raise ObjectMissing(f"{target} vanished while it was scaled.")
        return scaled

    def delete(
        self,
        target: ObjectRef,
        *,
        propagation: Literal["Background", "Foreground", "Orphan"] = "Background",
        expected: str | None = None,
    ) -> None:
        """Delete one object; one that is gone is no error."""
        try:
            send(self._connection, delete_change(self._path_of, target, propagation, expected=expected))
        except ObjectMissing:
            return
