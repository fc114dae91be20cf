"""Bookkeeping in a cluster: Kora's own records (its four kinds), the Lease of an election, core Events. Nothing else.

These writes are no effects on anybody's workload, so they need no plan; in return every door here refuses, before a
request is made, whatever is not in its table. The operator's door can't make an Approval, a person's makes nothing but
Approvals and the pause of a policy.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from kora.cluster.client import KubernetesReader
from kora.cluster.discovery import collection
from kora.cluster.errors import ObjectMissing
from kora.cluster.port import FIELD_MANAGER, ClusterReader
from kora.domain.objects import Manifest, ObjectRef
from kora.kit.errors import Denied, Unavailable

GROUP = "kora.taskora.dev"
LEASE_API = "coordination.k8s.io/v1"


class NotARecord(Denied):
    """Something else than Kora's own records was to be written without a plan."""

    code = "NOT_A_RECORD"
    default_message = "Only Kora's own records are written without a plan."


@dataclass(frozen=True)
class Allowed:
    """What one door writes: kinds by verb, and the only Lease it may touch (namespace, name)."""

    kinds: Mapping[str, frozenset[str]]
    lease: tuple[str, str] | None = None
    still: Callable[[], None] = field(default=lambda: None)
    """Asked before every write but the Lease's; raises when this process may not write any more."""

    def check(self, verb: str, ref: ObjectRef) -> None:
        """Raises: NotARecord; and what `still` raises."""
        if ref.kind == "Lease" and ref.api_version == LEASE_API:
            if self.lease is None or (ref.namespace, ref.name) != self.lease:
                raise NotARecord(f"{ref} is not the lease of this election.")
            return
        own = ref.group == GROUP or (ref.kind, ref.api_version, verb) == ("Event", "v1", "create")
        if not own or ref.kind not in self.kinds.get(verb, frozenset()):
            raise NotARecord(f"{ref} is no record that may be written here ({verb}).")
        self.still()


OPERATOR = {
    "create": frozenset({"Finding", "RemediationPlan", "Event"}),
    "patch": frozenset({"Finding"}),
    "status": frozenset({"AgentPolicy", "Finding", "RemediationPlan", "Approval"}),
    "delete": frozenset({"Finding", "RemediationPlan", "Approval"}),
}
PERSON = {"create": frozenset({"Approval"}), "patch": frozenset({"AgentPolicy"})}


class RecordWriter(Protocol):
    """Writes to Kora's own records. Raises (every method): NotARecord, and as `ClusterWriter`."""

    def create(self, manifest: Manifest) -> Manifest:
        """Make a record; one that is there is refused (Conflict)."""

    def patch(self, ref: ObjectRef, patch: dict[str, Any]) -> Manifest:
        """Merge fields into a record; the status is left alone."""

    def set_status(self, ref: ObjectRef, status: dict[str, Any]) -> Manifest:
        """Merge fields into a record's status."""

    def replace(self, manifest: Manifest) -> Manifest:
        """Write the election's Lease whole, if its resourceVersion is still the one in it."""

    def delete(self, ref: ObjectRef) -> None:
        """Remove a record; one that is gone is no error."""


def open_records(reader: ClusterReader, allowed: Allowed) -> RecordWriter:
    """A door to the records of the cluster that `reader` reads.

    Raises:
        Unavailable: the reader is not one of a real cluster.
    """
    if not isinstance(reader, KubernetesReader):
        raise Unavailable("This reader has no cluster behind it that could be written to.")
    return KubernetesRecords(reader, allowed)


class KubernetesRecords:
    """See `RecordWriter`."""

    def __init__(self, reader: KubernetesReader, allowed: Allowed) -> None:
        self._reader, self._allowed = reader, allowed

    def create(self, manifest: Manifest) -> Manifest:
        """Make a record; the Lease of the election, too."""
        metadata = manifest["metadata"]
        named = manifest if metadata.get("name") else manifest | {"metadata": metadata | {"name": "new"}}
        ref = ObjectRef.of(named)
        self._allowed.check("create", ref)
        kind = self._reader.discovery.find(ref.api_version, ref.kind)
        if kind is None:
            raise _not_served(ref)
        return self._send("POST", collection(kind, ref.namespace), f"create {ref}", manifest)

    def patch(self, ref: ObjectRef, patch: dict[str, Any]) -> Manifest:
        """Merge fields into a record."""
        self._allowed.check("patch", ref)
        return self._send("PATCH", self._path(ref), f"patch {ref}", patch)

    def set_status(self, ref: ObjectRef, status: dict[str, Any]) -> Manifest:
        """Merge fields into a record's status."""
        self._allowed.check("status", ref)
        return self._send("PATCH", f"{self._path(ref)}/status", f"patch the status of {ref}", {"status": status})

    def replace(self, manifest: Manifest) -> Manifest:
        """Write the Lease."""
        ref = ObjectRef.of(manifest)
        if ref.kind != "Lease":
            raise NotARecord(f"{ref} is never replaced.")
        self._allowed.check("replace", ref)
        return self._send("PUT", self._path(ref), f"replace {ref}", manifest)

    def delete(self, ref: ObjectRef) -> None:
        """Remove a record."""
        self._allowed.check("delete", ref)
        try:
            self._send("DELETE", self._path(ref), f"delete {ref}", {})
        except ObjectMissing:
            return

    def _path(self, ref: ObjectRef) -> str:
        path = self._reader.discovery.path(ref)
        if path is None:
            raise _not_served(ref)
        return path

    def _send(self, method: str, path: str, what: str, body: Manifest) -> Manifest:
        merges = method == "PATCH"
        return self._reader.connection.json(
            method,
            path,
            what=what,
            params=None if method == "DELETE" else {"fieldManager": f"{FIELD_MANAGER}-records"},
            body=None if method == "DELETE" else body,
            content_type="application/merge-patch+json" if merges else "application/json",
        )


def _not_served(ref: ObjectRef) -> ObjectMissing:
    return ObjectMissing(
        f"The cluster does not serve {ref.kind} ({ref.api_version}).", fix="Install the definitions: helm/kora-crds"
    )
