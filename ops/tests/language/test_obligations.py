"""What objects in general owe is checked; what a named object shall be is changed."""

import pytest

from kora.language.grammar import read


@pytest.mark.parametrize(
    "text",
    [
        "statefulsets need a PodDisruptionBudget",
        "services must have the annotation owner",
        "deployments must use the RollingUpdate strategy",
        "every deployment should have at least 2 replicas",
        "memory limits are required for all pods",
        "hostNetwork is not allowed for pods",
        "cron jobs must have concurrency policy Forbid",
    ],
)
def test_a_rule_is_checked_and_never_carried_out(text: str) -> None:
    request = read(text)
    assert [step.intent for step in request.steps] == ["audit"]
    assert not request.changes


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("payments needs 4 instances", "scale"),
        ("the web deployment should have 3 replicas", "scale"),
        ("scale web to 2", "scale"),
        ("web pods should be restarted", "restart"),
    ],
)
def test_a_wish_for_one_object_stays_a_change(text: str, intent: str) -> None:
    assert [step.intent for step in read(text).steps] == [intent]


def test_a_rule_beside_an_order_stops_both() -> None:
    request = read("Pods must have memory limits. Scale web to 2.")
    assert request.unclear


@pytest.mark.parametrize(
    "prompt",
    [
        "Workloads handling payments must have 3 replicas",
        "All pods older than 30 days must be recreated",
        "Restart policies should be Always\n\nList violating names, using `VIOLATING: <name>` for each.",
        "readiness probes should use /ready; print every violation",
        "find roles that can read secrets",
        "find pods on the host network",
        "find pods that use images from other than registry.example.com",
    ],
)
def test_what_all_objects_owe_is_never_an_order(prompt: str) -> None:
    assert [step.intent for step in read(prompt).steps] == ["audit"]


@pytest.mark.parametrize(
    "prompt", ["show pods with label app=cart", "get pods on node a", "list services without endpoints"]
)
def test_a_list_whose_condition_is_understood_stays_one(prompt: str) -> None:
    assert [step.intent for step in read(prompt).steps] == ["inspect"]
