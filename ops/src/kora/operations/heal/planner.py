"""From a finding to a plan, or to an escalation. Reads only; policy and the invoker decide about what comes out."""

from dataclasses import replace
from typing import Any

from kora.cluster.port import ClusterReader
from kora.domain.actors import Actor, Surface
from kora.domain.findings import Finding
from kora.domain.objects import Manifest
from kora.domain.plans import CauseGone, Plan
from kora.helm.port import HelmEngine
from kora.kit.canonical import content_hash
from kora.kit.errors import KoraError
from kora.operations.diagnose.graph import Graph
from kora.operations.diagnose.reading import read_graph
from kora.operations.heal.case import Case, Escalation, Treatment
from kora.operations.heal.cures import escalate, treat
from kora.operations.plans.content import content
from kora.operations.plans.effects import World
from kora.operations.plans.make import Draft, make_plan
from kora.policy.document import PolicyDocument

_NOBODY = Actor(name="kora", surface=Surface.CLI)


class NotHealable(KoraError):
    """The finding is for a person; `details` says why and what to do."""

    code, exit_code = "ESCALATED", 10
    default_message = "Kora leaves this to a person."

    @classmethod
    def of(cls, escalation: Escalation) -> "NotHealable":
        """The error that stands for an escalation."""
        step = escalation.steps[0] if escalation.steps else None
        return cls(f"{escalation.finding.summary} {escalation.reason}", fix=step, details=escalation.as_json())


def plan(
    finding: Finding,
    reader: ClusterReader,
    graph: Graph | None = None,
    *,
    helm: HelmEngine | None = None,
    policy: PolicyDocument | None = None,
    actor: Actor = _NOBODY,
) -> Plan | Escalation:
    """What Kora would do about `finding`: a plan with undo and with conditions that prove that the cause is gone, or an
    escalation that says why there is none.

    graph: the reading that the finding came from (None: the finding's namespace is read anew).

    Raises:
        Retryable: the cluster does not answer.
    """
    found = draft(finding, World(reader, helm), graph, policy=policy, actor=actor)
    return found if isinstance(found, Escalation) else found.plan


def draft(
    finding: Finding,
    world: World,
    graph: Graph | None = None,
    *,
    policy: PolicyDocument | None = None,
    actor: Actor = _NOBODY,
) -> Draft | Escalation:
    """As `plan`, with the diff and what policy wants to see.

    Raises:
        Retryable: as `plan`.
    """
    case = case_of(finding, world, graph, policy)
    found = treat(case)
    return found if isinstance(found, Escalation) else _planned(case, found, world, actor)


def case_of(finding: Finding, world: World, graph: Graph | None, policy: PolicyDocument | None) -> Case:
    """The finding with its surroundings."""
    space = finding.objects[0].namespace
    seen = graph if graph is not None else read_graph(world.reader, None if space is None else [space])
    return Case(finding, seen, policy or PolicyDocument(), world.helm, world.reader.can, world.reader.get)


def _planned(case: Case, treatment: Treatment, world: World, actor: Actor) -> Draft | Escalation:
    finding = case.finding
    gone = CauseGone(
        finding=finding.id,
        cause=finding.cause,
        target=treatment.target,
        spec=spec_digest(case.live(treatment.target)),
    )
    try:
        made = make_plan(
            world,
            treatment.wishes,
            goal=treatment.goal,
            actor=actor,
            postconditions=(*treatment.conditions, gone),
            hold_seconds=treatment.hold_seconds,
        )
    except KoraError as error:
        if error.exit_code == 75:
            raise
        return escalate(case, f"The repair can't be planned: {error.message}")
    return replace(made, cause=finding.cause, guess=treatment.guess)


def spec_digest(live: Manifest | None) -> str | None:
    """SHA-256 over what people want of an object: its spec without the replicas, which autoscalers move."""
    if live is None:
        return None
    spec: dict[str, Any] = dict(content(live).get("spec") or {})
    spec.pop("replicas", None)
    return content_hash(spec)
