"""Right-sizing as a standing duty: from the operator's own samples to a plan, by level; with rests, bounds and undo."""

import base64
import gzip
import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from yard import WEB, Yard

from kora.domain.objects import Manifest
from kora.domain.plans import HelmUpgrade, PlanState
from kora.kit import clock
from kora.operations.rightsize.charts import ChartUnknown, stored_chart
from kora.operations.rightsize.samples import Reading, SampleStore
from kora.operator.sizing import STORE
from kora.operator.usage import Usage
from kora.testing.cluster import Failure
from kora.testing.helm import FakeHelm
from kora.testing.manifests import ref
from kora.testing.operator import FakeOperator

MEBI = 2**20


def use(yard: Yard, name: str = "web", *, cpu: float = 0.05, memory: float = 400.0, count: int = 60) -> None:
    """`name` used so much for the last minutes, once a minute."""
    pods = [each["metadata"]["name"] for each in yard.cluster.every("Pod") if each["metadata"]["name"].startswith(name)]
    SampleStore(yard.home, STORE).add(
        Reading("shop", pod, "main", (clock.now() - timedelta(minutes=minute)).isoformat(), cpu, memory * MEBI)
        for pod in pods
        for minute in range(count)
    )


def roomy(yard: Yard) -> None:
    """web asks for far more than it uses."""
    resources = {"requests": {"cpu": "2", "memory": "2Gi"}, "limits": {"cpu": "2", "memory": "2Gi"}}
    change = {"containers": [{"name": "main", "resources": resources}]}
    yard.cluster.change(WEB, {"spec": {"template": {"spec": change}}})
    yard.cluster.settle()


def resources(yard: Yard) -> Any:
    live = yard.cluster.get(WEB)
    assert live is not None
    return live["spec"]["template"]["spec"]["containers"][0]["resources"]


def sized(yard: Yard) -> str:
    """What the policy's status says about sizes."""
    conditions = yard.operator.objects("AgentPolicy")[0]["status"]["conditions"]
    return next((each["message"] for each in conditions if each["type"] == "Sized"), "")


def test_too_few_samples_are_said_and_give_no_plan(yard: Yard) -> None:
    roomy(yard)
    use(yard, count=59)
    yard.policy("autonomous")
    yard.operator.turn(120, step=5)
    assert "too few samples for 2 (at most 59 of 60)" in sized(yard)
    conditions = yard.operator.objects("AgentPolicy")[0]["status"]["conditions"]
    assert next(each["status"] for each in conditions if each["type"] == "Sized") == "False"
    assert yard.operator.plans() == []
    assert 'kora_rightsize_workloads{fit="unknown"} 2' in yard.operator.metrics.text()


def test_with_every_measurement_it_looks_whether_there_are_enough_by_now(yard: Yard) -> None:
    roomy(yard)
    use(yard, count=59)
    yard.policy("propose", capabilities={"resourceOptimization": {"interval": "1d"}})
    yard.operator.turn(120, step=5)
    assert yard.operator.plans() == []
    use(yard)
    yard.operator.turn(70, step=5)
    assert [each.state for each in yard.operator.plans()] == [PlanState.PROPOSED]


def test_the_interval_of_the_policy_is_kept(yard: Yard) -> None:
    use(yard)
    use(yard, "other")
    yard.policy("observe", capabilities={"resourceOptimization": {"interval": "1h"}})
    yard.operator.turn(7200, step=30)
    sizes = [each for each in yard.operator.crew.begun if each.task == "size"]
    assert len(sizes) == 2
    yard.policy("observe", capabilities={"resourceOptimization": {"interval": "5m"}})
    yard.operator.turn(1200, step=30)
    sizes = [each for each in yard.operator.crew.begun if each.task == "size"]
    assert len(sizes) == 2 + 4


@pytest.mark.parametrize("level", ["propose", "supervised"])
def test_below_autonomous_the_plan_waits(yard: Yard, level: str) -> None:
    roomy(yard)
    use(yard)
    yard.policy(level)
    yard.operator.turn(120, step=5)
    (plan,) = yard.operator.plans()
    assert (plan.state, plan.plan.goal) == (PlanState.PROPOSED, "Right-size deployment/web")
    assert yard.cluster.requests == []
    yard.operator.approve(plan.plan.id, plan.hash)
    yard.operator.turn(200, step=5)
    assert yard.operator.plans()[0].state is PlanState.DONE
    # cut by half at once; the CPU limit stays
    assert resources(yard) == {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "2", "memory": "1Gi"}}


def test_what_waits_is_carried_out_once_policy_lets_it(yard: Yard) -> None:
    roomy(yard)
    use(yard)
    yard.policy("supervised")
    yard.operator.turn(120, step=5)
    assert [each.state for each in yard.operator.plans()] == [PlanState.PROPOSED]
    yard.policy("autonomous")
    yard.operator.turn(900, step=10)
    assert [each.state for each in yard.operator.plans()] == [PlanState.REJECTED, PlanState.DONE]
    assert "policy lets Kora do it by itself now" in yard.operator.plans()[0].reason
    assert resources(yard)["requests"] == {"cpu": "1", "memory": "1Gi"}


def test_what_waits_is_not_made_twice_and_is_made_anew_when_the_cluster_moved_on(yard: Yard) -> None:
    roomy(yard)
    use(yard)
    yard.policy("propose")
    yard.operator.turn(1300, step=10)
    (first,) = yard.operator.plans()
    assert any(
        f"the plan {first.plan.id} waits for a person" in str(each.get("notes")) for each in yard.operator.said()
    )
    # only the object's content counts, not the use: somebody adds a variable
    change = {"containers": [{"name": "main", "env": [{"name": "A", "value": "1"}]}]}
    yard.cluster.change(WEB, {"spec": {"template": {"spec": change}}})
    yard.cluster.settle()
    use(yard)
    yard.operator.turn(700, step=10)
    states = [each.state for each in yard.operator.plans()]
    assert states == [PlanState.REJECTED, PlanState.PROPOSED]
    assert "the cluster moved on" in yard.operator.plans()[0].reason
    yard.operator.turn(3600, step=30)
    assert yard.operator.plans()[-1].state is PlanState.PROPOSED  # one that nobody answered in time is made anew


def test_who_observes_says_what_would_fit(yard: Yard) -> None:
    roomy(yard)
    use(yard)
    yard.policy("observe")
    yard.operator.turn(120, step=5)
    assert yard.operator.plans() == []
    assert "1 could ask for something else" in sized(yard)
    assert any("requests.cpu=1" in str(each.get("notes")) for each in yard.operator.said())


def test_autonomous_applies_verifies_and_rests(yard: Yard) -> None:
    roomy(yard)
    use(yard)
    yard.policy("autonomous")
    yard.operator.turn(300, step=5)
    assert [each.state for each in yard.operator.plans()] == [PlanState.DONE]
    assert resources(yard)["requests"] == {"cpu": "1", "memory": "1Gi"}
    yard.clock.advance(3600)
    use(yard)
    yard.operator.turn(1300, step=20)
    assert len(yard.operator.plans()) == 1  # it rests for a day
    yard.clock.advance(86_400)
    use(yard)
    yard.operator.turn(1300, step=20)
    assert [each.state for each in yard.operator.plans()] == [PlanState.DONE, PlanState.DONE]
    assert resources(yard)["requests"]["memory"] == "512Mi"


def test_a_size_that_kills_is_taken_back_and_rests_longer(yard: Yard) -> None:
    roomy(yard)
    before = resources(yard)
    yard.cluster.fail_when(
        lambda each: each.get("resources", {}).get("limits", {}).get("memory") == "1Gi",
        Failure("OOMKilled", exit_code=137),
    )
    use(yard)
    yard.policy("autonomous")
    yard.operator.turn(600, step=5)
    assert [each.state for each in yard.operator.plans()] == [PlanState.ROLLED_BACK]
    assert resources(yard) == before
    yard.clock.advance(2 * 86_400)
    use(yard)
    yard.operator.turn(1300, step=20)
    assert len(yard.operator.plans()) == 1


def test_what_fits_well_enough_is_left_alone(yard: Yard) -> None:
    wanted = {"requests": {"cpu": "100m", "memory": "512Mi"}, "limits": {"memory": "512Mi"}}
    yard.cluster.change(WEB, {"spec": {"template": {"spec": {"containers": [{"name": "main", "resources": wanted}]}}}})
    yard.cluster.settle()
    use(yard, cpu=0.06, memory=420)
    yard.policy("autonomous")
    yard.operator.turn(700, step=10)
    assert yard.operator.plans() == []
    assert sized(yard).startswith("shop: 1 of 2 containers fit, 0 could")


def test_no_limit_is_added_where_nobody_had_set_one(yard: Yard) -> None:
    yard.cluster.change(
        ref("Deployment", "other"),
        {"spec": {"template": {"spec": {"containers": [{"name": "main", "resources": {"requests": {"cpu": "2"}}}]}}}},
    )
    yard.cluster.settle()
    use(yard, "other")
    yard.policy("autonomous")
    yard.operator.turn(300, step=5)
    live = yard.cluster.get(ref("Deployment", "other"))
    assert live is not None
    found = live["spec"]["template"]["spec"]["containers"][0]["resources"]
    assert found["requests"] == {"cpu": "1", "memory": "460Mi"}
    assert "limits" not in found or not found["limits"]


def test_the_bounds_of_the_policy_hold(yard: Yard) -> None:
    tight = {"requests": {"cpu": "100m", "memory": "300Mi"}, "limits": {"memory": "300Mi"}}
    yard.cluster.change(WEB, {"spec": {"template": {"spec": {"containers": [{"name": "main", "resources": tight}]}}}})
    yard.cluster.settle()
    use(yard, memory=2000)
    yard.policy("autonomous", capabilities={"resourceOptimization": {"maxMemoryFactor": 2, "maxMemory": "512Mi"}})
    yard.operator.turn(300, step=5)
    assert resources(yard)["limits"]["memory"] == "512Mi"
    assert resources(yard)["requests"]["memory"] == "512Mi"


@pytest.mark.parametrize("hindrance", ["finding", "opt-out", "pause", "off"])
def test_what_keeps_it_from_changing_sizes(yard: Yard, hindrance: str) -> None:
    roomy(yard)
    use(yard)
    more: dict[str, Any] = {}
    match hindrance:
        case "finding":  # a cure that is only proposed comes first
            yard.cluster.fail_when(lambda each: each["image"] == "web:1", Failure("Error", exit_code=1))
        case "opt-out":
            yard.cluster.change(WEB, {"metadata": {"annotations": {"kora.taskora.dev/ignore": "true"}}})
        case "pause":
            more = {"paused": True}
        case "off":
            more = {"capabilities": {"resourceOptimization": {"enabled": False}}}
    yard.policy("autonomous", **more)
    yard.operator.turn(300, step=5)
    assert not [each for each in yard.operator.plans() if each.plan.goal.startswith("Right-size")]
    assert resources(yard)["limits"]["memory"] == "2Gi"


# --- samples --------------------------------------------------------------------------------------------------------


def measured(yard: Yard, policy: dict[str, Any]) -> tuple[Usage, list[str | None]]:
    """A `Usage` over the yard, and the places that it asked for."""
    yard.policy("observe", capabilities=policy)
    yard.operator.turn(10, step=5)
    asked: list[str | None] = []

    class Listening:
        def list(self, _api: str, kind: str, namespace: str | None, **_more: Any) -> Iterable[Manifest]:
            assert kind == "PodMetrics"
            asked.append(namespace)
            return [
                {
                    "metadata": {"name": "web-1", "namespace": space},
                    "timestamp": clock.now().isoformat(),
                    "containers": [{"name": "main", "usage": {"cpu": "5m", "memory": "10Mi"}}],
                }
                for space in ("shop", "vault")
            ]

    usage = Usage(
        Listening(),  # type: ignore[arg-type]
        yard.home,
        yard.operator._covers,
        yard.operator.metrics,
        yard.operator.log,
    )
    for _ in range(60):
        usage.measure(yard.operator.coverage, yard.operator.operator.namespaces())
        yard.clock.advance(5)
    return usage, asked


def test_it_measures_as_often_as_the_policy_says_and_only_there(yard: Yard) -> None:
    usage, asked = measured(yard, {"resourceMonitoring": {"interval": "60s"}})
    assert asked == ["shop"] * 5
    assert {each["metadata"]["namespace"] for each in usage.pods(None)} == {"shop"}
    assert len(SampleStore(yard.home, STORE).load("shop")) == 5
    assert SampleStore(yard.home, STORE).load("vault") == []


def test_resource_monitoring_off_asks_nothing(yard: Yard) -> None:
    usage, asked = measured(yard, {"resourceMonitoring": {"enabled": False}})
    assert asked == []
    assert usage.pods(None) == []


def test_without_right_sizing_no_samples_are_kept(yard: Yard) -> None:
    usage, asked = measured(yard, {"resourceOptimization": {"enabled": False}})
    assert asked
    assert usage.pods("shop")
    assert SampleStore(yard.home, STORE).load("shop") == []


# --- through the release --------------------------------------------------------------------------------------------

TEMPLATE = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    meta.helm.sh/release-name: {{ .Release.Name }}
    meta.helm.sh/release-namespace: {{ .Release.Namespace }}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: main
          image: {{ .Values.image }}
          resources: {{ toYaml .Values.web.resources | nindent 12 }}
"""
VALUES = {
    "image": "web:1",
    "web": {"resources": {"requests": {"cpu": "2", "memory": "2Gi"}, "limits": {"memory": "2Gi"}}},
}


def record(chart: dict[str, Any], revision: int = 1) -> Manifest:
    """The Secret in which Helm keeps a release."""
    told = json.dumps({"name": "shop", "version": revision, "chart": chart}).encode()
    packed = base64.b64encode(base64.b64encode(gzip.compress(told))).decode()
    labels = {"owner": "helm", "status": "deployed", "name": "shop", "version": str(revision)}
    metadata = {"name": f"sh.helm.release.v1.shop.v{revision}", "namespace": "shop", "labels": labels}
    made = {"apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1", "metadata": metadata}
    return made | {"data": {"release": packed}}


def chart_of(template: str = TEMPLATE, **more: Any) -> dict[str, Any]:
    data = base64.b64encode(template.encode()).decode()
    return {
        "metadata": {"apiVersion": "v2", "name": "shop", "version": "1.0.0"},
        "values": VALUES,
        "templates": [{"name": "templates/web.yaml", "data": data}],
        "files": [],
    } | more


def test_what_comes_from_a_release_is_sized_through_the_chart_that_is_stored_with_it(yard: Yard) -> None:
    yard.cluster.drop(WEB)
    yard.cluster.add(record(chart_of()))
    folder = stored_chart(yard.cluster, "shop", "shop", yard.home)
    helm = FakeHelm(yard.cluster)
    helm.upgrade("shop", "shop", str(folder), {"image": "web:1"})
    yard.cluster.settle()
    use(yard)
    yard.operator = FakeOperator(yard.cluster, yard.home, yard.clock, helm=helm)
    yard.policy("propose")
    yard.operator.turn(120, step=5)
    (plan,) = yard.operator.plans()
    action = plan.plan.steps[0].action
    assert isinstance(action, HelmUpgrade)
    assert action.values == {
        "image": "web:1",
        "web": {"resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}},
    }
    yard.operator.approve(plan.plan.id, plan.hash)
    yard.operator.turn(300, step=5)
    assert yard.operator.plans()[0].state is PlanState.DONE
    assert resources(yard)["requests"] == {"cpu": "1", "memory": "1Gi"}


def test_a_release_whose_chart_can_not_be_had_is_left_to_a_person(yard: Yard) -> None:
    notes = {"meta.helm.sh/release-name": "shop", "meta.helm.sh/release-namespace": "shop"}
    yard.cluster.change(WEB, {"metadata": {"annotations": notes}})
    roomy(yard)
    use(yard)
    yard.policy("autonomous")
    yard.operator.turn(300, step=5)
    assert yard.operator.plans() == []
    assert any("kora rightsize -n shop --chart CHART --apply" in str(each) for each in yard.operator.said())


@pytest.mark.parametrize(
    "chart",
    [
        chart_of(metadata={"name": "shop", "dependencies": [{"name": "db"}]}),
        chart_of(files=[{"name": "../../outside", "data": ""}]),
        chart_of(files=[{"name": "/etc/passwd", "data": ""}]),
        chart_of(files=[{"name": "Chart.yaml", "data": ""}]),
        {"metadata": {}},
    ],
)
def test_a_record_that_is_no_whole_chart_is_refused(yard: Yard, chart: dict[str, Any], tmp_path: Path) -> None:
    yard.cluster.add(record(chart))
    with pytest.raises(ChartUnknown):
        stored_chart(yard.cluster, "shop", "shop", yard.home)
    assert not list(yard.home.glob("charts/**/*.yaml"))


def test_damaged_records_are_refused(yard: Yard) -> None:
    broken = record(chart_of())
    broken["data"]["release"] = base64.b64encode(b"!!").decode()
    yard.cluster.add(broken)
    with pytest.raises(ChartUnknown, match="damaged"):
        stored_chart(yard.cluster, "shop", "shop", yard.home)


def test_the_newest_revision_counts(yard: Yard) -> None:
    yard.cluster.add(record(chart_of(), 9))
    yard.cluster.add(record(chart_of(values={"image": "web:2"}), 10))
    folder = stored_chart(yard.cluster, "shop", "shop", yard.home)
    assert "web:2" in (folder / "values.yaml").read_text()
