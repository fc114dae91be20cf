"""The only way to an effect: look up → validate → decide → approval → record the attempt → open the writer → run
under a deadline → map failures → record the outcome.

No other module may import `kora.cluster.writer`; an import contract holds that.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from kora.audit.records import AuditUnavailable
from kora.cluster.port import ClusterReader, ClusterWriter
from kora.cluster.writer import open_writer as open_real_writer
from kora.domain.actors import Actor
from kora.domain.plans import Plan, PlanState
from kora.domain.results import Outcome, Status
from kora.domain.risk import Autonomy, Decision, Risk, Verdict
from kora.kit import clock
from kora.kit.errors import ApprovalRequired, Denied, Invalid, KoraError, Retryable
from kora.operations.heal.switch import paused
from kora.operations.plans.apply import apply_plan
from kora.operations.plans.diff import Change
from kora.operations.plans.errors import NothingToDo
from kora.operations.plans.lifecycle import approve, reject
from kora.operations.plans.make import Draft, preview_all
from kora.operations.plans.risks import target_of
from kora.operations.plans.store import PlanRecord, PlanStore
from kora.policy.document import PolicyDocument
from kora.policy.history import History
from kora.policy.losses import Change as Shown
from kora.policy.rules import decide
from kora.tools.context import Context
from kora.tools.declaration import Tool
from kora.tools.guards import BoundedHelm, BoundedWriter, Bounds, Still, always
from kora.tools.recording import Recording
from kora.tools.registry import Registry, load

Consent = Callable[[Decision, Plan | None, str], bool]
"""Asks the person at a front door about one decision (with the plan and its diff, when there is a plan). Only front
doors where a person sits may give one to the invoker: a consent is never an argument, so no model can approve."""

OpenWriter = Callable[[ClusterReader], ClusterWriter]

_STATUSES: tuple[tuple[type[KoraError], Status], ...] = (
    (NothingToDo, Status.OK),
    (ApprovalRequired, Status.APPROVAL_REQUIRED),
    (Denied, Status.DENIED),
    (Retryable, Status.RETRYABLE),
    (KoraError, Status.FAILED),
)
_ENDED = {PlanState.DONE: Status.OK}


class Invoker:
    """Calls tools by name on behalf of the context's actor.

    consent: asks the person. Without one, whatever policy wants asked ends as APPROVAL_REQUIRED (with the stored plan's
        id, for `kora plans approve`).
    yes: the person said yes beforehand (``--yes``); covers what policy lets it cover.
    autonomy: act by this level instead of asking (the operator, `kora heal`); policy can only lower it.
    dry_run: make plans and show them, store and apply nothing.
    history: Kora's own earlier writes, for rate limits.
    still: asked before every effect; raises `guards.Halted` when nothing may be changed any more (a plan is then left
        as it is, for `plans.resume`).
    """

    def __init__(
        self,
        context: Context,
        *,
        consent: Consent | None = None,
        yes: bool = False,
        autonomy: Autonomy | None = None,
        dry_run: bool = False,
        history: Callable[[], History] = History,
        tools: Registry | None = None,
        open_writer: OpenWriter = open_real_writer,
        still: Still = always,
    ) -> None:
        self._context, self._consent, self._yes = context, consent, yes
        self._autonomy, self._dry_run, self._history = autonomy, dry_run, history
        self._tools = tools or load()
        self._open_writer, self._still = open_writer, still

    def call(self, name: str, arguments: Mapping[str, Any] | None = None) -> Outcome:
        """Invoke the tool `name`. Expected failures come back as an Outcome (status, error), never as an exception;
        an interruption by the person (KeyboardInterrupt) passes through, with the journal on disk."""
        try:
            tool = self._tools.get(name)
            validated = _validate(tool, arguments or {})
        except KoraError as error:
            return failure(error)
        recording = Recording(self._context, tool, validated.model_dump(mode="json"))
        try:
            outcome = self._invoke(tool, validated, recording)
        except KoraError as error:
            outcome = failure(error, decision=recording.decision, plan=recording.plan)
        return outcome if recording.first is None else recording.outcome(outcome)

    def _invoke(self, tool: Tool, arguments: Any, recording: Recording) -> Outcome:
        if tool.propose is not None:
            return self._propose(tool, arguments, recording)
        if tool.risk is Risk.READ:
            return self._read(tool, arguments, recording)
        return self._write(tool, arguments, recording)

    # --- reading ------------------------------------------------------------------------------------------------

    def _read(self, tool: Tool, arguments: Any, recording: Recording) -> Outcome:
        recording.decision = self._decide(tool, None, ())
        try:
            recording.attempt()
        except AuditUnavailable as error:  # a question does no harm: it is answered all the same
            recording.unrecorded = error.message
        return _run(tool, self._reading(), arguments)

    def _reading(self) -> Context:
        """The context without any means to change something."""
        helm = self._context.helm
        bounded = None if helm is None else BoundedHelm(helm, Bounds(objects=frozenset()))
        return replace(self._context, writer=None, helm=bounded)

    # --- effects without a plan of their own, or with a stored one ------------------------------------------------

    def _write(self, tool: Tool, arguments: Any, recording: Recording) -> Outcome:
        record = tool.subject(self._reading(), arguments) if tool.subject is not None else None
        plan = None if record is None else record.plan
        recording.plan = plan
        recording.diff_digest = None if record is None else record.diff_digest
        decision = self._decide(tool, plan, self._changes(record))
        recording.decision = decision
        if decision.verdict is Verdict.DENY:
            recording.attempt()
            return _denied(decision, plan)
        if decision.verdict is Verdict.ASK or record is not None:
            recording.approver = self._approver(record, decision)
            if recording.approver is None:
                recording.attempt()
                return _waiting(decision, plan)
        recording.attempt()
        bounds = Bounds(
            objects=None if plan is None else objects_of(plan),
            ends=float("inf") if plan is not None else clock.monotonic() + tool.deadline_seconds,
            still=self._still,
        )
        return _run(tool, self._writing(bounds, recording), arguments)

    def _approver(self, record: PlanRecord | None, decision: Decision) -> str | None:
        """Who answers for it: for a stored plan the one who approved it, else the person here; None: nobody."""
        if record is not None:
            return record.approval.approver if record.approval is not None else None
        if self._consent is not None and self._consent(decision, None, ""):
            return self._context.actor.name
        return None

    def _writing(self, bounds: Bounds, recording: Recording) -> Context:
        """The context with the means to change what is within bounds. The only place where a writer comes from."""
        writer = BoundedWriter(self._open_writer(self._context.reader), bounds)
        helm = None if self._context.helm is None else BoundedHelm(self._context.helm, bounds)
        return replace(self._context, writer=writer, helm=helm, progress=recording.listener())

    # --- plans ----------------------------------------------------------------------------------------------------

    def _propose(self, tool: Tool, arguments: Any, recording: Recording) -> Outcome:
        assert tool.propose is not None
        draft = tool.propose(self._reading(), arguments)
        store = PlanStore(self._context.home)
        with self._alone(store):
            decided = self._decided(store, tool, draft, recording)
        if isinstance(decided, Outcome):
            return decided
        context = self._writing(Bounds(objects=objects_of(draft.plan), still=self._still), recording)
        assert context.writer is not None
        return plan_outcome(apply_plan(store, draft.plan.id, context.world, context.writer, context.progress), decided)

    def _alone(self, store: PlanStore) -> AbstractContextManager[None]:
        """Who acts without a person decides with nobody beside, because limits count what was decided before."""
        return store.deciding() if self._autonomy is not None and not self._dry_run else nullcontext()

    def _decided(self, store: PlanStore, tool: Tool, draft: Draft, recording: Recording) -> Outcome | Decision:
        """The draft stored and approved, with the decision that did it; or how it ends without an effect."""
        unseen = draft.read_by is not None or draft.guess
        decision = self._decide(tool, draft.plan, shown(draft.changes), draft.cause, unseen=unseen)
        recording.plan, recording.decision, recording.diff_digest = draft.plan, decision, draft.diff.digest
        if self._dry_run or draft.preview:
            return Outcome(status=Status.OK, answer=draft.diff.text, data=draft, decision=decision)
        record = store.add(draft.plan, draft.diff, undo_of=draft.undo_of)
        if decision.verdict is Verdict.DENY:
            recording.attempt()
            reject(store, draft.plan.id, self._policy_actor(decision), decision.reason)
            return _denied(decision, draft.plan)
        approver = self._approver_of(draft, decision)
        if approver is None:
            recording.attempt()
            if draft.guess:
                decision = decision.model_copy(update={"reason": _LIKENESS})
            return _waiting(decision, draft.plan, data=record)
        recording.approver = approver.name
        recording.attempt()
        approve(store, draft.plan.id, approver, plan_hash=draft.plan.hash)
        return decision

    def _approver_of(self, draft: Draft, decision: Decision) -> Actor | None:
        if decision.verdict is Verdict.ALLOW:
            return self._context.actor if decision.rule == "consent" else self._policy_actor(decision)
        if self._consent is not None and self._consent(decision, draft.plan, draft.diff.text):
            return self._context.actor
        return None

    def _policy_actor(self, decision: Decision) -> Actor:
        return Actor(name=f"policy:{decision.rule}", surface=self._context.actor.surface)

    # --- deciding -------------------------------------------------------------------------------------------------

    def _decide(
        self,
        tool: Tool,
        plan: Plan | None,
        changes: tuple[Shown, ...],
        cause: str | None = None,
        *,
        unseen: bool = False,
    ) -> Decision:
        return decide(
            tool_risk=tool.risk,
            plan=plan,
            actor=self._context.actor,
            policy=self._policy(),
            autonomy=self._autonomy,
            # the person said yes to their own words, not to a model's reading, and not to a likeness
            consent=self._yes and not unseen,
            changes=changes,
            history=self._history(),
            cause=cause,
        )

    def _policy(self) -> PolicyDocument:
        """The document, with the kill switch of this $KORA_HOME in it."""
        policy = self._context.policy
        if not policy.paused and paused(self._context.home) is not None:
            return policy.model_copy(update={"paused": True})
        return policy

    def _changes(self, record: PlanRecord | None) -> tuple[Shown, ...]:
        """What a stored plan would change now. An object that can't be previewed is judged as unseen; whether the
        cluster moved on is for `apply_plan` to say."""
        if record is None or record.state is not PlanState.APPROVED:
            return ()
        context = self._reading()
        try:
            actions = [step.action for step in record.plan.steps]
            return shown(tuple(preview_all(context.world, actions, record.plan.made_at.isoformat())))
        except KoraError:
            return ()


def objects_of(plan: Plan) -> frozenset[Any]:
    """Everything that the plan may touch."""
    return frozenset(target_of(step.action) for step in plan.steps)


def shown(changes: tuple[Change, ...]) -> tuple[Shown, ...]:
    """The changes as policy looks at them; a release stands for its objects and is judged by its action."""
    return tuple(
        Shown(change.ref, change.before, change.after)
        for change in changes
        if not change.new_objects and not change.old_objects
    )


def failure(error: KoraError, *, decision: Decision | None = None, plan: Plan | None = None) -> Outcome:
    """The outcome that stands for a typed error."""
    status = next(status for kind, status in _STATUSES if isinstance(error, kind))
    plan_id = None if plan is None else plan.id
    if status is Status.OK:
        return Outcome(status=status, answer=error.message, decision=decision)
    details = error.as_json()["error"] | {"exit_code": error.exit_code}
    return Outcome(status=status, answer=error.message, decision=decision, plan_id=plan_id, error=details)


def plan_outcome(record: PlanRecord, decision: Decision | None = None) -> Outcome:
    """The outcome of a plan that came to its end."""
    status = _ENDED.get(record.state, Status.FAILED)
    answer = f"{record.plan.goal}: {record.state.replace('_', ' ')}. {record.reason}"
    error = None
    if status is not Status.OK:
        error = {"code": f"PLAN_{record.state.upper()}", "message": record.reason, "exit_code": status.exit_code}
        error["fix"] = f"kora plans show {record.plan.id}"
    return Outcome(status=status, answer=answer, data=record, decision=decision, plan_id=record.plan.id, error=error)


def _run(tool: Tool, context: Context, arguments: Any) -> Outcome:
    assert tool.run is not None
    return tool.run(context, arguments)


def _validate(tool: Tool, arguments: Mapping[str, Any]) -> Any:
    try:
        return tool.arguments.model_validate(dict(arguments))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"])) or "the arguments"
        raise Invalid(f"{tool.name}: {where}: {first['msg']}.", details={"tool": tool.name}) from error


def _denied(decision: Decision, plan: Plan | None) -> Outcome:
    error = {"code": "DENIED", "message": decision.reason, "exit_code": Denied.exit_code}
    plan_id = None if plan is None else plan.id
    return Outcome(status=Status.DENIED, answer=decision.reason, decision=decision, plan_id=plan_id, error=error)


_LIKENESS = "It rests on a guess, so a person looks at it, whatever was said before."


def _waiting(decision: Decision, plan: Plan | None, data: Any = None) -> Outcome:
    if plan is None:
        fix = "Run it at a terminal and answer, or with --yes."
    else:
        fix = f"kora plans approve {plan.id} --hash {plan.hash[:12]}"
    error = {"code": "APPROVAL_REQUIRED", "message": decision.reason, "fix": fix}
    return Outcome(
        status=Status.APPROVAL_REQUIRED,
        answer=decision.reason if plan is None else f"{plan.goal}: not done yet. {decision.reason}",
        data=data,
        decision=decision,
        plan_id=None if plan is None else plan.id,
        error=error | {"exit_code": ApprovalRequired.exit_code},
    )
