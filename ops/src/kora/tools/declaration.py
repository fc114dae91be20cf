"""What a tool is: a name, typed arguments, a risk, and the one operation behind it.

Every front door (command line, operator, MCP, console) reaches an operation through a declared tool and the invoker.
A tool comes in one of two shapes:

- `run` answers at once. With a risk above READ it gets `context.writer` once policy (and a person, when policy asks)
  agreed;
- `propose` only reads and gives the draft of a plan. The invoker stores it, decides about it and, when that is
  allowed, carries it out, verifies it and rolls it back when verification fails. Changes of a cluster have this shape.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from kora.domain.results import Outcome
from kora.domain.risk import Risk
from kora.kit.canonical import content_hash

if TYPE_CHECKING:
    from kora.operations.plans.make import Draft
    from kora.operations.plans.store import PlanRecord
    from kora.tools.context import Context


class Arguments(BaseModel):
    """The base of every tool's arguments: strict about names, and never about who asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NoArguments(Arguments):
    """For tools that need nothing."""


@dataclass(frozen=True)
class Tool:
    """One declaration.

    name: ``<noun>.<verb>``, stable, what the log and other programs see.
    summary: one sentence.
    arguments: the model that every call is validated against.
    risk: what an invocation can cost at most, apart from a plan's own risk.
    run / propose: exactly one of them; called with the context and the validated arguments.
    subject: the stored plan that a `run` tool carries out: its risk and hash are what is decided about and logged, and
        its approval is what answers when policy asks.
    deadline_seconds: after this long every further request to the cluster is refused.
    """

    name: str
    summary: str
    arguments: type[BaseModel]
    risk: Risk
    run: "Callable[[Context, Any], Outcome] | None" = None
    propose: "Callable[[Context, Any], Draft] | None" = None
    subject: "Callable[[Context, Any], PlanRecord] | None" = None
    deadline_seconds: float = 120.0

    def __post_init__(self) -> None:
        if (self.run is None) == (self.propose is None):
            raise ValueError(f"The tool {self.name} needs either run or propose.")
        if self.propose is not None and self.risk is Risk.READ:
            raise ValueError(f"The tool {self.name} makes plans, so its risk cannot be read.")

    @cached_property
    def hash(self) -> str:
        """SHA-256 over name, risk, summary and the arguments' schema: the log tells which definition ran."""
        return content_hash(
            {
                "name": self.name,
                "summary": self.summary,
                "risk": self.risk,
                "arguments": self.arguments.model_json_schema(),
            }
        )
