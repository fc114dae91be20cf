"""Facts that other objects decide, settings named by their field, and what a scope leaves out."""

from typing import Any

import pytest

from kora.domain.rules import Rule
from kora.language.rules.reading import read_rule
from kora.operations.audits import result

Manifest = dict[str, Any]


def offenders(text: str, *objects: Manifest) -> list[str]:
    rule = read_rule(text)
    assert isinstance(rule, Rule), rule
    return sorted(violation.name for violation in result(rule, objects, objects).violations)


def thing(kind: str, name: str, spec: Manifest | None = None, namespace: str | None = "shop", **more: Any) -> Manifest:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": metadata,
        **({"spec": spec} if spec is not None else {}),
        **more,
    }


def pod(name: str, container: Manifest | None = None, **spec: Any) -> Manifest:
    return thing("Pod", name, {"containers": [{"name": "app", "image": "web:1", **(container or {})}], **spec})


def refers(**source: Any) -> Manifest:
    return {"envFrom": [source]}


@pytest.mark.parametrize(
    ("text", "good", "bad", "there"),
    [
        (
            "find pods that reference a service account that does not exist",
            pod("good", serviceAccountName="real"),
            pod("bad", serviceAccountName="ghost"),
            thing("ServiceAccount", "real"),
        ),
        (
            "pods must only reference existing config maps",
            pod("good", refers(configMapRef={"name": "real"})),
            pod("bad", refers(configMapRef={"name": "ghost"})),
            thing("ConfigMap", "real"),
        ),
        (
            "no pod may use a secret that does not exist",
            pod("good", refers(secretRef={"name": "ghost", "optional": True})),
            pod("bad", volumes=[{"name": "v", "secret": {"secretName": "ghost"}}]),
            thing("Secret", "real"),
        ),
        (
            "pods with a nonexistent persistent volume claim are not allowed",
            pod("good", volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "real"}}]),
            pod("bad", volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "ghost"}}]),
            thing("PersistentVolumeClaim", "real"),
        ),
        (
            "network policies must select at least one pod",
            thing("NetworkPolicy", "good", {"podSelector": {}}),
            thing("NetworkPolicy", "bad", {"podSelector": {"matchLabels": {"app": "ghost"}}}),
            pod("any"),
        ),
    ],
)
def test_what_others_decide(text: str, good: Manifest, bad: Manifest, there: Manifest) -> None:
    assert offenders(text, good, bad, there) == ["bad"]


def test_a_reference_is_looked_up_in_its_own_namespace() -> None:
    elsewhere = thing("ConfigMap", "settings", namespace="other")
    text = "pods must only reference existing config maps"
    assert offenders(text, pod("bad", refers(configMapRef={"name": "settings"})), elsewhere) == ["bad"]


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("spec.template.spec.hostNetwork must be false for pods", pod("good"), pod("bad", hostNetwork=True)),
        (
            "tolerationSeconds must be at most 300 for pods",
            pod("good", tolerations=[{"key": "a", "tolerationSeconds": 60}]),
            pod("bad", tolerations=[{"key": "a", "tolerationSeconds": 60}, {"key": "b", "tolerationSeconds": 900}]),
        ),
        (
            "every container must have a termination message path of /dev/log",
            pod("good", {"terminationMessagePath": "/dev/log"}),
            pod("bad", {"terminationMessagePath": "/tmp/log"}),
        ),
        (
            "pods must not mount volumes with mountPropagation Bidirectional",
            pod("good", {"volumeMounts": [{"name": "v", "mountPath": "/v"}]}),
            pod("bad", {"volumeMounts": [{"name": "v", "mountPath": "/v", "mountPropagation": "Bidirectional"}]}),
        ),
        (
            "services must not publish not ready addresses",
            thing("Service", "good", {}),
            thing("Service", "bad", {"publishNotReadyAddresses": True}),
        ),
        (
            "every init container needs a memory limit",
            pod("good", initContainers=[{"name": "i", "resources": {"limits": {"memory": "1Gi"}}}]),
            pod("bad", {"resources": {"limits": {"memory": "1Gi"}}}, initContainers=[{"name": "i"}]),
        ),
        (
            "no service may expose port 22 or 3389",
            thing("Service", "good", {"ports": [{"port": 80}]}),
            thing("Service", "bad", {"ports": [{"port": 80}, {"port": 3389}]}),
        ),
        (
            "hostPID and hostIPC must be false for pods",
            pod("good"),
            pod("bad", hostPID=True),
        ),
    ],
)
def test_a_setting_by_its_field(text: str, good: Manifest, bad: Manifest) -> None:
    assert offenders(text, good, bad) == ["bad"]


def test_objects_without_a_namespace_are_never_left_out_for_one() -> None:
    role = thing("ClusterRole", "wide", None, None, rules=[{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}])
    assert offenders("Look at namespace shop. ClusterRoles must not use wildcard verbs.", role) == ["wide"]


def test_one_namespace_that_is_named_is_the_only_one_held_against_a_rule() -> None:
    spaces = [thing("Namespace", name, None, None) for name in ("prod", "test")]
    assert offenders("the prod namespace must have a resource quota", *spaces) == ["prod"]


def test_an_exempt_namespace_is_no_offender_itself() -> None:
    spaces = [thing("Namespace", name, None, None) for name in ("kube-system", "default", "shop")]
    assert offenders("Namespaces, apart from kube-system and default, must have the label team.", *spaces) == ["shop"]
