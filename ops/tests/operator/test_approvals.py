"""Approvals as objects: exactly one plan, exactly its hash, by the person who made it, once."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yard import Yard

from kora.audit import AuditLog
from kora.domain.objects import ObjectRef
from kora.domain.plans import PlanState
from kora.testing.operator import RULE

ADMISSION = "admissionregistration.k8s.io/v1"


@pytest.fixture
def waiting(yard: Yard) -> Yard:
    """A plan waits."""
    yard.policy("propose")
    yard.break_image()
    yard.operator.turn(40, step=2)
    assert [each.state for each in yard.operator.plans()] == [PlanState.PROPOSED]
    return yard


def status(yard: Yard, ref: ObjectRef) -> dict[str, Any]:
    """The status of an Approval."""
    live = yard.cluster.get(ref)
    assert live is not None
    found: dict[str, Any] = live.get("status") or {}
    return found


def test_an_approval_carries_the_plan_out_and_names_its_maker(waiting: Yard) -> None:
    plan = waiting.operator.plans()[0]
    given_by = waiting.operator.approve(plan.plan.id, plan.hash, person="ana@example.com")
    waiting.operator.turn(90, step=2)
    assert status(waiting, given_by)["phase"] == "used"
    assert waiting.image() == "web:1"
    done = waiting.operator.plans()[0]
    assert (done.state, done.approval.approver if done.approval else "") == (PlanState.DONE, "ana@example.com")
    picture = waiting.operator.objects("RemediationPlan")[0]["status"]
    assert (picture["phase"], picture["approver"]) == ("done", "ana@example.com")
    assert waiting.findings() == {"ImageNotFound": ("resolved", "healed")}
    told = waiting.operator.objects("Finding")[0]["status"]
    assert told["plan"] == plan.plan.id
    assert told["reason"].endswith("Approved by ana@example.com.")
    attempts = [each for each in AuditLog(waiting.home / "audit").records() if each.tool == "plans.apply"]
    assert attempts
    assert {each.approver for each in attempts} == {"ana@example.com"}


def test_a_rejection_does_nothing_and_the_plan_is_not_made_again(waiting: Yard) -> None:
    plan = waiting.operator.plans()[0]
    said = waiting.operator.approve(plan.plan.id, plan.hash, decision="reject")
    before = waiting.versions()
    waiting.operator.turn(400, step=4)
    assert status(waiting, said)["phase"] == "used"
    assert [each.state for each in waiting.operator.plans()] == [PlanState.REJECTED]
    assert waiting.versions() == before
    assert waiting.findings() == {"ImageNotFound": ("active", "escalated")}


def test_it_is_used_once(waiting: Yard) -> None:
    plan = waiting.operator.plans()[0]
    first = waiting.operator.approve(plan.plan.id, plan.hash, name="first")
    waiting.operator.turn(90, step=2)
    written = len(waiting.cluster.requests)
    second = waiting.operator.approve(plan.plan.id, plan.hash, name="second", person="bea")
    waiting.operator.turn(30, step=2)
    assert (status(waiting, first)["phase"], status(waiting, second)["phase"]) == ("used", "refused")
    assert len(waiting.cluster.requests) == written
    decided = status(waiting, first)
    waiting.operator.turn(60, step=5)
    assert status(waiting, first) == decided


@pytest.mark.parametrize("missing", ["rule", "binding", "deny", "fail-open", "elsewhere"])
def test_without_the_admission_rule_in_force_an_approval_proves_nothing(waiting: Yard, missing: str) -> None:
    rule = ObjectRef(api_version=ADMISSION, kind="ValidatingAdmissionPolicy", name=RULE)
    binding = ObjectRef(api_version=ADMISSION, kind="ValidatingAdmissionPolicyBinding", name=RULE)
    match missing:
        case "rule":
            waiting.cluster.drop(rule)
        case "binding":
            waiting.cluster.drop(binding)
        case "deny":
            live = waiting.cluster.get(binding) or {}
            waiting.cluster.add(live | {"spec": live["spec"] | {"validationActions": ["Audit", "Warn"]}})
        case "fail-open":
            live = waiting.cluster.get(rule) or {}
            waiting.cluster.add(live | {"spec": {"failurePolicy": "Ignore"}})
        case "elsewhere":
            live = waiting.cluster.get(binding) or {}
            waiting.cluster.add(live | {"spec": live["spec"] | {"policyName": "another"}})
    plan = waiting.operator.plans()[0]
    forged = waiting.operator.approve(plan.plan.id, plan.hash, person="cluster-admin")
    waiting.operator.turn(30, step=2)
    assert status(waiting, forged)["phase"] == "refused"
    assert "proves" in status(waiting, forged)["reason"]
    assert waiting.cluster.requests == []
    assert waiting.operator.plans()[0].state is PlanState.PROPOSED


def test_it_counts_only_in_the_namespace_of_its_plan(waiting: Yard) -> None:
    plan = waiting.operator.plans()[0]
    elsewhere = waiting.operator.approve(plan.plan.id, plan.hash, namespace="default")
    waiting.operator.turn(30, step=2)
    assert status(waiting, elsewhere)["phase"] == "refused"
    assert waiting.cluster.requests == []


def test_a_plan_whose_object_moved_on_is_not_applied(waiting: Yard) -> None:
    plan = waiting.operator.plans()[0]
    moved = {"spec": {"template": {"spec": {"containers": [{"name": "main", "env": [{"name": "A", "value": "b"}]}]}}}}
    waiting.cluster.change(ObjectRef(api_version="apps/v1", kind="Deployment", namespace="shop", name="web"), moved)
    late = waiting.operator.approve(plan.plan.id, plan.hash)
    waiting.operator.turn(40, step=2)
    assert status(waiting, late)["phase"] in {"refused", "used"}
    assert waiting.cluster.requests == []
    assert waiting.image() == "web:2"


def test_while_it_is_paused_an_approved_plan_waits(waiting: Yard) -> None:
    waiting.policy("propose", paused=True)
    plan = waiting.operator.plans()[0]
    waiting.operator.approve(plan.plan.id, plan.hash)
    waiting.operator.turn(60, step=2)
    assert waiting.cluster.requests == []
    waiting.policy("propose")
    waiting.operator.turn(90, step=2)
    assert waiting.image() == "web:1"


def test_the_loop_never_makes_an_approval_itself(waiting: Yard) -> None:
    waiting.operator.turn(120, step=4)
    assert not [ref for verb, ref in waiting.operator.records.writes if verb == "create" and ref.kind == "Approval"]


HASHES = st.one_of(
    st.text(alphabet="0123456789abcdef", min_size=64, max_size=64),
    st.text(max_size=80),
    st.integers(0, 63).map(lambda length: "*" * length),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hashed=HASHES,
    plan=st.one_of(st.just(""), st.text(max_size=40), st.just("../plans/x")),
    right_plan=st.booleans(),
    person=st.text(max_size=20),
    decision=st.sampled_from(["approve", "reject", "APPROVE", "", "yes"]),
    cut=st.integers(0, 63),
    prefix=st.booleans(),
)
def test_nothing_but_the_whole_hash_of_the_plan_opens_the_gate(
    waiting: Yard, hashed: str, plan: str, right_plan: bool, person: str, decision: str, cut: int, prefix: bool
) -> None:
    record = waiting.operator.plans()[0]
    said = record.hash[:cut] if prefix else hashed
    if said == record.hash:
        return
    name = f"try-{len(waiting.operator.objects('Approval'))}"
    ref = waiting.operator.approve(
        record.plan.id if right_plan else plan, said, person=person, decision=decision, name=name
    )
    waiting.operator.tick()
    assert status(waiting, ref)["phase"] == "refused"
    assert waiting.operator.plans()[0] == record
    assert waiting.cluster.requests == []
