"""The console over HTTP: who is let in, what a decision does, and that everything shown is text."""

import asyncio
import json
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from kora.audit import AuditEntry, AuditLog
from kora.console.desk import Desk
from kora.console.diffs import parts
from kora.console.door import PUBLIC
from kora.console.endpoints import STATIC, make_app
from kora.console.live import follow
from kora.console.sessions import Sessions
from kora.domain.actors import Actor, Surface
from kora.domain.risk import Risk
from kora.kit.clock import VirtualClock, use_clock
from kora.kit.errors import Retryable
from kora.operations.plans.store import PlanStore
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import deployment, ref, secret
from kora.tools.context import Context
from kora.tools.invoker import Invoker

ORIGIN = {"Origin": "http://localhost"}
HOSTILE = "<img src=x onerror=alert(1)>"


class House:
    """A console on a cluster in memory, and a browser in front of it."""

    def __init__(self, home: Path) -> None:
        self.home, self.cluster = home, FakeCluster([deployment("web", "web:1")])
        self.cluster.settle()
        self.audit = AuditLog(home / "audit", durable=False)
        self.context = Context(Actor(name="host", surface=Surface.CONSOLE), self.cluster, self.audit, home)
        self.sessions = Sessions()
        self.desk = Desk(self.context, self.audit, make_invoker=self.make_invoker)
        self.app = make_app(self.desk, self.sessions)
        self.stranger = TestClient(self.app, base_url="http://localhost", follow_redirects=False)
        self.client = TestClient(self.app, base_url="http://localhost", follow_redirects=False)
        answer = self.client.post("/login", json={"token": self.sessions.new_link("eva")}, headers=ORIGIN)
        self.page = {"X-Kora-Page": answer.json()["page_token"]}
        self.cookie = answer.headers["set-cookie"]

    def make_invoker(self, context: Context) -> Invoker:
        return Invoker(context, open_writer=self.cluster.open_writer)

    def plan(self, **changes: Any) -> str:
        arguments = {"kind": "deploy", "name": "web", "namespace": "shop", "replicas": 4} | changes
        return str(self.make_invoker(self.context).call("workload.scale", arguments).plan_id)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=self.page | headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.post(path, json=body, headers=self.page | ORIGIN | headers)

    def state(self, plan_id: str) -> str:
        return PlanStore(self.home).load(plan_id).state.value

    def replicas(self) -> int:
        live = self.cluster.get(ref("Deployment", "web"))
        assert live is not None
        return int(live["spec"]["replicas"])

    def finished(self, plan_id: str) -> dict[str, Any]:
        for _ in range(400):
            shown = self.get(f"/api/plans/{plan_id}").json()
            if shown["activity"] and not shown["activity"]["running"]:
                return dict(shown)
            time.sleep(0.02)
        raise AssertionError("the plan did not come to an end")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with use_clock(VirtualClock()):
        yield House(tmp_path)


def every_route(house: House) -> list[tuple[str, str]]:
    routes = [each for each in house.app.routes if isinstance(each, Route)]
    return [(method, each.path.replace("{id}", "plan-1")) for each in routes for method in each.methods or ()]


def test_without_a_session_nothing_is_shown(house: House) -> None:
    house.plan()
    shown = [each for each in every_route(house) if each[1] not in PUBLIC]
    assert len(shown) > 15
    for method, path in [*shown, ("GET", "/api/none"), ("DELETE", "/"), ("GET", "/static/../desk.py")]:
        for cookies in ({}, {"kora_console": "x" * 43}):
            answer = house.stranger.request(method, path, headers=ORIGIN | house.page, cookies=cookies)
            assert (answer.status_code == 303 and path == "/") or answer.status_code == 401, (method, path)
            assert "plan-" not in answer.text
            assert "web" not in answer.text


def test_a_cookie_without_the_page_is_not_enough(house: House) -> None:
    for method, path in every_route(house):
        if not path.startswith("/api/"):
            continue
        for token in ({}, {"X-Kora-Page": "guess"}):
            answer = house.client.request(method, path, headers=ORIGIN | token)
            assert answer.status_code == 403, (method, path)
            assert method == "HEAD" or answer.json()["error"]["code"] == "PAGE_TOKEN_REQUIRED"


def test_links_work_once_and_cookies_are_closed(house: House) -> None:
    for word in ("HttpOnly", "SameSite=strict", "Path=/"):
        assert word in house.cookie
    link = house.sessions.new_link("ana")
    tries = [house.stranger.post("/login", json={"token": link}, headers=ORIGIN).status_code for _ in range(2)]
    assert tries == [200, 401]
    for body in ({}, {"token": None}, {"token": "\ud800"}, [], {"token": "x" * 20_000}):
        refused = house.stranger.post(
            "/login", content=json.dumps(body), headers=ORIGIN | {"Content-Type": "application/json"}
        )
        assert refused.status_code in (400, 401)


def test_signing_out_and_time_end_a_session(house: House) -> None:
    assert house.get("/api/session").json()["person"] == "eva"
    assert house.post("/api/session/end", {}).status_code == 200
    assert house.get("/api/session").status_code == 401
    with use_clock(VirtualClock()) as clock:
        sessions = Sessions()
        entered = sessions.enter(sessions.new_link("ana"))
        assert entered is not None
        assert sessions.find(entered[0]) is not None
        clock.sleep(13 * 3600)
        assert sessions.find(entered[0]) is None


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.7", "", "localhost@evil.example"])
def test_foreign_hosts_are_refused(house: House, host: str) -> None:
    for path in ("/", "/login", "/api/overview", "/none"):
        assert house.get(path, Host=host).status_code == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:9", None])
def test_writes_from_elsewhere_are_refused(house: House, origin: str | None) -> None:
    plan_id = house.plan()
    record = PlanStore(house.home).load(plan_id)
    headers = house.page | ({"Origin": origin} if origin else {})
    for what, body in (("approve", {"hash": record.hash}), ("reject", {})):
        answer = house.client.post(f"/api/plans/{plan_id}/{what}", json=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "ORIGIN_REFUSED")
    assert house.state(plan_id) == "proposed"
    form = house.client.post(f"/api/plans/{plan_id}/approve", data={"hash": record.hash}, headers=house.page | ORIGIN)
    assert form.status_code == 400
    crossed = house.get("/api/plans", **{"Sec-Fetch-Site": "cross-site"})
    assert crossed.status_code == 403


def test_every_answer_closes_the_page(house: House) -> None:
    for path in ("/", "/login", "/api/overview", "/api/none"):
        headers = house.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_approving_applies_and_records_the_person(house: House) -> None:
    plan_id = house.plan()
    plan_hash = PlanStore(house.home).load(plan_id).hash
    answer = house.post(f"/api/plans/{plan_id}/approve", {"hash": plan_hash})
    assert answer.status_code == 200, answer.text
    shown = house.finished(plan_id)
    assert (shown["state"], shown["approver"], shown["approved_through"]) == ("done", "eva", "console")
    assert house.replicas() == 4
    said = {each.tool: each for each in house.audit.records()}
    assert (said["plans.approve"].approver, said["plans.approve"].plan_hash) == ("eva", plan_hash)
    assert {each.actor.surface for each in house.audit.records() if each.tool == "plans.apply"} == {Surface.CONSOLE}
    again = house.post(f"/api/plans/{plan_id}/approve", {"hash": plan_hash})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "PLAN_NOT_OPEN")


@pytest.mark.parametrize("body", [{}, {"hash": ""}, {"hash": "0" * 64}, {"hash": None}, {"hash": 1}, []])
def test_only_the_hash_that_was_shown_is_approved(house: House, body: Any) -> None:
    plan_id = house.plan()
    assert house.post(f"/api/plans/{plan_id}/approve", body).status_code in (400, 409)
    prefix = PlanStore(house.home).load(plan_id).hash[:12]
    assert house.post(f"/api/plans/{plan_id}/approve", {"hash": prefix}).status_code == 400
    assert house.state(plan_id) == "proposed"
    assert house.replicas() == 2


def test_rejecting_does_nothing_but_say_no(house: House) -> None:
    plan_id = house.plan()
    shown = house.post(f"/api/plans/{plan_id}/reject", {"reason": HOSTILE}).json()
    assert shown["state"] == "rejected"
    assert shown["reason"] == f"Rejected by eva: {HOSTILE}"
    assert house.replicas() == 2
    assert house.cluster.requests == []
    assert "plans.reject" in {each.tool for each in house.audit.records()}


def test_a_plan_that_the_cluster_left_behind_is_void(house: House) -> None:
    plan_id = house.plan()
    house.cluster.change(ref("Deployment", "web"), {"spec": {"replicas": 3}})
    answer = house.post(f"/api/plans/{plan_id}/approve", {"hash": PlanStore(house.home).load(plan_id).hash})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "PLAN_VOID")
    assert house.state(plan_id) == "void"


def test_overview_plans_and_missing_things(house: House) -> None:
    house.cluster.add(secret("keys", {"one": "c2VjcmV0LXZhbHVl"}))
    seen = house.get("/api/overview").json()
    assert [(each["workload"], each["ready"], each["healthy"]) for each in seen["workloads"]] == [
        ("deployment/web", 2, True)
    ]
    assert "c2VjcmV0LXZhbHVl" not in json.dumps(seen)
    assert house.get("/api/plans").json() == {"plans": [], "damaged": [], "interrupted": []}
    for path in ("/api/plans/plan-none", "/api/plans/..%2Fetc", "/api/plans/%00"):
        assert house.get(path).status_code == 404
    assert house.get("/api/audit?count=x").status_code == 400


def test_a_silent_cluster_is_said_and_what_was_seen_stays(house: House) -> None:
    house.get("/api/overview")
    house.cluster.refuse("list", "Pod", Retryable("No answer."))
    with use_clock(VirtualClock()) as clock:
        clock.sleep(3600)
        house.desk._seen_at = None
        seen = house.get("/api/overview").json()
    assert seen["error"]["message"] == "No answer."
    assert len(seen["workloads"]) == 1


def test_a_broken_chain_is_shown(house: House) -> None:
    house.plan()
    assert house.get("/api/audit/chain").json()["intact"]
    assert len(house.get("/api/audit").json()["records"]) == 2
    file = house.home / "audit" / "audit.jsonl"
    file.write_text(file.read_text().replace("workload.scale", "workload.peace"))
    shown = house.get("/api/audit/chain").json()
    assert (shown["intact"], shown["broken_at"]) == (False, 1)


async def test_the_log_is_followed_live(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit", durable=False)
    actor = Actor(name=HOSTILE, surface=Surface.CLI)
    log.append(AuditEntry(actor=actor, tool="one", risk=Risk.READ, phase="note"))
    alive = [True]
    desk = Desk(Context(actor, FakeCluster(), log, tmp_path), log)
    events = follow(desk, 0, lambda: alive[0])
    heard = [await anext(events) for _ in range(3)]
    log.append(
        AuditEntry(actor=actor, tool="two", risk=Risk.READ, phase="note", result="a\n\nevent: chain\ndata: {}\n\n")
    )
    heard += [await asyncio.wait_for(anext(events), 10) for _ in range(2)]
    alive[0] = False
    assert [each async for each in events] == []
    kinds = [line for each in heard for line in each.splitlines() if line.startswith("event:")]
    assert kinds == ["event: record", "event: chain", "event: record", "event: chain"]
    assert heard[3].count("\n\n") == 1
    data = json.loads(heard[3].split("data: ", 1)[1])
    assert (data["tool"], data["who"], data["sequence"]) == ("two", HOSTILE, 2)


def test_a_diff_in_parts_loses_nothing() -> None:
    text = "# change deployment/web -n shop\n--- a (now)\n+++ a (then)\n@@ -1 +1 @@\n same\n-old\n+new\n+# no head\n"
    (block,) = parts(text)
    assert (block["verb"], block["title"]) == ("change", "deployment/web -n shop")
    assert [(each["kind"], each["text"]) for each in block["lines"]] == [
        ("place", "@@ -1 +1 @@"),
        ("same", "same"),
        ("removed", "old"),
        ("added", "new"),
        ("added", "# no head"),
    ]
    assert parts("") == []


class _Inline(HTMLParser):
    found: tuple[str, ...] = ()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        wrong = [each for each in names if each.startswith("on") or each == "style"]
        if tag == "style" or (tag == "script" and "src" not in names) or wrong:
            self.found = (*self.found, tag)
        for each in ("src", "href"):
            if str(names.get(each) or "").startswith(("http", "//")):
                self.found = (*self.found, str(names[each]))


def test_the_page_has_nothing_inline_and_no_way_to_markup() -> None:
    for file in STATIC.glob("*.html"):
        reader = _Inline()
        reader.feed(file.read_text(encoding="utf-8"))
        assert reader.found == ()
    for file in STATIC.glob("*.js"):
        text = file.read_text(encoding="utf-8")
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "DOMParser",
            "https://",
        ):
            assert word not in text, (file.name, word)
