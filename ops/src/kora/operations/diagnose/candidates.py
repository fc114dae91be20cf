"""What a detector yields before one finding per cause is chosen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kora.domain.findings import Care, Severity
from kora.domain.objects import ObjectRef
from kora.domain.plans import Evidence
from kora.operations.diagnose.graph import Graph, Key

if TYPE_CHECKING:
    from kora.operations.diagnose.probe import Probe


@dataclass(frozen=True)
class Candidate:
    """One suspected cause.

    Candidates of the same cause, subject and detail are one (several pods of a workload); a candidate whose `blames`
    lie within reach of a deeper cause is only its symptom.
    """

    cause: str
    subject: ObjectRef
    """The object to act on. It may be absent: a missing ConfigMap is named by what should be there."""
    summary: str
    detail: str = ""
    """What keeps two causes on one subject apart: a container, an image, a key."""
    symptoms: tuple[ObjectRef, ...] = ()
    """Objects that show it: mostly pods."""
    blames: tuple[Key, ...] = ()
    """Where the trouble sits; empty means the symptoms, or else the subject."""
    evidence: tuple[Evidence, ...] = ()
    severity: Severity | None = None
    """None: the cause's usual one."""
    verdict: Care = Care.ESCALATE
    fix_command: str | None = None
    explains: tuple[Key, ...] = field(default=())
    """Further objects whose trouble this explains although no edge of the graph says so."""


Detector = Callable[[Graph, "Probe"], Iterator[Candidate]]
_REGISTRY: dict[str, Detector] = {}


def detector(function: Detector) -> Detector:
    """Register a detector: a function of the graph, and of the probe for what the graph can't tell."""
    _REGISTRY[f"{function.__module__}.{function.__name__}"] = function
    return function


def registered_detectors() -> tuple[Detector, ...]:
    """All registered detectors, in a fixed order."""
    return tuple(_REGISTRY[name] for name in sorted(_REGISTRY))
