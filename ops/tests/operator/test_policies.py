"""Which policy holds where: the narrowest, among equals the more careful; a pause of any; nothing without one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kora.domain.objects import Manifest
from kora.domain.risk import Autonomy
from kora.operator.policies import Coverage
from kora.policy.document import API_VERSION, SYSTEM_NAMESPACES

LEVELS = list(Autonomy)


def policy(
    name: str, level: str = "propose", *namespaces: str, levels: dict[str, str] | None = None, **spec: Any
) -> Manifest:
    given = {"scope": {"namespaces": list(namespaces)}, "autonomy": {"level": level, "namespaces": levels or {}}}
    metadata = {"name": name, "namespace": "kora", "generation": 1}
    return {"apiVersion": API_VERSION, "kind": "AgentPolicy", "metadata": metadata, "spec": given | spec}


def test_the_narrowest_wins_whatever_it_says() -> None:
    wide, two, one = policy("a", "observe"), policy("b", "propose", "shop", "bar"), policy("c", "autonomous", "shop")
    coverage = Coverage([wide, two, one])
    assert coverage.level("shop") is Autonomy.AUTONOMOUS
    assert coverage.level("bar") is Autonomy.PROPOSE
    assert coverage.level("elsewhere") is Autonomy.OBSERVE
    assert coverage.named is None


def test_among_equals_the_more_careful_wins() -> None:
    coverage = Coverage([policy("a", "autonomous", "shop"), policy("b", "supervised", "shop")])
    assert coverage.level("shop") is Autonomy.SUPERVISED


def test_a_level_for_the_namespace_itself_counts_when_equals_are_compared() -> None:
    bold = policy("a", "observe", "shop", levels={"shop": "autonomous"})
    coverage = Coverage([bold, policy("b", "propose", "shop")])
    assert coverage.level("shop") is Autonomy.PROPOSE


def test_a_pause_of_any_policy_holds() -> None:
    coverage = Coverage([policy("a", "autonomous", "shop"), policy("b", "observe", paused=True)])
    document = coverage.document("shop")
    assert document is not None
    assert document.paused


def test_one_that_can_not_be_read_leaves_its_namespaces_observed() -> None:
    broken = policy("b", "autonomous", "shop") | {"spec": {"scope": {"namespaces": ["shop"]}, "autonomie": {}}}
    coverage = Coverage([policy("a", "autonomous"), broken])
    assert coverage.level("shop") is Autonomy.OBSERVE
    assert coverage.level("bar") is Autonomy.AUTONOMOUS
    assert not Coverage([broken]).covers("shop")


@pytest.mark.parametrize("namespace", SYSTEM_NAMESPACES)
def test_kubernetes_own_namespaces_are_meant_by_name_alone(namespace: str) -> None:
    assert not Coverage([policy("a", "autonomous")]).covers(namespace)
    assert Coverage([policy("a", "observe", namespace)]).covers(namespace)


def test_what_the_operator_was_given_bounds_every_policy() -> None:
    coverage = Coverage([policy("a", "autonomous", "shop", levels={"shop": "autonomous"})], ["bar"], Autonomy.PROPOSE)
    assert not coverage.covers("shop")
    capped = Coverage([policy("a", "autonomous", "shop", levels={"shop": "autonomous"})], (), Autonomy.PROPOSE)
    assert capped.level("shop") is Autonomy.PROPOSE


SPACES = st.sampled_from(["shop", "bar", "quay"])
POLICIES = st.lists(
    st.builds(
        lambda number, level, spaces, paused: policy(f"p{number}", level.value, *sorted(spaces), paused=paused),
        st.integers(0, 9),
        st.sampled_from(LEVELS),
        st.sets(SPACES, max_size=3),
        st.booleans(),
    ),
    max_size=5,
    unique_by=lambda each: each["metadata"]["name"],
)


@given(policies=POLICIES, namespace=SPACES, seed=st.randoms())
def test_order_means_nothing_and_no_policy_is_wider_than_the_narrowest_allows(
    policies: list[Manifest], namespace: str, seed: Any
) -> None:
    shuffled = list(policies)
    seed.shuffle(shuffled)
    here, there = Coverage(policies), Coverage(shuffled)
    assert here.document(namespace) == there.document(namespace)
    covering = [each["spec"] for each in policies if namespace in (each["spec"]["scope"]["namespaces"] or [namespace])]
    assert here.covers(namespace) is bool(covering)
    if not covering:
        return
    narrowest = min(len(each["scope"]["namespaces"]) or 99 for each in covering)
    levels = [
        Autonomy(each["autonomy"]["level"])
        for each in covering
        if (len(each["scope"]["namespaces"]) or 99) == narrowest
    ]
    document = here.document(namespace)
    assert document is not None
    assert here.level(namespace) is min(levels, key=lambda each: each.rank)
    assert document.paused is any(each["paused"] for each in covering)
