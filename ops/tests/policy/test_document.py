"""The policy document: strict, with errors that name the path; one model for the file and for the CRD."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kora.domain.risk import Autonomy, Risk
from kora.kit.errors import Misconfigured
from kora.policy.document import API_VERSION, KIND, PolicyDocument, load, parse, schema, seconds

WHOLE = """
apiVersion: kora.taskora.dev/v1alpha1
kind: AgentPolicy
metadata: {name: shop, namespace: shop}
spec:
  scope: {namespaces: [shop], selector: {team: shop}}
  autonomy:
    level: supervised
    namespaces: {prod: propose}
    requireApproval: [delete]
  capabilities:
    autoRestart: {maxRestarts: 5, cooldownPeriod: 10m}
    scaling: {enabled: true, minReplicas: 2, maxReplicas: 6}
  limits: {maxWritesPerHour: 3, circuitBreaker: {failures: 2, resetAfter: 1h}}
  maintenanceWindows: [{days: [mon, tue], start: "22:00", end: "04:00", timezone: Europe/Berlin}]
  alerting: {channels: [{type: slack, urlFrom: {name: alerts, key: url}}]}
"""


def test_a_whole_object_and_its_spec_alone_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "whole.yaml").write_text(WHOLE)
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(yaml.safe_load(WHOLE)["spec"]))
    document = load(tmp_path / "whole.yaml")
    assert document == load(tmp_path / "spec.yaml")
    assert document.autonomy.for_namespace("shop") is Autonomy.SUPERVISED
    assert document.autonomy.for_namespace("prod") is Autonomy.PROPOSE
    assert document.capabilities.auto_restart.max_restarts == 5
    assert parse(document.model_dump(mode="json", by_alias=True)) == document


def test_the_default_proposes_and_waits() -> None:
    document = PolicyDocument()
    assert document.autonomy.level is Autonomy.PROPOSE
    assert document.autonomy.yes_covers is Risk.WRITE
    assert not document.scope.covers("kube-system")
    assert document.scope.covers("shop")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("autonomy: {level: bold}", "autonomy.level"),
        ("autonomy: {levle: observe}", "autonomy.levle: there is no such field"),
        ("limits: {cooldown: 5}", "limits.cooldown"),
        ("limits: {cooldown: 5 minutes}", "limits.cooldown"),
        ("limits: {cooldown: 0s}", "limits.cooldown"),
        ("capabilities: {scaling: {minReplicas: 5, maxReplicas: 2}}", "minReplicas must not be above maxReplicas"),
        ("maintenanceWindows: [{start: '25:00', end: '04:00'}]", "maintenanceWindows.0.start"),
        ("maintenanceWindows: [{start: '22:00', end: '04:00', timezone: Mars/X}]", "Europe/Berlin"),
        ("autonomy: {yesCovers: secret}", "autonomy.yesCovers"),
        ("alerting: {channels: [{type: slack}]}", "urlFrom"),
        ("scope: {namespaces: [Shop]}", "scope.namespaces.0"),
        ("apiVersion: v1\nkind: Pod", "apiVersion: kora.taskora.dev/v1alpha1"),
        (f"apiVersion: {API_VERSION}\nkind: {KIND}\nspec: {{x: 1}}", "spec.x: there is no such field"),
        ("- a", "AgentPolicy"),
        ("a: [", "line"),
    ],
)
def test_mistakes_are_named_with_their_path(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    with pytest.raises(Misconfigured) as caught:
        load(path)
    assert caught.value.fix
    assert words in f"{caught.value.message} {caught.value.fix}"
    assert "policy.yaml" in caught.value.message


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="can't be read"):
        load(tmp_path / "none.yaml")


def test_an_empty_file_is_the_default(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("")
    assert load(tmp_path / "p.yaml") == PolicyDocument()


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [*node.get("properties", {}).values()]
    inner += [node[name] for name in ("items", "additionalProperties") if isinstance(node.get(name), dict)]
    return [node, *(each for child in inner for each in _nodes(child))]


def test_the_schema_is_structural() -> None:
    nodes = _nodes(schema())
    assert all("type" in node for node in nodes)
    assert not any({"$ref", "anyOf", "$defs", "title"} & node.keys() for node in nodes)
    properties = schema()["properties"]
    assert set(properties) == {
        *("paused", "scope", "autonomy", "capabilities", "limits", "maintenanceWindows", "alerting", "budgets")
    }
    assert properties["autonomy"]["properties"]["level"]["enum"] == ["observe", "propose", "supervised", "autonomous"]


def test_durations() -> None:
    assert [seconds(each) for each in ("90s", "5m", "2h", "1d")] == [90, 300, 7200, 86400]
    with pytest.raises(ValueError, match="no duration"):
        seconds("5")
