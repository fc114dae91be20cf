"""Every fault of the catalogue: what Kora would do fits the verdict, touches the object that is at fault and nothing
else, invents nothing and takes nothing away. Healthy namespaces get no plan."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kora.audit import AuditLog
from kora.cluster.port import ClusterReader, ClusterWriter
from kora.domain.actors import Actor, Surface
from kora.domain.findings import Care, Finding
from kora.domain.objects import Manifest
from kora.domain.plans import Apply, CauseGone, Delete, Patch, Plan, Rollback
from kora.domain.risk import Autonomy, Risk
from kora.kit.clock import VirtualClock, use_clock
from kora.operations.diagnose import diagnose
from kora.operations.heal import Escalation, plan
from kora.operations.heal.commands import Replace, Undo, read_fix
from kora.operations.heal.cures import NEVER
from kora.operations.heal.patches import PointerLost, adding, replacing, value_at
from kora.operations.plans.risks import target_of
from kora.policy.losses import losses
from kora.testing.faults import FAULTS
from kora.testing.manifests import ref
from kora.testing.merging import strategic
from kora.testing.objects import NOW, Scene, container, stamp, waiting
from kora.tools.context import Context
from kora.tools.heal import heal_pass

KINDS = ("Deployment", "StatefulSet", "DaemonSet")
NAMES = ("web", "orders-api", "db", "worker", "cart")


def scene_of(random: Random) -> tuple[Scene, Manifest]:
    """A healthy namespace, and one of its workloads."""
    scene = Scene("shop")
    for name in random.sample(NAMES, 3):
        port = random.choice((80, 8080, 5432))
        scene.workload(random.choice(KINDS), name, [container("main", port=port)], replicas=2)
        scene.service(name)
    workloads = [each for kind in KINDS for each in scene.of(kind)]
    return scene, random.choice(workloads)


@pytest.mark.parametrize(
    ("cause", "index"), [(cause, index) for cause, makers in FAULTS.items() for index in range(len(makers))]
)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_what_is_planned_fits_the_verdict_and_the_object(cause: str, index: int, seed: int) -> None:
    random = Random(seed)
    scene, chosen = scene_of(random)
    FAULTS[cause][index](scene, chosen, random)
    with use_clock(VirtualClock(NOW)):
        reader = scene.reader()
        findings = [each for each in diagnose(reader, ["shop"]).findings if each.cause == cause]
        assert findings
        found = plan(findings[0], reader)
    if findings[0].verdict is Care.ESCALATE or cause in NEVER:
        assert isinstance(found, Escalation)
    if isinstance(found, Escalation):
        assert found.reason
        assert found.steps
        return
    _is_careful(scene, findings[0], found)


def _is_careful(scene: Scene, finding: Finding, found: Plan) -> None:
    """Only objects that the finding names; nothing taken away; provable, and undone by its own steps."""
    named = {(each.kind, each.name) for each in finding.objects}
    for step in found.steps:
        target = target_of(step.action)
        assert (target.kind, target.name) in named
        assert step.undo or isinstance(step.action, Delete)
        if isinstance(step.action, Patch):
            before = scene.reader().get(target)
            assert before is not None
            assert losses(before, strategic(before, step.action.patch)) == []
    assert any(isinstance(each, CauseGone) and each.finding == finding.id for each in found.postconditions)


class NoWriter:
    """A writer that must never be opened."""

    def __call__(self, reader: ClusterReader) -> ClusterWriter:
        raise AssertionError("a healthy namespace was about to be written to")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_healthy_namespaces_get_no_plan_and_no_writer(seed: int, tmp_path: Path) -> None:
    scene, _ = scene_of(Random(seed))
    with use_clock(VirtualClock(NOW)):
        actor = Actor(name="ana", surface=Surface.OPERATOR)
        context = Context(actor=actor, reader=scene.reader(), audit=AuditLog(tmp_path / "audit"), home=tmp_path)
        report = heal_pass(context, ["shop"], level=Autonomy.AUTONOMOUS, open_writer=NoWriter())
    assert report.lines == ()
    assert not (tmp_path / "plans").exists()


# --- commands -------------------------------------------------------------------------------------------------------


def test_a_stateful_set_is_freed_from_the_pod_that_it_would_wait_for() -> None:
    scene = Scene("shop")
    db = scene.workload("StatefulSet", "db", [container("main", port=8080)], replicas=2)
    FAULTS["ProbeMisconfigured"][0](scene, db, Random(1))
    with use_clock(VirtualClock(NOW)):
        reader = scene.reader()
        (finding,) = [each for each in diagnose(reader, ["shop"]).findings if each.cause == "ProbeMisconfigured"]
        found = plan(finding, reader)
    assert isinstance(found, Plan)
    patch, *renewed = [step.action for step in found.steps]
    assert isinstance(patch, Patch)
    assert renewed
    assert {each.target.name for each in renewed if isinstance(each, Delete)} <= {"db-0", "db-1"}


def _claim_of(scene: Scene, cls: str, **more: Any) -> Manifest:
    spec = {"storageClassName": cls, "accessModes": ["ReadWriteOnce"], **more}
    return scene.add(
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "data", "namespace": "shop", "creationTimestamp": stamp(60)},
            "spec": spec,
            "status": {"phase": "Pending"},
        }
    )


@pytest.mark.parametrize("said", ["standrad", "gp3"])
def test_an_empty_claim_is_made_anew_with_the_near_or_the_default_class_by_a_person(said: str) -> None:
    scene = Scene("shop")
    _claim_of(scene, said)
    with use_clock(VirtualClock(NOW)):
        reader = scene.reader()
        (finding,) = diagnose(reader, ["shop"]).findings
        found = plan(finding, reader)
    assert (finding.cause, finding.verdict) == ("StorageClassMissing", Care.PROPOSE)
    assert isinstance(found, Plan)
    gone, made = [each.action for each in found.steps]
    assert isinstance(gone, Delete)
    assert isinstance(made, Apply)
    assert made.manifest["spec"]["storageClassName"] == "standard"
    assert found.risk is Risk.DESTRUCTIVE


@pytest.mark.parametrize("spoilt", ["far", "bound", "templated"])
def test_a_claim_that_may_hold_data_or_comes_from_a_template_is_left(spoilt: str) -> None:
    scene = Scene("shop")
    claim = _claim_of(
        scene, "gp3" if spoilt == "far" else "standrad", **({"volumeName": "v"} if spoilt == "bound" else {})
    )
    if spoilt == "far":
        scene.of("StorageClass")[0]["metadata"].pop("annotations")
    if spoilt == "templated":
        claim["metadata"]["name"] = "data-db-0"
        db = scene.workload("StatefulSet", "db", [container("main", port=8080)], replicas=1)
        db["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}}]
    with use_clock(VirtualClock(NOW)):
        reader = scene.reader()
        (finding,) = [each for each in diagnose(reader, ["shop"]).findings if each.cause == "StorageClassMissing"]
        assert finding.fix_command is None
        assert isinstance(plan(finding, reader), Escalation)


def test_an_ingress_gets_the_class_that_it_nearly_names_or_lacks() -> None:
    target = ref("Ingress", "web", api_version="networking.k8s.io/v1")
    for wanted, operation in (("ngnix", "replace"), (None, "add")):
        ingress: Manifest = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"rules": []} | ({"ingressClassName": wanted} if wanted else {}),
        }
        pointer = "/spec/ingressClassName"
        words = json.dumps([{"op": operation, "path": pointer, "value": "nginx"}])
        fix = read_fix(f"kubectl patch -n shop ingress/web --type=json -p '{words}'")
        assert fix == Replace(target, pointer, "nginx", absent=wanted is None)
        change = (replacing if wanted else adding)(target, ingress, pointer, "nginx")
        assert change.patch["spec"]["ingressClassName"] == "nginx"
    with pytest.raises(PointerLost):
        adding(target, {"spec": {"ingressClassName": "x"}}, "/spec/ingressClassName", "nginx")


def test_the_two_forms_of_repair_are_read() -> None:
    assert read_fix("kubectl rollout undo deployment/web --to-revision=3 -n shop") == Undo(ref("Deployment", "web"), 3)
    command = """kubectl patch -n shop service/web --type=json -p '[{"op":"replace","path":"/spec/a","value":1}]'"""
    assert read_fix(command) == Replace(ref("Service", "web"), "/spec/a", 1)


@pytest.mark.parametrize(
    "command",
    [
        None,
        "",
        "kubectl delete namespace shop",
        "kubectl delete -n shop persistentvolumeclaim/data",
        "kubectl rollout undo deployment/web --to-revision=0 -n shop",
        "kubectl rollout undo deployment/web --to-revision=3",
        "kubectl rollout undo node/web --to-revision=3 -n shop",
        "kubectl rollout undo deployment/web --to-revision=3 --dry-run=none -n shop",
        """kubectl patch -n shop service/web --type=json -p '[{"op":"remove","path":"/spec"}]'""",
        """kubectl patch -n shop service/web --type=merge -p '{"spec":{}}'""",
        "kubectl patch -n shop service/web --type=json -p '['",
        "rm -rf /",
        "kubectl 'unclosed",
    ],
)
def test_nothing_else_is_a_repair(command: str | None) -> None:
    assert read_fix(command) is None


@pytest.mark.parametrize(
    "pointer",
    [
        "/spec/template/spec/containers/0/livenessProbe",
        "/spec/template/spec/containers/0/env/0/value",
        "/spec/template/spec/containers/0/image/x",
        "/spec/replicas",
        "/metadata/finalizers",
    ],
)
def test_a_forged_repair_of_another_place_is_escalated(pointer: str) -> None:
    scene = Scene("shop")
    web = scene.workload("Deployment", "web", [container("main", port=80)])
    FAULTS["OOMKilled"][0](scene, web, Random(1))
    with use_clock(VirtualClock(NOW)):
        finding = diagnose(scene.reader(), ["shop"]).findings[0]
        operation = f'[{{"op":"replace","path":"{pointer}","value":null}}]'
        forged = finding.model_copy(
            update={"fix_command": f"kubectl patch -n shop deployment/web --type=json -p '{operation}'"}
        )
        assert isinstance(plan(forged, scene.reader()), Escalation)
        abroad = finding.model_copy(update={"fix_command": str(finding.fix_command).replace("-n shop", "-n prod")})
        assert isinstance(plan(abroad, scene.reader()), Escalation)


# --- patches --------------------------------------------------------------------------------------------------------

SMALL: dict[str, Any] = {
    "spec": {
        "selector": {"app": "web", "tier": "front"},
        "ports": [{"port": 80, "targetPort": 1}, {"port": 81, "targetPort": 2}],
        "template": {"spec": {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]}},
    }
}


@pytest.mark.parametrize(
    ("pointer", "value", "patch"),
    [
        (
            "/spec/template/spec/containers/1/image",
            "z",
            {"spec": {"template": {"spec": {"containers": [{"name": "b", "image": "z"}]}}}},
        ),
        ("/spec/selector", {"name": "web"}, {"spec": {"selector": {"app": None, "tier": None, "name": "web"}}}),
        (
            "/spec/ports/1/targetPort",
            8080,
            {"spec": {"ports": [{"port": 80, "targetPort": 1}, {"port": 81, "targetPort": 8080}]}},
        ),
    ],
)
def test_a_pointer_becomes_the_smallest_strategic_patch(pointer: str, value: Any, patch: dict[str, Any]) -> None:
    action = replacing(ref("Deployment", "web"), SMALL, pointer, value)
    assert action.patch == patch
    after = strategic(SMALL, action.patch)
    assert value_at(after, pointer) == value


def test_a_rollback_names_the_revision_that_serves() -> None:
    scene = Scene("shop")
    web = scene.workload("Deployment", "web", [container("main", port=80)], replicas=2)
    web["spec"]["template"]["spec"]["containers"][0]["image"] = "app:2"
    scene.revision(web, 2, 0, 30.0, pods=1)
    for pod in scene.of("Pod", "web-2-0"):
        pod["status"]["containerStatuses"] = [waiting("main", "ImagePullBackOff", "app:2: not found")]
        pod["metadata"]["creationTimestamp"] = stamp(300)
    with use_clock(VirtualClock(NOW)):
        finding = diagnose(scene.reader(), ["shop"]).findings[0]
        found = plan(finding, scene.reader())
    assert isinstance(found, Plan), found
    assert [each.action for each in found.steps] == [Rollback(target=ref("Deployment", "web"), revision=1)]


def wedged(*, others_ready: bool = True, turned: float = 300.0) -> Scene:
    """One of three pods was ready once and answers 503 now."""
    scene = Scene("shop")
    probe = {"httpGet": {"port": 80, "path": "/ready"}, "periodSeconds": 5}
    scene.workload("Deployment", "web", [container("main", port=80, readinessProbe=probe)], replicas=3)
    first, *others = scene.pods_of("web")
    for pod in [first, *([] if others_ready else others)]:
        pod["status"]["containerStatuses"][0]["ready"] = False
        pod["status"]["conditions"] = [{"type": "Ready", "status": "False", "lastTransitionTime": stamp(turned)}]
        message = "Readiness probe failed: HTTP probe failed with statuscode: 503"
        scene.event(pod, "Unhealthy", message, field="main")
    return scene


def test_one_wedged_pod_among_healthy_ones_is_renewed() -> None:
    scene = wedged()
    with use_clock(VirtualClock(NOW)):
        finding = diagnose(scene.reader(), ["shop"]).findings[0]
        assert (finding.cause, finding.verdict) == ("ProbeFailing", Care.HEAL)
        found = plan(finding, scene.reader())
    assert isinstance(found, Plan), found
    name = scene.pods_of("web")[0]["metadata"]["name"]
    assert [each.action for each in found.steps] == [Delete(target=ref("Pod", name))]


@pytest.mark.parametrize("scene", [wedged(others_ready=False), wedged(turned=90_000.0), wedged(turned=20.0)])
def test_pods_that_share_their_trouble_never_were_ready_or_just_turned_are_not(scene: Scene) -> None:
    with use_clock(VirtualClock(NOW)):
        for finding in diagnose(scene.reader(), ["shop"]).findings:
            assert isinstance(plan(finding, scene.reader()), Escalation)
