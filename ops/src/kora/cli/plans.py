"""`kora plans` with show, approve, reject, undo and resume: a person's side of every change.

`kora show|approve|reject|undo ID` are the same commands by their short names.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kora.cli.application import (
    ContextOption,
    JsonOption,
    KubeconfigOption,
    YesOption,
    app,
    can_ask,
    kora_home,
    print_json,
)
from kora.cli.calling import progress_lines, surroundings_of
from kora.cli.cluster_plans import approve_inside, list_inside, look_inside, reject_inside
from kora.domain.progress import Report
from kora.domain.results import Outcome
from kora.kit.errors import ApprovalRequired, KoraError

if TYPE_CHECKING:
    from kora.cluster.client import KubernetesReader
    from kora.domain.plans import Plan
    from kora.domain.risk import Decision
    from kora.operations.plans.store import PlanRecord
    from kora.operator.cluster_plans import ClusterPlan
    from kora.tools.context import Context

plans = typer.Typer(
    help="List, look at, approve, reject, undo and resume plans.",
    invoke_without_command=True,
    epilog="Next: kora show ID.",
)
app.add_typer(plans, name="plans")

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The plan's id.")]
HashOption = Annotated[
    str | None, typer.Option("--hash", help="The hash that you saw (12 digits or more); another plan is refused.")
]
PolicyOption = Annotated[Path | None, typer.Option("--policy", help="A policy document other than the default.")]
_COLOURS = {"+": typer.colors.GREEN, "-": typer.colors.RED, "@": typer.colors.CYAN, "#": typer.colors.YELLOW}


@plans.callback()
def list_plans(
    command: typer.Context,
    inside: Annotated[bool, typer.Option("--cluster", help="Those of the operator in the cluster.")] = False,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the plans, newest first. The other commands find a plan wherever it is."""
    if command.invoked_subcommand is not None:
        if as_json:  # said before the subcommand, it is meant for it
            command.default_map = {command.invoked_subcommand: {"as_json": True}}
        return
    from kora.tools.invoker import Invoker

    if inside:
        list_inside(kubeconfig, context, as_json=as_json)
        return

    outcome = Invoker(surroundings_of()).call("plans.list")
    if as_json:
        print_json(outcome.data)
        return
    typer.echo(outcome.answer)
    if outcome.data["interrupted"]:
        typer.echo(f"Interrupted: {', '.join(outcome.data['interrupted'])}. Next: kora plans resume", err=True)


_NEXT_SHOW = "Next: kora approve ID or kora reject ID."


@plans.command(epilog=_NEXT_SHOW)
@app.command(epilog=_NEXT_SHOW)
def show(
    plan_id: IdArgument, context: ContextOption = None, kubeconfig: KubeconfigOption = None, as_json: JsonOption = False
) -> None:
    """Show one plan with its diff."""
    from kora.tools.plans import detail

    if (found := _inside(plan_id, kubeconfig, context)) is not None:
        print_json(found[1].as_json()) if as_json else _print_text(found[1].describe())
        return
    record = _load(plan_id)
    if as_json:
        print_json(detail(record))
    else:
        _print_plan(record)


_NEXT_APPROVE = (
    "Next: kora undo ID takes it back. Exit codes: 0 done and verified · 1 refused or rolled back · 4 "
    "nobody there to ask · 75 try again."
)


@plans.command(epilog=_NEXT_APPROVE)
@app.command(epilog=_NEXT_APPROVE)
def approve(
    plan_id: IdArgument,
    plan_hash: HashOption = None,
    yes: YesOption = False,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    policy: PolicyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Approve a plan: show its diff, ask, apply it, verify it; roll it back when that fails."""
    from kora.tools.approving import approve_plan
    from kora.tools.invoker import Invoker

    if (found := _inside(plan_id, kubeconfig, context)) is not None:
        if not as_json:
            _print_text(found[1].describe())
        document = surroundings_of(kubeconfig=kubeconfig, context=context, policy=policy).policy
        raise typer.Exit(approve_inside(*found, document, plan_hash=plan_hash, yes=yes, as_json=as_json))
    record = _load(plan_id)
    surroundings = _for_plan(record, context, kubeconfig, policy, progress_lines(quiet=as_json))
    if not as_json:
        _print_plan(record)
    _require_yes(surroundings, record, yes, plan_hash, as_json)
    approve_plan(surroundings, plan_id, plan_hash=plan_hash or record.hash)
    with _Interruptible(plan_id):
        outcome = Invoker(surroundings).call("plans.apply", {"plan_id": plan_id})
    _finish(outcome, as_json)


_NEXT_REJECT = "Next: kora plans lists the others."


@plans.command(epilog=_NEXT_REJECT)
@app.command(epilog=_NEXT_REJECT)
def reject(
    plan_id: IdArgument,
    reason: Annotated[str, typer.Option("--reason", help="One sentence; it is kept with the plan.")] = "",
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Reject a plan."""
    from kora.tools.approving import reject_plan

    if (found := _inside(plan_id, kubeconfig, context)) is not None:
        reject_inside(*found, reason, as_json=as_json)
        return

    record = reject_plan(surroundings_of(), plan_id, reason)
    if as_json:
        print_json({"status": "ok", "plan": {"id": plan_id, "state": record.state.value}})
    else:
        typer.echo(f"{plan_id}: {record.reason}")


_NEXT_UNDO = "Next: kora show ID of the new plan. Exit codes: as those of kora approve."


@plans.command(epilog=_NEXT_UNDO)
@app.command(epilog=_NEXT_UNDO)
def undo(
    plan_id: IdArgument,
    yes: YesOption = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change and stop.")] = False,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    policy: PolicyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a plan that is done back, by a new plan that is shown, asked for, applied and verified."""
    from kora.tools.invoker import Invoker

    surroundings = _for_plan(_load(plan_id), context, kubeconfig, policy, progress_lines(quiet=as_json))
    asks = can_ask() and not as_json
    invoker = Invoker(surroundings, consent=_ask if asks else None, yes=yes, dry_run=dry_run)
    with _Interruptible(None):
        outcome = invoker.call("plans.undo", {"plan_id": plan_id})
    if dry_run and outcome.error is None and not as_json:
        _print_diff(outcome.answer)
        return
    _finish(outcome, as_json)


@plans.command(epilog="Next: kora show ID tells how each ended. Exit codes: 0 finished · 1 taken back.")
def resume(
    plan_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="One plan; all that were interrupted.")] = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    policy: PolicyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Finish or undo plans whose process died in the middle."""
    from kora.operations.plans.resume import interrupted
    from kora.operations.plans.store import PlanStore
    from kora.tools.invoker import Invoker

    found = [_load(plan_id)] if plan_id else list(interrupted(PlanStore(kora_home())))
    if not found:
        print_json({"status": "no_data", "plans": []}) if as_json else typer.echo("No plan was interrupted.")
        return
    code = 0
    for record in found:
        surroundings = _for_plan(record, context, kubeconfig, policy, progress_lines(quiet=as_json))
        with _Interruptible(record.plan.id):
            outcome = Invoker(surroundings).call("plans.resume", {"plan_id": record.plan.id})
        code = max(code, _tell(outcome, as_json))
    raise typer.Exit(code)


# --- asking and telling -----------------------------------------------------------------------------------------------


class _Interruptible:
    """Says, when the person interrupts, that nothing is lost."""

    def __init__(self, plan_id: str | None) -> None:
        self._plan_id = plan_id

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            which = self._plan_id or "the plan"
            typer.echo(
                f"\nInterrupted. The journal of {which} says how far it came.\nNext: kora plans resume", err=True
            )
            raise typer.Exit(130)


def _inside(
    plan_id: str, kubeconfig: Path | None, context: str | None
) -> "tuple[KubernetesReader, ClusterPlan] | None":
    """The plan in the cluster, when it is not one of this machine."""
    from kora.operations.plans.store import PlanStore

    return None if PlanStore(kora_home()).holds(plan_id) else look_inside(plan_id, kubeconfig, context)


def _load(plan_id: str) -> "PlanRecord":
    from kora.operations.plans.store import PlanStore

    return PlanStore(kora_home()).load(plan_id)


def _for_plan(
    record: "PlanRecord", context: str | None, kubeconfig: Path | None, policy: Path | None, report: Report
) -> "Context":
    """The surroundings, with a Helm engine only where the plan changes a release."""
    from kora.helm.choice import choose

    releases = any(step.action.action in ("helm_upgrade", "helm_rollback") for step in record.plan.steps)
    engine = choose(None, kubeconfig=kubeconfig, context=context).engine if releases else None
    return surroundings_of(kubeconfig=kubeconfig, context=context, helm=engine, policy=policy, report=report)


def _require_yes(
    surroundings: "Context", record: "PlanRecord", yes: bool, plan_hash: str | None, as_json: bool
) -> None:
    """The person's answer: at the terminal, or with --yes; beyond what --yes may cover, with the hash as well."""
    fix = f"kora plans approve {record.plan.id} --yes --hash {record.hash[:12]}"
    if yes:
        covered = record.plan.risk.rank <= surroundings.policy.autonomy.yes_covers.rank
        if not covered and plan_hash is None:
            raise ApprovalRequired(
                f"The risk of this plan is {record.plan.risk}; --yes alone does not cover it.", fix=fix
            )
        return
    if as_json or not can_ask():
        raise ApprovalRequired("Nobody is here to ask.", fix=fix)
    if not typer.confirm("Apply this plan?", default=False, err=True):
        raise ApprovalRequired("Not approved. The plan waits.", fix=f"kora plans reject {record.plan.id}")


def _ask(decision: "Decision", plan: "Plan | None", diff: str) -> bool:
    """The consent for a plan that a tool has just made."""
    if plan is not None:
        typer.echo(f"{plan.id}: {plan.goal} (risk {plan.risk})")
        _print_diff(diff)
    typer.echo(decision.reason, err=True)
    return typer.confirm("Apply this plan?", default=False, err=True)


def _print_plan(record: "PlanRecord") -> None:
    from kora.tools.plans import describe

    _print_text(describe(record))


def _print_text(text: str) -> None:
    head, _, diff = text.partition("\n\n")
    typer.echo(head + "\n")
    _print_diff(diff)


def _print_diff(text: str) -> None:
    """Coloured at a terminal, plain elsewhere."""
    for line in text.rstrip().splitlines():
        typer.secho(line, fg=_COLOURS.get(line[:1]))


def _finish(outcome: Outcome, as_json: bool) -> None:
    raise typer.Exit(_tell(outcome, as_json))


def _tell(outcome: Outcome, as_json: bool) -> int:
    """Print an outcome; gives the exit code."""
    error = outcome.error or {}
    code = int(error.get("exit_code") or outcome.status.exit_code)
    if as_json:
        print_json(_answer(outcome))
        return code
    if not error:
        typer.echo(outcome.answer)
        return code
    typer.echo(error.get("message", outcome.answer), err=True)
    if error.get("fix"):
        typer.echo(f"Next: {error['fix']}", err=True)
    return code


def _answer(outcome: Outcome) -> dict[str, Any]:
    """One object for programs; see the contract of `kora ask`."""
    from kora.operations.plans.make import Draft
    from kora.operations.plans.store import PlanRecord
    from kora.tools.plans import detail

    answer: dict[str, Any] = {"status": outcome.status.value, "answer": outcome.answer}
    data = outcome.data
    if isinstance(data, PlanRecord):
        answer["plan"] = detail(data)
    elif isinstance(data, Draft):
        answer["plan"] = {"id": data.plan.id, "hash": data.plan.hash, "diff": data.diff.text, "risk": data.plan.risk}
    elif outcome.plan_id is not None:
        try:
            answer["plan"] = detail(_load(outcome.plan_id))
        except KoraError:
            answer["plan"] = {"id": outcome.plan_id}
    if outcome.error:
        answer["error"] = {name: value for name, value in outcome.error.items() if name != "exit_code"}
    answer["audit"] = {"first": outcome.audit_first, "last": outcome.audit_last}
    return answer
