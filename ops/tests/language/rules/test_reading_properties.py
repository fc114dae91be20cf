"""What holds for any rule: said otherwise it means the same, with more background too, with an unknown word nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.domain.rules import Rule
from kora.language.grammar import read
from kora.language.intents import Unclear
from kora.language.rules.reading import looks_like_rule, read_rule

RULES = (
    "every container must have a memory limit",
    "pods must not run privileged containers",
    "deployments must have at least 2 replicas",
    "images may only come from registry.example.com",
    "services must not be of type NodePort",
    "ingresses must have TLS",
    "pods must have the label team",
    "cpu limits must not exceed 2 cores",
    "namespaces must have a resource quota",
    "PersistentVolumeClaims must use the storage class fast",
    "cronjobs must have the concurrency policy Forbid",
    "pods must set automountServiceAccountToken to false",
)
BACKGROUND = (
    "Last week a node ran out of memory.",
    "You are a security engineer.",
    "Our clusters are shared by several teams.",
    "We recently migrated to another provider.",
    "Kubernetes schedules workloads wherever there is room.",
    "I am preparing an audit for next Tuesday.",
    "Attackers can use such gaps to move around.",
)
REPORTS = (
    "For each violating resource, print one line in this format:\nVIOLATING: <resource name>",
    "Please list each violating resource as `VIOLATING: <name>`, one per line.",
    'Output a single line starting with "VIOLATING:" followed by the names, or "VIOLATING: none" if all comply.',
    "Which ones violate this policy?",
)
made_up = st.text("bcdfgklmnprstvz", min_size=5, max_size=9).map(lambda text: f"q{text}x")


def rule(text: str) -> Rule:
    found = read_rule(text)
    assert isinstance(found, Rule), found
    return found


def same(one: str, other: str) -> None:
    first, second = rule(one), rule(other)
    assert first.requirement == second.requirement
    assert first.scope == second.scope


@settings(deadline=None)
@given(st.sampled_from(RULES), st.sampled_from(BACKGROUND), st.booleans())
def test_background_changes_nothing(text: str, background: str, before: bool) -> None:
    same(text, f"{background} {text.capitalize()}." if before else f"{text.capitalize()}. {background}")


@settings(deadline=None)
@given(st.sampled_from(RULES), st.sampled_from(REPORTS))
def test_how_to_report_changes_nothing(text: str, report: str) -> None:
    same(text, f"{text.capitalize()}.\n\n{report}")


@settings(deadline=None)
@given(
    st.sampled_from(RULES),
    st.sampled_from(["Because old settings drift, ", "To keep costs down, ", "As an auditor I say: "]),
)
def test_a_reason_in_front_changes_nothing(text: str, lead: str) -> None:
    same(text, lead + text)


@given(st.sampled_from(RULES), made_up)
@settings(max_examples=60, deadline=None)
def test_an_unknown_qualifier_is_never_dropped(text: str, word: str) -> None:
    for noun in ("container", "pods", "deployments", "images", "services", "ingresses", "namespaces", "cronjobs"):
        if noun in text.split():
            assert isinstance(read_rule(text.replace(noun, f"{word} {noun}", 1)), Unclear)


@settings(deadline=None)
@given(st.sampled_from(RULES), made_up)
def test_an_unknown_condition_is_never_dropped(text: str, word: str) -> None:
    assert isinstance(read_rule(f"{text} when they {word} the {word}er"), Unclear)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("every container must have a memory limit", "containers without a memory limit are not allowed"),
        ("every container must have a memory limit", "no container may lack a memory limit"),
        ("pods must not use the host network", "it is forbidden for pods to use the host network"),
        ("pods must not use the host network", "find pods that use the host network"),
        ("services must not be of type NodePort", "services of type NodePort are prohibited"),
        ("deployments must have at least 2 replicas", "deployments must not have fewer than 2 replicas"),
        ("pods must have the label team", "pods must not be without the label team"),
        ("Indicates when containers have no liveness probe.", "every container must have a liveness probe"),
        ("Any pod that runs as root has to be reported.", "pods must not run as root"),
        (
            "services must be neither NodePort nor LoadBalancer",
            "services of type NodePort and LoadBalancer are forbidden",
        ),
        ("we can't have deployments with a single replica", "deployments must not have a single replica"),
        ("hostPID and hostIPC must be false for pods", "for pods, hostPID must be false and hostIPC must be false"),
        (
            "deployments must have at least 2 but not more than 5 replicas",
            "deployments must have between 2 and 5 replicas",
        ),
        (
            "images tagged latest must have pull policy Always",
            "if an image is tagged latest, its pull policy must be Always",
        ),
        ("Policy: Privileged\nDetails: Disallows privileged pods.", "pods must not be privileged"),
    ],
)
def test_two_wordings_agree(one: str, other: str) -> None:
    assert rule(one).requirement == rule(other).requirement


@pytest.mark.parametrize(
    "text",
    [
        "Workloads handling payments must have 3 replicas",
        "Only healthy images are allowed",
        "exposed pods must have a readiness probe",
        "the QoS class must be fine",
        "deployments must not use the deprecated serviceAccount field",
        "hostNetwork must be true and hostNetwork must be false for pods",
        "dangerous capabilities must not be added",
        "pods must be restarted by a frobnicator",
        "pods that mount secrets and frobnicate must not run as root",
        "the label team must match the regex ^[a-z+$",
    ],
)
def test_what_nobody_can_decide_stays_unclear(text: str) -> None:
    assert isinstance(read_rule(text), Unclear)


@pytest.mark.parametrize(
    "text",
    [
        "Each namespace should define a LimitRange.",
        "Make sure HPAs don't scale beyond 20 replicas.",
        "NodePorts need to stay between 30000 and 31000.",
        "no role may read secrets",
        "block NodePort services",
        "pods lacking memory limits",
        "Requires the use of a read-only root file system by pod containers.",
    ],
)
def test_rules_reach_the_audit(text: str) -> None:
    request = read(text)
    assert [step.intent for step in request.steps] == ["audit"]
    assert not request.changes


@pytest.mark.parametrize(
    "text",
    [
        "list the memory limits of all pods",
        "show cpu requests per pod",
        "how many replicas does web have",
        "scale web to 3",
    ],
)
def test_questions_and_orders_are_no_rules(text: str) -> None:
    assert not looks_like_rule(text)


def test_exceptions_behind_the_subject() -> None:
    assert rule("deployments outside of kube-system must have memory limits").scope.except_namespaces == (
        "kube-system",
    )
    assert rule("every container other than proxy-a needs memory limits").scope.except_containers == ("proxy-a",)
    assert rule("deployments other than web-a and web-b must have 2 replicas").scope.except_names == ("web-a", "web-b")
    assert rule("every init container needs a memory limit").scope.init_only
    assert rule("Find pods in the namespace shop that run as root").scope.namespaces == ("shop",)
