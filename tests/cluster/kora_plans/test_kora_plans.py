"""Plans on a real cluster, through the command line: refused when somebody else was quicker, rolled back when the check
fails, undone, and resumed after ``kill -9``. Needs KUBECONFIG and an image that serves (taskora-frontend:dev)."""

import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.kora_plans.place import IMAGE, Place

from kora.audit import AuditLog
from kora.cluster.client import KubernetesReader, connect
from kora.cluster.writer import open_writer
from kora.domain.objects import ObjectRef
from kora.operations.plans.content import content
from kora.testing.manifests import config_map, deployment, service

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(not os.environ.get("KUBECONFIG"), reason="needs a Kubernetes cluster (KUBECONFIG)"),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[KubernetesReader, str]]:
    reader = connect()
    name = f"kora-plans-{secrets.token_hex(3)}"
    writer = open_writer(reader)
    writer.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    try:
        yield reader, name
    finally:
        writer.delete(ObjectRef(api_version="v1", kind="Namespace", name=name))
        reader.close()


@pytest.fixture
def place(shared: tuple[KubernetesReader, str], tmp_path: Path) -> Place:
    reader, namespace = shared
    place = Place(reader, namespace, tmp_path / "home")
    web = deployment("web", IMAGE, replicas=1, namespace=namespace)
    spec = web["spec"]["template"]["spec"]
    spec["terminationGracePeriodSeconds"] = 1
    spec["containers"][0]["imagePullPolicy"] = "IfNotPresent"
    place.writer.apply(web)
    place.writer.apply(service("web", selector={"app": "web"}, namespace=namespace, port=3000))
    place.writer.apply(config_map("settings", {"colour": "blue"}, namespace=namespace))
    place.until(lambda: place.ready_endpoints() == 1)
    return place


def test_somebody_elses_change_between_plan_and_approval_is_refused(place: Place) -> None:
    plan = place.propose("workload.scale", kind="deployment", name="web", replicas=2)
    target = place.ref("Deployment", "web")
    place.writer.patch(target, {"metadata": {"labels": {"changed-by": "ben"}}})
    code, answer = place.kora("approve", plan, "--yes")
    assert (code, answer["error"]["code"]) == (1, "PLAN_VOID")
    assert place.live("Deployment", "web")["spec"]["replicas"] == 1
    again, answer = place.kora("approve", plan, "--yes")
    assert (again, answer["error"]["code"]) == (1, "PLAN_NOT_OPEN")


def test_a_change_is_applied_verified_undone_and_nothing_else_moves(place: Place) -> None:
    bystander = place.live("ConfigMap", "settings")["metadata"]["resourceVersion"]
    before = content(place.live("Deployment", "web"))
    plan = place.propose("workload.scale", kind="deployment", name="web", replicas=2)
    code, answer = place.kora("approve", plan, "--yes")
    assert (code, answer["status"], answer["plan"]["state"]) == (0, "ok", "done")
    assert place.live("Deployment", "web")["status"]["readyReplicas"] == 2
    code, answer = place.kora("approve", plan, "--yes")
    assert (code, answer["error"]["code"]) == (1, "PLAN_NOT_OPEN")
    code, answer = place.kora("undo", plan, "--yes")
    assert (code, answer["plan"]["state"]) == (0, "done")
    assert content(place.live("Deployment", "web")) == before
    assert place.live("ConfigMap", "settings")["metadata"]["resourceVersion"] == bystander
    assert AuditLog(place.home / "audit").verify().intact


def test_a_bad_image_is_rolled_back_and_verified_again_while_the_old_pods_serve(place: Place) -> None:
    before = content(place.live("Deployment", "web"))
    plan = place.propose("workload.set_image", kind="deploy", name="web", image="registry.invalid/none:1")
    running = subprocess.Popen(
        place.command("approve", plan, "--yes"), env=place.environment, stdout=subprocess.PIPE, text=True
    )
    lowest = 1
    ends = time.monotonic() + 200
    while running.poll() is None:
        assert time.monotonic() < ends
        lowest = min(lowest, place.ready_endpoints())
        time.sleep(0.2)
    assert running.stdout is not None
    answer = json.loads(running.stdout.read())
    assert running.returncode == 1
    assert answer["plan"]["state"] == "rolled_back"
    assert "verified again" in answer["plan"]["reason"]
    assert any(word in answer["plan"]["reason"] for word in ("ErrImagePull", "ImagePullBackOff"))
    assert lowest == 1
    assert content(place.live("Deployment", "web")) == before


@pytest.mark.parametrize(
    ("moment", "by"),
    [
        ("at the first effect", signal.SIGKILL),
        ("while it verifies", signal.SIGKILL),
        ("while it verifies", signal.SIGINT),
    ],
)
def test_killed_while_applying_it_is_resumed(place: Place, moment: str, by: signal.Signals) -> None:
    name = f"made-{secrets.token_hex(2)}"
    manifests = [
        config_map(name, {"a": "b"}, namespace=place.namespace),
        config_map("settings", {"colour": "red"}, namespace=place.namespace),
    ]
    plan = place.propose("object.apply", manifests=manifests)
    file = place.home / "plans" / f"{plan}.json"
    wanted = {"at the first effect": '"intend"', "while it verifies": '"verifying"'}[moment]
    running = subprocess.Popen(
        place.command("approve", plan, "--yes"), env=place.environment, stdout=subprocess.DEVNULL
    )
    ends = time.monotonic() + 60
    while wanted not in file.read_text():
        assert time.monotonic() < ends
        assert running.poll() is None
    running.send_signal(by)
    assert running.wait(timeout=30) == {signal.SIGKILL: -9, signal.SIGINT: 130}[by]
    code, listed = place.kora("plans")
    assert (code, listed["interrupted"]) == (0, [plan])
    code, answer = place.kora("plans", "resume")
    assert (code, answer["plan"]["state"]) == (0, "done"), answer
    assert place.live("ConfigMap", name)["data"] == {"a": "b"}
    assert place.live("ConfigMap", "settings")["data"] == {"colour": "red"}
    done = [each["step"] for each in answer["plan"]["journal"] if each["event"] == "done"]
    assert done == [0, 1]


def test_a_refused_step_takes_the_others_back(place: Place) -> None:
    name = f"made-{secrets.token_hex(2)}"
    tight = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "tight", "namespace": place.namespace},
        "spec": {"hard": {"secrets": "0"}},
    }
    manifests = [
        config_map(name, {}, namespace=place.namespace),
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": place.namespace},
            "stringData": {"key": "planted-value"},
        },
    ]
    plan = place.propose("object.apply", manifests=manifests)
    shown = json.loads((place.home / "plans" / f"{plan}.json").read_text())["diff"]
    assert "planted-value" not in shown
    place.writer.apply(tight)
    quota = place.ref("ResourceQuota", "tight")
    place.until(lambda: (place.live("ResourceQuota", "tight").get("status") or {}).get("hard"))
    digest = json.loads((place.home / "plans" / f"{plan}.json").read_text())["hash"]
    code, answer = place.kora("approve", plan, "--yes", "--hash", digest[:16])
    assert code != 0
    assert place.reader.get(place.ref("ConfigMap", name)) is None
    assert place.reader.get(place.ref("Secret", name)) is None
    assert answer["error"]["code"] in ("PLAN_ROLLED_BACK", "CLUSTER_FORBIDDEN")
    place.writer.delete(quota)
