"""Nothing that means something is passed over: a word more or less changes what was read, or makes it unclear."""

import pytest

from kora.domain.rules import Rule
from kora.language.intents import Unclear
from kora.language.rules.reading import read_rule

RULES = (
    "Every container in shop must have a memory limit of at most 2Gi.",
    "Deployments must run at least 2 replicas.",
    "Services must not be of type NodePort.",
    "Images must come from registry.example.com/ or mirror.example.com/.",
    "Pods that use the host network must have the label team.",
    "Ingresses must have TLS.",
    "Pods must not mount hostPath volumes except in the namespace kube-system.",
    "Every Deployment must have a readiness probe and a preStop hook.",
    "CronJobs must not be suspended.",
    "Pods must set runAsUser to at least 1000.",
)
MEANING = (
    "usually", "appropriate", "identical", "twice", "during", "currently", "most", "several", "7", "`other-thing`",
    "individually", "preferred", "combined", "only when", "unless",
)  # fmt: skip


def reading(text: str) -> object:
    found = read_rule(text)
    return None if isinstance(found, Unclear) else (found.scope, found.requirement)


@pytest.mark.parametrize("text", RULES)
def test_a_word_that_means_something_is_never_passed_over(text: str) -> None:
    before = reading(text)
    assert before is not None
    words = text.split(" ")
    modal = next(index for index, word in enumerate(words) if word == "must")
    for word in MEANING:
        said = " ".join([*words[: modal + 1], word, *words[modal + 1 :]])
        assert reading(said) != before, said
        said = f"{text.removesuffix('.')} {word}."
        assert reading(said) != before, said


@pytest.mark.parametrize("text", RULES)
def test_a_negation_is_never_passed_over(text: str) -> None:
    before = reading(text)
    turned = text.replace("must not", "must") if "must not" in text else text.replace("must", "must not")
    assert reading(turned) != before


@pytest.mark.parametrize("text", RULES)
def test_a_word_of_the_rule_left_out_changes_it(text: str) -> None:
    before = reading(text)
    small = {"of", "a", "an", "to", "be", "Every", "every", "the", "that", "have", "run", "set", "mount", "in", "use",
             "come", "from", "type", "must", "namespace", "probe", "hook", "or", "and"}  # fmt: skip
    words = text.removesuffix(".").split(" ")
    for place, word in enumerate(words):
        if word in small or word in {"container", "Images", "volumes"}:
            continue
        said = " ".join([*words[:place], *words[place + 1 :]])
        assert reading(said) != before, said


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("Deployments need appropriate resource limits.", "appropriate"),
        ("Deployments must have three times as many replicas as there are nodes.", "many"),
        ("A role that can create pods must not also be able to read secrets.", "create pods"),
    ],
)
def test_what_was_lost_is_named(text: str, lost: str) -> None:
    found = read_rule(text)
    assert isinstance(found, Unclear)
    assert lost in found.text


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (
            "Deployments may have a single replica only if they carry the label tier=dev.",
            "Deployments must not have a single replica unless they carry the label tier=dev.",
        ),
        (
            "Memory limits over 4Gi need the annotation approved on the Deployment.",
            "Deployments that have a memory limit over 4Gi need the annotation approved.",
        ),
    ],
)
def test_conditions_in_other_words(text: str, same: str) -> None:
    one, two = read_rule(text), read_rule(same)
    assert isinstance(one, Rule)
    assert isinstance(two, Rule)
    assert one.requirement == two.requirement


@pytest.mark.parametrize(
    "text",
    [
        "Each container has to set readOnlyRootFilesystem to true. Containers called proxy are exempt.",
        "Each container has to set readOnlyRootFilesystem to true. Containers called proxy don't matter.",
        "Each container has to set readOnlyRootFilesystem to true, containers named proxy excluded.",
    ],
)
def test_who_is_exempt_is_never_background(text: str) -> None:
    found = read_rule(text)
    assert isinstance(found, Rule), found
    assert found.scope.except_containers == ("proxy",)
