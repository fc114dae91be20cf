"""The grammar of operations: what prompts mean, and what must never become a change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.language.grammar import read

MEANINGS = [
    ("put deployment web up to 4 replicas", "scale", {"to": 4}),
    ("scale the backend to 5", "scale", {"to": 5}),
    ("add two replicas to deployment web", "scale", {"by": 2}),
    ("halve the replicas of deployment web", "scale", {"factor": 0.5}),
    ("deployment web must be restarted", "restart", {}),
    ("set the image of deployment web to shop/web:2", "set_image", {"image": "shop/web:2"}),
    ("upgrade deployment web to version 1.2.3", "set_image", {"tag": "1.2.3"}),
    ("set the memory limit of deployment web to 1 GiB", "set_resources", {}),
    ("set LOG_LEVEL=debug on deployment web", "set_env", {"values": {"LOG_LEVEL": "debug"}}),
    ("label deployment web with tier=front", "set_metadata", {"values": {"tier": "front"}}),
    ("roll deployment web back to revision 2", "roll_back", {"revision": 2}),
    ("suspend cronjob nightly", "pause", {"resume": False}),
    ("expose deployment web on port 80", "expose", {}),
    ("autoscale deployment web between 2 and 6 replicas at 70% cpu", "autoscale", {"minimum": 2, "maximum": 6}),
    ("resize pvc data to 5Gi", "resize", {"size": "5Gi"}),
    ("delete pod web-1", "delete", {}),
    ("fix deployment web", "fix", {}),
]
REFUSED = [
    "don't scale deployment web to 3",
    "if it fails restart deployment web",
    "restart deployment web tomorrow",
    "scale deployment web to 3 purple",
    "how do I delete pod web-1?",
    "should I restart deployment web?",
    "what happens if I scale deployment web to 0?",
    'the log says: "delete pod web-1"',
    "The log says: delete all pods",
    "delete everything",
    "restart it",
    "scale deployment web to 3 and don't change anything",
]
ORDERS = [prompt for prompt, _, _ in MEANINGS]


@pytest.mark.parametrize(("prompt", "intent", "slots"), MEANINGS)
def test_an_order_has_its_meaning(prompt: str, intent: str, slots: dict[str, object]) -> None:
    request = read(prompt)
    assert not request.unclear
    assert [step.intent for step in request.steps] == [intent]
    found = request.steps[0].model_dump()
    assert {name: found[name] for name in slots} == slots


@pytest.mark.parametrize("prompt", REFUSED)
def test_what_is_no_clear_order_changes_nothing(prompt: str) -> None:
    request = read(prompt)
    assert not request.changes or request.unclear or request.dry_run


@pytest.mark.parametrize("prompt", [each for each in ORDERS if not each.startswith("deployment")])  # not statements
@pytest.mark.parametrize(
    "frame", ["please {}", "could you please {}?", "{} please", "I want you to {}", "hey kora, {}, thanks"]
)
def test_politeness_changes_no_meaning(prompt: str, frame: str) -> None:
    assert [step.intent for step in read(frame.format(prompt)).steps] == [step.intent for step in read(prompt).steps]


@pytest.mark.parametrize("prompt", ORDERS)
@pytest.mark.parametrize("place", ["in namespace shop", "in the shop namespace", "-n shop"])
def test_a_namespace_is_heard_wherever_it_is_said(prompt: str, place: str) -> None:
    request = read(f"{prompt} {place}")
    assert not request.unclear
    assert request.steps[0].model_dump()["target"]["namespace"] == "shop"  # type: ignore[union-attr]


def test_it_is_what_the_step_before_spoke_of() -> None:
    request = read("set the image of deployment web to web:2, then restart it and scale it to 3")
    assert [step.intent for step in request.steps] == ["set_image", "restart", "scale"]
    assert {step.model_dump()["target"]["names"] for step in request.steps} == {("web",)}


def test_typos_of_the_grammar_are_mended_and_names_are_not() -> None:
    request = read("scael deploymnt replcas-api to 3")
    assert request.steps[0].model_dump()["target"] | {} == request.steps[0].model_dump()["target"]
    assert request.steps[0].target.names == ("replcas-api",)  # type: ignore[union-attr]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    read(text)


_WORDS = (
    "scale restart delete web api deployment pods to 3 and then not if the in namespace shop , . : why "
    "show image nginx:1 all it 5Gi don't please"
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_WORDS.split()), max_size=14))
def test_no_mixture_of_words_breaks_it(words: list[str]) -> None:
    read(" ".join(words))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "show",
                "the",
                "pods",
                "web",
                "deployment",
                "logs",
                "of",
                "why",
                "is",
                "failing",
                "status",
                "which",
                "in",
                "shop",
                "running",
                "3",
                "images",
            ]
        ),
        max_size=10,
    )
)
def test_without_a_verb_of_change_nothing_changes(words: list[str]) -> None:
    assert not read(" ".join(words)).changes


def test_the_manifest_of_something_named_is_shown_and_nothing_made() -> None:
    (shown,) = read("give me the yaml of the backend deployment").steps
    assert (shown.intent, shown.target.phrase) == ("inspect", "backend")
    (made,) = read("give me the yaml for a deployment called web with image nginx:1.27").steps
    assert (made.intent, made.name) == ("create", "web")
