"""Random healthy namespaces have no findings; one fault in one of them gives exactly its cause."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kora.kit.clock import VirtualClock, use_clock
from kora.operations.diagnose import Report, diagnose
from kora.operations.diagnose.causes import CAUSES, PASSING
from kora.testing.faults import FAULTS
from kora.testing.objects import NOW, Scene, container, item, running, waiting

KINDS = ("Deployment", "StatefulSet", "DaemonSet")
NAMES = ("web", "orders-api", "db", "worker", "cart", "mail-relay", "search", "auth")
UNIQUE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def looked_at(scene: Scene) -> Report:
    with use_clock(VirtualClock(NOW)):
        return diagnose(scene.reader(), [scene.namespace])


def healthy_scene(random: Random) -> Scene:
    """A namespace with one to four workloads and what usually stands around them."""
    scene = Scene(random.choice(("shop", "team-a", "prod")))
    for name in random.sample(NAMES, random.randint(1, 4)):
        containers = [container("main" if random.random() < 0.5 else name, port=random.choice((80, 8080, 5432)))]
        if random.random() < 0.4:
            containers.append(container("sidecar", port=9102))
        kind = random.choice(KINDS)
        top = scene.workload(kind, name, containers, replicas=random.randint(1, 3))
        if random.random() < 0.7:
            scene.service(name)
            if random.random() < 0.5:
                scene.ingress(name, name)
        if kind != "DaemonSet" and random.random() < 0.3:
            scene.autoscaler(top)
        pods = len(scene.pods_of(name))
        if pods > 1 and random.random() < 0.4:
            scene.budget(name, name, pods)
    _beside(scene, random)
    return scene


def _beside(scene: Scene, random: Random) -> None:
    """Things that look unusual and are in order."""
    if random.random() < 0.5:
        scene.workload("Job", "import")
    if random.random() < 0.4:
        off = scene.workload("Deployment", "switched-off", replicas=0)
        scene.service("switched-off")
        if random.random() < 0.5:
            scene.autoscaler(off)["status"]["conditions"] = [
                {"type": "ScalingActive", "status": "False", "reason": "ScalingDisabled"}
            ]
    if random.random() < 0.4:
        scene.workload("Deployment", "fresh")
        scene.break_pods("fresh", lambda name: waiting(name, "ContainerCreating"), phase="Pending", age=3)
    if random.random() < 0.4:
        scene.workload(
            "Deployment",
            "starting",
            [container(readinessProbe={"httpGet": {"port": 8080, "path": "/"}, "periodSeconds": 10})],
        )
        for pod in scene.break_pods("starting", lambda name: running(name, age=6, ready=False), age=9):
            scene.event(
                pod,
                "Unhealthy",
                'Readiness probe failed: Get "http://10.0.0.9:8080/": dial tcp 10.0.0.9:8080: connect:'
                " connection refused",
                field="main",
            )
    if random.random() < 0.4:
        scene.workload("Deployment", "mended")
        scene.event(scene.pods_of("mended")[0], "Failed", "Error: ImagePullBackOff", ago=2000)
        scene.event(
            scene.pods_of("mended")[0],
            "Unhealthy",
            "Readiness probe failed: HTTP probe failed with statuscode: 503",
            ago=100,
            field="main",
        )
    if random.random() < 0.3:
        scene.add(
            item(
                "PersistentVolumeClaim",
                "later",
                scene.namespace,
                spec={"storageClassName": "standard"},
                status={"phase": "Pending"},
            )
        )
    if random.random() < 0.3:
        scene.workload("StatefulSet", "vault")
        scene.add(
            item(
                "NetworkPolicy",
                "closed-vault",
                scene.namespace,
                spec={"podSelector": {"matchLabels": {"app": "vault"}}, "policyTypes": ["Egress"], "egress": []},
            )
        )


@UNIQUE
@given(seed=st.integers(0, 10**9))
def test_a_healthy_namespace_has_no_findings(seed: int) -> None:
    found = looked_at(healthy_scene(Random(seed)))
    assert [(each.cause, each.summary) for each in found.findings] == []
    assert found.checked["Pod"] > 0


@pytest.mark.parametrize(
    ("cause", "index"), [(cause, index) for cause, makers in FAULTS.items() for index in range(len(makers))]
)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_one_fault_gives_exactly_its_cause(cause: str, index: int, seed: int) -> None:
    random = Random(seed)
    scene = healthy_scene(random)
    chosen = random.choice([each for kind in KINDS for each in scene.of(kind) if each["metadata"]["name"] in NAMES])
    FAULTS[cause][index](scene, chosen, random)
    found = looked_at(scene)
    assert [each.cause for each in found.findings] == [cause], [(each.cause, each.summary) for each in found.findings]
    finding = found.findings[0]
    assert finding.evidence
    assert finding.summary.count("\n") == 0
    again = looked_at(scene).findings[0]
    assert again.id == finding.id


def test_every_cause_of_the_registry_has_a_fault() -> None:
    assert set(FAULTS) == set(CAUSES) - PASSING
