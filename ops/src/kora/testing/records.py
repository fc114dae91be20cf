"""Kora's own records in a `FakeCluster`: the same doors as the real ones (`Allowed` refuses first), the same conflicts.

serve_records(cluster)                       # the four kinds, Leases, policies of admission
records = FakeRecords(cluster, Allowed(kinds=OPERATOR))
"""

import copy
from typing import Any

from kora.cluster.errors import ObjectMissing, ObjectMoved
from kora.cluster.port import ResourceKind
from kora.cluster.records import LEASE_API, Allowed, NotARecord
from kora.domain.objects import Manifest, ObjectRef
from kora.kit.errors import KoraError
from kora.kit.merge_patch import merge
from kora.operator.resources import KINDS
from kora.policy.document import API_VERSION
from kora.testing.cluster import FakeCluster

_VERBS = ("create", "delete", "get", "list", "patch", "update", "watch")
_ADMISSION = "admissionregistration.k8s.io/v1"


def serve_records(cluster: FakeCluster) -> None:
    """Let the cluster serve what an operator needs besides workloads."""
    names = [(API_VERSION, each.kind, each.plural, True) for each in KINDS.values()]
    names += [
        (LEASE_API, "Lease", "leases", True),
        (_ADMISSION, "ValidatingAdmissionPolicy", "validatingadmissionpolicies", False),
        (_ADMISSION, "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", False),
        ("metrics.k8s.io/v1beta1", "PodMetrics", "pods", True),
        ("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", False),
    ]
    for api_version, kind, plural, namespaced in names:
        cluster.serve(
            ResourceKind(api_version=api_version, kind=kind, plural=plural, namespaced=namespaced, verbs=_VERBS)
        )


class FakeRecords:
    """A `RecordWriter` to a fake cluster.

    writes: every write that went through, with its object. fails: raised by the next writes instead (None: nothing).
    """

    def __init__(self, cluster: FakeCluster, allowed: Allowed) -> None:
        self._cluster, self._allowed = cluster, allowed
        self.writes: list[tuple[str, ObjectRef]] = []
        self.fails: KoraError | None = None
        self._made = 0

    def create(self, manifest: Manifest) -> Manifest:
        """Make a record."""
        made = copy.deepcopy(manifest)
        if not made["metadata"].get("name"):
            self._made += 1
            made["metadata"]["name"] = f"{made['metadata'].pop('generateName')}{self._made}"
        ref = self._begin("create", ObjectRef.of(made))
        if self._cluster.get(ref) is not None:
            raise ObjectMoved(f"{ref} already exists")
        return self._end("create", self._cluster.add(made))

    def patch(self, ref: ObjectRef, patch: dict[str, Any]) -> Manifest:
        """Merge fields."""
        live = self._live(self._begin("patch", ref))
        changes = {name: value for name, value in patch.items() if name != "status"}
        return self._end("patch", self._cluster.add(merge(live, changes)))

    def set_status(self, ref: ObjectRef, status: dict[str, Any]) -> Manifest:
        """Merge fields into the status."""
        live = self._live(self._begin("status", ref))
        return self._end("status", self._cluster.add(merge(live, {"status": status})))

    def replace(self, manifest: Manifest) -> Manifest:
        """Write the Lease if nobody else did."""
        ref = ObjectRef.of(manifest)
        if ref.kind != "Lease":
            raise NotARecord(f"{ref} is never replaced.")
        live = self._live(self._begin("replace", ref))
        if manifest["metadata"].get("resourceVersion") != live["metadata"]["resourceVersion"]:
            raise ObjectMoved(f"{ref} was changed")
        return self._end("replace", self._cluster.add(copy.deepcopy(manifest)))

    def delete(self, ref: ObjectRef) -> None:
        """Remove a record."""
        self._begin("delete", ref)
        if self._cluster.get(ref) is not None:
            self._cluster.drop(ref)
        self.writes.append(("delete", ref))

    def _begin(self, verb: str, ref: ObjectRef) -> ObjectRef:
        self._allowed.check(verb, ref)
        if self.fails is not None:
            raise self.fails
        return ref

    def _live(self, ref: ObjectRef) -> Manifest:
        live = self._cluster.get(ref)
        if live is None:
            raise ObjectMissing(f"There is no {ref}.")
        return live

    def _end(self, verb: str, stored: Manifest) -> Manifest:
        self.writes.append((verb, ObjectRef.of(stored)))
        return stored
