"""`kora gate`: what the gate would say about a kubectl command, without running it."""

import json
import sys
from typing import Annotated, Any

import typer

from kora.cli.application import JsonOption, app, print_json
from kora.domain.risk import Decision, Verdict
from kora.kit.errors import Invalid

_EXIT_CODES = {Verdict.ALLOW: 0, Verdict.ASK: 4, Verdict.DENY: 77}


@app.command(
    "gate",
    context_settings={"allow_interspersed_args": False, "ignore_unknown_options": True},
    epilog="Next, when it is allowed: run it yourself. Exit codes: 0 allowed · "
    "4 a person has to say yes · 77 denied. With --jsonl always 0.",
)
def gate(
    command: Annotated[list[str] | None, typer.Argument(help="The command, after --, in words.")] = None,
    as_json: JsonOption = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Read {"argv": […]} a line on standard input; answer a line each.')
    ] = False,
) -> None:
    """Say whether a kubectl command may run, has to be asked for, or is denied. Nothing is run.

    Example: kora gate -- kubectl get pods -n shop
    """
    from kora.policy.gate import classify

    if jsonl:
        if command:
            raise Invalid(
                "With --jsonl the commands come from standard input.", fix="Leave out the words after --jsonl."
            )
        for line in sys.stdin.buffer:
            print_json(_answer(_classified(line)))
        return
    if not command:
        raise Invalid("There is no command to judge.", fix="kora gate -- kubectl get pods")
    decision = classify(command)
    if as_json:
        print_json(_answer(decision))
    else:
        typer.echo(f"{decision.verdict} ({decision.risk}): {decision.reason}")
    raise typer.Exit(_EXIT_CODES[decision.verdict])


def _classified(line: bytes) -> Decision:
    """One line of JSON; a line that isn't what it should be is denied like a command that isn't understood."""
    from kora.policy.gate import classify

    try:
        argv = json.loads(line)["argv"]
    except (ValueError, TypeError, KeyError, RecursionError):
        argv = None
    return classify(argv if isinstance(argv, list) else [])


def _answer(decision: Decision) -> dict[str, Any]:
    return {"decision": decision.verdict, "risk": decision.risk, "reason": decision.reason}
