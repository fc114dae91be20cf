"""Applications that know nothing of Kora: `kora init && kora up`, twice, status, logs, open, down."""

import json
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cluster.kora_up.shops import KORA, ROOT, Shop, remove

pytestmark = pytest.mark.cluster

APPS = ROOT / "ops/tests/fixtures/apps"


@pytest.fixture(params=["notes", "counter"])
def stranger(request: pytest.FixtureRequest, ready: None, tmp_path: Path) -> Iterator[Shop]:
    folder = Path(shutil.copytree(APPS / request.param, tmp_path / request.param))
    shop = Shop(folder, f"kora-up-{request.param}-{secrets.token_hex(3)}", tmp_path / "home")
    yield shop
    remove(shop.namespace)


def test_shipped_looked_at_and_removed(stranger: Shop) -> None:
    made = stranger.kora("init", str(stranger.folder))
    assert made.returncode == 0, made.stderr
    where = [str(stranger.folder), "-n", stranger.namespace]

    run = stranger.up("-n", stranger.namespace)
    assert run.code == 0, [*run.events[-1:], run.errors[-2000:]]
    url = run.result["doors"][0]["url"]
    page = httpx.get(url, timeout=20).text
    assert "notes" in page or "Visits: " in page

    again = stranger.up("-n", stranger.namespace)
    assert again.code == 0
    assert again.result["changed"] is False
    print(f"\nfirst {run.seconds:.1f} s, again {again.result['seconds']} s ({again.seconds:.1f} s in all)")

    assert stranger.kora("status", *where).returncode == 0
    said = stranger.kora("logs", "--path", str(stranger.folder), "-n", stranger.namespace)
    assert " | " in said.stdout or said.stdout == ""

    down = stranger.kora("down", *where, seconds=180)
    assert down.returncode == 0, down.stderr
    assert "release" in down.stdout
    if stranger.folder.name == "counter":
        assert "persistentvolumeclaim/data-redis-0" in down.stdout
    assert stranger.kora("status", *where).returncode != 0
    refused = stranger.kora("down", *where, "--volumes")
    assert refused.returncode == 4, "nobody is there to say yes"
    gone = stranger.kora("down", *where, "--volumes", "--yes", seconds=180)
    assert gone.returncode == 0, gone.stderr
    assert f"namespace/{stranger.namespace}" in gone.stdout
    assert stranger.kora("audit", "verify").returncode == 0


def test_open_follows_replaced_pods(taskora: Shop) -> None:
    assert taskora.up().code == 0
    words = ["open", str(taskora.folder), "--json"]
    with subprocess.Popen([*KORA, *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        try:
            assert httpx.get(f"{url}api/health", timeout=20).json() == {"status": "healthy"}
            taskora.kubectl("rollout", "restart", "deployment/taskora-frontend")
            taskora.kubectl("rollout", "status", "deployment/taskora-frontend", "--timeout=80s")
            assert httpx.get(f"{url}api/health", timeout=20).json() == {"status": "healthy"}
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)
    assert process.returncode == 130
