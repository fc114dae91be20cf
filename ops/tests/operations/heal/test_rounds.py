"""Passes over a fake cluster: what is known is mended on the right object and verified; what does not help is taken
back, escalated and not repeated; breaker, limits, levels and the kill switch hold."""

import pytest
from healing_shop import WEB, Shop

from kora.domain.plans import HelmRollback, PlanState
from kora.domain.risk import Autonomy
from kora.operations.heal.report import Fate, Line, PassReport
from kora.operations.heal.switch import pause, resume
from kora.operations.plans.store import PlanStore
from kora.policy.document import PolicyDocument, parse
from kora.testing.cluster import Failure
from kora.testing.helm import FakeHelm
from kora.testing.manifests import deployment, ref, service
from kora.tools.heal import at_level


def only(report: PassReport) -> Line:
    assert len(report.lines) == 1, [(each.finding.cause, each.fate, each.reason) for each in report.lines]
    return report.lines[0]


def test_a_healthy_namespace_gets_no_write(shop: Shop) -> None:
    before = shop.versions("")
    report = shop.heal(Autonomy.AUTONOMOUS)
    assert report.lines == ()
    assert not report.remains
    assert shop.cluster.requests == []
    assert shop.versions("") == before
    assert PlanStore(shop.home).everything()[0] == ()


def test_a_broken_rollout_goes_back_to_the_revision_that_serves(shop: Shop) -> None:
    shop.break_image()
    neighbours = shop.versions("other", "settings")
    line = only(shop.heal())
    assert (line.finding.cause, line.fate) == ("ImageNotFound", Fate.HEALED)
    assert shop.container()["image"] == "web:1"
    assert {target for _, target in shop.cluster.requests} == {WEB}
    assert shop.versions("other", "settings") == neighbours
    assert shop.heal().lines == ()


def test_memory_is_raised_by_half_after_an_oom_kill(shop: Shop) -> None:
    shop.run_out_of_memory(until="96Mi")
    line = only(shop.heal())
    assert (line.finding.cause, line.fate) == ("OOMKilled", Fate.HEALED), line.reason
    assert shop.container()["resources"] == {"limits": {"memory": "96Mi"}, "requests": {"memory": "32Mi"}}


def test_what_does_not_help_is_taken_back_escalated_and_not_repeated(shop: Shop) -> None:
    shop.run_out_of_memory()
    line = only(shop.heal())
    assert line.fate is Fate.ROLLED_BACK, line.reason
    assert shop.container()["resources"]["limits"]["memory"] == "64Mi"
    written = len(shop.cluster.requests)
    shop.wait(3600)
    again = only(shop.heal(Autonomy.AUTONOMOUS))
    assert again.fate is Fate.ESCALATED
    assert "did not help" in again.reason
    assert len(shop.cluster.requests) == written


def test_after_somebody_changed_the_object_it_is_tried_again(shop: Shop) -> None:
    shop.run_out_of_memory(until="150Mi")
    assert only(shop.heal()).fate is Fate.ROLLED_BACK
    shop.wait(3600)
    shop.change({"containers": [{"name": "main", "resources": {"limits": {"memory": "100Mi"}}}]})
    assert only(shop.heal()).fate is Fate.HEALED
    assert shop.container()["resources"]["limits"]["memory"] == "150Mi"


def test_a_selector_that_misses_by_a_little(shop: Shop) -> None:
    shop.cluster.change(ref("Service", "web"), {"spec": {"selector": {"app": "wbe"}}})
    shop.wait(10)
    line = only(shop.heal())
    assert (line.finding.cause, line.fate) == ("ServiceSelectorMismatch", Fate.HEALED), line.reason
    live = shop.cluster.get(ref("Service", "web"))
    assert live is not None
    assert live["spec"]["selector"] == {"app": "web"}


def test_a_selector_with_the_wrong_key_loses_it(shop: Shop) -> None:
    shop.cluster.add(service("web", selector={"name": "web"}))
    shop.wait(10)
    assert only(shop.heal()).fate is Fate.HEALED
    live = shop.cluster.get(ref("Service", "web"))
    assert live is not None
    assert live["spec"]["selector"] == {"app": "web"}


def test_a_target_port_that_no_container_names(shop: Shop) -> None:
    shop.change({"containers": [{"name": "main", "ports": [{"containerPort": 8080, "name": "http"}]}]})
    broken = service("web", selector={"app": "web"})
    broken["spec"]["ports"] = [{"name": "x", "port": 80, "targetPort": "htpp"}, {"name": "y", "port": 81}]
    broken["spec"]["ports"][1]["targetPort"] = "http"
    shop.cluster.add(broken)
    shop.wait(10)
    line = only(shop.heal())
    assert (line.finding.cause, line.fate) == ("ServicePortMismatch", Fate.HEALED), line.reason
    live = shop.cluster.get(ref("Service", "web"))
    assert live is not None
    assert [each["targetPort"] for each in live["spec"]["ports"]] == ["http", "http"]


@pytest.mark.parametrize("level", list(Autonomy))
def test_missing_configuration_is_escalated_without_a_write(shop: Shop, level: Autonomy) -> None:
    lost = deployment("lost", "lost:1", replicas=1)
    lost["spec"]["template"]["spec"]["containers"][0]["envFrom"] = [{"configMapRef": {"name": "nowhere-at-all"}}]
    shop.cluster.fail_image("lost:1", Failure("CreateContainerConfigError", 'configmap "nowhere-at-all" not found'))
    shop.cluster.add(lost)
    shop.wait(20)
    line = only(shop.heal(level))
    assert (line.finding.cause, line.fate) == ("ConfigMapMissing", Fate.ESCALATED)
    assert line.steps
    assert shop.cluster.requests == []


def test_a_near_name_waits_for_a_person_at_every_level(shop: Shop) -> None:
    lost = deployment("lost", "lost:1", replicas=1)
    lost["spec"]["template"]["spec"]["containers"][0]["envFrom"] = [{"configMapRef": {"name": "setings"}}]
    shop.cluster.fail_image("lost:1", Failure("CreateContainerConfigError", 'configmap "setings" not found'))
    shop.cluster.add(lost)
    shop.wait(20)
    line = only(shop.heal(Autonomy.AUTONOMOUS))
    assert (line.finding.cause, line.fate) == ("ConfigMapMissing", Fate.WAITING), line.reason
    assert shop.cluster.requests == []
    assert line.plan is not None
    assert "settings" in PlanStore(shop.home).load(line.plan["id"]).diff


# --- levels, limits, the switch -------------------------------------------------------------------------------------


def test_the_level_decides_how_far_it_goes(shop: Shop) -> None:
    shop.break_image()
    assert only(shop.heal(Autonomy.OBSERVE)).fate is Fate.OBSERVED
    assert PlanStore(shop.home).everything()[0] == ()
    assert only(shop.heal(Autonomy.PROPOSE)).fate is Fate.WAITING
    assert shop.container()["image"] == "web:2"
    assert shop.cluster.requests == []


def test_a_waiting_plan_is_not_made_twice_and_is_replaced_when_it_no_longer_fits(shop: Shop) -> None:
    shop.break_image()
    first, second = (only(shop.heal(Autonomy.PROPOSE)) for _ in range(2))
    assert first.plan is not None
    assert second.plan is not None
    assert first.plan["id"] == second.plan["id"]
    shop.cluster.change(WEB, {"metadata": {"labels": {"touched": "yes"}}})
    third = only(shop.heal(Autonomy.PROPOSE))
    assert third.plan is not None
    assert third.plan["id"] != first.plan["id"]
    assert PlanStore(shop.home).load(first.plan["id"]).state is PlanState.REJECTED


def test_a_dry_run_stores_and_changes_nothing(shop: Shop) -> None:
    shop.break_image()
    line = only(shop.heal(dry_run=True))
    assert line.fate is Fate.PLANNED
    assert "web:1" in line.diff
    assert shop.cluster.requests == []
    assert PlanStore(shop.home).everything()[0] == ()


def test_the_document_lowers_what_the_caller_asks_for(shop: Shop) -> None:
    shop.break_image()
    policy = parse({"autonomy": {"level": "autonomous", "namespaces": {"shop": "propose"}}})
    assert only(shop.heal(Autonomy.AUTONOMOUS, policy=policy)).fate is Fate.WAITING


def test_the_switch_stops_everything_until_it_is_released(shop: Shop) -> None:
    shop.break_image()
    pause(shop.home, "ana", "we are looking ourselves")
    line = only(shop.heal(Autonomy.AUTONOMOUS))
    assert line.fate is Fate.DENIED
    assert "we are looking ourselves" in line.reason
    assert shop.cluster.requests == []
    resume(shop.home)
    assert only(shop.heal()).fate is Fate.HEALED


def test_a_damaged_switch_holds(shop: Shop) -> None:
    shop.break_image()
    (shop.home / "paused.json").write_text("{")
    assert only(shop.heal(Autonomy.AUTONOMOUS)).fate is Fate.DENIED


def test_an_object_that_opted_out_is_left_alone(shop: Shop) -> None:
    shop.cluster.change(WEB, {"metadata": {"annotations": {"kora.taskora.dev/ignore": "true"}}})
    shop.break_image()
    line = only(shop.heal(Autonomy.AUTONOMOUS))
    assert line.fate is Fate.DENIED
    assert "opted out" in line.reason
    assert shop.cluster.requests == []
    assert not PlanStore(shop.home).everything()[0], "no plan is made only to be denied: a loop would make many"


def test_the_breaker_opens_after_failures(shop: Shop) -> None:
    policy = parse({"autonomy": {"level": "autonomous"}, "limits": {"circuitBreaker": {"failures": 2}}})
    for name in ("aa", "bb", "cc"):
        shop.cluster.add(shop.limited(name, "64Mi"))
    shop.cluster.settle()
    shop.cluster.fail_when(
        lambda container: container["image"] in ("aa:1", "bb:1", "cc:1"), Failure("OOMKilled", "", 137)
    )
    shop.wait(20)
    fates = sorted(each.fate for each in shop.heal(Autonomy.AUTONOMOUS, policy=policy).lines)
    assert fates == [Fate.ROLLED_BACK, Fate.ROLLED_BACK, Fate.WAITING]


def test_two_changes_of_one_object_are_apart_by_the_cooldown(shop: Shop) -> None:
    shop.break_image()
    assert only(shop.heal()).fate is Fate.HEALED
    shop.break_image()
    line = only(shop.heal())
    assert line.fate is Fate.WAITING
    assert "less than 5m ago" in line.reason


# --- bounds of memory -----------------------------------------------------------------------------------------------


def limit_range(**limit: object) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "bounds", "namespace": "shop"},
        "spec": {"limits": [{"type": "Container", **limit}]},
    }


def test_a_limit_range_bounds_the_raise(shop: Shop) -> None:
    shop.cluster.add(limit_range(max={"memory": "80Mi"}))
    shop.run_out_of_memory(until="80Mi")
    assert only(shop.heal()).fate is Fate.HEALED
    assert shop.container()["resources"]["limits"]["memory"] == "80Mi"


@pytest.mark.parametrize(
    ("bound", "policy"),
    [
        (limit_range(max={"memory": "64Mi"}), {}),
        (limit_range(maxLimitRequestRatio={"memory": "2"}), {}),
        (None, {"capabilities": {"resourceOptimization": {"maxMemory": "64Mi"}}}),
        (None, {"capabilities": {"resourceOptimization": {"maxMemoryFactor": 1.0}}}),
    ],
)
def test_where_there_is_no_room_a_person_is_told(
    shop: Shop, bound: dict[str, object] | None, policy: dict[str, object]
) -> None:
    if bound:
        shop.cluster.add(bound)
    shop.run_out_of_memory()
    line = only(shop.heal(policy=parse({"autonomy": {"level": "supervised"}, **policy})))
    assert line.fate is Fate.ESCALATED
    assert "can't be raised" in line.reason
    assert shop.cluster.requests == []


# --- releases -------------------------------------------------------------------------------------------------------


def test_an_object_of_a_release_is_mended_through_the_release(shop: Shop) -> None:
    def render(_chart: str, release: str, namespace: str, values: dict[str, object]) -> list[dict[str, object]]:
        made = deployment("api", str(values["image"]), replicas=2, namespace=namespace)
        made["metadata"]["annotations"] = {
            "meta.helm.sh/release-name": release,
            "meta.helm.sh/release-namespace": namespace,
        }
        return [made]

    helm = FakeHelm(shop.cluster, render)
    shop.helm = helm
    helm.upgrade("api", "shop", "chart", {"image": "api:1"})
    shop.cluster.settle()
    shop.cluster.fail_image("api:2", Failure("ImagePullBackOff", "api:2: not found"))
    helm.upgrade("api", "shop", "chart", {"image": "api:2"})
    shop.wait(20)
    line = only(shop.heal())
    assert line.fate is Fate.HEALED, line.reason
    assert helm.calls[-1] == "rollback 1"
    assert line.plan is not None
    action = PlanStore(shop.home).load(line.plan["id"]).plan.steps[0].action
    assert isinstance(action, HelmRollback)


def test_the_level_of_a_person_without_a_document_holds_everywhere() -> None:
    assert at_level(PolicyDocument(), Autonomy.SUPERVISED).autonomy.for_namespace("any") is Autonomy.SUPERVISED


def test_whoever_comes_again_at_once_hears_each_line_and_sees_one_change_a_pass(shop: Shop) -> None:
    """What a person has to decide about is said before anything that takes long."""
    lost = deployment("lost", "lost:1", replicas=1)
    lost["spec"]["template"]["spec"]["containers"][0]["envFrom"] = [{"configMapRef": {"name": "setings"}}]
    shop.cluster.fail_image("lost:1", Failure("CreateContainerConfigError", 'configmap "setings" not found'))
    shop.cluster.add(lost)
    shop.cluster.fail_image("other:2", Failure("ImagePullBackOff", "other:2: not found"))
    template = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "other:2"}]}}}}
    shop.cluster.change(ref("Deployment", "other"), template)
    shop.break_image()
    told: list[Fate] = []
    first = shop.heal(tell=lambda line: told.append(line.fate))
    assert told == [Fate.WAITING, Fate.HEALED]
    assert sorted(each.fate for each in first.lines) == sorted(told)
    second = shop.heal(tell=lambda line: told.append(line.fate))
    assert Fate.HEALED in [each.fate for each in second.lines]
    assert [each.fate for each in shop.heal().lines] == [Fate.WAITING]
