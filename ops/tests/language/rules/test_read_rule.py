"""Rules in plain English: what they are about, what they ask, and when they stay unclear."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.domain.rules import All, AnyOf, Op, Rule
from kora.domain.rules import Test as Comparison
from kora.language.intents import Unclear
from kora.language.rules.reading import looks_like_rule, read_rule


def rule(text: str) -> Rule:
    found = read_rule(text)
    assert isinstance(found, Rule), found
    return found


def parts_of(text: str) -> set[tuple[str, Op, tuple[str, ...], str | None]]:
    """Every test of the requirement, whatever joins them."""
    left, found = [rule(text).requirement], set()
    while left:
        part = left.pop()
        if isinstance(part, Comparison):
            found.add((part.fact, part.op, part.values, part.key))
        else:
            assert isinstance(part, All | AnyOf)
            left.extend(part.parts)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every container must have a memory limit", ("limits.memory", Op.PRESENT, (), None)),
        ("find pods without memory limits", ("limits.memory", Op.PRESENT, (), None)),
        ("images only from registry.example.com", ("image", Op.PREFIX, ("registry.example.com/",), None)),
        ("images must not use the latest tag", ("image.tag", Op.NOT_IN, ("latest",), None)),
        ("no wildcard ingress hosts", ("ingress.wildcard", Op.ABSENT, (), None)),
        ("deployments need an owner label", ("labels", Op.PRESENT, (), "owner")),
        ("namespaces must have a team label", ("labels", Op.PRESENT, (), "team")),
        ("deployments must have at least 2 replicas", ("replicas", Op.AT_LEAST, ("2",), None)),
        ("cpu limits must not exceed 2 cores", ("limits.cpu", Op.AT_MOST, ("2",), None)),
        ("pods must not run as root", ("root_user", Op.NOT_IN, ("true",), None)),
        ("privileged containers are forbidden", ("privileged", Op.NOT_IN, ("true",), None)),
        ("containers must set allowPrivilegeEscalation to false", ("privilege_escalation", Op.IN, ("false",), None)),
        ("containers may only add NET_BIND_SERVICE", ("capabilities.add", Op.ONLY, ("NET_BIND_SERVICE",), None)),
        ("containers must not add SYS_ADMIN", ("capabilities.add", Op.CONTAINS_NONE, ("SYS_ADMIN",), None)),
        ("containers must drop ALL capabilities", ("capabilities.drop", Op.CONTAINS, ("ALL",), None)),
        ("services must not be of type NodePort", ("service.type", Op.NOT_IN, ("NodePort",), None)),
        ("only ClusterIP services are allowed", ("service.type", Op.IN, ("ClusterIP",), None)),
        ("ingress hosts must be unique", ("ingress.host", Op.UNIQUE, (), None)),
        ("every namespace must have a network policy", ("has.network_policy", Op.PRESENT, (), None)),
        ("roles must not use wildcard verbs", ("rule.wildcard_verbs", Op.NOT_IN, ("true",), None)),
        ("no role may read secrets", ("rule.grants", Op.ABSENT, (), "get,list,watch secrets")),
        ("We're not allowing any Services of type LoadBalancer", ("service.type", Op.NOT_IN, ("LoadBalancer",), None)),
    ],
)
def test_one_requirement(text: str, expected: tuple[str, Op, tuple[str, ...], str | None]) -> None:
    assert parts_of(text) == {expected}


def test_pairings_of_resources_and_sides() -> None:
    found = parts_of("pods must have both CPU and memory requests, and memory limits")
    assert {fact for fact, *_ in found} == {"requests.cpu", "requests.memory", "limits.memory"}


def test_a_limit_that_is_spoken_of_again() -> None:
    found = parts_of("all containers must have memory limits, and those limits must be less than 1Gi")
    assert ("limits.memory", Op.BELOW, ("1Gi",), None) in found
    assert {fact for fact, *_ in found} == {"limits.memory"}


def test_lack_of_either_is_found() -> None:
    assert isinstance(rule("which pods are missing memory limits or cpu limits").requirement, All)
    assert isinstance(rule("pods must have a liveness probe or a readiness probe").requirement, AnyOf)


def test_what_is_not_set_is_not_above_a_limit() -> None:
    assert parts_of("find containers with memory limits above 1Gi") == {
        ("limits.memory", Op.AT_MOST, ("1Gi",), None),
        ("limits.memory", Op.EMPTY, (), None),
    }


def test_every_number_goes_with_its_own_resource() -> None:
    assert parts_of("pods must define CPU requests of at least 200 millicores and memory requests of at least 1Gi") == {
        ("requests.cpu", Op.AT_LEAST, ("200m",), None),
        ("requests.memory", Op.AT_LEAST, ("1Gi",), None),
    }


def test_ranges() -> None:
    found = parts_of("replicas of deployments must be between 2 and 5")
    assert found == {("replicas", Op.AT_LEAST, ("2",), None), ("replicas", Op.AT_MOST, ("5",), None)}


def test_scope() -> None:
    scope = rule("pods with label app=web in the shop namespace must not use the host network").scope
    assert (scope.kinds, scope.namespaces, scope.labels) == (("Pod",), ("shop",), {"app": "web"})
    assert rule("pods must not run as root except in kube-system").scope.except_namespaces == ("kube-system",)
    assert rule("containers except istio-proxy need cpu limits").scope.except_containers == ("istio-proxy",)
    assert rule("find privileged pods across all namespaces").scope.everywhere
    assert not rule("every container must have cpu limits").scope.owned


def test_an_exemption_by_annotation_is_an_alternative() -> None:
    requirement = rule("pods must run as non-root unless they have the annotation exempt=true").requirement
    assert isinstance(requirement, AnyOf)


@pytest.mark.parametrize(
    "text",
    [
        "containers must have a frobnicator",
        "pods must have limits and be frobbed",
        "limits must be at most purple",
        "memory limit must be at most",
        "services must have memory limits",
        "",
        "hello",
    ],
)
def test_what_is_not_understood_is_unclear(text: str) -> None:
    assert isinstance(read_rule(text), Unclear)


PLAIN = "pods must not use the host network"


@pytest.mark.parametrize(
    "text",
    [
        "Please make sure that pods must not use the host network.",
        "Hey, can you check the Pods? Pods must not use host networking. Please list the names of any violating Pods.",
        "Print one line in the format VIOLATING: <name>. Pods must not use the host network.",
        "find pods that use the host network",
        "pods cannot use the host network, because that is a security risk",
    ],
)
def test_wording_does_not_change_the_meaning(text: str) -> None:
    assert rule(text).requirement == rule(PLAIN).requirement


@settings(deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_read_without_error(text: str) -> None:
    assert isinstance(read_rule(text), Rule | Unclear)
    looks_like_rule(text)


_WORDS = [
    "pods",
    "containers",
    "must",
    "not",
    "have",
    "without",
    "limits",
    "memory",
    "cpu",
    "or",
    "and",
    "except",
    "in",
    "kube-system",
    "at",
    "least",
    "2",
    "replicas",
    "images",
    "from",
    ":",
    ",",
    ".",
    "`a`",
    "if",
    "unless",
    "which",
    "find",
    "no",
    "only",
    "label",
    "app=web",
    "latest",
    "between",
    "3",
    "unique",
    "the",
    "those",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=18))
def test_any_words_of_the_vocabulary_are_read_without_error(words: list[str]) -> None:
    assert isinstance(read_rule(" ".join(words)), Rule | Unclear)


def test_what_looks_like_a_rule() -> None:
    assert looks_like_rule("every container must have memory limits")
    assert looks_like_rule("which deployments lack a readiness probe")
    assert not looks_like_rule("scale web to 3 replicas")
    assert not looks_like_rule("create a pod with memory limit 1Gi")
    assert not looks_like_rule("show me the pods")
