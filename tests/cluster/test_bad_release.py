"""Releases that can't work: the old version serves every request meanwhile, the cluster names the reason soon, and the
rollback leaves nothing of them behind."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import yaml
from cluster.application import Person
from cluster.programs import Namespace, Release, eventually, is_ready
from cluster.releases import Report
from cluster.traffic import Ask, Entrance, Traffic

RATE = 15
DIAGNOSIS_SECONDS = 30
OBSERVED_REQUESTS = 150  # while the bad release is out

# The next version, as far as the database is concerned: it wants a revision that its migration fails to make.
NEXT_VERSION = "import taskora.migrations as migrations; migrations.HEAD = '0002'"
FAILING_MIGRATION = "import sys; sys.exit('revision 0002: column due_at of tasks exists already')"


@dataclass(frozen=True)
class Bad:
    """A bad release by its settings, and where the cluster tells what is wrong with it."""

    settings: tuple[str, ...]
    seen: Callable[[Namespace], str | None]
    part: str = "backend"


def waiting(part: str, *reasons: str) -> Callable[[Namespace], str | None]:
    """The reason for which a container of a part waits."""

    def seen(namespace: Namespace) -> str | None:
        for pod in namespace.pods(part):
            for container in pod["status"].get("containerStatuses", []):
                reason = container["state"].get("waiting", {}).get("reason")
                if reason in reasons:
                    return f"{reason}: {container['state']['waiting'].get('message', '')}"
        return None

    return seen


def crashed(part: str, words: str) -> Callable[[Namespace], str | None]:
    """The last words of a container that ended, when they are the ones that tell the cause."""

    def seen(namespace: Namespace) -> str | None:
        for pod in namespace.pods(part):
            for container in pod["status"].get("containerStatuses", []):
                ended = container["state"].get("terminated") or container.get("lastState", {}).get("terminated") or {}
                if not ended.get("exitCode"):
                    continue
                previous = [] if "terminated" in container["state"] else ["--previous"]
                log = namespace.kubectl("logs", pod["metadata"]["name"], "-c", container["name"], *previous)
                if words in log:
                    return f"exit code {ended['exitCode']}: {log.strip().splitlines()[-1]}"
        return None

    return seen


def event(reason: str, words: str) -> Callable[[Namespace], str | None]:
    """An event that says these words."""

    def seen(namespace: Namespace) -> str | None:
        return next((message for r, _, message in namespace.events() if r == reason and words in message), None)

    return seen


NO_IMAGE = ("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull")
BAD_RELEASES = {
    "backend image that does not exist": Bad(("backend.image.tag=no-such-tag",), waiting("backend", *NO_IMAGE)),
    "frontend image that does not exist": Bad(
        ("frontend.image.tag=no-such-tag",), waiting("frontend", *NO_IMAGE), "frontend"
    ),
    "program that crashes at once": Bad(  # as an image would whose interpreter lacks its library
        ("backend.extraEnv[0].name=PYTHONHOME,backend.extraEnv[0].value=/missing",),
        crashed("backend", "Fatal Python error"),
    ),
    "setting that the program refuses": Bad(
        ("backend.extraConfig.DATABASE_POOL_SIZE=none",), crashed("backend", "DATABASE_POOL_SIZE")
    ),
    "migration that fails": Bad(
        (
            "backend.extraVolumes[0].name=next,backend.extraVolumes[0].configMap.name=next-version",
            "backend.extraVolumeMounts[0].name=next,backend.extraVolumeMounts[0].mountPath=/next",
            "backend.extraEnv[0].name=PYTHONPATH,backend.extraEnv[0].value=/next:/app/lib:/app/optional.zip",
            "migrations.command={python,/next/migrate.py}",
        ),
        crashed("migration", "revision 0002: column due_at of tasks exists already"),
    ),
    "readiness probe that asks the wrong path": Bad(
        ("backend.probes.readiness.path=/no-such-path",), event("Unhealthy", "statuscode: 404")
    ),
}


@pytest.fixture(scope="module", autouse=True)
def next_version(taskora: Release) -> None:
    """What the failing migration brings along."""
    data = {"sitecustomize.py": NEXT_VERSION, "migrate.py": FAILING_MIGRATION}
    overlay = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "next-version"}, "data": data}
    taskora.namespace.kubectl("apply", "-f", "-", text=yaml.safe_dump(overlay))


@pytest.mark.parametrize("kind", BAD_RELEASES)
def test_a_bad_release_disturbs_nobody_is_named_and_goes_without_a_trace(
    taskora: Release, node_port: str, kind: str, report: Report
) -> None:
    bad, namespace = BAD_RELEASES[kind], taskora.namespace
    person = Person(node_port).sign_up()
    headers = {"Authorization": str(person.http.headers["Authorization"])}
    asks = [Ask("list", "GET", f"/api/{person.user}/tasks", 200, headers), Ask("page", "GET", "/signin", 200)]
    before = uids(namespace)
    with Traffic([Entrance("node port", node_port)], lambda number: asks[number % 2], RATE) as traffic:
        taskora.upgrade(*bad.settings, wait=False)
        try:
            begun = time.monotonic()
            reason = eventually(lambda: bad.seen(namespace), DIAGNOSIS_SECONDS, f"the reason of: {kind}")
            named = time.monotonic() - begun
            traffic.until(OBSERVED_REQUESTS, seconds=60)
            assert before <= uids(namespace), "a pod of the old version went before a new one was ready"
            assert not all(is_ready(pod) for pod in namespace.pods(bad.part))
        finally:
            taskora.rollback()
        eventually(lambda: uids(namespace) == before, 90, "the old pods and no others")
    report(kind, f"named after {named:.1f} s: {str(reason).splitlines()[0][:160]}; {traffic.tally}")
    assert traffic.tally.failures == []
    assert traffic.tally.sent >= OBSERVED_REQUESTS
    person.add("After the rollback")


def uids(namespace: Namespace) -> set[str]:
    """Every pod of the two parts that serve."""
    return {pod["metadata"]["uid"] for part in ("frontend", "backend") for pod in namespace.pods(part)}
