"""Questions about restarts in a stretch of time look at when the last one was, not at how old the pod is."""

from pathlib import Path

import pytest

from kora.audit import AuditLog
from kora.domain.actors import Actor, Surface
from kora.kit.clock import VirtualClock, use_clock
from kora.testing.objects import NOW, Scene, ended, running
from kora.tools.context import Context
from kora.tools.invoker import Invoker


@pytest.fixture
def scene() -> Scene:
    """A day-old shop: one pod restarted ten minutes ago, one five hours ago, one never."""
    scene = Scene()
    for name, ago in (("lately", 600.0), ("earlier", 5 * 3600.0), ("never", None)):
        scene.workload("Deployment", name)
        if ago is not None:
            for pod in scene.pods_of(name):
                last = {"terminated": ended(1, ago=ago)}
                pod["status"]["containerStatuses"] = [running("main", age=ago, restarts=1, lastState=last)]
    return scene


@pytest.mark.parametrize(
    ("prompt", "named", "others"),
    [
        ("which pods restarted in the last 30 minutes?", ["lately"], ["earlier", "never"]),
        ("did anything restart in the last hour?", ["lately"], ["earlier", "never"]),
        ("list pods that crashed within the last day", ["lately", "earlier"], ["never"]),
        ("which deployments have restarted today?", ["lately", "earlier"], ["never"]),
        ("which pods restarted more than 3 times in the last hour?", [], ["lately", "earlier", "never"]),
    ],
)
def test_the_moment_of_the_last_restart_counts(
    scene: Scene, tmp_path: Path, prompt: str, named: list[str], others: list[str]
) -> None:
    actor = Actor(name="ann", surface=Surface.CLI)
    context = Context(actor=actor, reader=scene.reader(), audit=AuditLog(tmp_path / "audit"), home=tmp_path)
    with use_clock(VirtualClock(NOW)):
        outcome = Invoker(context).call("ask.read", {"prompt": prompt, "namespace": scene.namespace})
    assert all(name in outcome.answer for name in named), outcome.answer
    assert not any(f"{name}-" in outcome.answer or f"{name} " in outcome.answer for name in others), outcome.answer
