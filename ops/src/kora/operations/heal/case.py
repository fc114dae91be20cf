"""What a cure looks at, and what it answers: a treatment, or an escalation that a person can act on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kora.domain.findings import Finding
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence, Postcondition
from kora.helm.port import HelmEngine
from kora.operations.diagnose.graph import Graph
from kora.operations.plans.make import Wish
from kora.policy.document import PolicyDocument


@dataclass(frozen=True)
class Case:
    """One finding with its surroundings."""

    finding: Finding
    graph: Graph
    policy: PolicyDocument
    helm: HelmEngine | None = None
    may: Callable[[str, ObjectRef], bool] = lambda _verb, _ref: True
    """Whether we may do something to an object (a verb of RBAC)."""
    fresh: Callable[[ObjectRef], Manifest | None] = lambda _ref: None
    """An object as the server has it now, with all its annotations."""

    def live(self, ref: ObjectRef) -> Manifest | None:
        """An object as the diagnosis saw it."""
        return self.graph.find(ref.kind, ref.namespace, ref.name)


@dataclass(frozen=True)
class Treatment:
    """What to do about a finding: becomes a plan.

    conditions: what must hold afterwards, apart from the finding being gone.
    guess: it rests on a likeness (a near name), so a person decides at every level of autonomy.
    """

    wishes: tuple[Wish, ...]
    goal: str
    target: ObjectRef
    conditions: tuple[Postcondition, ...] = ()
    hold_seconds: int = 10
    guess: bool = False


@dataclass(frozen=True)
class Escalation:
    """Nothing that Kora may do by itself or propose: what a person needs to act on it."""

    finding: Finding
    reason: str
    """Why Kora leaves it to a person; one sentence."""
    steps: tuple[str, ...] = ()
    """What a person can do, most promising first."""
    evidence: tuple[Evidence, ...] = field(default=())

    @property
    def text(self) -> str:
        """For people."""
        return "\n".join([f"{self.finding.summary} {self.reason}", *(f"- {step}" for step in self.steps)])

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"cause": self.finding.cause, "reason": self.reason, "steps": list(self.steps)}
