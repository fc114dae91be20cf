"""The switches of an AgentPolicy really switch: what is off is not done, and what a look knows is not asked again."""

from typing import Any

import pytest
from yard import Yard

from kora.kit.errors import Denied
from kora.operations.diagnose.logs import read_log
from kora.operations.diagnose.probe import Lore
from kora.testing.cluster import Failure, FakeCluster


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, bool]]:
    """Every log that was asked for."""
    found: list[tuple[str, str, bool]] = []
    logs = FakeCluster.logs

    def listening(cluster: FakeCluster, namespace: str, pod: str, **more: Any) -> str:
        found.append((namespace, pod, bool(more.get("previous"))))
        return logs(cluster, namespace, pod, **more)

    monkeypatch.setattr(FakeCluster, "logs", listening)
    return found


def crash(yard: Yard) -> None:
    yard.cluster.fail_when(lambda each: each["image"] == "web:1", Failure("Error", exit_code=1))
    for pod in list(yard.cluster.every("Pod")):
        for previous in (False, True):
            yard.cluster.set_logs("shop", pod["metadata"]["name"], "KeyError: 'DATABASE_URL'\n", previous=previous)


def test_logs_are_read_once_a_run_and_not_at_every_look(yard: Yard, asked: list[tuple[str, str, bool]]) -> None:
    yard.policy("observe")
    crash(yard)
    yard.operator.turn(300, step=2)
    looks = yard.operator.metrics.value("kora_looks_total")
    restarts = max(
        each["restartCount"] for pod in yard.cluster.every("Pod") for each in pod["status"]["containerStatuses"]
    )
    assert looks > 25
    assert asked
    # two pods, the previous and the current log of each run, asked by looks and by passes of observing
    assert len(asked) <= 4 * (restarts + 2) + 4 * yard.operator.metrics.value("kora_passes_total")


def test_a_state_that_stays_is_asked_about_once(yard: Yard, asked: list[tuple[str, str, bool]]) -> None:
    lore, pod = (
        Lore(),
        {"metadata": {"name": "a", "namespace": "shop", "uid": "u"}, "status": {"containerStatuses": []}},
    )
    state = {
        "name": "main",
        "restartCount": 1,
        "containerID": "c1",
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
    }
    pod["status"]["containerStatuses"] = [state]
    assert lore.recall(pod, "main", True) is None
    lore.keep(pod, "main", True, read_log("boom\n"))
    yard.clock.advance(3600)
    assert lore.recall(pod, "main", True) is not None
    assert lore.recall(pod, "main", False) is None
    assert lore.recall(pod, "other", True) is None
    pod["status"]["containerStatuses"] = [state | {"restartCount": 2}]
    assert lore.recall(pod, "main", True) is None
    running = state | {"state": {"running": {"startedAt": "x"}}}
    pod["status"]["containerStatuses"] = [running]
    lore.keep(pod, "main", False, read_log("fine\n"))
    assert lore.recall(pod, "main", False) is not None
    yard.clock.advance(61)
    assert lore.recall(pod, "main", False) is None


def test_log_analysis_off_reads_no_log_and_still_sees_what_else_tells(
    yard: Yard, asked: list[tuple[str, str, bool]]
) -> None:
    yard.policy("autonomous", capabilities={"logAnalysis": {"enabled": False}})
    crash(yard)
    yard.operator.turn(120, step=3)
    assert asked == []
    assert yard.findings().keys() == {"CrashLoop"}
    with pytest.raises(Denied, match="logs"):
        yard.operator.memory.logs("shop", "web-1")


def test_health_monitoring_off_finds_nothing_and_mends_nothing(yard: Yard) -> None:
    yard.policy("autonomous", capabilities={"healthMonitoring": {"enabled": False}})
    yard.break_image()
    yard.operator.turn(120, step=3)
    assert yard.operator.objects("Finding") == []
    assert yard.cluster.requests == []
    yard.policy("autonomous")
    yard.operator.turn(120, step=3)
    assert yard.image() == "web:1"


def test_health_monitoring_switched_off_later_closes_what_was_found(yard: Yard) -> None:
    yard.policy("propose")
    yard.break_image()
    yard.operator.turn(60, step=3)
    plan = yard.operator.plans()[0]
    yard.policy("propose", capabilities={"healthMonitoring": {"enabled": False}})
    yard.operator.turn(20, step=3)
    assert yard.findings()["ImageNotFound"][0] == "resolved"
    assert yard.operator.plans()[0].plan.id == plan.plan.id


def test_the_interval_of_health_monitoring_is_kept(yard: Yard) -> None:
    looks = {}
    for interval in ("10s", "2m"):
        yard.policy("observe", capabilities={"healthMonitoring": {"interval": interval}})
        yard.operator.turn(150, step=5)  # quiet by now
        before = yard.operator.metrics.value("kora_looks_total")
        yard.operator.turn(600, step=5)
        looks[interval] = yard.operator.metrics.value("kora_looks_total") - before
    assert 50 <= looks["10s"] <= 61
    assert 4 <= looks["2m"] <= 6
