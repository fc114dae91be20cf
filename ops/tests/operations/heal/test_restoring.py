"""A key that went out of a ConfigMap comes back as it was written last, on a person's word; nothing is made up."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from healing_shop import Shop

from kora.domain.findings import Finding, Severity
from kora.domain.plans import Patch
from kora.domain.risk import Autonomy
from kora.operations.diagnose.graph import Graph
from kora.operations.heal.case import Case
from kora.operations.heal.report import Fate, Line
from kora.operations.heal.restoring import released_value
from kora.operations.plans.store import PlanStore
from kora.policy.document import PolicyDocument
from kora.testing.cluster import Failure
from kora.testing.helm import FakeHelm
from kora.testing.manifests import deployment, ref, service

NOW = datetime(2026, 1, 5, tzinfo=UTC)
FINDING = Finding(
    id="x", cause="ServiceSelectorMismatch", severity=Severity.CRITICAL, objects=(ref("Service", "front"),), summary="x"
)

APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def lost_key(shop: Shop, **metadata: Any) -> Line:
    values = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"COLOUR": "blue"}}
    shop.cluster.add(values | {"metadata": {"name": "greetings", "namespace": "shop", **metadata}})
    waits = deployment("greeter", "greeter:1", replicas=1)
    source = {"configMapKeyRef": {"name": "greetings", "key": "WELCOME_TEXT"}}
    waits["spec"]["template"]["spec"]["containers"][0]["env"] = [{"name": "TEXT", "valueFrom": source}]
    told = "couldn't find key WELCOME_TEXT in ConfigMap shop/greetings"
    shop.cluster.fail_image("greeter:1", Failure("CreateContainerConfigError", told))
    shop.cluster.add(waits)
    shop.wait(20)
    (line,) = shop.heal(Autonomy.AUTONOMOUS).lines
    assert line.finding.cause == "KeyMissing"
    assert shop.cluster.requests == []
    return line


def test_what_was_applied_last_says_what_the_key_held(shop: Shop) -> None:
    applied = json.dumps({"kind": "ConfigMap", "data": {"COLOUR": "red", "WELCOME_TEXT": "hello"}})
    line = lost_key(shop, annotations={APPLIED: applied})
    assert line.fate is Fate.WAITING, line.reason
    assert line.plan is not None
    record = PlanStore(shop.home).load(line.plan["id"])
    (step,) = record.plan.steps
    assert isinstance(step.action, Patch)
    assert step.action.patch == {"data": {"WELCOME_TEXT": "hello"}}
    assert "+  WELCOME_TEXT: hello" in record.diff
    assert "red" not in record.diff


@pytest.mark.parametrize(
    "applied", ["", "no json", "[]", '{"data": {"COLOUR": "red"}}', '{"data": {"WELCOME_TEXT": 7}}']
)
def test_without_a_source_it_is_left_to_a_person(shop: Shop, applied: str) -> None:
    line = lost_key(shop, annotations={APPLIED: applied})
    assert line.fate is Fate.ESCALATED
    assert line.steps


def test_a_value_that_was_changed_behind_a_releases_back_goes_back_to_what_the_release_says(shop: Shop) -> None:
    def render(_chart: str, release: str, namespace: str, _values: dict[str, object]) -> list[dict[str, object]]:
        made = service("front", selector={"app": "web", "tier": "page"}, namespace=namespace)
        made["metadata"]["annotations"] = {
            "meta.helm.sh/release-name": release,
            "meta.helm.sh/release-namespace": namespace,
        }
        return [made]

    shop.helm = FakeHelm(shop.cluster, render)
    shop.helm.upgrade("front", "shop", "chart", {})
    live = shop.cluster.get(ref("Service", "front", "shop"))
    assert live is not None
    case = Case(FINDING, Graph([], now=NOW), PolicyDocument(), shop.helm)
    assert released_value(case, live, "/spec/selector") is None
    live["spec"]["selector"] = {"app": "wbe"}
    assert released_value(case, live, "/spec/selector") == {"app": "web", "tier": "page"}
    assert released_value(case, live, "/spec/nothing") is None
    live["spec"]["ports"] = [{"name": "other", "port": 1}]
    assert released_value(case, live, "/spec/ports/0/port") is None  # that is another port
    live["spec"]["ports"] = [{"port": 1}]
    assert released_value(case, live, "/spec/ports/0/port") == 80
