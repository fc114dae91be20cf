"""One invocation in the audit log: the attempt before anything happens, notes on the way, the outcome after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kora.audit.records import AuditEntry, AuditUnavailable
from kora.domain.plans import Plan
from kora.domain.progress import Progress, Report
from kora.domain.results import Outcome, Status
from kora.domain.risk import Decision, Risk
from kora.kit import clock
from kora.operations.plans.risks import target_of
from kora.tools.context import Context
from kora.tools.declaration import Tool

_NOTED = {
    "apply": None,
    "resume": None,
    "void": Status.FAILED,
    "step_failed": Status.FAILED,
    "verification_failed": Status.FAILED,
    "roll_back": None,
    "rolled_back": Status.OK,
    "failed": Status.FAILED,
    "done": Status.OK,
}
"""The phases of a plan's progress that the log keeps."""


@dataclass
class Recording:
    """Writes the records of one invocation; knows the sequence numbers of the first and the last."""

    context: Context
    tool: Tool
    arguments: Mapping[str, Any]
    began: float = field(default_factory=clock.monotonic)
    first: int | None = None
    last: int | None = None
    unrecorded: str | None = None
    """Why a note or the outcome is missing in the log."""
    plan: Plan | None = None
    diff_digest: str | None = None
    decision: Decision | None = None
    approver: str | None = None

    def attempt(self) -> None:
        """Record that it is about to be done.

        Raises:
            AuditUnavailable: it can't be recorded, so it must not be done.
        """
        self._append(phase="attempt")

    def outcome(self, outcome: Outcome) -> Outcome:
        """Record how it ended; gives the outcome with the records' numbers."""
        text = outcome.answer or (outcome.error or {}).get("message", "")
        try:
            self._append(phase="outcome", status=outcome.status, result=text[:2000])
        except AuditUnavailable as error:
            self.unrecorded = error.message
        changes: dict[str, Any] = {"audit_first": self.first, "audit_last": self.last}
        if self.unrecorded is not None and self.tool.risk is not Risk.READ:
            said = f"{outcome.answer}\nThe log does not hold all of it: {self.unrecorded}".strip()
            changes |= {"answer": said, "status": Status.FAILED if outcome.status is Status.OK else outcome.status}
        return outcome.model_copy(update=changes)

    def listener(self) -> Report:
        """A progress report that tells the front door, and notes a plan's stations in the log."""

        def listen(progress: Progress) -> None:
            if progress.phase in _NOTED:
                try:
                    self._append(phase="note", status=_NOTED[progress.phase], result=progress.text)
                except AuditUnavailable as error:  # the plan's journal has it; stopping half way would be worse
                    self.unrecorded = error.message
            self.context.progress(progress)

        return listen

    def _append(self, **fields: Any) -> None:
        plan = self.plan
        risks = [self.tool.risk] + ([plan.risk] if plan else []) + ([self.decision.risk] if self.decision else [])
        entry = AuditEntry(
            actor=self.context.actor,
            tool=self.tool.name,
            tool_hash=self.tool.hash,
            risk=max(risks, key=lambda risk: risk.rank),
            arguments=dict(self.arguments),
            decision=self.decision,
            approver=self.approver,
            plan_hash=plan.hash if plan else None,
            diff_digest=self.diff_digest,
            references=tuple(dict.fromkeys(target_of(step.action) for step in plan.steps)) if plan else (),
            model=self._model(),
            duration_ms=None if fields.get("phase") == "attempt" else round((clock.monotonic() - self.began) * 1000),
            **fields,
        )
        record = self.context.audit.append(entry)
        self.first = self.first or record.sequence
        self.last = record.sequence

    def _model(self) -> str | None:
        """The language model that read the prompt, if one did."""
        understanding, prompt = self.context.understanding, self.arguments.get("prompt")
        return None if understanding is None or prompt is None else understanding.read_by_model(str(prompt))
