"""What policy decides about one tool call or plan: `decide`.

The rules stand in one table and are asked in its order; the first that has something to say decides. First what denies
whoever asks (pause, scope, opt-out), then what always waits for a person, then how far the level of autonomy reaches.

At a front door where a person decides (command line, console) every change is asked for, and none is made where the
document says *observe*; `--yes` answers, up to the risk that the document names and never for what the document wants
approved. The operator acts by the level of its namespaces. A model (MCP) is never more than a proposer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from kora.domain.actors import Actor, Surface
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Action, Apply, Delete, HelmRollback, HelmUpgrade, Patch, Plan, Scale
from kora.domain.risk import Autonomy, Decision, Risk, Verdict
from kora.kit import clock
from kora.policy.document import PolicyDocument
from kora.policy.history import History
from kora.policy.kinds import why_guarded
from kora.policy.losses import Change, losses
from kora.policy.safe import is_safe

IGNORE = "kora.taskora.dev/ignore"
"""The annotation that opts an object out, when it is ``"true"``."""

_SOURCES = {
    "meta.helm.sh/release-name": "the Helm release",
    "argocd.argoproj.io/tracking-id": "Argo CD",
    "kustomize.toolkit.fluxcd.io/name": "Flux",
    "helm.toolkit.fluxcd.io/name": "Flux",
}


@dataclass(frozen=True)
class Case:
    """Everything that a rule looks at."""

    tool_risk: Risk
    plan: Plan | None
    actor: Actor
    policy: PolicyDocument
    level: Autonomy
    now: datetime
    changes: Sequence[Change] = ()
    history: History = field(default_factory=History)
    cause: str | None = None

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """What the plan does, in order."""
        return tuple(step.action for step in self.plan.steps) if self.plan else ()

    @cached_property
    def targets(self) -> tuple[ObjectRef, ...]:
        """The objects that the plan names; a Helm release stands for its own."""
        return tuple(target_of(action) for action in self.actions)

    @cached_property
    def risk(self) -> Risk:
        """The worse of the tool's and the plan's; deletions are destructive and Secrets confidential whatever the plan
        says. A Secret that isn't there yet can be made without showing or losing anything."""
        risks = [self.tool_risk, *([self.plan.risk] if self.plan else [])]
        taken = [each for each in self.actions if _destroys(each) and not _goes_with_rollout(each, self)]
        risks += [Risk.DESTRUCTIVE for _ in taken]
        new = {change.target for change in self.changes if change.before is None and change.after is not None}
        risks += [Risk.SECRET for target in self.targets if target.kind == "Secret" and target not in new]
        return max(risks, key=lambda risk: risk.rank)

    @property
    def by_itself(self) -> bool:
        """Whether no person is asked: the levels above propose."""
        return self.level.rank > Autonomy.PROPOSE.rank

    def before(self, target: ObjectRef) -> Manifest | None:
        """An object as it stood, when the caller handed it over."""
        return next((change.before for change in self.changes if change.target == target), None)


def target_of(action: Action) -> ObjectRef:
    """The object that an action changes."""
    if isinstance(action, Apply):
        return ObjectRef.of(action.manifest)
    if isinstance(action, HelmUpgrade | HelmRollback):
        return ObjectRef(api_version="helm.sh/v1", kind="Release", namespace=action.namespace, name=action.release)
    return action.target


def decide(
    *,
    tool_risk: Risk,
    actor: Actor,
    policy: PolicyDocument,
    plan: Plan | None = None,
    autonomy: Autonomy | None = None,
    consent: bool = False,
    changes: Sequence[Change] = (),
    history: History | None = None,
    cause: str | None = None,
    now: datetime | None = None,
) -> Decision:
    """Decide about one call of a tool, and about its plan once there is one.

    tool_risk: what the tool declares.
    autonomy: a level that the caller asks for; it can lower what the document gives to the operator, never raise it.
        At the command line it stands for "act as the operator would" (`kora heal`).
    consent: a person said yes beforehand (`--yes`). Counts at the command line alone.
    changes: the plan's objects before and after; what isn't shown can't be judged, so it waits for a person.
    history: Kora's own earlier writes.
    cause: the finding that the plan cures, for the safe class.

    DENY can't be approved away; ASK can. A person's approval bound to the plan's hash is the caller's to check.
    """
    level = _level(actor, plan, policy, autonomy)
    case = Case(tool_risk, plan, actor, policy, level, now or clock.now(), changes, history or History(), cause)
    for rule in _RULES:
        decision = rule(case)
        if decision is not None:
            return _with_consent(case, decision) if consent else decision
    return _ask(case, "propose", "Every change waits for a person here")


def _level(actor: Actor, plan: Plan | None, policy: PolicyDocument, asked: Autonomy | None) -> Autonomy:
    spaces = {target_of(step.action).namespace for step in plan.steps} if plan else {None}
    given = min((policy.autonomy.for_namespace(space) for space in spaces), key=lambda level: level.rank)
    if actor.surface is Surface.OPERATOR or asked is not None:
        lowest = min((given, asked or given), key=lambda level: level.rank)
    else:
        lowest = min((given, Autonomy.PROPOSE), key=lambda level: level.rank)
    if actor.surface is Surface.MCP:
        return min((lowest, given, Autonomy.PROPOSE), key=lambda level: level.rank)
    return lowest


def _with_consent(case: Case, decision: Decision) -> Decision:
    covered = decision.risk.rank <= case.policy.autonomy.yes_covers.rank
    if decision.verdict is not Verdict.ASK or case.actor.surface is not Surface.CLI or not covered:
        return decision
    if (required := _required(case)) is not None:  # said in the document: a yes beforehand is none to this plan
        return required
    reason = f"--yes answers: {decision.reason[:1].lower()}{decision.reason[1:]}"
    return Decision(verdict=Verdict.ALLOW, risk=decision.risk, rule="consent", reason=reason)


# --- rules ----------------------------------------------------------------------------------------------------------

Rule = Callable[[Case], Decision | None]


def _ask(case: Case, rule: str, reason: str) -> Decision:
    return Decision(verdict=Verdict.ASK, risk=case.risk, rule=rule, reason=f"{reason}.")


def _deny(case: Case, rule: str, reason: str) -> Decision:
    return Decision(verdict=Verdict.DENY, risk=case.risk, rule=rule, reason=f"{reason}.")


def _read(case: Case) -> Decision | None:
    if case.risk is Risk.READ and case.plan is None:
        return Decision(verdict=Verdict.ALLOW, risk=Risk.READ, rule="read", reason="It only reads.")
    return None


def _paused(case: Case) -> Decision | None:
    return _deny(case, "paused", "Kora is paused; `kora resume` lets it act again") if case.policy.paused else None


def _observes(case: Case) -> Decision | None:
    if case.level is Autonomy.OBSERVE:
        return _deny(case, "observe", "This namespace is only observed; its autonomy level allows no change")
    return None


def _out_of_scope(case: Case) -> Decision | None:
    for target in case.targets:
        space = target.name if target.kind == "Namespace" else target.namespace
        if space is not None and not case.policy.scope.covers(space):
            return _deny(case, "out-of-scope", f"The policy does not cover the namespace {space}")
    return None


def _opted_out(case: Case) -> Decision | None:
    for change in case.changes:
        notes = _metadata(change.before).get("annotations") or {}
        if str(notes.get(IGNORE, "")).lower() == "true":
            return _deny(case, "opted-out", f"{change.target} opted out with the annotation {IGNORE}")
    return None


def _not_selected(case: Case) -> Decision | None:
    wanted = case.policy.scope.selector
    for change in case.changes if wanted else ():
        labels = _metadata(change.before or change.after).get("labels") or {}
        if any(labels.get(key) != value for key, value in wanted.items()):
            return _deny(case, "out-of-scope", f"{change.target} does not carry the labels that the policy selects")
    return None


def _secret(case: Case) -> Decision | None:
    return _ask(case, "secret", "It touches something confidential") if case.risk is Risk.SECRET else None


def _guarded(case: Case) -> Decision | None:
    for target in case.targets:
        if why := why_guarded(target):
            return _ask(case, "never-above-propose", f"{target} {why}, so a person decides")
    return None


def _takes_away(case: Case) -> Decision | None:
    for action, target in zip(case.actions, case.targets, strict=True):
        if isinstance(action, Delete) and target.kind == "Pod":
            continue  # judged by _destructive: its controller makes another
        for change in case.changes:
            if change.target == target and (gone := losses(change.before, change.after)):
                reason = f"It would take {', '.join(gone[:3])} away from {target}."
                worst = max(case.risk, Risk.DESTRUCTIVE, key=lambda risk: risk.rank)
                return Decision(verdict=Verdict.ASK, risk=worst, rule="takes-away", reason=reason)
    return None


def _destructive(case: Case) -> Decision | None:
    if case.risk.rank < Risk.DESTRUCTIVE.rank:
        return None
    if case.by_itself and case.actions and all(map(_replaceable_pod, case.actions, [case] * len(case.actions))):
        return None
    return _ask(case, "destructive", "What it deletes or stops does not come back by itself")


def _required(case: Case) -> Decision | None:
    wanted = {each.lower() for each in case.policy.autonomy.require_approval}
    for action, target in zip(case.actions, case.targets, strict=True):
        if found := wanted & {action.action, target.kind.lower()}:
            return _ask(case, "require-approval", f"The policy asks for an approval of {found.pop()}")
    return None


def _proposes(case: Case) -> Decision | None:
    return None if case.by_itself else _ask(case, "propose", "Every change waits for a person here")


def _without_plan(case: Case) -> Decision | None:
    return _ask(case, "no-plan", "A change without a plan is never made unasked") if case.plan is None else None


def _has_source(case: Case) -> Decision | None:
    for action, target in zip(case.actions, case.targets, strict=True):
        if action.action not in ("apply", "patch", "scale", "rollback"):
            continue
        metadata = _metadata(case.before(target))
        marks = {**(metadata.get("annotations") or {}), **(metadata.get("labels") or {})}
        source = next((name for mark, name in _SOURCES.items() if mark in marks), None)
        if source:
            return _ask(case, "has-source", f"{target} comes from {source}; a change has to be made there to last")
    return None


def _unseen(case: Case) -> Decision | None:
    shown = {change.target for change in case.changes}
    for action, target in zip(case.actions, case.targets, strict=True):
        if isinstance(action, Apply | Patch) and target not in shown:
            return _ask(case, "unseen", f"Nobody has seen what {target} would become")
    return None


def _outside_window(case: Case) -> Decision | None:
    if case.policy.in_maintenance(case.now):
        return None
    return _ask(case, "maintenance-window", "It is outside of the maintenance windows")


def _held_back(case: Case) -> Decision | None:
    limits = case.policy.limits
    if len(case.actions) > limits.max_steps_per_plan:
        return _ask(case, "too-many-steps", f"It has more than {limits.max_steps_per_plan} steps")
    limit = case.history.held_back(case.targets, limits, case.now)
    return _ask(case, limit.rule, f"A person has to look: {limit.reason}") if limit else None


def _restarts(case: Case) -> Decision | None:
    settings = case.policy.capabilities.auto_restart
    restarts = [action for action in case.actions if action.action in ("restart", "delete")]
    if not restarts:
        return None
    if not settings.enabled:
        return _ask(case, "capability", "The policy switches automatic restarts off")
    limit = case.history.restarted(case.targets, settings, case.now)
    return _ask(case, limit.rule, f"A person has to look: {limit.reason}") if limit else None


def _scaling(case: Case) -> Decision | None:
    bounds = case.policy.capabilities.scaling
    for action in case.actions:
        if not isinstance(action, Scale):
            continue
        now = ((case.before(action.target) or {}).get("spec") or {}).get("replicas")
        within = bounds.min_replicas <= action.replicas <= bounds.max_replicas
        if not bounds.enabled or not within or now is None or abs(action.replicas - now) > bounds.max_step:
            return _ask(case, "scaling-bounds", f"{action.replicas} replicas are beyond what the policy lets Kora set")
    return None


def _supervised(case: Case) -> Decision | None:
    if case.level is not Autonomy.SUPERVISED:
        return None
    if all(is_safe(action, case.cause) for action in case.actions):
        return Decision(
            verdict=Verdict.ALLOW, risk=case.risk, rule="safe-class", reason=f"A known, safe cure for {case.cause}."
        )
    return _ask(case, "supervised", "Only known, safe cures are applied without a person here")


def _autonomous(case: Case) -> Decision | None:
    if case.level is not Autonomy.AUTONOMOUS:
        return None
    return Decision(
        verdict=Verdict.ALLOW, risk=case.risk, rule="autonomous", reason="A bounded change, undone if it fails."
    )


_RULES: tuple[Rule, ...] = (
    _read,
    _paused,
    _observes,
    _out_of_scope,
    _opted_out,
    _not_selected,
    _secret,
    _guarded,
    _takes_away,
    _destructive,
    _required,
    _proposes,
    _without_plan,
    _has_source,
    _unseen,
    _outside_window,
    _held_back,
    _restarts,
    _scaling,
    _supervised,
    _autonomous,
)


def _metadata(manifest: Manifest | None) -> dict[str, Any]:
    return (manifest or {}).get("metadata") or {}


def _destroys(action: Action) -> bool:
    """Whether an action takes something away that it can't give back."""
    if isinstance(action, Scale):
        return action.replicas == 0
    return isinstance(action, Delete) or (isinstance(action, HelmRollback) and action.revision == 0)


def _replaceable_pod(action: Action, case: Case) -> bool:
    """Whether an action, if it destroys at all, only deletes a pod whose controller will make another. The pods of a
    stateful set are no equals: only one that serves nobody goes without a person (its claims stay)."""
    if not _destroys(action):
        return True
    if not isinstance(action, Delete) or action.target.kind != "Pod":
        return False
    pod = case.before(action.target)
    kinds = {owner.get("kind") for owner in _metadata(pod).get("ownerReferences") or () if owner.get("controller")}
    return bool(kinds) and ("StatefulSet" not in kinds or _is_unready(pod))


def _goes_with_rollout(action: Action, case: Case) -> bool:
    """Whether an action deletes a pod that serves nobody and whose controller the same plan changes: the rollout would
    replace that pod anyway."""
    if not isinstance(action, Delete) or not _replaceable_pod(action, case):
        return False
    if not _is_unready(case.before(action.target)):
        return False
    owners = _metadata(case.before(action.target)).get("ownerReferences") or ()
    controllers = {(each.get("kind"), each.get("name")) for each in owners if each.get("controller")}
    changed = {(each.kind, each.name) for each in case.targets if each.namespace == action.target.namespace}
    return bool(controllers & changed)


def _is_unready(pod: Manifest | None) -> bool:
    """A pod that is pending without the condition, because no kubelet has reported on it yet, serves nobody either."""
    status = (pod or {}).get("status") or {}
    ready = [each.get("status") for each in status.get("conditions") or () if each.get("type") == "Ready"]
    return "False" in ready or (not ready and status.get("phase") == "Pending")
