"""The election: one leader at a time, by the time since a change was seen; whoever can't renew stops by itself."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.cluster.records import Allowed, NotARecord
from kora.domain.objects import ObjectRef
from kora.kit.clock import VirtualClock, use_clock
from kora.kit.errors import Unavailable
from kora.operator.election import LEASE_SECONDS, RENEW_SECONDS, RETRY_SECONDS, Election
from kora.testing.cluster import FakeCluster
from kora.testing.operator import prepare
from kora.testing.records import FakeRecords

LEASE = ObjectRef(api_version="coordination.k8s.io/v1", kind="Lease", namespace="kora", name="kora-operator")


class Stand:
    """Candidates for one Lease."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock, self.cluster = clock, prepare(FakeCluster())

    def candidate(self, name: str) -> tuple[Election, FakeRecords]:
        records = FakeRecords(self.cluster, Allowed(kinds={}, lease=("kora", "kora-operator")))
        return Election(self.cluster, records, "kora", "kora-operator", name), records

    def holder(self) -> str:
        return str((self.cluster.get(LEASE) or {})["spec"]["holderIdentity"])


@pytest.fixture
def stand() -> Iterator[Stand]:
    clock = VirtualClock()
    with use_clock(clock):
        yield Stand(clock)


def test_the_first_one_leads_and_the_second_waits(stand: Stand) -> None:
    (first, _), (second, _) = stand.candidate("a"), stand.candidate("b")
    assert first.step()
    assert not second.step()
    for _ in range(20):
        stand.clock.advance(RENEW_SECONDS)
        assert first.step()
        assert not second.step()
    assert stand.holder() == "a"


def test_one_that_died_is_followed_after_the_lease_and_not_before(stand: Stand) -> None:
    (first, _), (second, _) = stand.candidate("a"), stand.candidate("b")
    first.step()
    second.step()
    waited = 0.0
    while not second.step():
        stand.clock.advance(RETRY_SECONDS)
        waited += RETRY_SECONDS
    assert waited >= LEASE_SECONDS
    assert waited <= LEASE_SECONDS + 2 * RETRY_SECONDS
    assert stand.holder() == "b"
    assert (stand.cluster.get(LEASE) or {})["spec"]["leaseTransitions"] == 1
    assert not first.leads


def test_one_that_can_not_renew_stops_before_another_takes_over(stand: Stand) -> None:
    (first, records), (second, _) = stand.candidate("a"), stand.candidate("b")
    first.step()
    second.step()
    records.fails = Unavailable("The API server is gone.")
    while first.step():
        stand.clock.advance(1)
        assert not second.leads
    assert not first.leads
    assert not second.step()


def test_giving_up_lets_the_next_one_lead_at_once(stand: Stand) -> None:
    (first, _), (second, _) = stand.candidate("a"), stand.candidate("b")
    first.step()
    second.step()
    first.give_up()
    assert not first.leads
    assert second.step()


def test_a_new_life_of_the_same_pod_is_another_candidate(stand: Stand) -> None:
    (first, _), (reborn, _) = stand.candidate("pod_life-1"), stand.candidate("pod_life-2")
    first.step()
    assert not reborn.step()


def test_the_door_of_the_election_writes_this_lease_alone(stand: Stand) -> None:
    _, records = stand.candidate("a")
    other = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "x", "namespace": "kora"}}
    writes = [
        lambda: records.create(other),
        lambda: records.replace(other),
        lambda: records.delete(ObjectRef.of(other)),
        lambda: records.create(other | {"kind": "ConfigMap", "apiVersion": "v1"}),
    ]
    for write in writes:
        with pytest.raises(NotARecord):
            write()
    assert records.writes == []


@settings(max_examples=60, deadline=None)
@given(
    moves=st.lists(
        st.tuples(st.sampled_from([0, 1, 2]), st.sampled_from(["step", "fail", "mend", "give_up", "wait", "long"])),
        max_size=60,
    )
)
def test_never_two_lead_at_once(moves: list[tuple[int, str]]) -> None:
    clock = VirtualClock()
    with use_clock(clock):
        stand = Stand(clock)
        candidates = [stand.candidate(name) for name in "abc"]
        for who, move in moves:
            election, records = candidates[who]
            match move:
                case "step":
                    election.step()
                case "fail":
                    records.fails = Unavailable("gone")
                case "mend":
                    records.fails = None
                case "give_up":
                    election.give_up()
                case "wait":
                    clock.advance(3)
                case "long":
                    clock.advance(14)
            assert sum(each.leads for each, _ in candidates) <= 1
