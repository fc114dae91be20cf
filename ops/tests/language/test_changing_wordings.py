"""Orders worded otherwise: corrected in the same breath, with a value for each place, told to their object, wished for,
looked at before they are carried out. What is not understood changes nothing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.language.grammar import read


def steps(prompt: str) -> list[dict[str, Any]]:
    """The steps of a prompt that is understood."""
    request = read(prompt)
    assert not request.unclear, request
    return [step.model_dump(exclude_defaults=True) for step in request.steps]


@pytest.mark.parametrize(
    "prompt",
    [
        "scale desk to 3, no, 4",
        "scale desk to 3. no wait, make that 4",
        "set desk to 2 replicas, sorry, 4",
        "I mean scale desk to 4",
    ],
)
def test_the_corrected_value_counts(prompt: str) -> None:
    assert steps(prompt) == [{"target": {"phrase": "desk"}, "to": 4}]


@settings(deadline=None)
@given(
    first=st.integers(0, 50), second=st.integers(0, 50), word=st.sampled_from(["no", "sorry", "I mean", "make that"])
)
def test_a_correction_that_could_stand_for_two_values_does_nothing(first: int, second: int, word: str) -> None:
    request = read(f"scale desk to {first} and ledger to {second}, {word}, 7")
    assert request.unclear or not request.changes


def test_each_place_and_each_name_has_its_own_value() -> None:
    assert [each["to"] for each in steps("scale desk to 3 in dev and 5 in prod")] == [3, 5]
    assert [each["target"]["namespace"] for each in steps("scale desk to 3 in dev and 5 in prod")] == ["dev", "prod"]
    assert [each["to"] for each in steps("scale desk=4, ledger=2")] == [4, 2]
    assert [each["to"] for each in steps("set replicas: desk 4, ledger 2")] == [4, 2]


def test_an_order_may_be_told_to_its_object() -> None:
    assert steps("tell fern to be three replicas but leave its image alone") == [
        {"target": {"phrase": "fern"}, "to": 3}
    ]


@pytest.mark.parametrize(
    ("prompt", "fields"),
    [
        ("make sure at least two desk pods are always available", {"min_available": 2}),
        (
            "please make sure that at least 2 pods of the desk deployment stay up during node maintenance",
            {"min_available": 2},
        ),
        ("at most one desk pod may be down at a time", {"max_unavailable": 1}),
    ],
)
def test_a_wish_for_pods_that_stay_is_a_budget(prompt: str, fields: dict[str, int]) -> None:
    (step,) = steps(prompt)
    assert step["kind"] == "PodDisruptionBudget"
    assert step["fields"] == {**fields, "workload": {"name": "desk", "kind": "Deployment"}}


def test_what_is_so_now_is_no_wish() -> None:
    assert not read("at least two desk pods are available").changes


@pytest.mark.parametrize(
    "prompt",
    [
        "what would happen if I scaled desk to 5",
        "what if we restarted desk?",
        "show me what scaling desk to 7 would change",
    ],
)
def test_what_would_happen_is_shown_and_never_done(prompt: str) -> None:
    request = read(prompt)
    assert request.dry_run
    assert not request.unclear
    assert len(request.steps) == 1


@pytest.mark.parametrize(
    "prompt",
    [
        "desk needs 100m more cpu",  # to which amount?
        "the desk has a limit of 128Mi, double it",  # the replicas, or the limit?
        "desk should run, and never with more than 7",
        "undo what you did last",
        "drain node worker-1",
        "would restarting desk help?",
        "is it enough to scale desk to 4?",
        "if I delete pod db-0, what happens?",
    ],
)
def test_what_does_not_say_enough_or_only_asks_changes_nothing(prompt: str) -> None:
    request = read(prompt)
    assert request.unclear or not request.changes or request.dry_run


def test_a_bound_is_a_part_of_the_change() -> None:
    (step,) = steps("desk should request 150m cpu and never use more than 400Mi of memory")
    assert (step["requests"], step["limits"]) == ({"cpu": "150m"}, {"memory": "400Mi"})


def test_a_missing_right_is_granted_and_no_other() -> None:
    request = read("Why can't I watch services with the reader service account? Mend that please.")
    grant = request.steps[-1].model_dump(exclude_defaults=True)
    assert grant == {
        "subject_kind": "ServiceAccount",
        "subject": "reader",
        "verbs": ("watch",),
        "resources": ("services",),
    }
