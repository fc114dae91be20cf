"""Questions about one thing of an object: nouns in frames, sums, groups, comparisons; and that they change nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.language.asking.properties import BY_NAME, PROPERTIES
from kora.language.grammar import read
from kora.language.intents import Aspect, Inspect
from kora.operations.ask.reads.values import VALUES


def asked(prompt: str) -> Inspect:
    """The one question of a prompt."""
    request = read(prompt)
    assert not request.unclear, request
    (step,) = request.steps
    assert isinstance(step, Inspect), step
    return step


@pytest.mark.parametrize(
    ("prompt", "names", "target"),
    [
        ("which service account does ledger run as?", ("service_account",), "ledger"),
        ("what is the exit code of the ledger pod", ("exit_code",), "ledger"),
        ("when was ledger last restarted", ("last_restart",), "ledger"),
        ("how long has ledger been up?", ("started",), "ledger"),
        ("when does the nightly cron job run next", ("next_run",), "nightly"),
        ("which service does the front ingress send traffic to", ("leads_to",), "front"),
        ("is ledger autoscaled?", ("autoscaler",), "ledger"),
        ("how many pods of ledger may be down at once", ("budget",), "ledger"),
        ("on which node does ledger run", ("node",), "ledger"),
        ("since when is ledger failing", ("unready_since",), "ledger"),
    ],
)
def test_a_property_is_asked_for_by_its_noun_or_its_wording(prompt: str, names: tuple[str, ...], target: str) -> None:
    step = asked(prompt)
    assert (step.aspect, step.properties) == (Aspect.PROPERTY, names)
    assert target in (step.target.phrase, *step.target.names)
    assert not step.conditions


def test_columns_sums_and_groups() -> None:
    columns = asked("list deployments with their images and replicas")
    assert (columns.properties, columns.target.kind) == (("images", "replicas"), "Deployment")
    total = asked("what is the total cpu requested in this namespace")
    assert (total.properties, total.total) == (("requests",), True)
    grouped = asked("how many pods are there per node")
    assert (grouped.aspect, grouped.group_by) == (Aspect.COUNT, "node")
    against = asked("which pods use more memory than they request")
    assert (against.aspect, against.against, against.share) == (Aspect.USAGE, "requests", 1.0)


@pytest.mark.parametrize(
    "prompt",
    [
        "compare ledger and desk",
        "what is the difference between ledger and desk",
        "does ledger run the same image as desk",
    ],
)
def test_two_things_are_held_against_each_other(prompt: str) -> None:
    step = asked(prompt)
    assert (step.aspect, step.target.names) == (Aspect.COMPARE, ("ledger", "desk"))


def test_a_question_goes_on_about_the_same_objects() -> None:
    request = read("how many pods are running and how many are not")
    first, second = request.steps
    assert isinstance(first, Inspect)
    assert isinstance(second, Inspect)
    assert [each.comparison.value for each in (*first.conditions, *second.conditions)] == ["is", "is_not"]


def test_a_key_of_a_config_map_is_asked_for() -> None:
    step = asked("what is the value of theme in app-config")
    assert (step.aspect, step.key, step.target.names) == (Aspect.VALUE, "theme", ("app-config",))


def test_every_property_can_be_worked_out() -> None:
    assert set(BY_NAME) == set(VALUES)


@settings(deadline=None)
@given(
    noun=st.sampled_from([each.name.replace("_", " ") for each in PROPERTIES]),
    name=st.sampled_from(["ledger", "api-2"]),
)
def test_no_question_about_a_property_changes_anything(noun: str, name: str) -> None:
    for prompt in (f"what is the {noun} of {name}?", f"which {noun} does {name} use", f"list pods with their {noun}"):
        assert not read(prompt).changes
