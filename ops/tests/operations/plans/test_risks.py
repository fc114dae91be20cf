"""What an action can cost: the table behind what `--yes` covers."""

from typing import Any

import pytest

from kora.domain.objects import ObjectRef
from kora.domain.plans import Apply, Delete, Patch
from kora.domain.risk import Risk
from kora.operations.plans.risks import risk_of

ACCESS = "rbac.authorization.k8s.io/v1"
READER = {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}]}


def made(api: str, kind: str, **body: Any) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "it", "namespace": "shop"}, **body}


def binding(kind: str, role: str, subject: str = "ana") -> dict[str, Any]:
    return made(
        ACCESS, kind, roleRef={"kind": "ClusterRole", "name": role}, subjects=[{"kind": "User", "name": subject}]
    )


def role(kind: str, **rule: list[str]) -> dict[str, Any]:
    return made(ACCESS, kind, rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"], **rule}])


@pytest.mark.parametrize(
    ("manifest", "risk"),
    [
        (made("v1", "ConfigMap"), Risk.WRITE),
        (made("v1", "Secret", data={"a": "Yg=="}), Risk.WRITE),
        (made("v1", "Namespace"), Risk.WRITE),
        (made("v1", "PersistentVolume"), Risk.WRITE),
        (made("storage.k8s.io/v1", "StorageClass"), Risk.WRITE),
        (made(ACCESS, "Role", **READER), Risk.WRITE),
        (role("Role", verbs=["*"]), Risk.WRITE),
        (role("Role", verbs=["bind"]), Risk.DESTRUCTIVE),
        (role("ClusterRole"), Risk.WRITE),
        (role("ClusterRole", verbs=["*"]), Risk.DESTRUCTIVE),
        (role("ClusterRole", resources=["*"]), Risk.DESTRUCTIVE),
        (role("ClusterRole", verbs=["impersonate"]), Risk.DESTRUCTIVE),
        (binding("RoleBinding", "edit"), Risk.WRITE),
        (binding("RoleBinding", "cluster-admin"), Risk.DESTRUCTIVE),
        (binding("RoleBinding", "view", "system:unauthenticated"), Risk.DESTRUCTIVE),
        (binding("ClusterRoleBinding", "view"), Risk.WRITE),
        (binding("ClusterRoleBinding", "edit"), Risk.DESTRUCTIVE),
        (binding("ClusterRoleBinding", "system:node"), Risk.DESTRUCTIVE),
        (made("apiextensions.k8s.io/v1", "CustomResourceDefinition"), Risk.DESTRUCTIVE),
        (made("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"), Risk.DESTRUCTIVE),
    ],
)
def test_what_making_something_new_can_cost(manifest: dict[str, Any], risk: Risk) -> None:
    assert risk_of(Apply(manifest=manifest), before=None, after=manifest) is risk


NODE = made("v1", "Node", spec={"taints": [{"key": "a", "effect": "NoSchedule"}]})
CLAIM = made("v1", "PersistentVolumeClaim", spec={"resources": {"requests": {"storage": "2Gi"}}})


def with_spec(manifest: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return manifest | {"spec": manifest["spec"] | spec}


@pytest.mark.parametrize(
    ("before", "after", "risk"),
    [
        (made("v1", "Namespace"), made("v1", "Namespace") | {"metadata": {"labels": {"team": "a"}}}, Risk.WRITE),
        (made("v1", "Namespace"), made("v1", "Namespace") | {"metadata": {"finalizers": ["x/y"]}}, Risk.DESTRUCTIVE),
        (NODE, with_spec(NODE, unschedulable=True), Risk.WRITE),
        (NODE, with_spec(NODE, taints=[]), Risk.WRITE),
        (NODE, with_spec(NODE, taints=[{"key": "b", "effect": "NoExecute"}]), Risk.DESTRUCTIVE),
        (CLAIM, with_spec(CLAIM, resources={"requests": {"storage": "3Gi"}}), Risk.WRITE),
        (CLAIM, with_spec(CLAIM, resources={"requests": {"storage": "1Gi"}}), Risk.DESTRUCTIVE),
        (CLAIM, with_spec(CLAIM, volumeName="other"), Risk.DESTRUCTIVE),
        (role("Role"), role("Role", verbs=["get", "list"]), Risk.DESTRUCTIVE),
        (made("v1", "Secret", data={"a": "Yg=="}), made("v1", "Secret", data={"a": "Yw=="}), Risk.SECRET),
        (made("v1", "ConfigMap", data={"a": "1"}), made("v1", "ConfigMap", data={"a": "2"}), Risk.WRITE),
    ],
)
def test_what_changing_something_can_cost(before: dict[str, Any], after: dict[str, Any], risk: Risk) -> None:
    patch = Patch(target=ObjectRef.of(before), patch={})
    assert risk_of(patch, before=before, after=after) is risk


def test_deleting_costs_what_was_there_unless_a_controller_makes_it_again() -> None:
    pod = made("v1", "Pod")
    gone = Delete(target=ObjectRef.of(pod))
    assert risk_of(gone, before=pod, after=None) is Risk.DESTRUCTIVE
    assert risk_of(gone, before=pod, after=None, controlled=True) is Risk.WRITE
