"""How a policy stands: the status of an AgentPolicy, written when it changes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from kora.cluster.records import RecordWriter
from kora.kit import clock
from kora.kit.errors import KoraError
from kora.kit.redaction import redact_text
from kora.operations.heal.report import Fate
from kora.operator.findings import Key, Note, cut
from kora.operator.policies import Held
from kora.operator.resources import AgentPolicyStatus, Condition, LastFinding, PolicyCounts, spelled

NEWEST = 10


@dataclass
class Tally:
    """What was done under a policy since the operator started."""

    fates: dict[Fate, int] = field(default_factory=dict)

    def count(self, fate: Fate) -> None:
        """One more."""
        self.fates[fate] = self.fates.get(fate, 0) + 1


@dataclass(frozen=True)
class Facts:
    """What the status is made of. effective: whether the policy holds in any namespace."""

    notes: tuple[tuple[Key, Note], ...]
    waiting: int
    tally: Tally
    effective: bool
    paused: bool
    circuit: str
    """Why the circuit breaker holds changes back; empty while it is closed."""
    sized: bool = True
    """Whether there is a recommendation for every container."""
    sizing: str = ""
    """What right-sizing has to say; empty while it has nothing."""


class Standing:
    """Writes the statuses of policies."""

    def __init__(self, records: RecordWriter, on_trouble: Callable[[KoraError], None]) -> None:
        self._records, self._on_trouble = records, on_trouble
        self._written: dict[str, dict[str, Any]] = {}
        self._since: dict[tuple[str, str], tuple[str, datetime]] = {}

    def write(self, held: Held, facts: Facts) -> None:
        """Write one status when it differs from what was written last."""
        status = self._status(held, facts).written()
        name = str(held.ref)
        if self._written.get(name) == status:
            return
        try:
            self._records.set_status(held.ref, status)
        except KoraError as error:
            self._on_trouble(error)
            return
        self._written[name] = status

    def _status(self, held: Held, facts: Facts) -> AgentPolicyStatus:
        active = [(key, note) for key, note in facts.notes if note.active]
        newest = sorted(facts.notes, key=lambda each: (each[1].first_seen, each[0]), reverse=True)[:NEWEST]
        return AgentPolicyStatus(
            observed_generation=held.generation,
            conditions=tuple(self._conditions(held, facts)),
            counts=PolicyCounts(
                findings=len(active),
                waiting=facts.waiting,
                healed=facts.tally.fates.get(Fate.HEALED, 0),
                rolled_back=facts.tally.fates.get(Fate.ROLLED_BACK, 0),
                escalated=facts.tally.fates.get(Fate.ESCALATED, 0),
            ),
            last_findings=tuple(
                LastFinding(
                    name=key[1],
                    namespace=key[0],
                    cause=note.finding.cause,
                    summary=cut(redact_text(note.finding.summary), 300),
                    fate="" if note.fate is None else spelled(note.fate),
                    seen=note.first_seen,
                )
                for key, note in newest
            ),
            paused=facts.paused,
        )

    def _conditions(self, held: Held, facts: Facts) -> Iterable[Condition]:
        valid = held.document is not None
        yield self._condition(held, "Valid", valid, "Parsed" if valid else "Invalid", held.problem)
        yield self._condition(
            held,
            "Enforced",
            valid and facts.effective,
            "InForce" if facts.effective else "NoNamespace",
            ""
            if facts.effective
            else "It holds in no namespace that is looked after, or narrower policies hold there.",
        )
        yield self._condition(held, "Paused", facts.paused, "Switch", "")
        yield self._condition(held, "CircuitOpen", bool(facts.circuit), "Failures", facts.circuit)
        if facts.sizing:
            yield self._condition(held, "Sized", facts.sized, "Samples", facts.sizing)

    def _condition(self, held: Held, kind: str, holds: bool, reason: str, message: str) -> Condition:
        status: Literal["True", "False"] = "True" if holds else "False"
        mark = str(held.ref), kind
        if self._since.get(mark, ("", None))[0] != status:
            self._since[mark] = status, clock.now()
        return Condition(
            type=kind,
            status=status,
            reason=reason,
            message=cut(redact_text(message)),
            last_transition_time=self._since[mark][1],
            observed_generation=held.generation,
        )
