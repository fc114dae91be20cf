"""Remediations that don't go smoothly: one that doesn't help, several that fail, a pause in the middle, and an operator
that is killed at ten random moments."""

import json
import os
import random
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.kora_diagnose.builders import EAT, MEMORY, OK, container, deployment
from cluster.kora_operator.installation import (
    LIMITS,
    Namespace,
    Object,
    Process,
    account_in,
    command_line,
    delete_namespaces,
    new_namespace,
    policy,
    spoken,
)
from cluster.programs import eventually
from cluster.releases import Report

from kora.operations.plans.store import PlanStore

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(not os.environ.get("KUBECONFIG"), reason="needs a Kubernetes cluster (KUBECONFIG)"),
]
SEED = int(os.environ.get("KORA_SEED", "7"))
KILLS = 10
BROKEN, GOOD = "busybox:no-such-tag", OK["image"]
STAGES = ("found", "planned", "changed", "watched")
CLOSED = ("done", "failed", "rolledBack", "rejected", "expired", "void")
REVISION = "deployment.kubernetes.io/revision"


@pytest.fixture
def operator(definitions: None, tmp_path: Path) -> Iterator[Process]:
    """A process over one namespace, not started yet."""
    system, shop = new_namespace("system"), new_namespace("shop")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Process(system, (shop.name,), tmp_path / "state", port)
    try:
        yield made
    finally:
        if made.running is not None and made.running.poll() is None:
            made.kill()
        delete_namespaces(system.name, shop.name)


def begin(operator: Process, *objects: Object, **limits: object) -> Namespace:
    """What stands, and an operator that leads over it."""
    shop = Namespace(operator.watched[0])
    shop.apply(policy("shop", shop.name, limits=LIMITS | limits), *objects)
    operator.start()
    eventually(operator.ready, 60, "the operator leads")
    return shop


def plans(shop: Namespace, name: str) -> list[Object]:
    return [each for each in spoken(shop.name, "remediationplans") if f"/{name} " in each["spec"]["goal"]]


def phases(shop: Namespace, name: str) -> list[str]:
    """Of the plans for a workload; empty words for one that was told this very moment."""
    return [str(each.get("status", {}).get("phase") or "") for each in plans(shop, name)]


def finding(shop: Namespace, name: str) -> Object:
    found = [each for each in spoken(shop.name, "findings") if each["spec"]["objects"][0]["name"] == name]
    return found[0] if found else {}


def fate(shop: Namespace, name: str) -> str:
    return str(finding(shop, name).get("status", {}).get("fate") or "")


def live(shop: Namespace, name: str) -> Object:
    found: Object = json.loads(shop.kubectl("get", f"deployment/{name}", "-o", "json"))
    return found


def image(shop: Namespace, name: str) -> str:
    return str(live(shop, name)["spec"]["template"]["spec"]["containers"][0]["image"])


def hungry(name: str) -> Object:
    """Takes all the memory that it gets."""
    return deployment(name, container(EAT, resources=MEMORY))


def memory(shop: Namespace, name: str) -> str:
    return str(live(shop, name)["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]["memory"])


def test_what_does_not_help_is_taken_back_not_repeated_and_told(operator: Process, report: Report) -> None:
    began = time.monotonic()
    shop = begin(operator, hungry("glutton"))
    eventually(lambda: phases(shop, "glutton") == ["rolledBack"], 240, "taken back")  # the finding says so for a moment
    report("operator: a cure that does not help", f"taken back after {time.monotonic() - began:.0f} s")
    assert memory(shop, "glutton") == "24Mi"
    eventually(lambda: fate(shop, "glutton") == "escalated", 120, "left to a person")
    assert "not tried again" in finding(shop, "glutton")["status"]["reason"]
    revision = live(shop, "glutton")["metadata"]["annotations"][REVISION]
    time.sleep(45)  # longer than the first retry
    assert live(shop, "glutton")["metadata"]["annotations"][REVISION] == revision
    assert phases(shop, "glutton") == ["rolledBack"]


def test_failures_open_the_circuit_breaker(operator: Process) -> None:
    breaker = {"failures": 2, "resetAfter": "30m"}
    shop = begin(operator, hungry("first"), hungry("second"), deployment("web", OK), circuitBreaker=breaker)
    shop.rolled_out("deployment/web")
    for name in ("first", "second"):
        eventually(lambda name=name: fate(shop, name) in ("rolledBack", "escalated"), 300, f"{name} taken back")
    eventually(lambda: operator.metrics()["kora_circuit_open"] == 1.0, 30, "the breaker open")
    shop.kubectl("set", "image", "deployment/web", f"main={BROKEN}")
    eventually(lambda: fate(shop, "web") in ("waiting", "denied"), 90, "held back")
    time.sleep(20)
    assert image(shop, "web") == BROKEN
    path = "jsonpath={.status.conditions[?(@.type=='CircuitOpen')].status}"
    assert shop.kubectl("get", "agentpolicies.kora.taskora.dev/shop", "-o", path) == "True"


def test_what_opted_out_is_told_and_left_alone(operator: Process) -> None:
    shop = begin(operator, deployment("web", OK))
    shop.rolled_out("deployment/web")
    shop.kubectl("annotate", "deployment", "web", "kora.taskora.dev/ignore=true")
    shop.kubectl("set", "image", "deployment/web", f"main={BROKEN}")
    eventually(lambda: fate(shop, "web") == "denied", 90, "left alone")
    written = operator.metrics()
    time.sleep(60)
    after = operator.metrics()
    assert image(shop, "web") == BROKEN
    assert plans(shop, "web") == []
    for verb in ("create", "patch", "delete"):  # the status says once a minute how things stand; no plan is made anew
        key = f'kora_api_requests_total{{verb="{verb}"}}'
        assert after.get(key, 0) - written.get(key, 0) <= 2, (key, written, after)
    shop.kubectl("annotate", "deployment", "web", "kora.taskora.dev/ignore-")
    eventually(lambda: image(shop, "web") == GOOD, 120, "mended once it may be")


def assert_switched(shop: Namespace, said: subprocess.CompletedProcess[str], paused: str) -> None:
    """Where everybody may look at every policy the person sees others too, which are not theirs to switch (77)."""
    assert said.returncode in (0, 77), said.stderr
    path = "jsonpath={.spec.paused}"
    assert shop.kubectl("get", "agentpolicies.kora.taskora.dev/shop", "-o", path) == paused, said.stderr


def test_a_pause_stops_a_remediation_in_the_middle_and_everything_else(operator: Process, tmp_path: Path) -> None:
    shop = begin(operator, deployment("web", OK), deployment("shop", OK))
    shop.rolled_out("deployment/web", "deployment/shop")
    # Whoever runs the tests may perhaps pause every policy of the cluster; this person can pause this one alone.
    person = account_in(shop, "person", tmp_path, "get,list,patch,update agentpolicies.kora.taskora.dev")
    shop.kubectl("set", "image", "deployment/web", f"main={BROKEN}")
    eventually(lambda: any(each in ("applying", "verifying") for each in phases(shop, "web")), 90,
               "a remediation under way", 0.1)  # fmt: skip
    said = command_line(tmp_path / "person", "pause", "--reason", "a test", kubeconfig=person)
    assert_switched(shop, said, "true")
    shop.kubectl("set", "image", "deployment/shop", f"main={BROKEN}")
    eventually(lambda: bool(finding(shop, "shop")), 60, "still seen")
    before = live(shop, "web")["metadata"]["generation"], live(shop, "shop")["metadata"]["generation"]
    time.sleep(30)
    assert (live(shop, "web")["metadata"]["generation"], live(shop, "shop")["metadata"]["generation"]) == before
    assert image(shop, "shop") == BROKEN
    # What was changed before the pause may still be watched and found good; nothing is changed any more.
    assert phases(shop, "web")[0] in ("applying", "verifying", "done")
    assert set(phases(shop, "shop")) <= {"", "proposed"}
    said = command_line(tmp_path / "person", "resume", kubeconfig=person)
    assert_switched(shop, said, "false")
    for name in ("web", "shop"):
        eventually(lambda name=name: image(shop, name) == GOOD, 120, f"{name} mended after all")
    eventually(lambda: phases(shop, "web") == ["done"], 120, "one plan, done")


def test_killed_at_ten_random_moments_it_neither_repeats_nor_forgets(operator: Process, report: Report) -> None:
    names = [f"web{number}" for number in range(KILLS)]
    chance = random.Random(SEED)
    shop = begin(operator, *(deployment(each, OK) for each in names))
    shop.rolled_out(*(f"deployment/{each}" for each in names))
    struck: list[str] = []
    stages = [*STAGES, *STAGES, *chance.sample(STAGES, 2)]
    chance.shuffle(stages)
    for name, stage in zip(names, stages, strict=True):
        shop.kubectl("set", "image", f"deployment/{name}", f"main={BROKEN}")
        _until(operator, shop, name, stage, chance)
        state = [each or "new" for each in phases(shop, name)]
        struck.append(f"{stage} ({', '.join(state) or 'no plan told yet'})")
        operator.kill()
        operator.start()
        eventually(operator.ready, 60, "leads again")
    for name in names:
        eventually(lambda name=name: image(shop, name) == GOOD, 300, f"{name} mended")
        eventually(lambda name=name: all(each in CLOSED for each in phases(shop, name)), 180,
                   f"every plan for {name} closed")  # fmt: skip
    counted = {name: live(shop, name)["metadata"]["annotations"][REVISION] for name in names}
    ended = {name: phases(shop, name) for name in names}
    report("operator: killed when", "; ".join(struck))
    assert set(counted.values()) == {"3"}, (counted, struck)  # as it was, broken, back: never a fourth
    assert all(each.count("done") == 1 for each in ended.values()), (ended, struck)
    audit = command_line(operator.state, "audit", "verify")
    assert audit.returncode == 0, audit.stdout


def _until(operator: Process, shop: Namespace, name: str, stage: str, chance: random.Random) -> None:
    """Wait until a remediation has come so far, and a random while longer."""

    def planned() -> bool:
        records, _ = PlanStore(operator.state).everything()
        return any(f"/{name} " in each.plan.goal for each in records)

    eventually(lambda: bool(finding(shop, name)), 120, f"{name} seen", 0.1)
    longest = {"found": 4.0, "planned": 0.3, "changed": 0.5, "watched": 10.0}[stage]
    if stage == "planned":
        eventually(planned, 120, f"a plan for {name}", 0.1)
    elif stage in ("changed", "watched"):
        eventually(lambda: image(shop, name) == GOOD, 120, f"{name} changed", 0.3)
    time.sleep(chance.uniform(0.0, longest))
