"""The migration Job: no hook, named by what it runs, waits for the database, and leaves its evidence."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

WAIT = Path(__file__).parents[2] / "helm/taskora/files/wait_for_database.py"


def job(manifests: Any) -> dict[str, Any]:
    found: dict[str, Any] = manifests.one("Job")
    return found


def name(manifests: Any) -> str:
    return str(job(manifests)["metadata"]["name"])


def test_it_is_no_hook(render: Any) -> None:
    # A hook before the installation would wait for a database that the same installation brings.
    assert "annotations" not in job(render())["metadata"]


def test_it_runs_the_server_s_image(render: Any) -> None:
    manifests = render(None, "backend.image.tag=1.2.3")
    spec = job(manifests)["spec"]["template"]["spec"]
    assert {c["image"] for c in [*spec["initContainers"], *spec["containers"]]} == {"taskora-backend:1.2.3"}
    assert spec["containers"][0]["command"] == ["taskora", "migrate"]


def test_it_has_the_server_s_environment(render: Any) -> None:
    manifests = render({"backend": {"extraEnv": [{"name": "A", "value": "b"}]}})
    server = manifests.part("Deployment", "backend")["spec"]["template"]["spec"]["containers"][0]
    migration = job(manifests)["spec"]["template"]["spec"]["containers"][0]
    assert migration["envFrom"] == server["envFrom"]
    assert migration["env"] == server["env"]


@pytest.mark.parametrize(
    "setting",
    [
        "backend.image.tag=2.0.0",
        "backend.image.digest=sha256:" + "0" * 64,
        "backend.image.repository=other",
        "migrations.waitSeconds=10",
        "migrations.backoffLimit=9",
        "migrations.command={taskora,migrate,--verbose}",
        "database.name=other",
        "backend.resources.limits.memory=1Gi",
        "commonLabels.team=x",
        "backend.nodeSelector.disk=ssd",
    ],
)
def test_another_pod_gets_another_name(render: Any, setting: str) -> None:
    # A Job can't be changed: the same name with another template would stop every upgrade.
    before, after = render(), render(None, setting)
    assert name(before) != name(after)


@pytest.mark.parametrize(
    "setting",
    [
        "backend.replicas=5",
        "frontend.image.tag=2.0.0",
        "ingress.host=other.local",
        "backend.probes.liveness.periodSeconds=9",
    ],
)
def test_unrelated_changes_start_no_migration(render: Any, setting: str) -> None:
    assert name(render()) == name(render(None, setting))


def test_equal_names_mean_equal_templates(render: Any) -> None:
    settings = [
        [],
        ["backend.image.tag=2.0.0"],
        ["backend.config.logLevel=debug"],
        ["backend.service.port=9000"],
        ["migrations.ttlSecondsAfterFinished=5"],
        ["migrations.activeDeadlineSeconds=60"],
        ["imagePullSecrets[0].name=x"],
    ]
    by_name: dict[str, Any] = {}
    for each in settings:
        manifests = render(None, *each)
        template = job(manifests)["spec"]["template"]
        assert by_name.setdefault(name(manifests), template) == template


def test_the_name_tells_the_tag(render: Any) -> None:
    assert name(render(None, "backend.image.tag=1.4.0-rc.1")).startswith("taskora-backend-migrate-1-4-0-rc-1-")


@pytest.mark.parametrize("tag", ["x" * 128, "A_b.C", "1.0.0---", "_weird"])
def test_any_tag_gives_a_valid_name(render: Any, tag: str) -> None:
    found = name(render({"backend": {"image": {"tag": tag}, "fullnameOverride": "b" * 40}}))
    assert len(found) <= 63
    assert found == found.lower().strip("-")


def test_failures_keep_their_logs(render: Any) -> None:
    spec = job(render())["spec"]
    assert spec["template"]["spec"]["restartPolicy"] == "Never"  # OnFailure would delete the last pod with its log
    assert spec["backoffLimit"] == 3
    assert spec["ttlSecondsAfterFinished"] == 600
    assert spec["activeDeadlineSeconds"] == 1800


def test_its_pods_are_not_the_server_s(render: Any) -> None:
    manifests = render()
    labels = job(manifests)["spec"]["template"]["metadata"]["labels"]
    selector = manifests.part("Service", "backend")["spec"]["selector"]
    assert not selector.items() <= labels.items()


def test_it_can_be_switched_off(render: Any) -> None:
    assert not render(None, "migrations.enabled=false").all("Job")


@pytest.mark.parametrize("upgrade", [False, True])
def test_installation_and_upgrade_are_the_same(render: Any, upgrade: bool) -> None:
    assert name(render(upgrade=upgrade)) == name(render())


# --- the program that waits ---


def wait(url: str, seconds: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.run(
        [sys.executable, "-c", WAIT.read_text(), seconds], env=environment, capture_output=True, text=True, timeout=30
    )


def test_the_job_runs_exactly_this_program(render: Any) -> None:
    container = job(render(None, "migrations.waitSeconds=7"))["spec"]["template"]["spec"]["initContainers"][0]
    assert container["command"] == ["python", "-c"]
    assert container["args"][0].strip() == WAIT.read_text().strip()
    assert container["args"][1] == "7"


def test_waiting_ends_when_the_port_opens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = wait(f"postgresql://u:p%40w@127.0.0.1:{port}/d?sslmode=require", "5")
    assert done.returncode == 0
    assert str(port) in done.stdout


def test_waiting_gives_up_with_the_address_and_without_the_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    done = wait(f"postgresql://u:geheim@127.0.0.1:{port}/d", "0")
    assert done.returncode != 0
    assert f"127.0.0.1:{port}" in done.stderr
    assert "geheim" not in done.stdout + done.stderr


@pytest.mark.parametrize("url", ["", "sqlite:///x.db", "mysql://h/d"])
def test_waiting_names_a_missing_address(url: str) -> None:
    done = wait(url, "1")
    assert done.returncode != 0
    assert "DATABASE_URL" in done.stderr


def test_several_hosts_are_left_to_the_migration() -> None:
    assert wait("postgresql://u:p@a:5432,b:5432/d", "1").returncode == 0
