"""The tool that mends one finding, and one whole pass through the invoker (the operator's loop and `kora heal`)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from pydantic import Field

from kora.domain.findings import Finding
from kora.domain.results import Outcome
from kora.domain.risk import Autonomy, Risk, Verdict
from kora.kit.errors import Denied
from kora.operations.diagnose import diagnose_graph
from kora.operations.diagnose.probe import Probe
from kora.operations.diagnose.reading import read_graph
from kora.operations.heal import Escalation, NotHealable, draft
from kora.operations.heal.records import BY_ITSELF, history_of
from kora.operations.heal.report import Line, PassReport
from kora.operations.heal.rounds import Round
from kora.operations.heal.spheres import Claims
from kora.operations.heal.together import OneByOne, Together
from kora.operations.plans.errors import NothingToDo
from kora.operations.plans.make import Draft
from kora.operations.plans.resume import interrupted
from kora.operations.plans.store import PlanStore
from kora.policy.document import PolicyDocument
from kora.tools.context import Context
from kora.tools.declaration import Arguments, Tool
from kora.tools.guards import Still, always
from kora.tools.invoker import Invoker, OpenWriter
from kora.tools.registry import registry


class OneFinding(Arguments):
    """Which finding; it is looked for anew, so that nothing about it can be made up."""

    finding: str = Field(description="the finding's id, as kora diagnose shows it")
    namespace: str


def _repair(context: Context, wanted: OneFinding) -> Draft:
    graph = read_graph(context.reader, [wanted.namespace])
    probe = Probe(context.reader, logs=context.world.logs)
    found = diagnose_graph(graph, probe).findings
    finding = next((each for each in found if each.id == wanted.finding), None)
    if finding is None:
        raise NothingToDo(f"The finding {wanted.finding} is gone.")
    world = context.world
    made = draft(finding, world, graph, policy=context.policy, actor=context.actor)
    if isinstance(made, Escalation):
        raise NotHealable.of(made)
    return made


registry.register(
    Tool("heal.repair", "Mends the cause of one finding in a known, safe way.", OneFinding, Risk.WRITE, propose=_repair)
)


def heal_pass(
    context: Context,
    namespaces: Sequence[str] | None,
    *,
    level: Autonomy = Autonomy.AUTONOMOUS,
    dry_run: bool = False,
    open_writer: OpenWriter | None = None,
    still: Still = always,
    resumes: bool = True,
    tell: Callable[[Line], None] | None = None,
    together: Together | None = None,
    claims: Claims | None = None,
    begun: Callable[[frozenset[str]], None] = lambda _findings: None,
) -> PassReport:
    """One pass over `namespaces` (None: the whole cluster) at most at `level`; the context's policy can only lower it.

    Plans of Kora's own that a process left half done are finished or undone first, unless `resumes` says that somebody
    else sees to that. `open_writer`, `still`: see `Invoker`. tell: hears each line as soon as it is known, for somebody
    who comes again at once: then the pass ends with its first changes. together: how repairs are carried out that have
    nothing to do with each other (None: one after the other). claims, begun: see `Round`; for passes beside each other.

    Raises:
        Denied: the policy switches `healthMonitoring` off. Retryable: the cluster does not answer.
    """
    if not context.policy.capabilities.health_monitoring.enabled:
        raise Denied(
            "The policy switches healthMonitoring off, so nothing was looked at.",
            fix="Set capabilities.healthMonitoring.enabled in the policy.",
        )

    def invoker(autonomy: Autonomy, dry: bool = dry_run) -> Invoker:
        history = partial(history_of, context.home)
        if open_writer is None:
            return Invoker(context, autonomy=autonomy, dry_run=dry, history=history, still=still)
        return Invoker(context, autonomy=autonomy, dry_run=dry, history=history, still=still, open_writer=open_writer)

    def repair(finding: Finding, autonomy: Autonomy, dry: bool = dry_run) -> Outcome:
        arguments = {"finding": finding.id, "namespace": finding.objects[0].namespace or ""}
        return invoker(autonomy, dry).call("heal.repair", arguments)

    def may(finding: Finding, autonomy: Autonomy) -> bool:
        decision = None if dry_run else repair(finding, autonomy, dry=True).decision
        return decision is not None and decision.verdict is Verdict.ALLOW

    notes = () if dry_run or not resumes else _resume(context, invoker(level))
    world = context.world
    round_ = Round(world, context.home, context.policy, context.actor, level, repair, context.progress, may)
    if tell is not None:
        round_ = replace(round_, tell=tell, comes_again=True)
    round_ = replace(round_, together=together or OneByOne(), claims=claims or Claims(), begun=begun)
    report = round_.run(namespaces)
    return replace(report, notes=(*notes, *report.notes))


def _resume(context: Context, invoker: Invoker) -> tuple[str, ...]:
    """Finish or undo what Kora itself began."""
    return tuple(
        invoker.call("plans.resume", {"plan_id": record.plan.id}).answer
        for record in interrupted(PlanStore(context.home))
        if record.approval is not None and record.approval.approver.startswith(BY_ITSELF)
    )


def at_level(policy: PolicyDocument, level: Autonomy) -> PolicyDocument:
    """The document for a person who names a level and no document: it holds in every namespace."""
    return policy.model_copy(update={"autonomy": policy.autonomy.model_copy(update={"level": level})})
