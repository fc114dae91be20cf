"""What a tool works with. Made by a front door, completed by the invoker; identity comes from here alone."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kora.audit.records import AuditEntry, AuditRecord
from kora.cluster.port import ClusterReader, ClusterWriter
from kora.domain.actors import Actor
from kora.domain.progress import Report, silent
from kora.helm.port import HelmEngine
from kora.operations.plans.effects import World
from kora.policy.document import PolicyDocument

if TYPE_CHECKING:  # it brings the whole language along
    from kora.operations.ask.understanding import Understanding


class Recorder(Protocol):
    """The audit log as far as the invoker needs it (`kora.audit.AuditLog`)."""

    def append(self, entry: AuditEntry) -> AuditRecord:
        """Write one record, durably.

        Raises: AuditUnavailable when it can't be written.
        """


@dataclass(frozen=True)
class Context:
    """One caller's surroundings.

    actor: who asks, and through which front door.
    reader: the cluster, for questions.
    audit: where attempts and outcomes are recorded.
    home: the folder of Kora's state ($KORA_HOME): plans/, audit/, samples/.
    policy: the document that decides how far Kora may go (the default one proposes and waits).
    helm: the engine for releases; read-only until the invoker lets a write through.
    progress: told about every step of something long.
    writer: None, except in the context that the invoker hands to a tool whose risk was allowed.
    understanding: reads prompts; None: the rules alone.
    """

    actor: Actor
    reader: ClusterReader
    audit: Recorder
    home: Path
    policy: PolicyDocument = field(default_factory=PolicyDocument)
    helm: HelmEngine | None = None
    progress: Report = field(default=silent)
    writer: ClusterWriter | None = None
    understanding: "Understanding | None" = None

    @property
    def world(self) -> World:
        """What planning, applying and verifying read, as far as the policy lets them."""
        return World(self.reader, self.helm, logs=self.policy.capabilities.log_analysis.enabled)
