"""Which of several reasons of the scheduler stands between a pod and its node: told by the nodes themselves, not by the
order of the words."""

from typing import Any

import pytest

from kora.domain.findings import Care, Finding
from kora.domain.plans import Patch, Plan
from kora.kit.clock import VirtualClock, use_clock
from kora.operations.diagnose import diagnose
from kora.operations.heal import Escalation, plan
from kora.testing.faults.breaking import all_specs, unplaced
from kora.testing.objects import NOW, Scene, item

TAINT = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}
BOTH = (
    "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint"
    " {dedicated: gpu}. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
)


def second(scene: Scene, *, ready: bool = True, **spec: Any) -> None:
    status = {"conditions": [{"type": "Ready", "status": "True" if ready else "False"}]}
    labels = {"pool": "gpu", "size": "8"}
    scene.add(item("Node", "second", None, metadata={"labels": labels}, spec=spec, status=status))


def told(scene: Scene, **spec: Any) -> list[tuple[str, str]]:
    web = scene.workload("Deployment", "web")
    for each in all_specs(scene, web):
        each.update(spec)
    unplaced(scene, web, BOTH)
    for pod in scene.pods_of("web"):
        pod["spec"].update(spec)
    with use_clock(VirtualClock(NOW)):
        return [(each.cause, each.summary) for each in diagnose(scene.reader(), [scene.namespace]).findings]


def required(*expressions: dict[str, Any]) -> dict[str, Any]:
    terms = {"nodeSelectorTerms": [{"matchExpressions": list(expressions)}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}


@pytest.mark.parametrize(
    "spec",
    [
        {"nodeSelector": {"pool": "gpu"}},
        {"affinity": required({"key": "pool", "operator": "In", "values": ["gpu", "tpu"]})},
        {"affinity": required({"key": "size", "operator": "Gt", "values": ["4"]})},
    ],
)
def test_the_node_that_is_asked_for_is_tainted(spec: dict[str, Any]) -> None:
    scene = Scene()
    second(scene, taints=[TAINT, {"key": "soft", "effect": "PreferNoSchedule"}])
    ((cause, summary),) = told(scene, **spec)
    assert cause == "Unschedulable.Taint"
    assert "dedicated=gpu:NoSchedule" in summary
    assert "soft" not in summary


@pytest.mark.parametrize("label", [{"pool": "gpus"}, {"pool": "gpu", "size": "16"}, {"rack": "1"}])
def test_the_label_that_is_asked_for_is_nowhere(label: dict[str, str]) -> None:
    scene = Scene()
    second(scene, taints=[TAINT])
    ((cause, _),) = told(scene, nodeSelector=label)
    assert cause == "Unschedulable.NodeSelector"


def test_only_what_the_pod_does_not_tolerate_is_named() -> None:
    scene = Scene()
    second(scene, taints=[TAINT, {"key": "team", "value": "a", "effect": "NoSchedule"}])
    tolerations = [{"key": "dedicated", "operator": "Exists"}]
    ((cause, summary),) = told(scene, nodeSelector={"pool": "gpu"}, tolerations=tolerations)
    assert cause == "Unschedulable.Taint"
    assert "team=a:NoSchedule" in summary
    assert "dedicated" not in summary


def test_a_selector_that_fits_leaves_the_affinity_at_fault() -> None:
    scene = Scene()
    second(scene)
    nowhere = required({"key": "pool", "operator": "In", "values": ["tpu"]})
    ((cause, _),) = told(scene, nodeSelector={"pool": "gpu"}, affinity=nowhere)
    assert cause == "Unschedulable.Affinity"


def selected(scene: Scene, **selector: str) -> Finding:
    web = scene.workload("Deployment", "web")
    web["spec"]["template"]["spec"]["nodeSelector"] = selector
    for each in all_specs(scene, web):
        each["nodeSelector"] = selector
    unplaced(scene, web, "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.")
    for pod in scene.pods_of("web"):
        pod["spec"]["nodeSelector"] = selector
    (finding,) = diagnose(scene.reader(), [scene.namespace]).findings
    return finding


@pytest.mark.parametrize("selector", [{"size": "8", "pool": "gpus"}, {"pools": "gpu"}])
def test_a_selector_that_a_node_nearly_meets_is_proposed_and_never_carried_out_by_itself(
    selector: dict[str, str],
) -> None:
    scene = Scene()
    second(scene)
    with use_clock(VirtualClock(NOW)):
        finding = selected(scene, **selector)
        found = plan(finding, scene.reader())
    assert finding.verdict is Care.PROPOSE
    assert isinstance(found, Plan)
    (action,) = [step.action for step in found.steps]
    assert isinstance(action, Patch)
    changed = action.patch["spec"]["template"]["spec"]["nodeSelector"]
    assert {key: value for key, value in {**selector, **changed}.items() if value is not None} == {
        "pool": "gpu",
        **({"size": "8"} if "size" in selector else {}),
    }


def test_a_selector_of_no_node_is_for_a_person_with_the_command_that_drops_it() -> None:
    scene = Scene()
    second(scene)
    with use_clock(VirtualClock(NOW)):
        finding = selected(scene, **{"example.org/hall": "north", "pool": "gpu"})
        found = plan(finding, scene.reader())
    assert finding.verdict is Care.ESCALATE
    assert "nodeSelector/example.org~1hall" in (finding.fix_command or "")
    assert "nodeSelector/pool" not in (finding.fix_command or "")
    assert isinstance(found, Escalation)
