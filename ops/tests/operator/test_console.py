"""The operator's console: a Kubernetes token opens it, the cluster says what its owner may, the operator's own loop
carries out what was approved.
"""

from typing import Any

import pytest
from starlette.testclient import TestClient
from yard import Yard

from kora.audit import AuditLog
from kora.console.door import PUBLIC
from kora.console.endpoints import make_app
from kora.domain.actors import Actor, Surface
from kora.domain.plans import PlanState
from kora.operator.console import ATTEMPTS_PER_MINUTE, COOKIE, Hands, OperatorDesk, TokenSessions
from kora.tools.context import Context

HOST = "kora.example.com"
ORIGIN = {"Origin": f"https://{HOST}"}
TOKENS = {"token-ana": "ana", "token-bea": "bea", "token-cem": "cem"}


class Reviews:
    """An API server that knows three people. may: (name, verb, resource, namespace)."""

    def __init__(self) -> None:
        self.may = {
            ("ana", "list", "findings", "shop"),
            ("ana", "create", "approvals", "shop"),
            ("bea", "list", "findings", "shop"),
        }
        self.connection = self

    def json(self, _method: str, path: str, *, what: str, body: dict[str, Any]) -> dict[str, Any]:
        assert what
        spec = body["spec"]
        if path.endswith("tokenreviews"):
            name = TOKENS.get(spec["token"])
            return {"status": {"authenticated": name is not None, "user": {"username": name} if name else {}}}
        asked = spec["resourceAttributes"]
        return {"status": {"allowed": (spec["user"], asked["verb"], asked["resource"], asked["namespace"]) in self.may}}


class Booth:
    """The console beside a yard with a waiting plan."""

    def __init__(self, yard: Yard) -> None:
        self.yard, self.reviews = yard, Reviews()
        operator = yard.operator
        self.woken = 0
        self.sessions = TokenSessions(self.reviews, operator.operator.namespaces)  # type: ignore[arg-type]
        hands = Hands(
            context_for=operator.means.context,
            why_not=operator.means.gate.why_not,
            space_of=operator.operator.plans.namespace_of,
            namespaces=operator.operator.namespaces,
            applies=True,
            wake=self._wake,
        )
        context = Context(Actor(name="kora", surface=Surface.CONSOLE), operator.memory, operator.audit, yard.home)
        self.desk = OperatorDesk(context, operator.audit, hands, self.sessions)
        self.app = make_app(self.desk, self.sessions, cookie=COOKIE, allowed=(HOST,))

    def _wake(self) -> None:
        self.woken += 1

    def client(self) -> TestClient:
        return TestClient(self.app, base_url=f"https://{HOST}", follow_redirects=False)

    def sign_in(self, token: str) -> tuple[TestClient, Any]:
        client = self.client()
        answer = client.post("/login", json={"token": token}, headers=ORIGIN)
        if answer.status_code == 200:
            client.headers |= {"X-Kora-Page": answer.json()["page_token"], **ORIGIN}
        return client, answer


@pytest.fixture
def booth(yard: Yard) -> Booth:
    yard.policy("propose")
    yard.break_image()
    yard.operator.turn(40, step=2)
    return Booth(yard)


def test_without_a_token_nothing_is_shown(booth: Booth) -> None:
    plan = booth.yard.operator.plans()[0].plan.id
    for path in ("/", "/api/overview", "/api/plans", f"/api/plans/{plan}", "/api/audit", "/api/audit/chain", "/x"):
        answer = booth.client().get(path)
        assert answer.status_code in {303, 401}
        assert plan not in answer.text
    for path in PUBLIC:
        text = booth.client().get(path).text
        assert plan not in text
        assert "shop" not in text


@pytest.mark.parametrize("token", ["", "nobody", "token-ana\n\nx", "x" * 20_000, "tökèn"])
def test_a_token_that_the_cluster_does_not_know_opens_nothing(booth: Booth, token: str) -> None:
    client, answer = booth.sign_in(token)
    assert answer.status_code in {400, 401}
    assert client.get("/api/plans").status_code == 401


def test_who_may_not_list_findings_stays_outside(booth: Booth) -> None:
    client, answer = booth.sign_in("token-cem")
    assert answer.status_code == 403
    assert client.get("/api/plans").status_code == 401


def test_guessing_tokens_ends_soon(booth: Booth) -> None:
    codes = [booth.sign_in(f"guess-{number}")[1].status_code for number in range(ATTEMPTS_PER_MINUTE + 1)]
    assert codes == [401] * ATTEMPTS_PER_MINUTE + [503]
    booth.yard.clock.advance(61)
    assert booth.sign_in("token-ana")[1].status_code == 200


def test_an_approval_is_the_persons_and_the_loop_carries_it_out(booth: Booth) -> None:
    client, _ = booth.sign_in("token-ana")
    plan = booth.yard.operator.plans()[0]
    shown = client.get("/api/overview").json()["findings"][0]
    assert shown["plan"] == {"id": plan.plan.id, "state": "proposed", "goal": plan.plan.goal}
    answer = client.post(f"/api/plans/{plan.plan.id}/approve", json={"hash": plan.hash})
    assert answer.status_code in {200, 202}, answer.text
    assert booth.woken
    assert booth.yard.cluster.requests == []  # the console itself writes nothing
    booth.yard.operator.turn(90, step=2)
    assert booth.yard.image() == "web:1"
    done = booth.yard.operator.plans()[0]
    assert (done.state, done.approval.approver if done.approval else "") == (PlanState.DONE, "ana")
    attempts = [each for each in AuditLog(booth.yard.home / "audit").records() if each.tool == "plans.apply"]
    assert {each.approver for each in attempts} == {"ana"}


def test_who_may_not_create_approvals_decides_nothing(booth: Booth) -> None:
    client, answer = booth.sign_in("token-bea")
    assert answer.status_code == 200
    plan = booth.yard.operator.plans()[0]
    assert client.get(f"/api/plans/{plan.plan.id}").status_code == 200
    for what, body in (("approve", {"hash": plan.hash}), ("reject", {"reason": "no"})):
        assert client.post(f"/api/plans/{plan.plan.id}/{what}", json=body).status_code == 403
    booth.yard.operator.turn(30, step=2)
    assert booth.yard.operator.plans()[0].state is PlanState.PROPOSED


def test_a_right_that_was_taken_away_counts_at_once(booth: Booth) -> None:
    client, _ = booth.sign_in("token-ana")
    booth.reviews.may.discard(("ana", "create", "approvals", "shop"))
    plan = booth.yard.operator.plans()[0]
    answer = client.post(f"/api/plans/{plan.plan.id}/approve", json={"hash": plan.hash})
    assert answer.status_code == 403
    assert booth.yard.operator.plans()[0].state is PlanState.PROPOSED


def test_a_rejection_does_nothing(booth: Booth) -> None:
    client, _ = booth.sign_in("token-ana")
    plan = booth.yard.operator.plans()[0]
    assert client.post(f"/api/plans/{plan.plan.id}/reject", json={"reason": "later"}).status_code == 200
    booth.yard.operator.turn(120, step=4)
    assert [each.state for each in booth.yard.operator.plans()] == [PlanState.REJECTED]
    assert booth.yard.cluster.requests == []


@pytest.mark.parametrize("kind", ["host", "origin", "no-origin", "page", "hash", "prefix"])
def test_a_decision_needs_host_origin_page_and_whole_hash(booth: Booth, kind: str) -> None:
    client, _ = booth.sign_in("token-ana")
    plan = booth.yard.operator.plans()[0]
    headers: dict[str, str] = {}
    body = {"hash": plan.hash}
    match kind:
        case "host":
            headers = {"Host": "evil.example"}
        case "origin":
            headers = {"Origin": "https://evil.example"}
        case "no-origin":
            del client.headers["Origin"]
        case "page":
            headers = {"X-Kora-Page": "guess"}
        case "hash":
            body = {"hash": "0" * 64}
        case "prefix":
            body = {"hash": plan.hash[:20]}
    answer = client.post(f"/api/plans/{plan.plan.id}/approve", json=body, headers=headers)
    assert answer.status_code in {400, 403, 409, 421}, answer.text
    assert booth.yard.operator.plans()[0].state is PlanState.PROPOSED


def test_while_kora_is_paused_nothing_can_be_approved(booth: Booth) -> None:
    booth.yard.policy("propose", paused=True)
    booth.yard.operator.turn(5)
    client, _ = booth.sign_in("token-ana")
    plan = booth.yard.operator.plans()[0]
    answer = client.post(f"/api/plans/{plan.plan.id}/approve", json={"hash": plan.hash})
    assert answer.status_code == 403
    assert "paused" in answer.text
