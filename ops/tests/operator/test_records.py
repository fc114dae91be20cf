"""The doors to Kora's own records: whatever is not in their tables is refused before a request is made."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kora.cluster.records import OPERATOR, PERSON, Allowed, KubernetesRecords, NotARecord, open_records
from kora.domain.objects import Manifest, ObjectRef
from kora.kit.errors import Unavailable
from kora.policy.document import API_VERSION
from kora.testing.cluster import FakeCluster
from kora.testing.kinds import KINDS


class Untouchable:
    """A reader that must not be asked for anything."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was used")


def door(kinds: Any, lease: tuple[str, str] | None = None) -> KubernetesRecords:
    return KubernetesRecords(Untouchable(), Allowed(kinds=kinds, lease=lease))  # type: ignore[arg-type]


def writes(records: KubernetesRecords, manifest: Manifest) -> dict[str, Callable[[], object]]:
    ref = ObjectRef.of(manifest)
    return {
        "create": lambda: records.create(manifest),
        "patch": lambda: records.patch(ref, {"spec": {}}),
        "status": lambda: records.set_status(ref, {}),
        "replace": lambda: records.replace(manifest),
        "delete": lambda: records.delete(ref),
    }


def object_of(api_version: str, kind: str, namespace: str | None = "shop") -> Manifest:
    metadata = {"name": "x"} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


@pytest.mark.parametrize("kinds", [OPERATOR, PERSON, {}], ids=["operator", "person", "nobody"])
@pytest.mark.parametrize("verb", ["create", "patch", "status", "replace", "delete"])
def test_no_kind_of_kubernetes_is_written(kinds: Any, verb: str) -> None:
    for each in KINDS:
        if (each.kind, each.api_version, verb, kinds) == ("Event", "v1", "create", OPERATOR):
            continue  # the only thing besides our own kinds that an operator makes
        with pytest.raises(NotARecord):
            writes(door(kinds), object_of(each.api_version, each.kind))[verb]()


@given(
    group=st.sampled_from(
        ["kora.taskora.dev.evil.io/v1alpha1", "kora/v1alpha1", "Kora.taskora.dev/v1alpha1", "kora.taskora.dev", "v1"]
    ),
    kind=st.sampled_from(["Finding", "Approval", "AgentPolicy", "RemediationPlan", "Event", "Secret"]),
    verb=st.sampled_from(["patch", "status", "replace", "delete"]),
)
def test_a_group_that_looks_like_ours_is_not_ours(group: str, kind: str, verb: str) -> None:
    with pytest.raises(NotARecord):
        writes(door(OPERATOR), object_of(group, kind))[verb]()


def test_the_operator_can_not_make_an_approval_and_a_person_nothing_else() -> None:
    for kind, verb in [
        ("Approval", "create"),
        ("Approval", "patch"),
        ("AgentPolicy", "create"),
        ("AgentPolicy", "patch"),
    ]:
        with pytest.raises(NotARecord):
            writes(door(OPERATOR), object_of(API_VERSION, kind))[verb]()
    for kind, verb in [
        ("Approval", "status"),
        ("Approval", "delete"),
        ("Finding", "create"),
        ("AgentPolicy", "delete"),
    ]:
        with pytest.raises(NotARecord):
            writes(door(PERSON), object_of(API_VERSION, kind))[verb]()


def test_only_the_lease_that_was_named() -> None:
    lease = "coordination.k8s.io/v1", "Lease"
    for namespace, name in [("kora", "another"), ("shop", "mine"), ("kube-system", "kube-scheduler")]:
        manifest = {"apiVersion": lease[0], "kind": lease[1], "metadata": {"name": name, "namespace": namespace}}
        for write in writes(door(OPERATOR, ("kora", "mine")), manifest).values():
            with pytest.raises(NotARecord):
                write()


def test_who_may_not_write_any_more_is_stopped_at_the_door() -> None:
    def stop() -> None:
        raise RuntimeError("another process leads")

    records = KubernetesRecords(Untouchable(), Allowed(kinds=OPERATOR, still=stop))  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="another process leads"):
        records.create(object_of(API_VERSION, "Finding"))


def test_there_is_no_door_to_a_cluster_that_is_none() -> None:
    with pytest.raises(Unavailable):
        open_records(FakeCluster(), Allowed(kinds=OPERATOR))
