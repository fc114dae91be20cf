"""`kora ask`: one request in plain language; a question is answered, a change becomes a plan behind the gate.

With ``--json`` one object: ``{status, answer, commands[], plan?{id, hash, steps[], diff, risk}, verification?,
audit{first, last}, violations?[]}``. Exit codes: 0 · 1 failed or not understood · 2 wrong use · 4 approval required ·
75 try again · 77 denied. Never waits for somebody who is not there.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kora.cli.application import (
    ContextOption,
    JsonOption,
    KubeconfigOption,
    NamespaceOption,
    YesOption,
    app,
    can_ask,
    print_json,
    read_standard_input,
)
from kora.kit.errors import Invalid, KoraError

if TYPE_CHECKING:
    from kora.domain.plans import Plan
    from kora.domain.results import Outcome
    from kora.domain.risk import Decision
    from kora.operations.ask.understanding import Reading
    from kora.tools.context import Context

LONGEST = 20_000
"""Characters of a prompt that are read."""


@app.command(
    epilog="Next: kora plans lists what was changed, kora undo ID takes it back. Exit codes: 0 · 1 failed "
    "or not understood · 2 wrong use · 4 a person has to say yes · 75 try again · 77 denied."
)
def ask(
    prompt: Annotated[
        list[str], typer.Argument(metavar="PROMPT", help="What to show or to do; - reads standard input.")
    ],
    namespace: NamespaceOption = None,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    as_json: JsonOption = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change and stop.")] = False,
    yes: YesOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the answer alone; ask nothing.")] = False,
    policy: Annotated[Path | None, typer.Option("--policy", help="A policy document other than the default.")] = None,
) -> int:
    """Ask a question about the cluster or for a change, in plain English."""
    from kora.cli.calling import configured_model, progress_lines, surroundings_of
    from kora.operations.ask.understanding import Understanding

    text = _prompt(prompt)
    surroundings = surroundings_of(
        kubeconfig=kubeconfig, context=context, policy=policy, report=progress_lines(quiet=as_json or quiet)
    )
    understanding = Understanding(configured_model, audit=surroundings.audit, actor=surroundings.actor)
    surroundings = replace(surroundings, understanding=understanding)
    told = _Told(surroundings, text, namespace, as_json=as_json, quiet=quiet, yes=yes, dry_run=dry_run)
    try:
        return told.run()
    finally:
        close = getattr(surroundings.reader, "close", None)
        if close is not None:
            close()


def _prompt(words: list[str]) -> str:
    text = " ".join(words)
    if text.strip() == "-":
        text = read_standard_input(LONGEST + 1)
    if not text.strip():
        raise Invalid("The prompt is empty.", fix='kora ask "show me all pods that are not running"')
    if len(text) > LONGEST:
        raise Invalid(f"The prompt is longer than {LONGEST} characters.")
    return text


class _Told:
    """One prompt on its way through the invoker."""

    def __init__(
        self,
        surroundings: "Context",
        text: str,
        namespace: str | None,
        *,
        as_json: bool,
        quiet: bool,
        yes: bool,
        dry_run: bool,
    ) -> None:
        self._surroundings, self._text, self._namespace = surroundings, text, namespace
        self._as_json, self._quiet, self._yes = as_json, quiet, yes
        self._reading = _reading(surroundings, text)
        self._request = self._reading.request
        self._dry_run = dry_run or self._request.dry_run
        self._asks = can_ask() and not as_json and not quiet
        self._choices: dict[str, str] = {}

    def run(self) -> int:
        """Ask, and ask again with the person's choice while a target is ambiguous."""
        for _ in range(5):
            outcome, answer = self._once()
            chosen = self._choose(outcome)
            if not chosen:
                break
        return self._tell(outcome, answer)

    def _once(self) -> tuple["Outcome", dict[str, Any]]:
        changing = self._request.changes and not self._request.unclear
        reading = any(step.intent in {"inspect", "audit"} for step in self._request.steps)
        arguments = {"prompt": self._text, "namespace": self._namespace, "choices": self._choices}
        answer: dict[str, Any] = {}
        if not changing or reading:
            outcome = self._invoker().call("ask.read", arguments)
            answer = self._answer(outcome)
            if not changing or outcome.error:
                return outcome, answer
        outcome = self._invoker().call("ask.change", arguments)
        change = self._answer(outcome)
        if answer:
            change["answer"] = f"{answer['answer']}\n\n{change['answer']}"
            change["commands"] = [*answer["commands"], *change["commands"]]
            change["audit"]["first"] = answer["audit"]["first"] or change["audit"]["first"]
        return outcome, change

    def _invoker(self) -> Any:
        from kora.tools.invoker import Invoker
        from kora.tools.registry import load

        consent = self._ask if self._asks else None
        tools = load("ask")
        return Invoker(self._surroundings, consent=consent, yes=self._yes, dry_run=self._dry_run, tools=tools)

    def _ask(self, decision: "Decision", plan: "Plan | None", diff: str) -> bool:
        if plan is not None:
            typer.echo(f"{plan.goal} (risk {plan.risk})\n{diff.rstrip()}")
        typer.echo(decision.reason, err=True)
        return typer.confirm("Apply this plan?", default=False, err=True)

    def _choose(self, outcome: "Outcome") -> bool:
        """Let the person at the terminal say which object is meant."""
        error = outcome.error or {}
        if error.get("code") != "TARGET_AMBIGUOUS" or not self._asks:
            return False
        details = error.get("details") or {}
        candidates = details.get("candidates") or []
        typer.echo(f"{details.get('phrase')!r} could be:", err=True)
        for number, each in enumerate(candidates, 1):
            typer.echo(
                f"  {number}. {each['kind'].lower()}/{each['name']} in {each['namespace'] or 'the cluster'}", err=True
            )
        said = typer.prompt("Which one (number; 0 for none)", type=int, default=0, err=True)
        if not 1 <= said <= len(candidates):
            return False
        chosen = candidates[said - 1]
        self._choices[str(details["phrase"])] = f"{chosen['kind']}/{chosen['namespace'] or ''}/{chosen['name']}"
        return True

    # --- telling ------------------------------------------------------------------------------------------------

    def _answer(self, outcome: "Outcome") -> dict[str, Any]:
        from kora.operations.plans.make import Draft
        from kora.operations.plans.store import PlanRecord

        data = outcome.data
        answer: dict[str, Any] = {"status": outcome.status.value, "answer": outcome.answer, "commands": []}
        if isinstance(data, dict):
            answer["commands"] = data.get("commands") or []
            if data.get("result") is not None:
                answer["result"] = data["result"]
            if data.get("violations") or any(step.intent == "audit" for step in self._request.steps):
                answer["violations"] = data.get("violations") or []
        if isinstance(data, Draft):
            answer["answer"] = f"{data.plan.goal} (risk {data.plan.risk})\n{data.diff.text.rstrip()}"
        plan = self._plan(outcome, data, Draft, PlanRecord)
        if plan is not None:
            answer["plan"] = plan
            answer["commands"] = [command for step in plan["steps"] for command in step.pop("commands", ())]
        if isinstance(data, PlanRecord) and outcome.status.value in {"ok", "failed"}:
            answer["verification"] = {
                "holds": outcome.status.value == "ok",
                "state": data.state.value,
                "text": data.reason,
            }
        if self._reading.model is not None:
            answer["reading"] = {"by": "model", "model": self._reading.model}
        answer["audit"] = {"first": outcome.audit_first, "last": outcome.audit_last}
        if outcome.error:
            answer["error"] = {name: value for name, value in outcome.error.items() if name != "exit_code"}
        return answer

    def _plan(self, outcome: "Outcome", data: Any, draft: Any, record: Any) -> dict[str, Any] | None:
        from kora.operations.ask.commands import command_of
        from kora.operations.plans.store import PlanStore

        if isinstance(data, draft):
            plan, diff = data.plan, data.diff.text
        else:
            if not isinstance(data, record) and outcome.plan_id is not None:
                try:
                    data = PlanStore(self._surroundings.home).load(outcome.plan_id)
                except KoraError:
                    return {"id": outcome.plan_id, "steps": []}
            if not isinstance(data, record):
                return None
            plan, diff = data.plan, data.diff
        steps = [
            {
                "action": step.action.action, "reason": step.reason, "risk": step.risk.value,
                "undo": [each.action for each in step.undo], "commands": command_of(step.action),
            }
            for step in plan.steps
        ]  # fmt: skip
        return {
            "id": plan.id,
            "hash": plan.hash,
            "goal": plan.goal,
            "steps": steps,
            "diff": diff,
            "risk": plan.risk.value,
        }

    def _tell(self, outcome: "Outcome", answer: dict[str, Any]) -> int:
        error = outcome.error or {}
        code = int(error.get("exit_code") or outcome.status.exit_code)
        if self._as_json:
            print_json(answer)
            return code
        self._tell_reader()
        if error:
            self._tell_failure(answer, error)
            return code
        typer.echo(answer["answer"])
        if not self._quiet:
            for command in answer["commands"]:
                typer.echo(f"$ {command}")
            if self._dry_run and "plan" in answer:
                typer.echo("Dry run: nothing was changed.", err=True)
        return code

    def _tell_reader(self) -> None:
        if self._reading.model is not None and not self._quiet:
            typer.echo(f"The language model {self._reading.model} read the prompt; rules did not.", err=True)

    def _tell_failure(self, answer: dict[str, Any], error: dict[str, Any]) -> None:
        plan = answer.get("plan")
        if plan is not None and plan.get("diff") and not self._quiet:
            typer.echo(f"{plan['goal']} (risk {plan['risk']})\n{plan['diff'].rstrip()}")
        elif plan is not None and self._quiet and error.get("code") == "APPROVAL_REQUIRED":
            typer.echo(f"{plan['goal']}: not done yet.", err=True)
        typer.echo(error.get("message", answer["answer"]), err=True)
        if error.get("fix"):
            typer.echo(f"Next: {error['fix']}", err=True)


def _reading(surroundings: "Context", text: str) -> "Reading":
    """What the prompt asks for. A cluster that can't be asked for its kinds is told about when the tool asks it."""
    from kora.operations.ask.understanding import Understanding

    try:
        return (surroundings.understanding or Understanding()).read(text, surroundings.reader.kinds)
    except KoraError:
        return Understanding().read(text)
