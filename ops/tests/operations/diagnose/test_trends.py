"""Restarts that add up are a finding; those that came with the node are not. A probe that fails for a moment is not."""

from random import Random

import pytest

from kora.kit.clock import VirtualClock, use_clock
from kora.operations.diagnose import diagnose
from kora.testing.faults import FAULTS
from kora.testing.objects import NOW, Scene, stamp


def causes(scene: Scene) -> list[tuple[str, str]]:
    with use_clock(VirtualClock(NOW)):
        found = diagnose(scene.reader(), [scene.namespace]).findings
    return sorted((each.cause, each.objects[0].name) for each in found)


def test_one_that_restarts_alone_is_told() -> None:
    scene = Scene()
    for name in ("cart", "search", "web"):
        scene.workload("Deployment", name)
    FAULTS["RestartTrend"][0](scene, scene.workload("Deployment", "shaky"), Random(1))
    assert causes(scene) == [("RestartTrend", "shaky")]


def test_all_that_restarted_with_their_node_are_well() -> None:
    scene = Scene()
    for name in ("cart", "search", "web"):
        FAULTS["RestartTrend"][0](scene, scene.workload("Deployment", name), Random(1))
    assert causes(scene) == []


def test_two_that_restart_at_the_same_time_are_no_node() -> None:
    scene = Scene()
    scene.workload("Deployment", "web")
    for name in ("cart", "search"):
        FAULTS["RestartTrend"][0](scene, scene.workload("Deployment", name), Random(1))
    assert [cause for cause, _ in causes(scene)] == ["RestartTrend", "RestartTrend"]


@pytest.mark.parametrize(("ago", "found"), [(3, []), (60, [("ProbeFailing", "web")])])
def test_a_pod_that_was_ready_may_be_slow_for_a_moment(ago: float, found: list[tuple[str, str]]) -> None:
    scene = Scene()
    FAULTS["ProbeFailing"][0](scene, scene.workload("Deployment", "web"), Random(1))
    for pod in scene.pods_of("web"):
        pod["status"]["conditions"][-1]["lastTransitionTime"] = stamp(ago)
    assert causes(scene) == found
