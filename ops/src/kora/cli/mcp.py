"""`kora mcp`: Kora's tools for other programs, over standard input and output or HTTP."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from kora.cli.application import ContextOption, KubeconfigOption, app, kora_home
from kora.cli.calling import surroundings_of

TOKEN_VARIABLE = "KORA_MCP_TOKEN"  # noqa: S105 - a variable's name
"""Where a pod gets the token that its clients know; without it there is a file of our own."""

AllowHostOption = Annotated[
    list[str] | None,
    typer.Option("--allow-host", help="A further name or address in the Host header to answer for; may be repeated."),
]


@app.command(
    epilog="Next: name the command `kora mcp` to a program that speaks the protocol; kora plans shows what waits"
    " for your yes."
)
def mcp(
    http: Annotated[bool, typer.Option("--http", help="Listen on HTTP instead of standard input and output.")] = False,
    host: Annotated[str, typer.Option(help="Where to listen; only this machine by default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8787,
    allow_host: AllowHostOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    policy: Annotated[Path | None, typer.Option("--policy", help="A policy document other than the default.")] = None,
) -> None:
    """Offer Kora's tools to other programs (Model Context Protocol). Changes wait for a person's approval."""
    from kora.domain.actors import Surface
    from kora.helm.choice import choose

    person = surroundings_of(
        kubeconfig=kubeconfig,
        context=context,
        helm=choose(None, kubeconfig=kubeconfig, context=context).engine,
        policy=policy,
    )
    actor = person.actor.model_copy(update={"surface": Surface.MCP, "interactive": False})
    surroundings = replace(person, actor=actor)
    if not http:
        from kora.mcp import stdio

        stdio.run(surroundings, folder=Path.cwd())
        return
    import uvicorn

    from kora.kit.hosts import require_bindable
    from kora.kit.tokens import given_token, token_file
    from kora.mcp.http import PATH, TOKEN_FILE, make_app

    allowed = tuple(allow_host or ())
    require_bindable(host, allowed)
    file = kora_home() / TOKEN_FILE
    given = given_token(TOKEN_VARIABLE)
    served = make_app(surroundings, folder=Path.cwd(), token=given or token_file(file), allowed=allowed)
    place = TOKEN_VARIABLE if given else file
    sys.stderr.write(f"Kora's tools at http://{host}:{port}{PATH}; the bearer token is in {place}. Ctrl-C ends.\n")
    uvicorn.run(served, host=host, port=port, log_level="warning", server_header=False)
