"""`kora up|down|status|open|logs|doctor|init` from their words to their exit codes: a cluster, a Helm, an engine and
nodes in memory, and a small application behind a real port."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

import kora.tools.deploy as binding
from kora.audit import AuditLog
from kora.domain.findings import Finding
from kora.domain.objects import ObjectRef
from kora.helm import choice
from kora.helm.choice import Choice
from kora.images.docker import DockerEngine
from kora.kit.clock import VirtualClock, use_clock
from kora.kit.errors import Conflict
from kora.testing.cluster import Failure
from kora.testing.shipping import TEXT, World, finding, shop
from kora.tools.deploy import Means

from .conftest import Kora, behind

SECRET = ObjectRef(api_version="v1", kind="Secret", namespace="shop", name="shop-secret")


@pytest.fixture
def world(tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A shop that can be shipped from the folder `world.folder`."""
    with use_clock(VirtualClock()), shop() as server:
        made = World.make(tmp_path, server)
        made.cluster.namespace = "shop"
        (made.folder / "kora.yaml").write_text(TEXT)
        behind(made.cluster, monkeypatch)

        @contextmanager
        def forwarded(*_where: object, **_how: object) -> Iterator[int]:
            yield server.server_port

        def found(_reader: object, _namespace: str) -> list[Finding]:
            return made.findings

        means = partial(Means, engine=lambda: made.engine, make_loader=lambda *_: made.loader, diagnose=found)
        monkeypatch.setattr(binding, "Means", means)
        monkeypatch.setattr(binding, "forwarded", forwarded)
        monkeypatch.setattr(choice, "choose", lambda *_, **__: Choice(engine=made.helm, reason="a test"))
        yield made


def test_up_ships_and_a_second_time_leaves_everything_alone(kora: Kora, world: World, state: Path) -> None:
    first = kora("up", world.folder)
    assert first.code == 0, first.err
    assert re.search(r"shop is deployed, revision 1, in \d", first.out)
    again = kora("up", world.folder, "--json")
    assert again.code == 0
    *events, result = again.lines
    assert {each["event"] for each in events} == {"progress"}
    assert (result["event"], result["status"], result["changed"]) == ("result", "ok", False)
    assert {each["phase"] for each in events if each["state"] == "done"} >= {"detect", "check", "smoke", "done"}
    log = AuditLog(state / "audit")
    assert log.verify().intact
    phases = [record.prompt for record in log.records() if record.prompt]
    assert [f"kora up: {each}" for each in ("detect", "check", "build")] == phases[:3]


TROUBLES: dict[str, tuple[Callable[[World], object], int, str]] = {
    "does not build": (lambda world: world.engine.broken.add("shop-web"), 20, "BUILD_FAILED"),
    "does not get to the nodes": (lambda world: setattr(world.loader, "broken", True), 21, "LOAD_FAILED"),
    "another image on a node": (lambda world: setattr(world.loader, "stale", "node-1"), 22, "NOT_PROVEN"),
    "refuses orders": (lambda world: setattr(world.server, "broken", True), 31, "SMOKE_FAILED"),
    "no engine": (lambda world: setattr(world.engine, "down", True), 69, "UNAVAILABLE"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_up_ends_with_the_code_of_what_went_wrong(kora: Kora, world: World, trouble: str) -> None:
    cause, code, name = TROUBLES[trouble]
    cause(world)
    told = kora("up", world.folder)
    assert told.code == code, told
    assert "Next: " in told.err
    as_json = kora("up", world.folder, "--json")
    assert as_json.code == told.code
    assert as_json.lines[-1]["error"]["code"] == name
    assert as_json.err == ""


@pytest.mark.parametrize(
    ("cause", "code"),
    [("ImageNotFound", 23), ("CrashLoop", 24), ("ProbeFailing", 25), ("StorageClassMissing", 28)],
)
def test_a_broken_release_ends_with_one_cause_and_is_taken_back(
    kora: Kora, world: World, cause: str, code: int
) -> None:
    assert kora("up", world.folder).code == 0
    image = world.image()
    world.change("second")
    world.cluster.fail_when(lambda container: container["image"] != image, Failure("CrashLoopBackOff"))
    world.findings = [finding(cause)]
    told = kora("up", world.folder, "--json")
    error = told.lines[-1]["error"]
    assert told.code == code, told
    assert error["code"].startswith("ROLLOUT_")
    assert cause in error["message"]
    assert error["details"]["evidence"]
    assert world.image() == image


def test_up_refuses_a_folder_without_a_kora_yaml(kora: Kora, world: World, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    told = kora("up", tmp_path / "empty")
    assert (told.code, "Next: kora init" in told.err) == (78, True)
    (world.folder / "kora.yaml").write_text("name: shop\nservices: 3\n")
    told = kora("up", world.folder, "--json")
    assert (told.code, told.json["error"]["code"]) == (78, "MISCONFIGURED")


def test_a_value_that_the_chart_refuses_is_told_with_its_range_before_anything_is_installed(
    kora: Kora, world: World
) -> None:
    chart = world.folder / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    (chart / "values.schema.json").write_text(
        '{"properties": {"replicas": {"type": "integer", "minimum": 1, "maximum": 10}}}'
    )
    images = "images: {web: {repository: image.repository, tag: image.tag}}"
    (world.folder / "kora.yaml").write_text(f"{TEXT}chart: {{path: chart, values: {{replicas: 11}}, {images}}}\n")
    told = kora("up", world.folder)
    assert told.code == 2, told
    assert "Next: correct the chart's values: replicas may be 1 to 10 (not 11)" in told.err
    assert "upgrade" not in world.helm.calls


def test_status_is_ten_until_all_is_well(kora: Kora, world: World) -> None:
    told = kora("status", world.folder, "--json")
    assert (told.code, told.json["error"]["fix"]) == (1, "kora up")
    assert kora("up", world.folder).code == 0
    told = kora("status", world.folder)
    assert told.code == 0
    assert "shop in shop: revision 1, deployed" in told.out
    assert "shop is healthy" in told.out
    answer = kora("status", world.folder, "--json").json
    assert answer["healthy"] is True
    assert {"release", "rows", "restarts", "images", "doors"} <= set(answer)
    world.cluster.fail_image(world.image(), Failure("CrashLoopBackOff"))
    for pod in world.cluster.list("v1", "Pod", "shop"):
        world.cluster.drop(ObjectRef.of(pod))
    world.cluster.settle()
    told = kora("status", world.folder)
    assert (told.code, "kora diagnose" in told.out) == (10, True)


def test_logs_name_the_pod_and_a_wrong_service_the_right_ones(kora: Kora, world: World) -> None:
    assert kora("up", world.folder).code == 0
    (pod,) = (each["metadata"]["name"] for each in world.cluster.list("v1", "Pod", "shop"))
    world.cluster.set_logs("shop", pod, "ready on 8080\n")
    told = kora("logs", "--path", world.folder)
    assert (told.code, told.out) == (0, f"{pod} | ready on 8080\n")
    assert kora("logs", "web", "--path", world.folder, "--json").lines == [{"pod": pod, "text": "ready on 8080"}]
    told = kora("logs", "wbe", "--path", world.folder)
    assert (told.code, "there are web" in told.err) == (1, True)


def test_open_prints_the_address_and_ends(kora: Kora, world: World) -> None:
    told = kora("open", world.folder, "--seconds", 2)
    assert (told.code, "kora up" in told.err) == (1, True)
    assert kora("up", world.folder).code == 0
    port = world.server.server_port
    assert f"http://localhost:{port}/" in kora("open", world.folder, "--seconds", 2).out
    told = kora("open", world.folder, "--seconds", 2, "--json")
    assert (told.code, told.json) == (0, {"event": "open", "url": f"http://localhost:{port}/"})
    assert kora("open", world.folder, "--port", 70000).code == 2


def test_down_keeps_the_data_unless_somebody_says_yes(kora: Kora, world: World) -> None:
    assert kora("up", world.folder).code == 0
    told = kora("down", world.folder, "--json")
    assert (told.code, told.json["status"]) == (0, "ok")
    assert any("shop-secret" in each for each in told.json["stays"])
    assert world.cluster.get(SECRET) is not None
    told = kora("down", world.folder, "--volumes")
    assert (told.code, "Next: kora down --volumes --yes" in told.err) == (4, True)
    assert world.cluster.get(SECRET) is not None
    assert kora("down", world.folder, "--volumes", "--yes").code == 0
    assert world.cluster.get(SECRET) is None
    told = kora("down", world.folder)
    assert (told.code, "nothing: it was not there" in told.out) == (0, True)


def test_doctor_ends_with_ten_and_one_next_command_for_each_failure(
    kora: Kora, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DockerEngine, "version", lambda _self: world.engine.version())
    monkeypatch.setattr(DockerEngine, "free_bytes", lambda _self: world.engine.free_bytes())
    told = kora("doctor", "--json")
    assert told.json["provider"]["kind"] == "Minikube"
    by_name = {each["name"]: each for each in told.json["checks"]}
    assert {each["level"] for each in by_name.values()} <= {"fine", "weak", "missing"}
    assert told.code == (10 if any(each["level"] == "missing" for each in by_name.values()) else 0)
    world.engine.down = True
    told = kora("doctor")
    assert told.code == 10
    for line in told.out.splitlines():
        assert not line.startswith("✗") or "next: " in line


def test_init_writes_what_up_can_read_and_replaces_nothing_unasked(kora: Kora, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<p>hi</p>")
    told = kora("init", site, "--json")
    assert told.code == 0, told
    assert "kora.yaml" in told.json["written"]
    kept = (site / "kora.yaml").read_text()
    told = kora("init", site)
    assert (told.code, "nothing was written" in told.out) == (0, True)
    (site / "kora.yaml").write_text(kept + "# mine\n")
    told = kora("init", site)
    assert (told.code, "Next: kora init --yes" in told.err) == (4, True)
    assert (site / "kora.yaml").read_text().endswith("# mine\n")
    assert kora("init", site, "--yes").code == 0
    assert (site / "kora.yaml").read_text() == kept


def test_init_says_what_it_looked_for(kora: Kora, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    told = kora("init", tmp_path / "nothing")
    assert (told.code, "Next: " in told.err) == (2, True)
    assert list((tmp_path / "nothing").iterdir()) == []


def test_another_release_on_its_way_is_told(kora: Kora, world: World) -> None:
    world.helm.broken = Conflict("Helm: another operation (install/upgrade/rollback) is in progress")
    told = kora("up", world.folder, "--json")
    assert told.code not in (0, 70)
    assert told.lines[-1]["error"]["message"]
