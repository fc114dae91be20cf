"""What was written nearly right: programs in commands, paths of probes."""

from typing import Any

import pytest

from kora.cluster.port import Answer
from kora.domain.findings import Care, Finding
from kora.domain.plans import Apply, Delete, Patch, Plan
from kora.kit.clock import VirtualClock, use_clock
from kora.operations.diagnose import diagnose
from kora.operations.heal import Escalation, plan
from kora.operations.plans.content import content
from kora.testing.faults.breaking import all_specs, crashing
from kora.testing.objects import NOW, Scene, container, running


def found(scene: Scene) -> tuple[Finding, Plan | Escalation]:
    with use_clock(VirtualClock(NOW)):
        reader = scene.reader()
        (finding,) = diagnose(reader, ["shop"]).findings
        return finding, plan(finding, reader)


def broken(log: str, **command: Any) -> tuple[Finding, Plan | Escalation]:
    scene = Scene("shop")
    web = scene.workload("Deployment", "web", [container("main")])
    for spec in (*all_specs(scene, web), *(pod["spec"] for pod in scene.pods_of("web"))):
        spec["containers"][0].update(command)
    crashing(scene, web, log, code=127, lived=0.1)
    return found(scene)


@pytest.mark.parametrize(
    ("log", "command", "value"),
    [
        ("sh: slep: not found", {"command": ["sh", "-c"], "args": ["slep 60; true"]}, "sleep 60; true"),
        ("/bin/sh: 1: ecoh: not found", {"command": ["/bin/sh", "-ec", "ecoh hi && sleep 9"]}, "echo hi && sleep 9"),
    ],
)  # fmt: skip
def test_the_program_that_was_nearly_written_is_proposed(log: str, command: dict[str, Any], value: str) -> None:
    finding, way = broken(log, **command)
    assert (finding.cause, finding.verdict) == ("CommandInvalid", Care.PROPOSE)
    assert isinstance(way, Plan)
    (action,) = [step.action for step in way.steps]
    assert isinstance(action, Patch)
    (main,) = action.patch["spec"]["template"]["spec"]["containers"]
    assert value in [*main.get("args", []), *main.get("command", [])]


@pytest.mark.parametrize(
    ("log", "command"),
    [
        ("/bin/sh: 1: nonexistent_command: not found", {"command": ["/bin/sh", "-c"], "args": ["nonexistent_command"]}),
        ("sh: slep: not found", {"command": ["sh", "-c"], "args": ["migrate && slep 60"]}),
        ("sh: serve-shop: not found", {"command": ["sh", "-c"], "args": ["serve-shop"]}),
        ("sh: slep: not found", {}),
    ],
)
def test_nothing_is_invented(log: str, command: dict[str, Any]) -> None:
    finding, way = broken(log, **command)
    assert finding.cause == "CommandInvalid"
    assert finding.verdict is Care.ESCALATE
    assert isinstance(way, Escalation)


@pytest.mark.parametrize("succeeded", [0, 1])
def test_a_job_that_never_ran_its_program_is_made_anew_by_a_person(succeeded: int) -> None:
    scene = Scene("shop")
    main = container("main", port=None) | {"command": ["sh", "-c"], "args": ["ech done"]}
    job = scene.workload("Job", "once", [main])
    job["status"] = {"failed": 1, **({"succeeded": 1} if succeeded else {})}
    crashing(scene, job, "sh: ech: not found", code=127, lived=0.1)
    finding, way = found(scene)
    assert finding.cause == "CommandInvalid"
    if succeeded:
        assert isinstance(way, Escalation)
        return
    assert isinstance(way, Plan), way
    gone, made = [step.action for step in way.steps]
    assert isinstance(gone, Delete)
    assert isinstance(made, Apply)
    assert made.manifest["spec"]["template"]["spec"]["containers"][0]["args"] == ["echo done"]


@pytest.mark.parametrize("live_path", ["/helth", "/health"])
def test_every_probe_that_asks_for_what_is_not_served_is_mended_at_once(live_path: str) -> None:
    scene = Scene("shop")
    web = scene.workload("Deployment", "web", [container("main", port=8080)])
    asked = {"livenessProbe": live_path, "readinessProbe": "/redy"}
    for spec in (*all_specs(scene, web), *(pod["spec"] for pod in scene.pods_of("web"))):
        spec["containers"][0].update({each: {"httpGet": {"port": 8080, "path": path}} for each, path in asked.items()})
    for pod in scene.break_pods("web", lambda name: running(name, age=200, ready=False)):
        scene.event(pod, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 404", field="main")
        scene.answers[pod["metadata"]["name"], 8080, "/health"] = Answer(status=200, body="ok")
        scene.answers[pod["metadata"]["name"], 8080, "*"] = Answer(status=404, body="")
    finding, way = found(scene)
    assert finding.cause == "ProbeMisconfigured"
    assert isinstance(way, Plan), way
    (action,) = [step.action for step in way.steps]
    assert isinstance(action, Patch)
    (main,) = action.patch["spec"]["template"]["spec"]["containers"]
    mended = {each: main[each]["httpGet"]["path"] for each in asked if each in main}
    assert mended == {each: "/health" for each, path in asked.items() if path != "/health"}


def test_what_ties_a_job_to_its_pods_is_no_content_of_it() -> None:
    def job(uid: str) -> dict[str, Any]:
        labels = {"batch.kubernetes.io/controller-uid": uid, "controller-uid": uid, "job-name": "once", "team": "shop"}
        spec = {"selector": {"matchLabels": {"controller-uid": uid}}, "template": {"metadata": {"labels": labels}}}
        return {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": "once", "labels": dict(labels)},
            "spec": spec,
        }

    assert content(job("1")) == content(job("2"))
    assert content(job("1"))["metadata"]["labels"] == {"team": "shop"}
    own = job("1") | {"spec": job("1")["spec"] | {"manualSelector": True}}
    assert content(own)["spec"]["selector"] == {"matchLabels": {"controller-uid": "1"}}
