"""What was acknowledged is there, once: writers note a task only after the answer while processes and pods are killed.

A writer says each create again with the same Idempotency-Key until it is answered, as a careful client does; so every
title must be stored exactly once, whatever was killed between the write and its answer.
"""

import os
import random
import shlex
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator

import httpx
import pytest
from cluster.application import Person
from cluster.programs import Failed, Namespace, Release, eventually, is_ready, run
from cluster.releases import IMAGES, PULL_POLICY, TAG, NewNamespace, Report

WRITERS = 3

# Kills with SIGKILL from the node's own process table: from inside of a container its first process can't be killed.
# Arguments: uid of the pod; "first" for the container's first process, "child" for one of its children.
KILL = """
import os, pathlib, signal, sys
pod, which = sys.argv[1].replace("-", "_"), sys.argv[2]
members, parents = [], {}
for entry in pathlib.Path("/proc").iterdir():
    if entry.name.isdigit():
        try:
            groups = (entry / "cgroup").read_text().replace("-", "_")
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            name = (entry / "comm").read_text().strip()
        except OSError:
            continue
        if pod in groups and name != "pause":
            members.append(int(entry.name))
first = [process for process in members if parents[process] not in members]
chosen = first[:1] if which == "first" else [process for process in members if parents[process] in first][-1:]
if not chosen:
    sys.exit(f"no process of {pod} in {len(parents)}")
os.kill(chosen[0], signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def killer(new_namespace: NewNamespace) -> Callable[[Namespace, str, str], None]:
    """Kills a process of a pod as the node's operator would; a skip where the cluster allows no such pod."""
    namespace = new_namespace("killer", "pod-security.kubernetes.io/enforce=privileged")
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "killer"},
        "spec": {
            "hostPID": True,
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 0,
            "containers": [
                {
                    "name": "killer",
                    "image": f"{IMAGES['backend']}:{TAG}",
                    "imagePullPolicy": PULL_POLICY,
                    "command": ["python", "-c", "import time; time.sleep(86400)"],
                    "securityContext": {"privileged": True, "runAsUser": 0},
                }
            ],
        },
    }
    try:
        namespace.apply(pod)
        namespace.kubectl("wait", "pod/killer", "--for=condition=Ready", "--timeout=60s", seconds=70)
    except Failed as failure:
        pytest.skip(f"this cluster runs no privileged pod that could kill processes: {failure}")

    def kill(where: Namespace, name: str, which: str) -> None:
        uid = where.kubectl("get", "pod", name, "-o", "jsonpath={.metadata.uid}")
        namespace.kubectl("exec", "killer", "--", "python", "-c", KILL, uid, which)

    return kill


class Writer(threading.Thread):
    """Creates tasks one after the other and notes the id of each answer."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.person = Person(address).sign_up()
        self.noted: dict[str, int] = {}
        self.repetitions = 0
        self.stop = threading.Event()

    def run(self) -> None:
        for number in range(1_000_000):
            if self.stop.is_set():
                return
            self._create(f"Task {number}")
            time.sleep(0.1)

    def _create(self, title: str) -> None:
        """Until it is answered: nothing else tells whether it is stored."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        while True:
            try:
                answer = self.person.http.post(
                    f"/api/{self.person.user}/tasks", json={"title": title}, headers=headers, timeout=10
                )
                if answer.status_code == 201:
                    self.noted[title] = answer.json()["id"]
                    return
            except httpx.TransportError:
                pass
            self.repetitions += 1
            time.sleep(0.3)


@pytest.fixture
def writers(node_port: str) -> Iterator[list[Writer]]:
    working = [Writer(node_port) for _ in range(WRITERS)]
    for writer in working:
        writer.start()
    yield working
    for writer in working:
        writer.stop.set()


def settle(taskora: Release, writers: list[Writer], seconds: float = 180) -> int:
    """Waits until everything is ready and the writers have stopped; compares what they noted with what is stored.
    Tells how many tasks that are."""

    def ready() -> bool:
        pods = [pod for part in ("frontend", "backend", "database") for pod in taskora.namespace.pods(part)]
        return len(pods) == 6 and all(is_ready(pod) for pod in pods)

    eventually(ready, seconds, "six ready pods")
    for writer in writers:
        writer.stop.set()
    for writer in writers:
        writer.join(60)
        assert not writer.is_alive(), "a writer still waits for an answer"
    for writer in writers:
        stored = writer.person.tasks()
        assert Counter(task["title"] for task in stored) == Counter(writer.noted.keys()), "lost, or stored twice"
        assert {task["title"]: task["id"] for task in stored} == writer.noted
    return sum(len(writer.noted) for writer in writers)


def test_a_second_server_could_not_open_the_volume(taskora: Release) -> None:
    """A database pod that is deleted by force overlaps with the next one for a moment; only a lock keeps them apart."""
    lock = "/var/lib/postgresql/data/.taskora-lock"
    with pytest.raises(Failed, match="ended with 1"):
        taskora.namespace.kubectl("exec", "taskora-database-0", "--", "flock", "--nonblock", lock, "true")
    taskora.namespace.kubectl("exec", "taskora-database-0", "--", "flock", "--nonblock", "/tmp/free", "true")


# How often each kind of death comes; 23 in all.
DEATHS = {
    "backend process": 6,
    "database process": 3,
    "database child process": 4,
    "backend pod": 5,
    "frontend pod": 2,
    "database pod": 3,
}


def test_nothing_acknowledged_is_lost_or_doubled_by_kills_at_random_instants(
    taskora: Release, writers: list[Writer], killer: Callable[[Namespace, str, str], None], report: Report
) -> None:
    seed = int(os.environ.get("CLUSTER_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    chance = random.Random(seed)
    deaths = [death for death, count in DEATHS.items() for _ in range(count)]
    chance.shuffle(deaths)
    done: Counter[str] = Counter()
    for death in deaths:
        part, _, how = death.partition(" ")
        time.sleep(chance.uniform(0.5, 3))
        victims = eventually(lambda part=part: running(taskora.namespace, part), 120, f"a running {part} pod")
        victim = chance.choice(victims)
        if how == "pod":
            taskora.namespace.kubectl("delete", "pod", victim, "--grace-period=0", "--force")
        else:
            killer(taskora.namespace, victim, "child" if "child" in how else "first")
        done[death] += 1
    count = settle(taskora, writers)
    repetitions = sum(writer.repetitions for writer in writers)
    report(
        f"kills at random instants (seed {seed})",
        f"{sum(done.values())} ({', '.join(f'{n} {d}' for d, n in done.items())}); {count} acknowledged tasks, "
        f"{repetitions} creates repeated, 0 missing, 0 twice",
    )
    assert sum(done.values()) >= 20
    assert count > 100


def running(namespace: Namespace, part: str) -> list[str]:
    """Pods of a part whose container runs."""
    return [
        pod["metadata"]["name"]
        for pod in namespace.pods(part)
        if any("running" in status["state"] for status in pod["status"].get("containerStatuses", []))
    ]


def test_nothing_acknowledged_is_lost_when_the_node_stops(
    taskora: Release, writers: list[Writer], report: Report
) -> None:
    stop, start = os.environ.get("CLUSTER_STOP_NODE"), os.environ.get("CLUSTER_START_NODE")
    if not (stop and start):
        pytest.skip("CLUSTER_STOP_NODE and CLUSTER_START_NODE are not set: nothing can stop and start the node")
    eventually(lambda: sum(len(writer.noted) for writer in writers) > 30, 60, "some tasks")
    begun = time.monotonic()
    run(*shlex.split(stop), seconds=120)
    down = time.monotonic()
    run(*shlex.split(start), seconds=240)
    eventually(lambda: taskora.namespace.kubectl("get", "pods"), 60, "an answering cluster")
    reached = Counter(len(writer.noted) for writer in writers)
    eventually(lambda: reached != Counter(len(writer.noted) for writer in writers), 240, "answers again")
    report("node stopped, then started, until the first answer", f"{time.monotonic() - down:.0f} s")
    count = settle(taskora, writers, seconds=300)
    report("node stop and start", f"{count} acknowledged tasks, 0 missing, 0 twice; {time.monotonic() - begun:.0f} s")
