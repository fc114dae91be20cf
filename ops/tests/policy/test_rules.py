"""What policy decides about plans: who asks, where, what it would take away, and how often."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.domain.actors import Actor, Surface
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import (
    Action,
    Apply,
    Delete,
    HelmRollback,
    HelmUpgrade,
    Patch,
    Plan,
    Restart,
    Rollback,
    Scale,
    Step,
)
from kora.domain.risk import Autonomy, Decision, Risk, Verdict
from kora.policy.document import PolicyDocument, parse
from kora.policy.history import Attempt, History
from kora.policy.losses import Change, losses
from kora.policy.rules import IGNORE, decide

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)  # a Saturday
PERSON = Actor(name="alex", surface=Surface.CLI, interactive=True)
OPERATOR = Actor(name="kora", surface=Surface.OPERATOR)
MODEL = Actor(name="assistant", surface=Surface.MCP)
WEB = ObjectRef(api_version="apps/v1", kind="Deployment", namespace="shop", name="web")
POD = ObjectRef(api_version="v1", kind="Pod", namespace="shop", name="web-1")


def ref(kind: str, namespace: str | None = "shop", api_version: str = "v1") -> ObjectRef:
    return ObjectRef(api_version=api_version, kind=kind, namespace=namespace, name="x")


def deployment(**container: Any) -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "web", **container}]}}},
    }


def plan(*actions: Action, risk: Risk = Risk.WRITE) -> Plan:
    steps = tuple(Step(action=action, reason="because", risk=risk) for action in actions)
    return Plan(id="plan-1", goal="g", steps=steps, made_by=PERSON, made_at=NOW, expires_at=NOW + timedelta(hours=1))


def policy(level: str = "autonomous", **more: Any) -> PolicyDocument:
    return parse({"autonomy": {"level": level}} | more)


def ask_for(*actions: Action, actor: Actor = OPERATOR, document: PolicyDocument | None = None, **more: Any) -> Decision:
    risk = more.pop("risk", Risk.WRITE)
    return decide(
        tool_risk=Risk.WRITE, actor=actor, policy=document or policy(), plan=plan(*actions, risk=risk), now=NOW, **more
    )


def rule(decision: Decision) -> tuple[Verdict, str]:
    return decision.verdict, decision.rule


ALLOW, ASK, DENY = Verdict.ALLOW, Verdict.ASK, Verdict.DENY


# --- levels ---------------------------------------------------------------------------------------------------------


def test_reading_is_always_allowed() -> None:
    for level in Autonomy:
        for actor in (PERSON, OPERATOR, MODEL):
            assert decide(tool_risk=Risk.READ, actor=actor, policy=policy(level, paused=True)).verdict is ALLOW


@pytest.mark.parametrize(
    ("level", "actor", "expected"),
    [
        ("observe", OPERATOR, (DENY, "observe")),
        ("propose", OPERATOR, (ASK, "propose")),
        ("supervised", OPERATOR, (ASK, "supervised")),
        ("autonomous", OPERATOR, (ALLOW, "autonomous")),
        ("observe", MODEL, (DENY, "observe")),
        ("autonomous", MODEL, (ASK, "propose")),
        ("observe", PERSON, (DENY, "observe")),
        ("propose", PERSON, (ASK, "propose")),
        ("autonomous", PERSON, (ASK, "propose")),
    ],
)
def test_how_far_each_level_goes(level: str, actor: Actor, expected: tuple[Verdict, str]) -> None:
    assert rule(ask_for(Restart(target=WEB), actor=actor, document=policy(level))) == expected


def test_a_caller_can_lower_the_level_and_never_raise_it() -> None:
    restart = Restart(target=WEB)
    assert ask_for(restart, autonomy=Autonomy.OBSERVE).verdict is DENY
    assert ask_for(restart, document=policy("propose"), autonomy=Autonomy.AUTONOMOUS).verdict is ASK
    assert ask_for(restart, actor=PERSON, autonomy=Autonomy.OBSERVE).verdict is DENY
    assert ask_for(restart, actor=PERSON, autonomy=Autonomy.AUTONOMOUS).verdict is ALLOW
    assert ask_for(restart, actor=MODEL, autonomy=Autonomy.AUTONOMOUS).verdict is ASK


def test_the_strictest_of_several_namespaces_counts() -> None:
    document = parse({"autonomy": {"level": "autonomous", "namespaces": {"prod": "propose"}}})
    other = ObjectRef(api_version="apps/v1", kind="Deployment", namespace="prod", name="web")
    assert ask_for(Restart(target=WEB), document=document).verdict is ALLOW
    assert ask_for(Restart(target=WEB), Restart(target=other), document=document).verdict is ASK


@pytest.mark.parametrize(
    ("action", "cause", "allowed"),
    [
        (Rollback(target=WEB, revision=3), "RolloutStuck", True),
        (Restart(target=WEB), "ProbeFailing", True),
        (HelmRollback(release="web", namespace="shop", revision=2), "CrashLoop", True),
        (Rollback(target=WEB, revision=3), "Unschedulable.NodeSelector", True),
        (Rollback(target=WEB, revision=3), "AdmissionDenied", True),
        (Rollback(target=WEB, revision=3), "Unschedulable.Resources", False),
        (Rollback(target=WEB, revision=3), None, False),
        (Restart(target=WEB), "OOMKilled", False),
        (HelmUpgrade(release="web", namespace="shop", chart="c"), "RolloutStuck", False),
        (Scale(target=WEB, replicas=3), "RolloutStuck", False),
    ],
)
def test_supervised_heals_the_safe_class_alone(action: Action, cause: str | None, allowed: bool) -> None:
    decision = ask_for(action, document=policy("supervised"), cause=cause)
    assert (decision.verdict is ALLOW) == allowed, decision


# --- never above propose --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        *(ref(kind) for kind in ("Role", "RoleBinding", "Secret", "PersistentVolumeClaim", "ServiceAccount")),
        *(
            ref(kind, None)
            for kind in ("ClusterRole", "Namespace", "Node", "PersistentVolume", "CustomResourceDefinition")
        ),
        *(ref(kind, None) for kind in ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "Anything")),
        *(ref(kind) for kind in ("NetworkPolicy", "ResourceQuota", "LimitRange", "PodDisruptionBudget")),
        ref("AgentPolicy", api_version="kora.taskora.dev/v1alpha1"),
        ref("Approval", api_version="kora.taskora.dev/v1alpha1"),
    ],
    ids=lambda target: target.kind,
)
def test_guarded_kinds_wait_for_a_person_at_every_level(target: ObjectRef) -> None:
    change = Change(target, {"metadata": {}}, {"metadata": {"labels": {"a": "b"}}})
    decision = ask_for(
        Patch(target=target, patch={}), changes=[change], document=policy(scope={"namespaces": ["shop", "x"]})
    )
    assert decision.verdict is ASK
    assert decision.rule in ("never-above-propose", "secret")


@pytest.mark.parametrize(
    "action",
    [
        Delete(target=WEB),
        Delete(target=ref("StatefulSet", api_version="apps/v1")),
        Delete(target=POD),
        Scale(target=WEB, replicas=0),
        HelmRollback(release="web", namespace="shop", revision=0),
    ],
    ids=lambda action: f"{action.action} {getattr(getattr(action, 'target', None), 'kind', '')}",
)
def test_what_does_not_come_back_waits_whatever_the_plan_calls_it(action: Action) -> None:
    decision = ask_for(action, risk=Risk.READ)
    assert (decision.verdict, decision.risk) == (ASK, Risk.DESTRUCTIVE)


def test_a_pod_whose_controller_makes_another_may_be_deleted() -> None:
    def owned_by(kind: str) -> list[Change]:
        owner = {"controller": True, "kind": kind, "name": "x"}
        return [Change(POD, {"metadata": {"name": "web-1", "ownerReferences": [owner]}}, None)]

    assert ask_for(Delete(target=POD), changes=owned_by("ReplicaSet")).verdict is ALLOW
    assert ask_for(Delete(target=POD), changes=owned_by("StatefulSet")).verdict is ASK
    serving, stuck = (owned_by("StatefulSet") for _ in range(2))
    for changes, status in ((serving, "True"), (stuck, "False")):
        (changes[0].before or {})["status"] = {"conditions": [{"type": "Ready", "status": status}]}
    assert ask_for(Delete(target=POD), changes=serving).verdict is ASK
    assert ask_for(Delete(target=POD), changes=stuck).verdict is ALLOW
    fresh = owned_by("StatefulSet")
    (fresh[0].before or {})["status"] = {"phase": "Pending"}
    assert ask_for(Delete(target=POD), changes=fresh).verdict is ALLOW
    assert ask_for(Delete(target=POD), changes=owned_by("ReplicaSet"), document=policy("supervised")).verdict is ASK
    cured = ask_for(
        Delete(target=POD), changes=owned_by("ReplicaSet"), document=policy("supervised"), cause="ProbeFailing"
    )
    assert cured.verdict is ALLOW


def test_a_yes_covers_a_broken_pod_that_the_rollout_of_the_same_plan_replaces() -> None:
    def decided(*actions: Action, ready: str = "False", owner: str = "web") -> Verdict:
        owners = [{"controller": True, "kind": "Deployment", "name": owner}]
        status = {"conditions": [{"type": "Ready", "status": ready}]}
        pod = Change(POD, {"metadata": {"name": "web-1", "ownerReferences": owners}, "status": status}, None)
        return ask_for(*actions, actor=PERSON, consent=True, changes=[pod]).verdict

    back = Rollback(target=WEB, revision=3)
    assert decided(back, Delete(target=POD)) is ALLOW
    assert decided(back, Delete(target=POD), ready="True") is ASK
    assert decided(back, Delete(target=POD), owner="other") is ASK
    assert decided(Delete(target=POD)) is ASK


FULL = {
    "livenessProbe": {"httpGet": {}},
    "readinessProbe": {"httpGet": {}},
    "resources": {"limits": {"memory": "1Gi"}, "requests": {"cpu": "1"}},
    "volumeMounts": [{"mountPath": "/data"}],
    "securityContext": {"runAsNonRoot": True, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
}


@pytest.mark.parametrize(
    ("without", "word"),
    [
        ("livenessProbe", "livenessProbe"),
        ("readinessProbe", "readinessProbe"),
        ("resources", "memory limit"),
        ("volumeMounts", "/data"),
        ("securityContext", "runAsNonRoot"),
    ],
)
def test_silencing_a_symptom_waits_for_a_person(without: str, word: str) -> None:
    after = {name: value for name, value in FULL.items() if name != without}
    change = Change(WEB, deployment(**FULL), deployment(**after))
    decision = ask_for(Patch(target=WEB, patch={}), changes=[change])
    assert rule(decision) == (ASK, "takes-away")
    assert decision.risk is Risk.DESTRUCTIVE
    assert any(word in phrase for phrase in losses(change.before, change.after))


def test_a_change_that_takes_nothing_away_loses_nothing() -> None:
    better = {**FULL, "resources": {"limits": {"memory": "2Gi"}, "requests": {"cpu": "1"}}, "image": "web:2"}
    change = Change(WEB, deployment(**FULL), deployment(**better))
    assert losses(change.before, change.after) == []
    assert ask_for(Patch(target=WEB, patch={}), changes=[change]).verdict is ALLOW


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ({"metadata": {"finalizers": ["a/b"]}}, {"metadata": {}}, "finalizer a/b"),
        ({"kind": "ConfigMap", "data": {"a": "1"}}, {"kind": "ConfigMap", "data": {}}, "key a"),
        ({"spec": {"replicas": 2}}, {"spec": {"replicas": 0}}, "every replica"),
        ({"spec": {"containers": [{"name": "a"}]}}, {"spec": {"containers": []}}, "container a"),
        ({"spec": {"containers": [], "volumes": [{"name": "v"}]}}, {"spec": {"containers": []}}, "volume v"),
        ({"spec": {"containers": []}}, {"spec": {"containers": [], "hostNetwork": True}}, "hostNetwork"),
        ({"spec": {}}, None, "object itself"),
    ],
)
def test_losses(before: Manifest, after: Manifest | None, word: str) -> None:
    assert any(word in phrase for phrase in losses(before, after))


# --- always ---------------------------------------------------------------------------------------------------------


def test_pause_stops_everybody_and_yes_does_not_help() -> None:
    for actor in (PERSON, OPERATOR, MODEL):
        decision = ask_for(Restart(target=WEB), actor=actor, document=policy(paused=True), consent=True)
        assert rule(decision) == (DENY, "paused")


def test_other_namespaces_are_out_of_reach() -> None:
    document = policy(scope={"namespaces": ["blog"]})
    assert rule(ask_for(Restart(target=WEB), document=document, actor=PERSON, consent=True)) == (DENY, "out-of-scope")
    system = ObjectRef(api_version="apps/v1", kind="Deployment", namespace="kube-system", name="coredns")
    assert rule(ask_for(Restart(target=system))) == (DENY, "out-of-scope")


def test_an_object_can_opt_out_and_a_selector_can_leave_it_out() -> None:
    marked = {**deployment(), "metadata": {"name": "web", "namespace": "shop", "annotations": {IGNORE: "true"}}}
    restart = Restart(target=WEB)
    assert rule(ask_for(restart, changes=[Change(WEB, marked, marked)])) == (DENY, "opted-out")
    document = policy(scope={"selector": {"team": "shop"}})
    assert rule(ask_for(restart, document=document, changes=[Change(WEB, deployment(), deployment())])) == (
        DENY,
        "out-of-scope",
    )


def test_objects_that_come_from_a_chart_are_patched_through_it() -> None:
    managed = deployment()
    managed["metadata"]["annotations"] = {"meta.helm.sh/release-name": "shop"}
    decision = ask_for(Patch(target=WEB, patch={}), changes=[Change(WEB, managed, managed)])
    assert rule(decision) == (ASK, "has-source")
    assert ask_for(HelmUpgrade(release="shop", namespace="shop", chart="c")).verdict is ALLOW


def test_what_nobody_has_seen_waits() -> None:
    assert rule(ask_for(Patch(target=WEB, patch={}))) == (ASK, "unseen")
    assert rule(ask_for(Apply(manifest=deployment()))) == (ASK, "unseen")


def test_actions_and_kinds_of_the_policy_wait() -> None:
    for name in ("restart", "Deployment"):
        document = parse({"autonomy": {"level": "autonomous", "requireApproval": [name]}})
        assert rule(ask_for(Restart(target=WEB), document=document)) == (ASK, "require-approval")


def test_a_yes_beforehand_is_none_to_what_the_policy_wants_approved() -> None:
    seen = [Change(WEB, deployment(), deployment())]
    document = parse({"autonomy": {"requireApproval": ["delete", "Deployment"], "yesCovers": "destructive"}})
    for action in (Restart(target=WEB), Delete(target=WEB)):
        found = ask_for(action, actor=PERSON, consent=True, document=document, changes=seen)
        assert rule(found) == (ASK, "require-approval")


def test_scaling_stays_within_bounds() -> None:
    document = policy(capabilities={"scaling": {"enabled": True, "minReplicas": 1, "maxReplicas": 5, "maxStep": 2}})
    seen = [Change(WEB, deployment(), deployment())]
    assert ask_for(Scale(target=WEB, replicas=4), document=document, changes=seen).verdict is ALLOW
    for replicas in (5, 6, 100):
        assert rule(ask_for(Scale(target=WEB, replicas=replicas), document=document, changes=seen)) == (
            ASK,
            "scaling-bounds",
        )
    assert rule(ask_for(Scale(target=WEB, replicas=3), document=document)) == (ASK, "scaling-bounds")
    assert rule(ask_for(Scale(target=WEB, replicas=3), changes=seen)) == (ASK, "scaling-bounds")


def test_restarts_wait_where_they_are_switched_off_or_were_many() -> None:
    off = policy(capabilities={"autoRestart": {"enabled": False}})
    often = policy(capabilities={"autoRestart": {"maxRestarts": 2, "cooldownPeriod": "1h"}})
    seen = [Change(WEB, deployment(), deployment())]
    assert ask_for(Restart(target=WEB), changes=seen).verdict is ALLOW
    assert rule(ask_for(Restart(target=WEB), document=off, changes=seen)) == (ASK, "capability")
    patch = Patch(target=WEB, patch={"spec": {"minReadySeconds": 5}})
    assert ask_for(patch, document=off, changes=seen).verdict is ALLOW
    history = attempts(20, 40)
    assert rule(ask_for(Restart(target=WEB), document=often, changes=seen, history=history)) == (ASK, "max-restarts")
    assert ask_for(Restart(target=WEB), document=often, changes=seen, history=attempts(20, 70)).verdict is ALLOW


def test_no_more_is_begun_at_once_than_may_fail() -> None:
    limits = parse({"limits": {"circuitBreaker": {"failures": 3, "resetAfter": "30m"}}}).limits
    assert attempts().room(limits, NOW) == 3
    assert attempts(1, succeeded=False).room(limits, NOW) == 2
    assert attempts(1, 2, succeeded=None).room(limits, NOW) == 1
    assert attempts(1, 2, 3, succeeded=False).room(limits, NOW) == 0
    assert attempts(1, succeeded=None).room(limits, NOW, 2) == 1  # two were begun, of which one is written down
    assert attempts(40, 50, succeeded=False).room(limits, NOW) == 3


def attempts(*minutes_ago: float, target: ObjectRef = WEB, succeeded: bool | None = True) -> History:
    moments = sorted(minutes_ago, reverse=True)
    return History(tuple(Attempt(target, NOW - timedelta(minutes=each), succeeded) for each in moments))


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (attempts(), "autonomous"),
        (attempts(2), "cooldown"),
        (attempts(6), "autonomous"),
        (attempts(2, target=POD), "autonomous"),
        (attempts(60, 120, 180), "max-attempts"),
        (attempts(60, 120, 60 * 30), "autonomous"),
        (attempts(10, 11, 12, target=POD, succeeded=False), "circuit-breaker"),
        (attempts(40, 41, 42, target=POD, succeeded=False), "autonomous"),
        (attempts(*range(20, 41), target=POD), "rate-limit"),
        (attempts(*range(70, 100), target=POD), "autonomous"),
    ],
)
def test_limits(history: History, expected: str) -> None:
    assert ask_for(Restart(target=WEB), history=history).rule == expected


def test_a_success_closes_the_circuit() -> None:
    failed = attempts(10, 11, 12, target=POD, succeeded=False)
    assert ask_for(Restart(target=WEB), history=failed).rule == "circuit-breaker"
    mended = History((*failed.attempts, Attempt(POD, NOW - timedelta(minutes=8), True)))
    assert ask_for(Restart(target=WEB), history=mended).rule == "autonomous"


@pytest.mark.parametrize(
    ("window", "inside"),
    [
        ({"start": "08:00", "end": "10:00"}, True),
        ({"start": "10:00", "end": "12:00"}, False),
        ({"start": "22:00", "end": "09:30"}, True),
        ({"days": ["fri"], "start": "22:00", "end": "09:30"}, True),
        ({"days": ["sat"], "start": "22:00", "end": "09:30"}, False),
        ({"days": ["sun"], "start": "08:00", "end": "10:00"}, False),
        ({"start": "14:00", "end": "15:00", "timezone": "Asia/Karachi"}, True),
        ({"start": "09:00", "end": "10:00", "timezone": "Asia/Karachi"}, False),
    ],
)
def test_maintenance_windows(window: dict[str, Any], inside: bool) -> None:
    decision = ask_for(Restart(target=WEB), document=policy(maintenanceWindows=[window]))
    assert decision.rule == ("autonomous" if inside else "maintenance-window")


def test_a_plan_of_many_steps_waits() -> None:
    assert ask_for(*[Restart(target=WEB)] * 6).rule == "too-many-steps"


# --- a person's yes -------------------------------------------------------------------------------------------------


def test_yes_covers_what_policy_lets_it_cover() -> None:
    restart, delete = Restart(target=WEB), Delete(target=WEB)
    assert rule(ask_for(restart, actor=PERSON, consent=True)) == (ALLOW, "consent")
    assert ask_for(delete, actor=PERSON, consent=True).verdict is ASK
    bold = parse({"autonomy": {"yesCovers": "destructive"}})
    assert ask_for(delete, actor=PERSON, consent=True, document=bold).verdict is ALLOW
    secret = Patch(target=ref("Secret"), patch={})
    assert ask_for(secret, actor=PERSON, consent=True, document=bold).verdict is ASK
    timid = parse({"autonomy": {"yesCovers": "read"}})
    assert ask_for(restart, actor=PERSON, consent=True, document=timid).verdict is ASK


def test_only_the_command_line_can_say_yes() -> None:
    for actor in (MODEL, Actor(name="x", surface=Surface.CONSOLE)):
        assert ask_for(Restart(target=WEB), actor=actor, consent=True).verdict is ASK
    assert ask_for(Delete(target=WEB), actor=OPERATOR, consent=True).verdict is ASK


def test_a_secret_that_is_not_there_yet_can_be_made_with_yes() -> None:
    manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x", "namespace": "shop"}}
    new = [Change(ref("Secret"), None, manifest)]
    assert ask_for(Apply(manifest=manifest), actor=PERSON, consent=True, changes=new).verdict is ALLOW
    assert ask_for(Apply(manifest=manifest), actor=PERSON, consent=True).verdict is ASK
    assert ask_for(Apply(manifest=manifest), actor=OPERATOR, changes=new).verdict is ASK


_TARGETS = st.sampled_from([WEB, POD, ref("Secret"), ref("Node", None), ref("ConfigMap"), ref("Role")])
_ACTIONS = st.one_of(
    _TARGETS.map(lambda target: Delete(target=target)),
    _TARGETS.map(lambda target: Patch(target=target, patch={})),
    st.builds(Scale, target=st.just(WEB), replicas=st.integers(0, 20)),
    _TARGETS.map(lambda target: Restart(target=target)),
)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(_ACTIONS, min_size=1, max_size=4),
    st.sampled_from([OPERATOR, MODEL, PERSON]),
    st.sampled_from(list(Autonomy)),
    st.booleans(),
    st.sampled_from([None, "OOMKilled", "ProbeFailing"]),
)
def test_nothing_confidential_or_final_is_ever_done_unasked(
    actions: list[Action], actor: Actor, level: Autonomy, consent: bool, cause: str | None
) -> None:
    decision = ask_for(*actions, actor=actor, document=policy(level), consent=consent, cause=cause)
    if decision.verdict is ALLOW:
        assert decision.risk in (Risk.READ, Risk.WRITE)
        assert actor.surface is not Surface.MCP
        assert level.rank >= Autonomy.SUPERVISED.rank or (consent and actor is PERSON)
