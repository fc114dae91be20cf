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
