"""The commands of `taskora` and their help."""

from typing import Annotated

import typer

from taskora.cli import user
from taskora.cli.parse import parse

app = typer.Typer(
    help="Taskora, a task manager with an assistant. `taskora serve` starts it; `taskora doctor` says what is wrong.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(user.app, name="user")
app.command()(parse)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (HOST).")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on (PORT).")] = None,
) -> None:
    """Start page, API, live updates and MCP in one process; Ctrl-C stops it.

    Without DATABASE_URL everything is kept in TASKORA_DATA_DIR (./.data), and its schema is brought up to date first.

    Example: PORT=8001 taskora serve
    """
    from taskora.cli.serve import run
    from taskora.settings import load

    run(load(host=host, port=port))


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema; safe to run from several places at once.

    Example: DATABASE_URL=postgresql://… taskora migrate
    """
    import asyncio

    from taskora.cli.database import migrated
    from taskora.migrations import HEAD
    from taskora.settings import load

    before, after = asyncio.run(migrated(load()))
    if before != after:
        typer.echo(f"Schema: {before or 'empty'} -> {after}")
    elif after == HEAD:
        typer.echo(f"The schema is up to date ({after}).")
    else:
        typer.echo(f"The schema ({after}) is newer than this version's ({HEAD}), which can serve it. Nothing to do.")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check everything that Taskora needs to run; leaves with 1 when something is wrong.

    Example: taskora doctor --json
    """
    import asyncio

    from taskora.cli.doctor import examine, show

    checks = asyncio.run(examine())
    show(checks, as_json=as_json)
    raise typer.Exit(0 if all(check.ok for check in checks) else 1)


@app.command()
def mcp(
    user_email: Annotated[
        str, typer.Option("--user", metavar="EMAIL", help="Whose tasks; needs no token on this machine.")
    ] = "",
) -> None:
    """Serve the task tools over standard input and output (Model Context Protocol).

    TASKORA_TOKEN, an API token with the scope mcp, says who you are; or name a local account with --user.

    Example: taskora mcp --user sana@example.org
    """
    import os

    from taskora.mcp.stdio import run
    from taskora.settings import load
    from taskora.web import logs

    settings = load()
    logs.configure(settings.log_level)  # to standard error; standard output is the protocol's
    run(settings, token=os.environ.get("TASKORA_TOKEN"), email=user_email or None)


@app.command()
def openapi() -> None:
    """Print the OpenAPI document.

    Example: taskora openapi > openapi.json
    """
    import json

    from taskora.cli.openapi import document

    typer.echo(json.dumps(document(), indent=2, ensure_ascii=False))


@app.command()
def version(as_json: AsJson = False) -> None:
    """Print the version."""
    import json
    from importlib import metadata

    from taskora.migrations import HEAD

    number = metadata.version("taskora")
    typer.echo(json.dumps({"version": number, "schema": HEAD}) if as_json else f"taskora {number} (schema {HEAD})")
