"""The layout of written policies: labels, bullets, parameters and signs say what a sentence would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kora.domain.rules import Rule
from kora.language.rules.layout import plain
from kora.language.rules.reading import read_rule


def rule(text: str) -> Rule:
    found = read_rule(text)
    assert isinstance(found, Rule), found
    return found


@pytest.mark.parametrize(
    ("laid_out", "sentence"),
    [
        (
            "Pods must:\n- not use the host network\n- have a memory limit",
            "Pods must not use the host network. Pods must have a memory limit.",
        ),
        (
            "Policy: no-host\nDescription: Pods must not use the host network.\nRationale: it is risky",
            "Pods must not use the host network.",
        ),
        ("C-0041: Pods must not use the host network.", "Pods must not use the host network."),
        ("Deployments must have replicas >= 2", "Deployments must have at least 2 replicas"),
        ("Required labels for Deployments:\n- team\n- tier", "Deployments must have the labels team and tier."),
        (
            "Parameters:\n- registry.example.com/\n- mirror.example.com/\n\n"
            "Containers must use images from one of these registries.",
            "Containers must use images from the registries registry.example.com/ or mirror.example.com/.",
        ),
        ("Nothing but ClusterIP Services is permitted.", "Only ClusterIP Services are permitted."),
    ],
)
def test_a_layout_means_what_its_sentences_mean(laid_out: str, sentence: str) -> None:
    assert rule(laid_out).requirement == rule(sentence).requirement
    assert rule(laid_out).scope == rule(sentence).scope


def test_scope_and_exemptions_are_lines_too() -> None:
    text = "Policy: x\nScope: Pods in namespace shop\nRules:\n- hostPID must be false\nExemptions: pods named agent"
    found = rule(text).scope
    assert (found.kinds, found.namespaces, found.except_names) == (("Pod",), ("shop",), ("agent",))


def test_a_key_with_its_choices_is_two_requirements() -> None:
    found = rule("Required labels for Deployments:\n- team\n- stage (one of dev, live)")
    assert "dev or live" in found.meaning
    assert '"team" is set' in found.meaning


@given(st.text(alphabet="ab:-*\n .()<>=1", max_size=120))
def test_any_text_becomes_sentences(text: str) -> None:
    assert isinstance(plain(text), str)
