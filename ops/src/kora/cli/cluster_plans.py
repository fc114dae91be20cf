"""Plans that live in a cluster, for the commands of `plans.py`: they are read there and answered with an Approval."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kora.cli.application import can_ask, print_json
from kora.kit.errors import ApprovalRequired, KoraError

if TYPE_CHECKING:
    from kora.cluster.client import KubernetesReader
    from kora.operator.cluster_plans import ClusterPlan
    from kora.policy.document import PolicyDocument

WAIT_SECONDS = 900.0
_DONE, _REJECTED = "done", "rejected"


def look_inside(
    plan_id: str, kubeconfig: Path | None, context: str | None
) -> "tuple[KubernetesReader, ClusterPlan] | None":
    """The plan of that id in the cluster; None when there is none, or no cluster that can be asked."""
    from kora.cluster.client import connect
    from kora.operator.cluster_plans import find_plan

    reader = connect(kubeconfig, context)
    try:
        found = find_plan(reader, plan_id)
    except KoraError:  # the plan is missing here, and that is what will be said
        return None
    return None if found is None else (reader, found)


def list_inside(kubeconfig: Path | None, context: str | None, *, as_json: bool) -> None:
    """Print the plans of the cluster.

    Raises:
        KoraError: it does not answer, or does not let us.
    """
    from kora.cluster.client import connect
    from kora.operator.cluster_plans import list_plans

    plans = list_plans(connect(kubeconfig, context))
    if as_json:
        print_json({"plans": [each.as_json() for each in plans]})
        return
    for each in plans:
        typer.echo(
            f"{each.spec.plan_id}  {each.status.phase.value:<12} {each.spec.risk:<11} {each.ref.namespace}"
            f"  {each.spec.goal}"
        )
    if not plans:
        typer.echo("There are no plans in the cluster.")


def approve_inside(
    reader: "KubernetesReader",
    plan: "ClusterPlan",
    policy: "PolicyDocument",
    *,
    plan_hash: str | None,
    yes: bool,
    as_json: bool,
) -> int:
    """Answer yes, and wait for what the operator makes of it; gives the exit code."""
    from kora.operator.cluster_plans import answer, follow, taken
    from kora.operator.resources import Decided

    _require_yes(plan, policy, yes=yes, plan_hash=plan_hash, as_json=as_json)
    approval = answer(reader, plan, Decided.APPROVE, plan_hash=plan_hash or plan.spec.hash)
    said = taken(reader, approval)

    def tell(now: "ClusterPlan") -> None:
        if not as_json:
            sys.stderr.write(f"{now.status.phase.value:>20}  {now.status.reason or said}\n")
            sys.stderr.flush()

    end = follow(reader, plan, WAIT_SECONDS, tell)
    code = 0 if end.status.phase.value == _DONE else 1 if end.over else 75
    if as_json:
        print_json({"status": "ok" if code == 0 else "failed", "plan": end.as_json(), "approval": approval.name})
    else:
        typer.echo(f"{plan.spec.goal}: {end.status.phase.value}. {end.status.reason}")
    return code


def reject_inside(reader: "KubernetesReader", plan: "ClusterPlan", reason: str, *, as_json: bool) -> None:
    """Answer no."""
    from kora.operator.cluster_plans import answer, taken
    from kora.operator.resources import Decided

    said = taken(reader, answer(reader, plan, Decided.REJECT, reason=reason))
    if as_json:
        print_json({"status": "ok", "plan": {"id": plan.spec.plan_id, "state": _REJECTED}})
    else:
        typer.echo(f"{plan.spec.plan_id}: {said}")


def _require_yes(
    plan: "ClusterPlan", policy: "PolicyDocument", *, yes: bool, plan_hash: str | None, as_json: bool
) -> None:
    fix = f"kora approve {plan.spec.plan_id} --yes --hash {plan.spec.hash[:12]}"
    if yes:
        if plan.risk.rank > policy.autonomy.yes_covers.rank and plan_hash is None:
            raise ApprovalRequired(f"The risk of this plan is {plan.risk}; --yes alone does not cover it.", fix=fix)
        return
    if as_json or not can_ask():
        raise ApprovalRequired("Nobody is here to ask.", fix=fix)
    if not typer.confirm("Approve this plan?", default=False, err=True):
        raise ApprovalRequired("Not approved. The plan waits.", fix=f"kora reject {plan.spec.plan_id}")


def switch_inside(kubeconfig: Path | None, context: str | None, *, paused: bool) -> tuple[str, KoraError | None]:
    """Pause or resume the policies of the cluster; gives what is to be told, empty when there is nothing, and what kept
    one of them as it was.

    Raises:
        KoraError: the cluster does not answer, or does not let us see any.
    """
    from kora.cluster.client import connect
    from kora.cluster.errors import ClusterNotConfigured
    from kora.operator.cluster_plans import set_paused

    try:
        switched = set_paused(connect(kubeconfig, context), paused)
    except ClusterNotConfigured:
        return "", None
    done = "Paused" if paused else "Resumed"
    groups = ((f"{done} in the cluster", switched.changed), (f"Not {done.lower()}", list(switched.left)))
    text = " ".join(f"{what}: {', '.join(map(str, refs))}." for what, refs in groups if refs)
    return text, next(iter(switched.left.values()), None)
