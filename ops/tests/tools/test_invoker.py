"""The only way to an effect: decided, asked for, recorded, bounded; and the command line on top of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kora.audit import AuditEntry, AuditLog, AuditRecord, AuditUnavailable
from kora.domain.actors import Actor, Surface
from kora.domain.plans import Plan
from kora.domain.results import Outcome, Status
from kora.domain.risk import Autonomy, Decision, Risk
from kora.kit import clock as kit_clock
from kora.kit.clock import VirtualClock, use_clock
from kora.kit.errors import Denied
from kora.operations.plans.store import PlanStore
from kora.policy.document import PolicyDocument, parse
from kora.testing.cluster import Failure, FakeCluster
from kora.testing.manifests import config_map, deployment, ref, secret
from kora.tools.approving import approve_plan
from kora.tools.context import Context
from kora.tools.declaration import NoArguments, Tool
from kora.tools.invoker import Invoker
from kora.tools.registry import Registry, load

WEB = ref("Deployment", "web")
SCALE = {"kind": "deployment", "name": "web", "namespace": "shop", "replicas": 4}


class FullDisk:
    """A log that can't be written."""

    def append(self, entry: AuditEntry) -> AuditRecord:
        raise AuditUnavailable("The disk is full.")


class Desk:
    """A person (or somebody else) with a cluster, a log and an invoker."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.cluster = FakeCluster([deployment("web", "web:1"), config_map("settings", {"a": "b"})])
        self.cluster.settle()
        self.cluster.add(secret("keys", {"one": "c2VjcmV0LXZhbHVl"}))
        self.audit = AuditLog(home / "audit")

    def context(self, surface: Surface = Surface.CLI, **changes: Any) -> Context:
        fields: dict[str, Any] = {"audit": self.audit, "policy": PolicyDocument()} | changes
        return Context(actor=Actor(name="ana", surface=surface), reader=self.cluster, home=self.home, **fields)

    def invoker(self, surface: Surface = Surface.CLI, **options: Any) -> Invoker:
        fields = {name: options.pop(name) for name in ("audit", "policy") if name in options}
        return Invoker(self.context(surface, **fields), open_writer=self.cluster.open_writer, **options)

    def replicas(self) -> int:
        live = self.cluster.get(WEB)
        assert live is not None
        return int(live["spec"]["replicas"])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with use_clock(VirtualClock()):
        yield Desk(tmp_path)


def test_every_tool_has_a_name_a_summary_and_a_schema() -> None:
    tools = list(load())
    assert {"plans.apply", "plans.undo", "cluster.get", "workload.scale", "object.delete"} <= {
        each.name for each in tools
    }
    for each in tools:
        assert each.summary.endswith(".")
        assert each.arguments.model_json_schema()["type"] == "object"
        assert len(each.hash) == 64
    assert not any(word in each.name for each in tools for word in ("approve", "reject"))


def test_a_change_waits_for_a_person(desk: Desk) -> None:
    outcome = desk.invoker().call("workload.scale", SCALE)
    assert outcome.status is Status.APPROVAL_REQUIRED
    assert outcome.plan_id is not None
    assert outcome.plan_id in (outcome.error or {})["fix"]
    assert desk.replicas() == 2
    assert [each.phase for each in desk.audit.records()] == ["attempt", "outcome"]


def test_the_persons_yes_carries_it_out(desk: Desk) -> None:
    asked: list[tuple[Decision, Plan | None, str]] = []
    outcome = desk.invoker(consent=lambda *question: bool(asked.append(question)) or True).call("workload.scale", SCALE)
    assert outcome.status is Status.OK, outcome
    assert desk.replicas() == 4
    assert "replicas: 4" in asked[0][2]
    records = list(desk.audit.records())
    assert [each.phase for each in records] == ["attempt", "note", "note", "outcome"]
    assert records[0].approver == "ana"
    assert records[0].plan_hash == asked[0][1].hash if asked[0][1] else False
    assert (outcome.audit_first, outcome.audit_last) == (1, 4)


def test_the_persons_no_leaves_the_plan_waiting(desk: Desk) -> None:
    outcome = desk.invoker(consent=lambda *question: False).call("workload.scale", SCALE)
    assert outcome.status is Status.APPROVAL_REQUIRED
    assert desk.replicas() == 2


def test_yes_covers_a_write_and_no_deletion(desk: Desk) -> None:
    assert desk.invoker(yes=True).call("workload.scale", SCALE).status is Status.OK
    gone = desk.invoker(yes=True).call("object.delete", {"kind": "cm", "name": "settings", "namespace": "shop"})
    assert gone.status is Status.APPROVAL_REQUIRED
    assert desk.cluster.get(ref("ConfigMap", "settings")) is not None


def test_yes_means_nothing_for_a_model(desk: Desk) -> None:
    outcome = desk.invoker(Surface.MCP, yes=True).call("workload.scale", SCALE)
    assert outcome.status is Status.APPROVAL_REQUIRED
    with pytest.raises(Denied):
        approve_plan(desk.context(Surface.MCP), str(outcome.plan_id))
    assert desk.invoker(Surface.MCP).call("plans.apply", {"plan_id": outcome.plan_id}).status is not Status.OK
    assert desk.replicas() == 2


def test_a_stored_plan_is_applied_once_a_person_approved_it(desk: Desk) -> None:
    waiting = desk.invoker().call("workload.scale", SCALE)
    before = desk.invoker().call("plans.apply", {"plan_id": waiting.plan_id})
    assert before.status is Status.APPROVAL_REQUIRED
    approve_plan(desk.context(), str(waiting.plan_id))
    assert desk.invoker().call("plans.apply", {"plan_id": waiting.plan_id}).status is Status.OK
    assert desk.replicas() == 4
    again = desk.invoker().call("plans.apply", {"plan_id": waiting.plan_id})
    assert (again.status, (again.error or {})["code"]) == (Status.FAILED, "PLAN_NOT_OPEN")
    assert "plans.approve" in {each.tool for each in desk.audit.records()}


def test_undo_is_a_plan_of_its_own(desk: Desk) -> None:
    done = desk.invoker(yes=True).call("workload.scale", SCALE)
    undone = desk.invoker(yes=True).call("plans.undo", {"plan_id": done.plan_id})
    assert undone.status is Status.OK
    assert desk.replicas() == 2
    assert PlanStore(desk.home).load(str(undone.plan_id)).undo_of == done.plan_id


@pytest.mark.parametrize(
    "policy", [{"paused": True}, {"autonomy": {"level": "observe"}}, {"scope": {"namespaces": ["elsewhere"]}}]
)
def test_what_policy_denies_no_yes_and_no_approval_opens(desk: Desk, policy: dict[str, Any]) -> None:
    if "autonomy" in policy:
        options: dict[str, Any] = {"autonomy": Autonomy.AUTONOMOUS}
    else:
        options = {"yes": True, "consent": lambda *question: True}
    outcome = desk.invoker(policy=parse(policy), **options).call("workload.scale", SCALE)
    assert outcome.status is Status.DENIED
    assert desk.replicas() == 2
    assert [each.phase for each in desk.audit.records()] == ["attempt", "outcome"]


def test_what_cannot_be_recorded_is_not_done(desk: Desk) -> None:
    outcome = desk.invoker(audit=FullDisk(), yes=True).call("workload.scale", SCALE)
    assert outcome.status is not Status.OK
    assert "disk is full" in outcome.answer
    assert desk.replicas() == 2
    assert desk.cluster.requests == []


def test_a_question_is_answered_even_then(desk: Desk) -> None:
    outcome = desk.invoker(audit=FullDisk()).call("cluster.get", {"kind": "deploy", "name": "web", "namespace": "shop"})
    assert outcome.status is Status.OK


def test_a_failed_verification_is_reported_as_rolled_back(desk: Desk) -> None:
    desk.cluster.fail_image("web:bad", Failure("ImagePullBackOff"))
    arguments = {"kind": "deploy", "name": "web", "namespace": "shop", "image": "web:bad"}
    outcome = desk.invoker(yes=True).call("workload.set_image", arguments)
    assert (outcome.status, (outcome.error or {})["code"]) == (Status.FAILED, "PLAN_ROLLED_BACK")
    said = [each.result or "" for each in desk.audit.records() if each.phase == "note"]
    assert any("ImagePullBackOff" in each for each in said)
    assert any("verified again" in each for each in said)


def test_a_dry_run_stores_and_changes_nothing(desk: Desk) -> None:
    outcome = desk.invoker(yes=True, dry_run=True).call("workload.scale", SCALE)
    assert outcome.status is Status.OK
    assert "+  replicas: 4" in outcome.answer
    assert not list((desk.home / "plans").glob("*"))
    assert desk.replicas() == 2


def test_wrong_arguments_and_unknown_tools_are_said(desk: Desk) -> None:
    for name, arguments in (
        ("workload.scale", {"kind": "deploy", "name": "web"}),
        ("workload.scale", SCALE | {"by": 1}),
        ("workload.scale", SCALE | {"approver": "root"}),
        ("workload.teleport", {}),
    ):
        outcome = desk.invoker(yes=True).call(name, arguments)
        assert outcome.status is Status.FAILED
        assert (outcome.error or {})["code"] in ("INVALID", "NOT_FOUND")
    assert desk.replicas() == 2


def test_what_is_already_so_is_no_failure(desk: Desk) -> None:
    outcome = desk.invoker().call("workload.scale", SCALE | {"replicas": 2})
    assert outcome.status is Status.OK
    assert "already" in outcome.answer


def run_with(desk: Desk, risk: Risk, run: Any, **options: Any) -> Outcome:
    tools = Registry()
    tools.register(Tool("test.tool", "Does something.", NoArguments, risk, run=run, deadline_seconds=30))
    return desk.invoker(tools=tools, **options).call("test.tool")


def test_a_reading_tool_gets_no_writer(desk: Desk) -> None:
    seen: list[object] = []

    def run(context: Context, _arguments: NoArguments) -> Outcome:
        seen.append(context.writer)
        return Outcome(status=Status.OK)

    assert run_with(desk, Risk.READ, run).status is Status.OK
    assert seen == [None]


def test_the_deadline_stops_further_effects(desk: Desk) -> None:
    def run(context: Context, _arguments: NoArguments) -> Outcome:
        assert context.writer is not None
        context.writer.scale(WEB, 3)
        kit_clock.sleep(31)
        context.writer.scale(WEB, 5)
        return Outcome(status=Status.OK)

    outcome = run_with(desk, Risk.WRITE, run, yes=True)
    assert (outcome.status, (outcome.error or {})["code"]) == (Status.RETRYABLE, "DEADLINE_OVER")
    assert desk.replicas() == 3


def test_values_of_secrets_stay_inside(desk: Desk) -> None:
    one = desk.invoker().call("cluster.get", {"kind": "secret", "name": "keys", "namespace": "shop"})
    many = desk.invoker().call("cluster.list", {"kind": "secrets", "namespace": "shop"})
    assert "one" in one.data["data"]
    manifests = [secret("keys", {"one": "cGxhbnRlZC12YWx1ZQ=="})]
    plan = desk.invoker().call("object.apply", {"manifests": manifests})
    shown = desk.invoker().call("plans.show", {"plan_id": plan.plan_id})
    log = "".join(each.model_dump_json() for each in desk.audit.records())
    everything = f"{one} {many} {shown.answer} {shown.data} {log}"
    assert "c2VjcmV0LXZhbHVl" not in everything
    assert "cGxhbnRlZC12YWx1ZQ==" not in everything
