"""A rule that is only half understood is never reported as checked: what was lost on the way makes it unclear."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.language.intents import Unclear
from kora.language.rules.reading import read_rule


@pytest.mark.parametrize(
    "text",
    [
        "A pod's total memory limit must stay below 4Gi.",
        "Deployments must have the same number of replicas",
        "Services must have exactly one port and its name must be http.",
        "Each namespace should have a NetworkPolicy that mentions the finance team.",
        "No image may be older than 30 days.",
        "Ingress hosts have to be lower case and end in .svc.example.com.",
        "StorageClasses must use a CSI provisioner",
        "Deployments must have `plenty` replicas",
        "Deployments in the namespaces pay and bill need at least 3 replicas, those in sandbox at least 1.",
        "Services that expose `everything-at-once` need the label team",
        "find pods that run as root on purpose for the frobnicator",
        "serviceAccount is deprecated: Pods must use serviceAccountName instead",
        "The CPU limit must be larger than the request by at least 100m.",
        "Deployments labelled tier=web need at least 3 replicas; the others need 2.",
        "Memory limits mustn't be over 2Gi, CPU limits not over 2 cores.",
        "A limit may be at most 4 times its request for cpu, and at most equal to its request for memory.",
        "Two services must never select by the same labels.",
        "Pods must not have more than one container with a host port.",
        "Services exposing port 80 must also expose port 443.",
        "All Secrets of type kubernetes.io/tls must live in the namespace edge.",
        "Every PVC needs at least 1Gi, and those of class fast no more than 20Gi.",
        "Every pod must have exactly the labels app and team.",
        "Only DaemonSets in kube-system may use hostPath.",
        "The container named app must have a liveness probe in every Deployment.",
        "Pods should neither set hostUsers to true nor leave seccompProfile unset.",
        "A container's CPU request must be at least 10 % of its CPU limit.",
        "Secrets in demo must not have keys ending in .pem.",
        "Containers should not have the same port twice.",
        "A pod complies if it either sets runAsNonRoot or runs as a user ID other than 0.",
    ],
)
def test_what_was_lost_makes_the_rule_unclear(text: str) -> None:
    found = read_rule(text)
    assert isinstance(found, Unclear)
    assert found.text
    assert "nothing was checked" in found.question


VALUES = st.from_regex(r"q[a-z]{3,8}\.example/[a-z]{3,8}", fullmatch=True)


@settings(deadline=None, max_examples=40)
@given(VALUES)
def test_a_value_ends_up_in_the_rule_or_the_rule_is_unclear(value: str) -> None:
    for text in (
        f"pods must not use the host network and `{value}`",
        f"Ensure that deployments have a readiness probe, as in `{value}`.",
        f"services of type LoadBalancer need `{value}`",
    ):
        found = read_rule(text)
        assert isinstance(found, Unclear) or value.partition("/")[2] in found.model_dump_json(exclude={"text"})


@pytest.mark.parametrize(
    "text",
    [
        "Pods in shop: each container needs a CPU limit of at most 200m. Find violations.",
        "I need help with the Pods in the shop Namespace.\nWe require all Pods to have a readiness probe.",
        "In namespace shop no Pod may use the host network.",
        "Every Deployment in namespace shop must have at least 2 replicas",
    ],
)
def test_a_place_that_is_said_anywhere_holds_for_the_rule(text: str) -> None:
    found = read_rule(text)
    assert not isinstance(found, Unclear), found
    assert found.scope.namespaces == ("shop",)


def test_what_follows_the_word_namespace_is_a_name() -> None:
    found = read_rule("every deployment in namespace empty must have at least 3 replicas")
    assert not isinstance(found, Unclear)
    assert found.scope.namespaces == ("empty",)
    assert "≥ 3" in found.meaning
    bare = read_rule("every deployment in empty must have at least 3 replicas")
    assert not isinstance(bare, Unclear)
    assert (bare.scope.namespaces, bare.requirement) == (found.scope.namespaces, found.requirement)


def test_included_widens_and_never_narrows() -> None:
    found = read_rule("Images from old.example.com are not allowed in Pods, init containers included.")
    assert not isinstance(found, Unclear)
    assert not found.scope.init_only
