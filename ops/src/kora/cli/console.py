"""`kora console`: the web page on this machine; prints a link that lets its person in once."""

import sys
import webbrowser
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kora.cli.application import ContextOption, KubeconfigOption, app, can_ask, kora_home
from kora.cli.calling import surroundings_of

if TYPE_CHECKING:
    from kora.console.sessions import Sessions


@app.command(epilog="Next: open the printed link; it works once.")
def console(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8788,
    host: Annotated[str, typer.Option(help="Where to listen; only this machine by default.")] = "127.0.0.1",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the link.")] = False,
    namespace: Annotated[
        list[str] | None, typer.Option("--namespace", "-n", help="Look here only; may be repeated.")
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", help="A further name or address in the Host header; may be repeated."),
    ] = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    policy: Annotated[Path | None, typer.Option("--policy", help="A policy document other than the default.")] = None,
) -> None:
    """Open a page with the cluster's health, its findings, plans to approve, and the audit log."""
    import socket

    import uvicorn

    from kora.audit.keys import open_log
    from kora.console.desk import Desk
    from kora.console.endpoints import make_app
    from kora.console.sessions import Sessions
    from kora.domain.actors import Surface
    from kora.helm.choice import choose
    from kora.kit.errors import Unavailable
    from kora.kit.hosts import require_bindable

    allowed = tuple(allow_host or ())
    require_bindable(host, allowed)
    engine = choose(None, kubeconfig=kubeconfig, context=context).engine
    person = surroundings_of(kubeconfig=kubeconfig, context=context, helm=engine, policy=policy)
    name = person.actor.name
    surroundings = replace(person, actor=person.actor.model_copy(update={"surface": Surface.CONSOLE}))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as problem:
        raise Unavailable(
            f"Port {port} on {host} can't be used ({problem.strerror}).", fix="kora console --port 0"
        ) from problem
    taken = listening.getsockname()[1]
    named = allowed[0] if allowed else ("localhost" if host in ("127.0.0.1", "localhost", "::1") else host)
    sessions = Sessions(on_used=lambda _person: again())

    def again() -> None:
        _tell_link("For another browser", named, taken, sessions, name)

    desk = Desk(surroundings, open_log(kora_home() / "audit"), namespaces=namespace or None)
    served = make_app(desk, sessions, cookie=f"kora_console_{taken}", allowed=(*allowed, host))
    link = _tell_link("Kora's console (the link works once; Ctrl-C ends)", named, taken, sessions, name)
    if can_ask() and not no_browser:
        webbrowser.open(link)
    uvicorn.Server(uvicorn.Config(served, log_level="warning", server_header=False, timeout_graceful_shutdown=1)).run(
        sockets=[listening]
    )


def _tell_link(words: str, host: str, port: int, sessions: "Sessions", person: str) -> str:
    """Print a fresh one-time link. The token stands behind the #, so no server's log and no referrer gets it."""
    link = f"http://{host}:{port}/login#{sessions.new_link(person)}"
    sys.stderr.write(f"{words}: {link}\n")
    sys.stderr.flush()
    return link
