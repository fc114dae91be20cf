"""Right-sizing as the operator's standing duty, over real measurements.

Taskora asks for far more memory than it uses: first the policy says that there are too few samples, then a plan waits
whose diff names the values of the chart, and on a person's word the Helm release gets them, watched for a minute.
Beside it a program that needs much memory for the moment in which it starts, which no sample shows: sized by itself at
`autonomous`, it is killed, and its release goes back to what it was.
"""

import json
import os
from pathlib import Path
from typing import NamedTuple

import pytest
from cluster.kora_diagnose.builders import IMAGE
from cluster.kora_operator.installation import API_VERSION, Kora, Namespace, Object, policy, spoken
from cluster.programs import Release, eventually, run
from cluster.releases import Report, default_release

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(not os.environ.get("KUBECONFIG"), reason="needs a Kubernetes cluster (KUBECONFIG)"),
]
OFTEN = {
    "resourceMonitoring": {"interval": "10s"},
    "resourceOptimization": {"interval": "20s", "minSamples": 5},
}
ROOMY = (
    "backend.resources.requests.memory=512Mi",
    "backend.resources.limits.memory=1Gi",
)
GOAL = "Right-size deployment/taskora-backend"
STARTS_LARGE = """\
dd if=/dev/zero of=/dev/null bs=400M count=1 2> /dev/null || exit 1
while true; do sleep 1; done
"""
"""400 MiB for a moment, then next to nothing."""
TEMPLATE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: main
          image: "{{ .Values.image }}"
          command: {{ .Values.command | toJson }}
          resources: {{ .Values.resources | toJson }}
"""
RESOURCES = {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "600Mi"}}


class Sized(NamedTuple):
    """The scene."""

    kora: Kora
    app: Namespace
    shop: Namespace


@pytest.fixture(scope="module")
def sized(kora: Kora, spaces: dict[str, Namespace], tmp_path_factory: pytest.TempPathFactory) -> Sized:
    """Both releases run; the policies ask for sizes at short intervals."""
    kora.install("autonomous")
    app, shop = spaces["app"], spaces["shop"]
    release(app).install()
    spec = json.dumps({"spec": {"capabilities": OFTEN}})
    app.kubectl("patch", "agentpolicy", "taskora", "--type", "merge", "-p", spec)
    chart = write_chart(tmp_path_factory.mktemp("large"))
    run("helm", "install", "large", str(chart), "--namespace", shop.name, "--wait", "--timeout", "60s", seconds=70)
    shop.apply(policy("shop", shop.name, level="autonomous", capabilities=OFTEN))
    return Sized(kora, app, shop)


def release(app: Namespace) -> Release:
    return default_release(app, "kagent.enabled=true", *ROOMY)


def write_chart(folder: Path) -> Path:
    (folder / "templates").mkdir()
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: large\nversion: 1.0.0\n", "utf-8")
    values = {"image": IMAGE, "command": ["sh", "-c", STARTS_LARGE], "resources": RESOURCES}
    (folder / "values.yaml").write_text(json.dumps(values), "utf-8")
    (folder / "templates/deployment.yaml").write_text(TEMPLATE, "utf-8")
    return folder


def said(place: Namespace) -> str:
    """What the policy's condition `Sized` says."""
    conditions = spoken(place.name, "agentpolicies")[0].get("status", {}).get("conditions", [])
    return next((each["message"] for each in conditions if each["type"] == "Sized"), "")


def plan_of(place: Namespace, goal: str) -> Object | None:
    plans = spoken(place.name, "remediationplans")
    return next((each for each in plans if each["spec"]["goal"].startswith(goal)), None)


def phase_of(place: Namespace, goal: str) -> str:
    plan = plan_of(place, goal)
    return "" if plan is None else str(plan["status"]["phase"])


def resources_of(place: Namespace, name: str) -> Object:
    (found,) = [each for each in place.objects("deployments") if each["metadata"]["name"] == name]
    resources: Object = found["spec"]["template"]["spec"]["containers"][0]["resources"]
    return resources


def revisions(place: Namespace, name: str) -> list[tuple[int, str]]:
    found = json.loads(run("helm", "history", name, "--namespace", place.name, "-o", "json"))
    return [(each["revision"], each["status"]) for each in found]


def approve(place: Namespace, plan: Object) -> str:
    """Say yes with kubectl; who it was."""
    person = run("kubectl", "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
    named = {"plan": plan["metadata"]["name"], "hash": plan["spec"]["hash"], "approver": person}
    body = {"apiVersion": API_VERSION, "kind": "Approval", "metadata": {"generateName": "answer-"}}
    place.kubectl("create", "-f", "-", text=json.dumps(body | {"spec": {**named, "decision": "approve"}}))
    return person


def test_too_few_samples_are_said_and_nothing_is_planned(sized: Sized) -> None:
    eventually(lambda: "too few samples" in said(sized.app), 60, "the policy to say that samples are few", 1)
    assert plan_of(sized.app, GOAL) is None


def test_the_release_gets_its_sizes_on_a_persons_word(sized: Sized, report: Report) -> None:
    app = sized.app
    plan = eventually(lambda: plan_of(app, GOAL), 150, "a plan with sizes", 1)
    assert plan["status"]["phase"] == "proposed"
    assert [each["action"] for each in plan["spec"]["steps"]] == ["helm_upgrade"]
    lines = plan["spec"]["diff"].splitlines()
    assert any(each.startswith("-") and each.endswith("memory: 1Gi") for each in lines), plan["spec"]["diff"]
    assert any(each.startswith("+") and each.endswith("memory: 512Mi") for each in lines), plan["spec"]["diff"]
    before = revisions(app, "taskora")
    assert len(before) == 1
    person = approve(app, plan)
    eventually(lambda: phase_of(app, GOAL) not in ("proposed", "approved", "applying", "verifying"), 180, "an end", 1)
    done = plan_of(app, GOAL)
    assert done is not None
    assert (done["status"]["phase"], done["status"]["approver"]) == ("done", person), done["status"]
    assert [status for _number, status in revisions(app, "taskora")] == ["superseded", "deployed"]
    now = resources_of(app, "taskora-backend")
    assert now["limits"]["memory"] == "512Mi"
    assert now["requests"]["memory"] == "256Mi"
    values = json.loads(run("helm", "get", "values", "taskora", "--namespace", app.name, "-o", "json"))
    assert values["backend"]["resources"]["limits"]["memory"] == "512Mi"
    app.rolled_out("deployment/taskora-backend", "deployment/taskora-frontend")
    pods = app.pods("backend")
    assert pods
    assert [each["restartCount"] for pod in pods for each in pod["status"]["containerStatuses"]] == [0] * len(pods)
    report("operator: right-sizing", f"1Gi → {now['limits']['memory']}, {done['status']['reason']}")


def test_a_size_that_kills_is_taken_back(sized: Sized, report: Report) -> None:
    shop, goal = sized.shop, "Right-size deployment/large"
    eventually(lambda: phase_of(shop, goal) in ("rolledBack", "done", "failed"), 300, "an end", 1)
    plan = plan_of(shop, goal)
    assert plan is not None
    assert plan["status"]["phase"] == "rolledBack", plan["status"]
    assert plan["status"]["approver"].startswith("policy:")
    assert resources_of(shop, "large") == RESOURCES
    assert revisions(shop, "large")[-1][1] == "deployed"
    shop.rolled_out("deployment/large")
    eventually(lambda: len(shop.objects("pods", "app=large")) == 1, 30, "the killed pod gone", 1)
    report("operator: right-sizing", f"a size that kills: {plan['status']['reason']}")
