"""The operator dies at every step of a remediation, another one goes on: nothing is done twice, nothing is forgotten.

Death is an exception that nothing catches, thrown before or after a write of the journal, or before or after an effect.
"""

from collections.abc import Callable
from typing import Any

import pytest
from yard import WEB, Yard

from kora.cluster.port import ClusterWriter
from kora.domain.plans import PlanState
from kora.operations.plans.store import PlanRecord, PlanStore


class Killed(BaseException):
    """The process is gone."""


class Deaths:
    """Counts the moments at which a process may die, and dies at one of them (-1: never)."""

    def __init__(self, at: int = -1) -> None:
        self.at, self.passed = at, 0

    def moment(self) -> None:
        """One of them."""
        self.passed += 1
        if self.passed - 1 == self.at:
            raise Killed

    def writer(self, writer: ClusterWriter) -> Any:
        """A writer with a moment before and after every effect."""
        deaths = self

        class Mortal:
            def __getattr__(self, name: str) -> Callable[..., Any]:
                def act(*args: Any, **words: Any) -> Any:
                    deaths.moment()
                    done = getattr(writer, name)(*args, **words)
                    deaths.moment()
                    return done

                return act

        return Mortal()


def live_and_die(yard: Yard, deaths: Deaths, monkeypatch: pytest.MonkeyPatch) -> bool:
    """One life of two minutes; whether it ended early."""
    save = PlanStore.save

    def mortal(store: PlanStore, record: PlanRecord) -> PlanRecord:
        deaths.moment()
        saved = save(store, record)
        deaths.moment()
        return saved

    yard.operator.writer = deaths.writer
    with monkeypatch.context() as patched:
        patched.setattr(PlanStore, "save", mortal)
        try:
            yard.operator.turn(120, step=3)
        except Killed:
            return True
    return False


def reborn(yard: Yard) -> None:
    """Another process, for three minutes."""
    yard.operator = yard.operator.again()
    yard.operator.turn(180, step=3)


MOMENTS = 20
"""At least as many as a rollback of an image has; the first test makes sure of it."""


def test_the_moments_of_death_are_all_tried(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    yard.policy()
    yard.break_image()
    deaths = Deaths()
    assert not live_and_die(yard, deaths, monkeypatch)
    assert [each.state for each in yard.operator.plans()] == [PlanState.DONE]
    assert 10 <= deaths.passed <= MOMENTS


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_death_at_any_moment_of_a_cure(yard: Yard, monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
    yard.policy()
    yard.break_image()
    live_and_die(yard, Deaths(moment), monkeypatch)
    reborn(yard)
    assert yard.image() == "web:1"
    assert yard.findings()["ImageNotFound"][0] == "resolved"
    assert [target for _, target in yard.cluster.requests] == [WEB]  # exactly once
    states = sorted(each.state.value for each in yard.operator.plans())
    assert states.count("done") == 1
    assert set(states) <= {"done", "rejected"}  # a plan that had not begun is closed
    pictures = {each["status"]["phase"] for each in yard.operator.objects("RemediationPlan")}
    assert pictures <= {"done", "rejected"}


@pytest.mark.parametrize("moment", [0, 3, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 22])
def test_a_death_at_any_moment_of_a_cure_that_does_not_help(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    yard.policy()
    yard.run_out_of_memory()
    live_and_die(yard, Deaths(moment), monkeypatch)
    yard.operator = yard.operator.again()
    yard.operator.turn(600, step=5)
    live = yard.cluster.get(WEB)
    assert live is not None
    assert live["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"] == {"memory": "64Mi"}
    assert len(yard.cluster.requests) == 2  # there and back, once
    assert [each.state for each in yard.operator.plans() if each.used_at] == [PlanState.ROLLED_BACK]
    assert yard.findings()["OOMKilled"][0] == "active"


def test_it_dies_again_and_again(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    yard.policy()
    yard.break_image()
    lives = 0
    while live_and_die(yard, Deaths(2 + lives), monkeypatch):
        yard.operator = yard.operator.again()
        lives += 1
        assert lives < 40
    assert lives > 1
    assert yard.image() == "web:1"
    assert [target for _, target in yard.cluster.requests] == [WEB]


@pytest.mark.parametrize("moment", range(0, 16, 2))
def test_what_a_person_approved_is_not_forgotten(yard: Yard, monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
    yard.policy("propose")
    yard.break_image()
    yard.operator.turn(40, step=2)
    plan = yard.operator.plans()[0]
    yard.operator.approve(plan.plan.id, plan.hash)
    live_and_die(yard, Deaths(moment), monkeypatch)
    reborn(yard)
    assert yard.image() == "web:1"
    assert [target for _, target in yard.cluster.requests] == [WEB]
    done = [each for each in yard.operator.plans() if each.state is PlanState.DONE]
    assert [each.approval.approver for each in done if each.approval] == ["ana"]
    assert yard.operator.objects("Approval")[0]["status"]["phase"] == "used"


def test_findings_of_an_earlier_life_are_taken_over(yard: Yard) -> None:
    yard.policy("observe")
    yard.break_image()
    yard.operator.turn(60, step=2)
    before = yard.operator.objects("Finding")
    yard.operator = yard.operator.again()
    yard.operator.turn(30, step=2)
    now = yard.operator.objects("Finding")
    assert [each["metadata"]["uid"] for each in now] == [each["metadata"]["uid"] for each in before]
    assert now[0]["status"]["firstSeen"] == before[0]["status"]["firstSeen"]
    assert now[0]["status"]["phase"] == "active"


def test_what_went_while_nobody_looked_is_resolved(yard: Yard) -> None:
    yard.policy("observe")
    yard.break_image()
    yard.operator.turn(60, step=2)
    yard.cluster.fail_image("web:2", None)
    yard.clock.advance(60)
    yard.operator = yard.operator.again()
    yard.operator.turn(30, step=2)
    assert yard.findings() == {"ImageNotFound": ("resolved", "resolved")}
