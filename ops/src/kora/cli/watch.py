"""`kora watch`: findings as they come and go, until interrupted. Nothing is written anywhere."""

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from kora.cli.application import ContextOption, JsonOption, KubeconfigOption, NamespaceOption, app, print_json
from kora.cli.diagnose import FINDINGS_EXIT, AllOption, chosen_namespaces, print_finding
from kora.cli.rightsize import seconds_of

if TYPE_CHECKING:
    from kora.operator.follower import Follower, Turn

_EXITS = "Next: kora explain CAUSE, kora heal. Exit codes: 0 nothing is wrong at the end · 10 findings at the end."


@app.command(epilog=_EXITS)
def watch(
    namespace: NamespaceOption = None,
    everywhere: AllOption = False,
    lasting: Annotated[
        str | None, typer.Option("--for", help="End after so long: 30s, 5m. Else Ctrl-C ends it.")
    ] = None,
    as_json: JsonOption = False,
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
) -> int:
    """Follow what goes wrong and what is well again, as it happens. With --json one object a line."""
    from kora.cluster.client import connect
    from kora.kit import clock
    from kora.operator.follower import Follower
    from kora.operator.watches import ClusterSource

    seconds = None if lasting is None else seconds_of(lasting)
    reader = connect(kubeconfig, context)
    stop = threading.Event()
    before = {each: signal.signal(each, lambda *_: stop.set()) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        spaces = chosen_namespaces(reader, namespace, everywhere)
        follower = Follower(reader, ClusterSource(reader), spaces, _note)
        where = f"namespace {spaces[0]}" if spaces else "all namespaces but Kubernetes' own"
        until = None if seconds is None else clock.monotonic() + seconds
        begun = False
        for turns in follower.follow(stop, until):
            if as_json:
                for turn in turns:
                    print_json(turn.as_json())
            else:
                _print_turns(turns, follower, "" if begun else where)
            begun = True
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        reader.close()
    return FINDINGS_EXIT if follower.active else 0


def _print_turns(turns: "list[Turn]", follower: "Follower", first_of: str) -> None:
    from kora.kit import clock

    at = clock.now().astimezone().strftime("%H:%M:%S")
    if first_of:
        wrong = f"{len(turns)} finding(s)" if turns else "nothing is wrong"
        typer.echo(f"{at}  Following {first_of}: {wrong} ({follower.looked_at} objects looked at). Ctrl-C ends.")
    for turn in turns:
        if turn.event == "ended":
            typer.echo(f"{at}  ✓ {turn.finding.cause} of {turn.finding.objects[0]} is gone  [{turn.finding.id}]")
        else:
            typer.echo(f"{at}")
            print_finding(turn.finding)
    if turns and not first_of:
        left = len(follower.active)
        typer.echo(f"{at}  {f'{left} finding(s) now' if left else 'Nothing is wrong now'}.")


def _note(text: str) -> None:
    typer.echo(f"Note: {text}", err=True)
