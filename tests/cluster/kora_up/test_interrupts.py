"""Ctrl-C in every phase, then the same command again: it finishes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cluster.kora_up.shops import Shop, new_shop, remove

pytestmark = pytest.mark.cluster

PHASES = ["build", "load", "prove", "configure", "install", "roll out", "smoke"]


def interrupt_in(shop: Shop, phase: str) -> int:
    """Start, and send the signal as soon as the phase tells that it has begun."""
    with shop.start() as process:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("phase") == phase and event.get("state") == "started":
                process.send_signal(signal.SIGINT)
                break
        process.communicate(timeout=120)
        return process.returncode


def test_interrupted_phase_by_phase_it_still_arrives(folders: Path, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    shop = new_shop(tmp_path / "shop", folders, tmp_path / "home")
    try:
        for phase in PHASES:
            assert interrupt_in(shop, phase) == 130, phase
        run = shop.up()
        assert run.code == 0, [*run.events[-1:], run.errors[-2000:]]
        assert run.done("smoke")["text"].startswith("7 of 7")
        assert shop.kora("status", str(shop.folder)).returncode == 0
        log = shop.kora("audit", "verify")
        assert log.returncode == 0, log.stdout + log.stderr
    finally:
        remove(shop.namespace)


def test_killed_while_helm_writes_the_release_is_put_right(taskora: Shop, folders: Path) -> None:
    """A release left pending, as a kill at the wrong moment leaves it."""
    first = taskora.up()
    assert first.code == 0, first.errors
    script = (
        "import helm_python, sys\n"
        "config = helm_python.Config(namespace=sys.argv[1])\n"
        "config.upgrade(sys.argv[2], 'taskora', config.get_values('taskora') | {'extraObjects': [sys.argv[3]]},"
        " wait='watcher', timeout=600)\n"
    )
    stuck = json.dumps(
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": "stuck", "annotations": {"helm.sh/hook": "pre-upgrade"}},
            "spec": {"suspend": True, "template": {"spec": {"restartPolicy": "Never", "containers": []}}},
        }
    ).replace('"containers": []', '"containers": [{"name": "main", "image": "none:1"}]')
    chart = taskora.document["chart"]["path"]
    process = subprocess.Popen([sys.executable, "-c", script, taskora.namespace, chart, stuck], env=dict(os.environ))
    try:
        pending = ""
        for _ in range(60):
            pending = taskora.kubectl("get", "secret", "-l", "owner=helm,status=pending-upgrade", "-o", "name")
            if pending:
                break
            subprocess.run(["sleep", "0.5"], check=True)
        assert pending, "the upgrade never became pending"
    finally:
        process.kill()
        process.wait(timeout=20)
    state = next((taskora.home / "deployments").glob("*.json"))
    memory = json.loads(state.read_text())
    state.write_text(json.dumps(memory | {"installing": True}))  # as our own process would have left it
    run = taskora.up()
    assert run.code == 0, [*run.events[-1:], run.errors[-2000:]]
    assert "took back revision" in run.done("install")["text"] or run.done("install")["text"].startswith("nothing")
    assert taskora.kora("status", str(taskora.folder)).returncode == 0
