"""The whole loop on a fake cluster: what is found becomes an object; what is safe is mended, the rest waits."""

import pytest
from yard import WEB, Yard

from kora.domain.plans import PlanState
from kora.operations.heal.switch import pause, resume
from kora.operator.cached_reader import NotNamed
from kora.operator.mirror import Health
from kora.testing.cluster import Failure
from kora.testing.manifests import deployment, ref


def test_a_broken_rollout_is_found_mended_and_its_finding_resolved(yard: Yard) -> None:
    yard.policy()
    yard.operator.turn(5)
    yard.break_image()
    broken = yard.clock.monotonic()
    yard.operator.turn(1)
    while not yard.findings():
        yard.operator.turn(1)
    assert yard.clock.monotonic() - broken <= 30
    yard.operator.turn(120)
    assert yard.image() == "web:1"
    assert yard.findings() == {"ImageNotFound": ("resolved", "healed")}
    assert {target for _, target in yard.cluster.requests} == {WEB}


def test_a_healthy_namespace_gets_no_write_in_ten_minutes(yard: Yard) -> None:
    yard.policy("autonomous")
    yard.operator.turn(80)  # until it said that there are no samples yet
    before, records = yard.versions(), len(yard.operator.records.writes)
    yard.operator.turn(600)
    assert yard.versions() == before
    assert yard.cluster.requests == []
    assert yard.operator.records.writes[records:] == []
    assert yard.operator.plans() == []


@pytest.mark.parametrize("level", ["observe", "propose"])
def test_who_observes_or_proposes_never_writes(yard: Yard, level: str) -> None:
    yard.policy(level)
    yard.break_image()
    yard.operator.turn(20)
    before = yard.versions()
    yard.operator.turn(300)
    assert yard.versions() == before
    assert yard.cluster.requests == []
    assert [each.state for each in yard.operator.plans()] == ([PlanState.PROPOSED] if level == "propose" else [])
    fate = "waiting" if level == "propose" else "observed"
    assert yard.findings() == {"ImageNotFound": ("active", fate)}


def test_one_cause_is_one_finding_and_one_plan_however_long_it_lasts(yard: Yard) -> None:
    yard.policy("propose")
    yard.break_image()
    yard.operator.turn(900)
    assert len(yard.operator.objects("Finding")) == 1
    assert len(yard.operator.plans()) == 1
    pictures = yard.operator.objects("RemediationPlan")
    assert [each["metadata"]["name"] for each in pictures] == [yard.operator.plans()[0].plan.id]
    assert pictures[0]["status"]["phase"] == "proposed"
    assert "web:2" in pictures[0]["spec"]["diff"]


def test_what_somebody_else_mends_is_resolved_and_its_plan_closed(yard: Yard) -> None:
    yard.policy("propose")
    yard.break_image()
    yard.operator.turn(60)
    back = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "web:1"}]}}}}
    yard.cluster.change(WEB, back)
    yard.operator.turn(90)
    assert yard.findings() == {"ImageNotFound": ("resolved", "resolved")}
    assert [each.state for each in yard.operator.plans()] == [PlanState.REJECTED]
    assert yard.cluster.requests == []


def test_a_finding_that_comes_back_is_active_again_and_says_nothing_of_the_old_end(yard: Yard) -> None:
    yard.policy("observe")
    yard.break_image()
    yard.operator.turn(60)
    yard.cluster.fail_image("web:2", None)
    yard.operator.turn(60)
    assert yard.findings() == {"ImageNotFound": ("resolved", "resolved")}
    yard.cluster.fail_image("web:2", Failure("ImagePullBackOff", "web:2: not found"))
    for pod in [each for each in yard.cluster.every("Pod") if "web" in each["metadata"]["name"]]:
        yard.cluster.drop(ref("Pod", pod["metadata"]["name"]))
    yard.operator.turn(60)
    assert yard.findings() == {"ImageNotFound": ("active", "observed")}
    assert "resolvedAt" not in yard.operator.objects("Finding")[0]["status"]


# --- where ----------------------------------------------------------------------------------------------------------


def test_without_a_policy_nothing_is_read(yard: Yard) -> None:
    yard.break_image()
    yard.operator.turn(60)
    assert yard.operator.objects("Finding") == []
    with pytest.raises(NotNamed):
        yard.operator.memory.list("v1", "Pod", "shop")
    assert {table.stream.read.kind for table in yard.operator.mirror.tables()} == {
        "AgentPolicy",
        "Finding",
        "RemediationPlan",
        "Approval",
    }


def test_a_namespace_that_no_policy_names_is_never_read(yard: Yard) -> None:
    yard.cluster.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "vault"}})
    yard.cluster.fail_image("lost:1", Failure("ImagePullBackOff", "lost:1: not found"))
    yard.cluster.add(deployment("lost", "lost:1", namespace="vault"))
    yard.policy("autonomous")
    yard.operator.turn(60)
    assert yard.operator.objects("Finding") == []
    assert {table.stream.namespace for table in yard.operator.mirror.tables()} == {None, "shop"}
    for question in (
        lambda: yard.operator.memory.list("v1", "Pod", "vault"),
        lambda: yard.operator.memory.get(ref("Deployment", "lost", "vault")),
        lambda: yard.operator.memory.logs("vault", "lost"),
    ):
        with pytest.raises(NotNamed):
            question()


def test_a_policy_that_goes_takes_its_findings_and_the_right_to_read_along(yard: Yard) -> None:
    yard.policy("propose")
    yard.break_image()
    yard.operator.turn(60)
    yard.cluster.drop(ref("AgentPolicy", "care", "kora", "kora.taskora.dev/v1alpha1"))
    yard.operator.turn(30)
    assert yard.findings()["ImageNotFound"][0] == "resolved"
    with pytest.raises(NotNamed):
        yard.operator.memory.list("v1", "Pod", "shop")


# --- what holds it back ---------------------------------------------------------------------------------------------


def test_a_pause_in_a_policy_holds_until_it_is_lifted(yard: Yard) -> None:
    yard.policy("autonomous", paused=True)
    yard.break_image()
    yard.operator.turn(120)
    assert yard.cluster.requests == []
    assert "\nkora_paused 1\n" in yard.operator.metrics.text()
    yard.policy("autonomous")
    yard.operator.turn(120)
    assert yard.image() == "web:1"


def test_the_switch_on_the_volume_holds_too(yard: Yard) -> None:
    pause(yard.home, "ana", "a demonstration")
    yard.policy("autonomous")
    yard.break_image()
    yard.operator.turn(120)
    assert yard.cluster.requests == []
    assert "\nkora_paused 1\n" in yard.operator.metrics.text()
    assert yard.operator.objects("AgentPolicy")[0]["status"]["paused"]
    resume(yard.home)
    yard.operator.turn(120)
    assert yard.image() == "web:1"


def test_a_pause_stops_before_the_next_effect(yard: Yard) -> None:
    """The plan is made and about to be carried out when somebody pauses: nothing is written, nothing is rolled back."""
    yard.policy("autonomous")
    yard.break_image()
    opened: list[int] = []

    def pausing(writer: object) -> object:
        opened.append(1)
        yard.policy("autonomous", paused=True)
        yard.operator.pumped.pump()
        yard.operator.operator._read_policies()
        return writer

    yard.operator.writer = pausing  # type: ignore[assignment]
    yard.operator.turn(60)
    assert opened == [1]
    assert yard.cluster.requests == []
    assert [each.state for each in yard.operator.plans()] == [PlanState.APPLYING]
    yard.operator.writer = lambda writer: writer
    yard.policy("autonomous")
    yard.operator.turn(120)
    assert [each.state for each in yard.operator.plans()] == [PlanState.DONE]
    assert yard.image() == "web:1"


def test_outside_its_window_it_waits_for_a_person(yard: Yard) -> None:
    yard.policy(maintenanceWindows=[{"start": "03:00", "end": "04:00"}])  # the clock starts at midnight
    yard.break_image()
    yard.operator.turn(60)
    assert yard.cluster.requests == []
    assert yard.findings() == {"ImageNotFound": ("active", "waiting")}


def test_when_its_window_opens_what_waited_is_done(yard: Yard) -> None:
    yard.policy(maintenanceWindows=[{"start": "00:10", "end": "04:00"}])
    yard.break_image()
    yard.operator.turn(120, step=4)
    assert yard.cluster.requests == []
    yard.operator.turn(900, step=5)
    assert yard.image() == "web:1"
    assert sorted(each.state.value for each in yard.operator.plans()) == ["done", "rejected"]


def test_an_object_that_opted_out_is_left_alone_and_no_plan_is_made(yard: Yard) -> None:
    yard.policy("autonomous")
    yard.cluster.change(WEB, {"metadata": {"annotations": {"kora.taskora.dev/ignore": "true"}}})
    yard.break_image()
    yard.operator.turn(600)
    assert yard.cluster.requests == []
    assert yard.operator.plans() == []
    assert yard.findings() == {"ImageNotFound": ("active", "denied")}


def test_who_lost_the_lead_does_nothing(yard: Yard) -> None:
    yard.policy("autonomous")
    yard.operator.turn(5)
    yard.operator.leads = False
    yard.break_image()
    yard.operator.turn(120)
    assert yard.cluster.requests == []
    assert yard.operator.plans() == []


def test_a_cure_that_does_not_help_is_taken_back_told_and_not_repeated(yard: Yard) -> None:
    yard.policy()
    yard.run_out_of_memory()
    yard.operator.turn(400)
    assert yard.findings()["OOMKilled"] in {("active", "rolledBack"), ("active", "escalated")}
    assert [each.state for each in yard.operator.plans()] == [PlanState.ROLLED_BACK]
    written = len(yard.cluster.requests)
    yard.operator.turn(1800, step=5)
    assert len(yard.cluster.requests) == written
    assert len(yard.operator.plans()) == 1


def test_the_breaker_opens_after_failures_and_says_so(yard: Yard) -> None:
    yard.policy(limits={"circuitBreaker": {"failures": 1, "resetAfter": "2h"}})
    yard.run_out_of_memory()
    yard.operator.turn(400)
    assert [each.state for each in yard.operator.plans()] == [PlanState.ROLLED_BACK]
    written = len(yard.cluster.requests)
    yard.cluster.fail_image("other:2", Failure("ImagePullBackOff", "other:2: not found"))
    other = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "other:2"}]}}}}
    yard.cluster.change(ref("Deployment", "other"), other)
    yard.operator.turn(300)
    assert len(yard.cluster.requests) == written
    assert yard.findings()["ImageNotFound"] == ("active", "waiting")
    policy = yard.operator.objects("AgentPolicy")[0]
    conditions = {each["type"]: each["status"] for each in policy["status"]["conditions"]}
    assert conditions["CircuitOpen"] == "True"
    assert "kora_circuit_open 1" in yard.operator.metrics.text()


def test_a_cooldown_lies_between_two_writes_to_one_object(yard: Yard) -> None:
    yard.policy(limits={"cooldown": "1h"})
    yard.break_image()
    yard.operator.turn(120)
    assert yard.image() == "web:1"
    written = len(yard.cluster.requests)
    yard.cluster.fail_image("web:3", Failure("ImagePullBackOff", "web:3: not found"))
    yard.cluster.change(WEB, {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "web:3"}]}}}})
    yard.operator.turn(300)
    assert len(yard.cluster.requests) == written
    assert yard.findings()["ImageNotFound"] == ("active", "waiting")


# --- what it doesn't know -------------------------------------------------------------------------------------------


def test_a_watch_that_breaks_resolves_nothing_and_mends_nothing(yard: Yard) -> None:
    yard.policy("propose")
    yard.break_image()
    yard.operator.turn(30)
    yard.operator.pumped.deafen("Pod", Health.BROKEN, "the connection broke")
    yard.operator.mirror.fill(next(t.stream for t in yard.operator.mirror.tables() if t.stream.name == "Pod"), [])
    yard.operator.pumped.deafen("Pod", Health.BROKEN, "the connection broke")
    yard.clock.advance(60)
    yard.operator.turn(60)
    assert yard.findings() == {"ImageNotFound": ("active", "waiting")}
    assert not yard.operator.operator.ready
