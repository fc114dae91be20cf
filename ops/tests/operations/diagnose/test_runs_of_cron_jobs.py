"""What a failed run of a cron job is worth once later runs exist: it stays until one of them has come to an end."""

from random import Random
from typing import Any

import pytest

from kora.kit.clock import VirtualClock, use_clock
from kora.operations.diagnose import diagnose
from kora.testing.faults import FAULTS
from kora.testing.objects import NOW, Scene, item, owned

FAILED = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "Job has failed"}
COMPLETE = {"type": "Complete", "status": "True"}


@pytest.mark.parametrize(
    ("newer", "found"),
    [
        (None, ["report"]),
        ({"active": 1}, ["report"]),
        ({"conditions": [{"type": "Suspended", "status": "True"}]}, ["report"]),
        ({"failed": 1, "conditions": [FAILED]}, ["report"]),
        ({"succeeded": 1, "conditions": [COMPLETE]}, []),
    ],
)
def test_a_run_that_goes_on_takes_nothing_back(newer: dict[str, Any] | None, found: list[str]) -> None:
    scene = Scene()
    cron = scene.add(item("CronJob", "report", scene.namespace, spec={"schedule": "* * * * *"}))
    FAULTS["JobFailed"][0](scene, cron, Random(1))
    owned(scene.of("Job", "load")[0], cron)
    if newer is not None:
        scene.add(owned(item("Job", "load-2", scene.namespace, age=5, spec={}, status=newer), cron))
    with use_clock(VirtualClock(NOW)):
        findings = diagnose(scene.reader(), [scene.namespace]).findings
    assert [each.objects[0].name for each in findings if each.cause == "JobFailed"] == found
    assert len(findings) == len(found)
