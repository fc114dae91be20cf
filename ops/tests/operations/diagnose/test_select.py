"""One finding per cause: what explains what, and what stays apart."""

from random import Random

from kora.kit.clock import VirtualClock, use_clock
from kora.operations.diagnose import Report, diagnose, diagnose_namespace
from kora.operations.diagnose.select import EXPECTED
from kora.testing.faults import FAULTS
from kora.testing.objects import NOW, Scene, container, ended, waiting


def looked_at(scene: Scene) -> Report:
    with use_clock(VirtualClock(NOW)):
        return diagnose(scene.reader(), [scene.namespace])


def causes(scene: Scene) -> list[str]:
    return sorted(each.cause for each in looked_at(scene).findings)


def test_the_cause_of_a_database_explains_the_web_that_needs_it() -> None:
    scene = Scene()
    database = scene.workload("StatefulSet", "db", [container(port=5432)])
    web = scene.workload("Deployment", "web", replicas=3)
    for each in (database, web):
        scene.service(each["metadata"]["name"])
    scene.ingress("web", "web")
    scene.budget("web", "web", 3)
    FAULTS["ImageNotFound"][0](scene, database, Random(1))
    for pod in scene.break_pods("web", lambda name: waiting(name, "CrashLoopBackOff", restarts=4, last=ended(1))):
        scene.logs[pod["metadata"]["name"], "main", True] = (
            'connection to server at "db" (10.96.0.10), port 5432 failed: Connection refused'
        )
    web["status"]["conditions"] = [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]
    (finding,) = looked_at(scene).findings
    assert finding.cause == "ImageNotFound"
    assert finding.objects[0].name == "db"
    assert ("Deployment", "web") in [(each.kind, each.name) for each in finding.objects]


def test_two_causes_stay_two() -> None:
    scene = Scene()
    first, second = scene.workload("Deployment", "cart"), scene.workload("Deployment", "search")
    FAULTS["OOMKilled"][0](scene, first, Random(1))
    FAULTS["SecretMissing"][0](scene, second, Random(1))
    assert causes(scene) == ["OOMKilled", "SecretMissing"]


def test_two_containers_of_one_pod_may_fail_for_two_reasons() -> None:
    scene = Scene()
    scene.workload("Deployment", "web", [container("main"), container("side", port=None)])
    scene.break_pods(
        "web", lambda name: waiting(name, "ImagePullBackOff", "rpc error: manifest unknown"), index=0, phase="Pending"
    )
    scene.break_pods(
        "web", lambda name: waiting(name, "CrashLoopBackOff", restarts=4, last=ended(137, "OOMKilled")), index=1
    )
    assert causes(scene) == ["ImageNotFound", "OOMKilled"]


def test_one_missing_config_map_is_one_finding_for_all_who_need_it() -> None:
    scene = Scene()
    for name in ("cart", "search", "mail"):
        workload = scene.workload("Deployment", name)
        for spec in (workload["spec"]["template"]["spec"], *(pod["spec"] for pod in scene.pods_of(name))):
            spec["containers"][0]["envFrom"] = [{"configMapRef": {"name": "shared"}}]
        scene.break_pods(
            name,
            lambda each: waiting(each, "CreateContainerConfigError", 'configmap "shared" not found'),
            phase="Pending",
        )
    (finding,) = looked_at(scene).findings
    assert (finding.cause, finding.objects[0].name) == ("ConfigMapMissing", "shared")
    assert {"cart", "search", "mail"} <= {each.name for each in finding.objects}


def test_a_rollout_that_fails_beside_a_revision_that_serves_can_be_healed() -> None:
    scene = Scene()
    web = scene.workload("Deployment", "web", replicas=2)
    web["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.example.com/app:1.O"
    made = scene.revision(web, 2, 0, pods=1)
    for pod in scene.of("Pod"):
        if pod["metadata"]["name"].startswith(made["metadata"]["name"]):
            pod["status"] |= {"phase": "Pending", "conditions": []}
            pod["status"]["containerStatuses"] = [
                waiting("main", "ImagePullBackOff", "rpc error: code = NotFound desc = not found")
            ]
    (finding,) = looked_at(scene).findings
    assert finding.verdict == "heal"
    assert finding.fix_command == "kubectl rollout undo deployment/web --to-revision=1 -n shop"


def test_nothing_is_healed_without_a_revision_that_serves() -> None:
    scene = Scene()
    FAULTS["ImageNotFound"][0](scene, scene.workload("Deployment", "web"), Random(1))
    (finding,) = looked_at(scene).findings
    assert (finding.verdict, finding.fix_command) == ("escalate", None)


def test_what_is_marked_as_expected_is_no_finding() -> None:
    scene = Scene()
    FAULTS["CronJobSuspended"][0](scene, scene.workload("Deployment", "web"), Random(1))
    assert causes(scene) == ["CronJobSuspended"]
    scene.of("CronJob")[0]["metadata"]["annotations"] = {EXPECTED: "Drift, CronJobSuspended"}
    assert causes(scene) == []


def test_secret_values_never_enter_a_report() -> None:
    scene = Scene()
    web = scene.workload("Deployment", "web")
    FAULTS["KeyMissing"][0](scene, web, Random(3))
    for secret in scene.of("Secret"):
        secret["data"]["password"] = "aHVudGVyMg=="
    with use_clock(VirtualClock(NOW)):
        shown = repr(diagnose_namespace(scene.reader(), "shop"))
    assert "hunter2" not in shown
    assert "aHVudGVyMg" not in shown
