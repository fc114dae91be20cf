"""People answer plans: with kubectl, with `kora approve`, and in the operator's console. Who did is recorded; a no, a
forged name, another hash and a second use change nothing."""

import contextlib
import http.cookiejar
import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.kora_diagnose.builders import OK, deployment
from cluster.kora_operator.installation import (
    API_VERSION,
    LIMITS,
    Kora,
    Namespace,
    Object,
    command_line,
    policy,
    spoken,
)
from cluster.programs import Failed, eventually, run

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(not os.environ.get("KUBECONFIG"), reason="needs a Kubernetes cluster (KUBECONFIG)"),
]
NAMES = ("one", "two", "three", "four")
BROKEN, GOOD = "busybox:no-such-tag", OK["image"]


@pytest.fixture(scope="module")
def shop(kora: Kora, spaces: dict[str, Namespace]) -> Namespace:
    """Four workloads whose newest rollout can't start, in a namespace where everything waits for a person."""
    place = spaces["shop"]
    place.apply(policy("shop", place.name, level="propose", limits=LIMITS), *(deployment(each, OK) for each in NAMES))
    place.rolled_out(*(f"deployment/{each}" for each in NAMES))
    for each in NAMES:
        place.kubectl("set", "image", f"deployment/{each}", f"main={BROKEN}")
    eventually(lambda: len(spoken(place.name, "remediationplans")) >= len(NAMES), 120, "a plan for each")
    return place


def plan_for(shop: Namespace, name: str) -> Object:
    """The plan that mends one workload."""
    found = [each for each in spoken(shop.name, "remediationplans") if f"/{name} " in each["spec"]["goal"]]
    assert len(found) == 1, [each["spec"]["goal"] for each in found]
    return found[0]


def image(shop: Namespace, name: str) -> str:
    path = "jsonpath={.spec.template.spec.containers[0].image}"
    return shop.kubectl("get", f"deployment/{name}", "-o", path)


def answer(shop: Namespace, plan: Object, decision: str, **other: str) -> str:
    """Create an Approval as kubectl's user; gives its name."""
    spec = {
        "plan": plan["metadata"]["name"],
        "hash": plan["spec"]["hash"],
        "approver": whoami(),
        "decision": decision,
        **other,
    }
    body = {"apiVersion": API_VERSION, "kind": "Approval", "metadata": {"generateName": "answer-"}, "spec": spec}
    return shop.kubectl("create", "-f", "-", "-o", "name", text=json.dumps(body)).strip()


def whoami() -> str:
    return run("kubectl", "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")


def phase(shop: Namespace, what: str) -> str:
    return shop.kubectl("get", what, "-o", "jsonpath={.status.phase}")


def done(shop: Namespace, plan: Object) -> Object:
    """The plan once it is carried out and verified."""
    name = plan["metadata"]["name"]
    ends = ("done", "failed", "rolledBack", "rejected")
    resource = f"remediationplans.kora.taskora.dev/{name}"
    eventually(lambda: phase(shop, resource) in ends, 180, f"{name} carried out")
    found: Object = json.loads(shop.kubectl("get", resource, "-o", "json"))
    return found


def test_every_plan_waits_and_its_diff_says_what_would_be_done(shop: Namespace) -> None:
    for name in NAMES:
        plan = plan_for(shop, name)
        assert plan["status"]["phase"] == "proposed"
        assert image(shop, name) == BROKEN
        lines = plan["spec"]["diff"].splitlines()
        assert any(each.startswith("-") and BROKEN in each for each in lines), plan["spec"]["diff"]
        assert any(each.startswith("+") and GOOD in each for each in lines), plan["spec"]["diff"]


def test_what_does_not_count_changes_nothing(shop: Namespace) -> None:
    plan = plan_for(shop, "one")
    with pytest.raises(Failed, match="approver must be the user who creates"):
        answer(shop, plan, "approve", approver="somebody-else")
    other = answer(shop, plan, "approve", hash="0" * 64)
    eventually(lambda: phase(shop, other) == "refused", 30, "the wrong hash refused")
    assert phase(shop, f"remediationplans.kora.taskora.dev/{plan['metadata']['name']}") == "proposed"
    assert image(shop, "one") == BROKEN


def test_an_approval_of_kubectl_is_carried_out_once_and_recorded(shop: Namespace, kora: Kora) -> None:
    plan = plan_for(shop, "one")
    name = answer(shop, plan, "approve")
    after = done(shop, plan)
    assert (after["status"]["phase"], after["status"]["approver"]) == ("done", whoami())
    assert image(shop, "one") == GOOD
    assert phase(shop, name) == "used"
    again = answer(shop, plan, "approve")
    eventually(lambda: phase(shop, again) == "refused", 30, "a second approval refused")
    records = [each for each in kora.audit() if whoami() in json.dumps(each)]
    assert records, "the audit log names who approved"


def test_an_approval_of_the_command_line_is_the_same(shop: Namespace, tmp_path: Path) -> None:
    plan = plan_for(shop, "two")
    name = plan["metadata"]["name"]
    shown = command_line(tmp_path, "show", name)
    assert plan["spec"]["hash"][:12] in shown.stdout
    unsure = command_line(tmp_path, "approve", name)
    assert unsure.returncode != 0
    assert image(shop, "two") == BROKEN
    said = command_line(tmp_path, "approve", name, "--hash", plan["spec"]["hash"], "--yes", seconds=240)
    assert said.returncode == 0, said.stdout + said.stderr
    after = done(shop, plan)
    assert (after["status"]["phase"], after["status"]["approver"]) == ("done", whoami())
    assert image(shop, "two") == GOOD


def test_a_no_changes_nothing_and_is_not_asked_again(shop: Namespace) -> None:
    plan = plan_for(shop, "three")
    answer(shop, plan, "reject", reason="It is meant to be so.")
    after = done(shop, plan)
    assert after["status"]["phase"] == "rejected"
    finding = plan["spec"]["finding"]
    path = "jsonpath={.status.fate}"
    eventually(
        lambda: shop.kubectl("get", f"findings.kora.taskora.dev/{finding}", "-o", path) == "escalated", 90, "told"
    )
    assert image(shop, "three") == BROKEN
    assert plan_for(shop, "three")["metadata"]["name"] == plan["metadata"]["name"]


def test_a_plan_that_no_longer_fits_is_replaced_and_closed_when_the_cause_is_gone(shop: Namespace) -> None:
    shop.apply(deployment("five", OK))
    shop.rolled_out("deployment/five")

    def known() -> dict[str, str]:
        found = [each for each in spoken(shop.name, "remediationplans") if "/five " in each["spec"]["goal"]]
        return {each["metadata"]["name"]: each["status"].get("phase", "") for each in found}

    shop.kubectl("set", "image", "deployment/five", f"main={BROKEN}")
    first = eventually(lambda: [name for name, now in known().items() if now == "proposed"], 90, "a first plan")
    shop.kubectl("set", "image", "deployment/five", "main=busybox:another-one")
    eventually(lambda: known()[first[0]] == "rejected", 120, "the first plan taken back")
    second = eventually(lambda: [name for name, now in known().items() if now == "proposed"], 90, "a second plan")
    assert second != first
    assert "busybox:another-one" in next(
        each["spec"]["diff"] for each in spoken(shop.name, "remediationplans") if each["metadata"]["name"] == second[0]
    )
    shop.kubectl("set", "image", "deployment/five", f"main={GOOD}")  # a person mends it by hand
    eventually(lambda: set(known().values()) == {"rejected"}, 120, "no plan waits for what is gone")
    assert image(shop, "five") == GOOD


class Page:
    """The console as its page talks to it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self._page_token = ""

    def enter(self, token: str) -> int:
        status, body = self.ask("/login", {"token": token})
        self._page_token = str(body.get("page_token", ""))
        return status

    def ask(self, path: str, body: Object | None = None) -> tuple[int, Object]:
        request = urllib.request.Request(self._address + path, method="GET" if body is None else "POST")
        request.add_header("X-Kora-Page", self._page_token)
        if body is not None:
            request.add_header("Origin", self._address)
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with self._opener.open(request, timeout=20) as reply:
                return reply.status, json.loads(reply.read() or b"{}")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")


@pytest.fixture
def console(kora: Kora) -> Iterator[str]:
    """The console through a port that kubectl forwards."""
    words = ("kubectl", "--namespace", kora.home.name, "port-forward", "service/kora", ":8080")
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as forward:
        try:
            assert forward.stdout is not None
            line = forward.stdout.readline()
            yield f"http://127.0.0.1:{line.split(':')[1].split(' ')[0]}"
        finally:
            forward.terminate()


@pytest.fixture
def person(shop: Namespace) -> Iterator[tuple[str, str]]:
    """Name and token of an account that is admin in the namespace."""
    shop.kubectl("create", "serviceaccount", "carer")
    shop.kubectl("create", "rolebinding", "carer", "--clusterrole=admin", f"--serviceaccount={shop.name}:carer")
    yield f"system:serviceaccount:{shop.name}:carer", shop.kubectl("create", "token", "carer").strip()
    with contextlib.suppress(Failed):
        shop.kubectl("delete", "serviceaccount/carer", "rolebinding/carer")


def test_the_console_shows_nothing_without_a_token_and_approves_with_one(
    shop: Namespace, console: str, person: tuple[str, str]
) -> None:
    page, plan = Page(console), plan_for(shop, "four")
    name, whole = plan["metadata"]["name"], plan["spec"]["hash"]
    for path in ("/api/overview", "/api/plans", f"/api/plans/{name}", "/api/audit"):
        assert page.ask(path)[0] == 401
    assert page.enter("no-token") == 401
    stranger = shop.kubectl("create", "token", "default").strip()
    assert page.enter(stranger) in (401, 403)
    assert page.ask("/api/plans")[0] == 401
    who, token = person
    assert page.enter(token) == 200
    status, shown = page.ask(f"/api/plans/{name}")
    assert status == 200
    assert whole in json.dumps(shown)
    assert page.ask(f"/api/plans/{name}/approve", {"hash": "0" * 64})[0] >= 400
    assert image(shop, "four") == BROKEN
    status, said = page.ask(f"/api/plans/{name}/approve", {"hash": whole})
    assert status == 200, said
    after = done(shop, plan)
    assert (after["status"]["phase"], after["status"]["approver"]) == ("done", who)
    assert image(shop, "four") == GOOD
