"""Rules about who alone may do something: they are about all others."""

import pytest

from kora.domain.rules import Rule
from kora.language.intents import Unclear
from kora.language.rules.reading import read_rule


def rule(text: str) -> Rule:
    found = read_rule(text)
    assert isinstance(found, Rule), found
    return found


@pytest.mark.parametrize(
    "text",
    [
        "Only DaemonSets may use the host network.",
        "The host network may only be used by DaemonSets.",
        "The host network is only allowed for DaemonSets",
    ],
)
def test_kinds_that_may_are_left_out(text: str) -> None:
    found = rule(text)
    assert "DaemonSet" not in found.scope.kinds
    assert {"Pod", "Deployment", "StatefulSet"} <= set(found.scope.kinds)
    assert not found.scope.owned  # the pods of a DaemonSet are its own
    assert found.requirement == rule("Pods must not use the host network.").requirement


@pytest.mark.parametrize(
    ("text", "part", "name"),
    [
        ("privileged pods are only allowed in kube-system", "except_namespaces", "kube-system"),
        ("Only pods in the namespace infra may run privileged containers", "except_namespaces", "infra"),
        ("Only the Deployment named gateway may run privileged containers", "except_names", "gateway"),
    ],
)
def test_places_and_names_that_may_are_left_out(text: str, part: str, name: str) -> None:
    assert getattr(rule(text).scope, part) == (name,)
    assert "not true" in rule(text).meaning


def test_a_label_that_may_is_an_alternative() -> None:
    assert 'labels "tier" is infra' in rule("Only Pods labelled tier=infra may use the host network").meaning


@pytest.mark.parametrize("text", ["Only CronJobs may create Jobs", "Only blessed pods may use the host network"])
def test_who_may_stays_unclear_when_nobody_can_tell_who(text: str) -> None:
    assert isinstance(read_rule(text), Unclear)
