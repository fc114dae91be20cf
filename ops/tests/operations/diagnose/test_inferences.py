"""What is concluded, not told: how far a conclusion lets Kora go, and that what was not asked is not claimed."""

from random import Random

from kora.domain.findings import Care, Finding
from kora.domain.objects import Manifest
from kora.kit.clock import VirtualClock, use_clock
from kora.operations.diagnose import diagnose
from kora.testing.faults import FAULTS
from kora.testing.objects import NOW, Scene, container, ended, waiting

LIMITED = {"limits": {"memory": "24Mi"}}


def only(scene: Scene) -> Finding:
    with use_clock(VirtualClock(NOW)):
        (found,) = diagnose(scene.reader(), [scene.namespace]).findings
    return found


def looping(name: str) -> Manifest:
    """Killed by somebody, in a loop, and nobody says why."""
    return waiting(name, "CrashLoopBackOff", restarts=3, last=ended(137, "Error"))


def killed(scene: Scene, *, older: bool) -> Finding:
    """A container with a limit that ends with 137; with `older` an earlier revision serves meanwhile."""
    workload = scene.workload("Deployment", "web", [container("main", resources=LIMITED)])
    if older:
        scene.revision(workload, 2, 0, 60, pods=1)
    broken = scene.pods_of("web")[-1:] if older else scene.pods_of("web")
    for pod in broken:
        pod["status"]["containerStatuses"] = [looping("main")]
        pod["status"]["conditions"] = [{"type": "Ready", "status": "False"}]
    return only(scene)


def test_an_unsaid_kill_lets_a_larger_limit_only_be_proposed() -> None:
    found = killed(Scene(), older=False)
    assert (found.cause, found.verdict) == ("OOMKilled", Care.PROPOSE)
    assert "limits/memory" in (found.fix_command or "")


def test_an_unsaid_kill_of_a_new_revision_goes_back_to_the_one_that_serves() -> None:
    found = killed(Scene(), older=True)
    assert (found.cause, found.verdict) == ("OOMKilled", Care.HEAL)
    assert "rollout undo" in (found.fix_command or "")


def asked_wrongly(scene: Scene, *, runs: bool) -> Finding:
    """A liveness probe asks a path that is not served, and another one is."""
    seed = next(each for each in range(20) if Random(each).choice((0, 1)) == 1)  # the probe that kills
    workload = scene.workload("Deployment", "web")
    next(each for each in FAULTS["ProbeMisconfigured"] if each.__name__ == "probe_path")(scene, workload, Random(seed))
    if not runs:
        for pod in scene.pods_of("web"):
            name = pod["spec"]["containers"][0]["name"]
            last = ended(137, ago=20, lived=20)
            pod["status"]["containerStatuses"] = [waiting(name, "CrashLoopBackOff", restarts=4, last=last)]
    return only(scene)


def test_what_was_not_asked_is_not_said_to_be_missing() -> None:
    found = asked_wrongly(Scene(), runs=True)
    assert (found.cause, found.verdict) == ("ProbeMisconfigured", Care.HEAL)
    again = asked_wrongly(Scene(), runs=False)
    assert (again.id, again.cause, again.verdict) == (found.id, "ProbeMisconfigured", Care.ESCALATE)
    assert "can't be asked before it runs again" in again.summary
    assert "does not serve" not in again.summary
