"""From readings to scans, values and plans."""

from pathlib import Path

import pytest

from kora.domain.actors import Actor, Surface
from kora.domain.objects import Manifest
from kora.domain.plans import HelmUpgrade, NoNewRestarts, Patch
from kora.kit.clock import VirtualClock, use_clock
from kora.kit.errors import Invalid
from kora.operations.diagnose.reading import read_graph
from kora.operations.plans.effects import World
from kora.operations.rightsize.applying import draft, size_of
from kora.operations.rightsize.formulas import MEBI, Settings
from kora.operations.rightsize.result import Result
from kora.operations.rightsize.samples import NoMetrics, Reading, SampleStore, sample
from kora.operations.rightsize.scans import Scan, scan
from kora.testing.cluster import FakeCluster
from kora.testing.helm import FakeHelm
from kora.testing.manifests import deployment
from kora.testing.objects import NOW, Scene, container, ended, item, running

ANA = Actor(name="ana", surface=Surface.CLI)


@pytest.fixture(autouse=True)
def _moment() -> object:
    with use_clock(VirtualClock(NOW)):
        yield


def shop(cpu: str = "400m", memory: str = "512Mi") -> Scene:
    scene = Scene("shop")
    resources = {"requests": {"cpu": cpu, "memory": memory}, "limits": {"cpu": "1", "memory": memory}}
    scene.workload("Deployment", "web", [container("main", resources=resources)], replicas=2)
    return scene


def readings(scene: Scene, count: int = 6, *, cpu: float = 0.3, memory: float = 400.0) -> list[Reading]:
    return [
        Reading("shop", pod["metadata"]["name"], "main", f"2026-01-01T11:{minute:02}:00+00:00", cpu, memory * MEBI)
        for pod in scene.pods_of("web")
        for minute in range(count)
    ]


def scanned(scene: Scene, found: list[Reading]) -> Scan:
    return scan(read_graph(scene.reader(), ["shop"]), found, Settings())[0]


def test_krrs_shape() -> None:
    scene = shop()
    one = scanned(scene, readings(scene))
    shown = Result((one,), Settings()).as_json()
    assert set(shown) >= {"scans", "score", "strategy", "errors", "resources", "description"}
    first = shown["scans"][0]
    assert first["object"]["name"] == "web"
    assert first["object"]["allocations"]["requests"] == {"cpu": 0.4, "memory": 512 * MEBI}
    assert first["recommended"]["requests"]["cpu"] == {"value": 0.3, "severity": "OK"}
    assert first["recommended"]["requests"]["memory"] == {"value": 460 * MEBI, "severity": "GOOD"}
    assert first["recommended"]["limits"]["cpu"] == {"value": None, "severity": "WARNING"}
    assert first["recommended"]["limits"]["memory"]["value"] == 460 * MEBI
    assert first["severity"] == "WARNING"
    assert first["kora"]["peak"] == {"cpu": 0.3, "memory": 400 * MEBI}
    assert shown["score"] == 30


def test_too_few_readings_give_no_number() -> None:
    scene = shop()
    one = scanned(scene, readings(scene, 4))
    assert not one.known
    assert one.as_json()["recommended"]["requests"]["cpu"] == {"value": "?", "severity": "UNKNOWN"}
    assert one.info["memory"] == "not enough data: 4 of 5 readings"
    assert Result((one,), Settings()).changes == ()


def test_what_an_autoscaler_scales_by_is_left_alone() -> None:
    scene = shop()
    scene.autoscaler(scene.of("Deployment", "web")[0])
    one = scanned(scene, readings(scene))
    assert one.known == {"memory"}
    assert "HPA" in str(one.info["cpu"])


def test_an_oom_kill_counts_more_than_the_use() -> None:
    scene = shop(memory="200Mi")
    last = {"terminated": ended(137, "OOMKilled")}
    scene.break_pods("web", lambda name: running(name, age=60, restarts=1, lastState=last))
    one = scanned(scene, readings(scene, memory=100.0))
    assert one.recommended["limits"]["memory"] == 250 * MEBI
    assert one.severity == "CRITICAL"


def test_a_wide_limit_does_not_widen_the_request() -> None:
    scene = Scene("shop")
    resources = {"requests": {"cpu": "400m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}}
    scene.workload("Deployment", "web", [container("main", resources=resources)], replicas=2)
    one = scanned(scene, readings(scene, memory=160.0))
    # 160 MiB and 15 % are 184 MiB; the limit can only be halved at once
    assert (one.recommended["requests"]["memory"], one.recommended["limits"]["memory"]) == (184 * MEBI, 512 * MEBI)
    size = size_of(one)
    assert (size.requests["memory"], size.limits["memory"]) == ("184Mi", "512Mi")


def test_a_limit_is_never_below_its_request() -> None:
    scene = Scene("shop")
    resources = {"requests": {"cpu": "400m", "memory": "1Gi"}}
    scene.workload("Deployment", "web", [container("main", resources=resources)], replicas=2)
    one = scanned(scene, readings(scene, memory=160.0))
    assert (one.recommended["requests"]["memory"], one.recommended["limits"]["memory"]) == (512 * MEBI, 512 * MEBI)


def metrics(at: str, cpu: str = "100m") -> Manifest:
    usage = {"name": "main", "usage": {"cpu": cpu, "memory": "64Mi"}}
    return item("PodMetrics", "web-1", "shop", timestamp=at, containers=[usage])


def test_a_reading_that_repeats_itself_counts_once() -> None:
    scene = shop()
    scene.add(metrics("2026-01-01T11:00:00Z"))
    found = sample(scene.reader(), ["shop"], times=9, every=2)
    assert [(each.cpu, each.memory) for each in found] == [(0.1, 64 * MEBI)]


def test_without_a_metrics_api_it_says_so() -> None:
    scene = shop()
    scene.unserved.add("PodMetrics")
    with pytest.raises(NoMetrics):
        sample(scene.reader(), ["shop"], times=1, every=1)


def test_readings_are_kept_for_a_week(tmp_path: Path) -> None:
    store = SampleStore(tmp_path, "here")
    old = Reading("shop", "web", "main", "2025-12-01T00:00:00+00:00", 0.1, 1.0)
    new = Reading("shop", "web", "main", "2026-01-01T11:00:00+00:00", 0.1, 1.0)
    store.add([old, new])
    store.add([new])
    assert store.load("shop") == [new]
    assert SampleStore(tmp_path, "there").load("shop") == []


# --- plans ----------------------------------------------------------------------------------------------------------


def test_a_plan_sets_requests_and_the_memory_limit_and_leaves_the_cpu_limit() -> None:
    scene = shop()
    one = scanned(scene, readings(scene))
    cluster = FakeCluster([*scene.of("Deployment")], clock=VirtualClock(NOW))
    made = draft(World(cluster), [size_of(one)], actor=ANA).plan
    action = made.steps[0].action
    assert isinstance(action, Patch)
    resources = action.patch["spec"]["template"]["spec"]["containers"][0]["resources"]
    assert resources == {"requests": {"cpu": "300m", "memory": "460Mi"}, "limits": {"memory": "460Mi"}}
    assert made.steps[0].undo
    assert any(isinstance(each, NoNewRestarts) for each in made.postconditions)


def test_a_request_never_exceeds_a_limit_that_stays() -> None:
    scene = shop()
    assert size_of(scanned(scene, readings(scene, cpu=1.7))).requests["cpu"] == "1"


def chart(folder: Path) -> Path:
    (folder / "values.yaml").write_text("api: {resources: {}}\njob: {resources: {}}\nweb: {size: {resources: {}}}\n")
    return folder


def render(_chart: str, release: str, namespace: str, values: dict[str, object]) -> list[Manifest]:
    made = deployment("web", "web:1", namespace=namespace)
    made["metadata"]["annotations"] = {
        "meta.helm.sh/release-name": release,
        "meta.helm.sh/release-namespace": namespace,
    }
    web = values.get("web") or {}
    size = web.get("size") if isinstance(web, dict) else None
    made["spec"]["template"]["spec"]["containers"][0]["resources"] = (size or {}).get("resources") or {}
    return [made]


def test_a_release_is_changed_through_its_values_found_by_rendering(tmp_path: Path) -> None:
    cluster = FakeCluster(clock=VirtualClock(NOW))
    helm = FakeHelm(cluster, render)
    helm.upgrade("shop", "shop", "chart", {"keep": "me"})
    scene = shop()
    size = size_of(scanned(scene, readings(scene)))
    with pytest.raises(Invalid, match="release shop"):
        draft(World(cluster, helm), [size], actor=ANA)
    made = draft(World(cluster, helm), [size], actor=ANA, chart=str(chart(tmp_path))).plan
    action = made.steps[0].action
    assert isinstance(action, HelmUpgrade)
    assert action.values == {
        "keep": "me",
        "web": {"size": {"resources": {"requests": {"cpu": "300m", "memory": "460Mi"}, "limits": {"memory": "460Mi"}}}},
    }
