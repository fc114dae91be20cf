"""Audits: rules held against objects, offenders named with reasons."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.domain.rules import Rule
from kora.language.rules.concepts import CONCEPTS
from kora.language.rules.reading import read_rule
from kora.operations.audits import result, run
from kora.operations.audits.facts import FACTS
from kora.testing.cluster import FakeCluster

Manifest = dict[str, Any]


def rule(text: str) -> Rule:
    found = read_rule(text)
    assert isinstance(found, Rule), found
    return found


def pod(name: str, *containers: Manifest, **spec: Any) -> Manifest:
    made = [{"name": f"c{i}", "image": "nginx:1.27", **each} for i, each in enumerate(containers or ({},))]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"containers": made, **spec},
    }


def offenders(text: str, *objects: Manifest) -> list[str]:
    return [violation.name for violation in result(rule(text), objects, objects).violations]


def limits(**values: str) -> Manifest:
    return {"resources": {"limits": values, "requests": values}}


def test_every_container_is_judged_by_itself() -> None:
    half = pod("half", limits(memory="1Gi"), {})
    whole = pod("whole", limits(memory="1Gi"), limits(memory="1Gi"))
    assert offenders("pods must have memory limits", half, whole) == ["half"]


def test_two_containers_cannot_meet_an_alternative_together() -> None:
    each = pod("each", limits(memory="1Gi"), limits(cpu="1"))
    assert offenders("pods must have memory limits and cpu limits", each) == ["each"]


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("memory limits must be at most 1Gi", limits(memory="1024Mi"), limits(memory="1025Mi")),
        ("cpu limits must be below 1", limits(cpu="999m"), limits(cpu="1")),
        ("images must have a digest", {"image": "a@sha256:" + "0" * 64}, {"image": "a:1"}),
        ("images must not be latest", {"image": "a:1"}, {"image": "a"}),
        ("images only from r.example.com", {"image": "r.example.com/a"}, {"image": "r.example.com.evil.io/a"}),
        (
            'images only from "r.example.com/team"',
            {"image": "r.example.com/team/a"},
            {"image": "r.example.com/team2/a"},
        ),
        ("no images from docker.io", {"image": "r.example.com/a"}, {"image": "nginx"}),
        (
            "pods must not be privileged",
            {"securityContext": {"privileged": False}},
            {"securityContext": {"privileged": True}},
        ),
        ("pods must run as non-root", {"securityContext": {"runAsUser": 5}}, {"securityContext": {"runAsUser": 0}}),
        (
            "pods must drop all capabilities",
            {"securityContext": {"capabilities": {"drop": ["ALL"]}}},
            {"securityContext": {"capabilities": {"drop": ["NET_RAW"]}}},
        ),
        ("host ports must be between 8000 and 9000", {"ports": [{"hostPort": 8500}]}, {"ports": [{"hostPort": 80}]}),
        ("host ports must be between 8000 and 9000", {}, {"ports": [{"hostPort": 80}]}),
        ("pods need a readiness probe", {"readinessProbe": {"httpGet": {}}}, {"livenessProbe": {"httpGet": {}}}),
    ],
)
def test_container_rules(text: str, good: Manifest, bad: Manifest) -> None:
    assert offenders(text, pod("good", good), pod("bad", bad)) == ["bad"]


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("pods must not use the host network", {}, {"hostNetwork": True}),
        (
            "pods must not mount service account tokens",
            {"automountServiceAccountToken": False},
            {"automountServiceAccountToken": True},
        ),
        ("pods must not use the default service account", {"serviceAccountName": "a"}, {}),
        (
            "pods must not mount hostPath volumes",
            {"volumes": [{"name": "a", "emptyDir": {}}]},
            {"volumes": [{"name": "a", "hostPath": {"path": "/"}}]},
        ),
    ],
)
def test_pod_rules(text: str, good: Manifest, bad: Manifest) -> None:
    assert offenders(text, pod("good", **good), pod("bad", **bad)) == ["bad"]


def other(kind: str, name: str, version: str = "v1", **fields: Any) -> Manifest:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": "default"}, **fields}


def test_rules_that_look_at_other_objects() -> None:
    def workload(name: str) -> Manifest:
        template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": []}}
        return other("Deployment", name, "apps/v1", spec={"replicas": 2, "template": template})

    budget = other("PodDisruptionBudget", "p", spec={"minAvailable": 1, "selector": {"matchLabels": {"app": "a"}}})
    strict = other("PodDisruptionBudget", "s", spec={"minAvailable": 2, "selector": {"matchLabels": {"app": "b"}}})
    assert offenders("deployments must have a PodDisruptionBudget", workload("a"), workload("c"), budget) == ["c"]
    assert offenders("PDBs must allow disruptions", workload("a"), workload("b"), budget, strict) == ["s"]


def test_uniqueness_and_permissions() -> None:
    same = [other("Ingress", name, spec={"rules": [{"host": "a.example.com"}]}) for name in ("one", "two")]
    own = other("Ingress", "own", spec={"rules": [{"host": "b.example.com"}]})
    assert offenders("ingress hosts must be unique", *same, own) == ["one", "two"]
    reads = other("Role", "reads", rules=[{"verbs": ["get"], "resources": ["secrets"]}])
    star = other("Role", "star", rules=[{"verbs": ["*"], "resources": ["*"]}])
    fine = other("Role", "fine", rules=[{"verbs": ["get"], "resources": ["pods"]}])
    assert offenders("no role may read secrets", reads, star, fine) == ["reads", "star"]


def test_the_answer_names_offenders_on_lines_of_their_own_with_reasons() -> None:
    reader = FakeCluster([pod("bad", hostNetwork=True), pod("good")])
    found = run(reader, rule("pods must not use the host network"), default_namespace="default")
    assert "VIOLATING: bad" in found.lines
    assert not any(line.startswith("VIOLATING: good") for line in found.lines)
    assert found.checked == {"Pod": 2}
    assert found.violations[0].reasons
    assert reader.requests == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("services in quiet must have a selector", "in the namespace quiet"),
        ("services must have a selector", "in the namespace default"),
        ("no cluster role may delete secrets", "in the cluster"),
    ],
)
def test_where_nothing_was_found_is_named(text: str, place: str) -> None:
    found = run(FakeCluster([pod("web")]), rule(text), default_namespace="default")
    assert found.lines[1] == f"Checked: nothing (no such objects are {place})"
    assert "Nothing breaks the rule." not in found.lines


def test_pods_of_a_workload_are_left_to_it_when_no_kind_is_named() -> None:
    owned = pod("web-1")
    owned["metadata"]["ownerReferences"] = [{"kind": "ReplicaSet", "name": "web", "controller": True}]
    assert offenders("every container must have memory limits", owned) == []
    assert offenders("every pod must have memory limits", owned) == ["web-1"]


def test_the_vocabulary_names_facts_that_are_there() -> None:
    assert {fact for concept in CONCEPTS for fact in (concept.fact, *concept.also)} <= set(FACTS)


_CONTAINERS = st.fixed_dictionaries(
    {},
    optional={
        "securityContext": st.fixed_dictionaries({}, optional={"privileged": st.booleans()}),
        "resources": st.fixed_dictionaries(
            {}, optional={"limits": st.sampled_from([{}, {"memory": "1Gi"}, {"cpu": "1"}])}
        ),
        "tty": st.booleans(),
    },
)


@settings(deadline=None)
@given(_CONTAINERS)
@pytest.mark.parametrize(
    ("text", "opposite"),
    [
        ("pods must be privileged", "pods must not be privileged"),
        ("pods must have memory limits", "pods must not have memory limits"),
        ("pods must have a tty", "pods must not have a tty"),
        ("find pods with cpu limits", "find pods without cpu limits"),
    ],
)
def test_a_rule_and_its_opposite_are_complements_on_one_container(
    text: str, opposite: str, container: Manifest
) -> None:
    assert bool(offenders(text, pod("p", container))) != bool(offenders(opposite, pod("p", container)))
