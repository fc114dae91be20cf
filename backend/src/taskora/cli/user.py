"""`taskora user …`: people, from the operator's side."""

import asyncio
import json
import sys
from typing import Annotated

import typer

app = typer.Typer(help="Add, list and delete people; set a password.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="The person's e-mail.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer


@app.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="Their name; the part before the @ when left out.")] = "",
    password_stdin: FromStdin = False,
) -> None:
    """Add a person.

    Example: taskora user add sana@example.org --name Sana
    """
    from pydantic import ValidationError

    from taskora.accounts import service
    from taskora.accounts.schemas import SignUpInput
    from taskora.cli.database import opened
    from taskora.kit.errors import Invalid
    from taskora.settings import load

    password = _password(password_stdin)
    try:
        form = SignUpInput(name=name or email.partition("@")[0], email=email, password=password)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise Invalid(f"{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}") from None

    async def work() -> str:
        settings = load()
        async with opened(settings) as database:
            await _with_schema(database)
            return (await service.create_user(database, form.name, form.email, form.password)).id

    typer.echo(f"Added {form.email} ({asyncio.run(work())}).")


@app.command("list")
def list_people(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List everybody.

    Example: taskora user list --json
    """
    from taskora.accounts import repository
    from taskora.accounts.models import User
    from taskora.cli.database import opened
    from taskora.settings import load

    async def work() -> list[User]:
        async with opened(load()) as database:
            await _with_schema(database)
            async with database.read() as session:
                return list(await repository.users(session))

    people = asyncio.run(work())
    if as_json:
        rows = [{"id": p.id, "email": p.email, "name": p.name, "created_at": p.created_at.isoformat()} for p in people]
        typer.echo(json.dumps(rows, ensure_ascii=False))
    elif not people:
        typer.echo("Nobody yet. Add somebody with: taskora user add EMAIL")
    else:
        width = max(len(person.email) for person in people)
        for person in people:
            typer.echo(f"{person.email:{width}}  {person.name}  (since {person.created_at:%Y-%m-%d})")


@app.command()
def password(email: Email, password_stdin: FromStdin = False) -> None:
    """Set somebody's password and sign them out everywhere.

    Example: taskora user password sana@example.org
    """
    from taskora.accounts import service
    from taskora.cli.database import opened
    from taskora.settings import load

    new = _password(password_stdin)

    async def work() -> None:
        async with opened(load()) as database:
            await _with_schema(database)
            await service.set_password(database, _checked(email), new)

    asyncio.run(work())
    typer.echo(f"The password of {email} is changed.")


@app.command()
def delete(email: Email, yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False) -> None:
    """Delete a person with everything that is theirs. This can't be undone.

    Example: taskora user delete sana@example.org --yes
    """
    from taskora.accounts import service
    from taskora.cli.database import opened
    from taskora.kit.errors import Invalid
    from taskora.settings import load

    address = _checked(email)
    if not yes:
        if not sys.stdin.isatty():
            raise Invalid("Deleting can't be undone. Say --yes to do it without being asked.")
        typer.confirm(f"Delete {address} with all tasks and conversations?", abort=True)

    async def work() -> None:
        async with opened(load()) as database:
            await _with_schema(database)
            await service.remove_user(database, address)

    asyncio.run(work())
    typer.echo(f"Deleted {address}.")


def _checked(email: str) -> str:
    from taskora.accounts.emails import normalise_email
    from taskora.kit.errors import Invalid

    try:
        return normalise_email(email)
    except ValueError as error:
        raise Invalid(f"{email} {error}") from None


async def _with_schema(database: object) -> None:
    """An embedded database may be new; PostgreSQL's schema is brought up to date by `taskora migrate` alone."""
    from taskora import migrations
    from taskora.kit.errors import Conflict
    from taskora.storage import Database

    assert isinstance(database, Database)
    if database.is_sqlite:
        await migrations.upgrade(database)
        return
    async with database.engine.connect() as connection:
        if await connection.run_sync(migrations.current) != migrations.HEAD:
            raise Conflict("The database has not this version's schema. Run: taskora migrate")
