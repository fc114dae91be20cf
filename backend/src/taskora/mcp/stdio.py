"""`taskora mcp`: the tools over standard input and output, for programs on this machine.

Acts for one person: the one of an API token with scope `mcp`, or a local account named by e-mail (whoever may read the
database file may act on it anyway). Nothing but protocol may be written to standard output.
"""

import asyncio

from taskora.accounts import repository
from taskora.accounts.caller import API_SCOPES, Caller, authenticate
from taskora.accounts.emails import normalise_email
from taskora.kit.errors import Invalid, NotFound
from taskora.settings import Settings
from taskora.storage import Database


def run(settings: Settings, *, token: str | None = None, email: str | None = None) -> None:
    """Serve until standard input closes.

    Raises:
        Invalid: neither a token nor an e-mail was given. AuthInvalid, ScopeMissing: the token is no good.
        NotFound: nobody here has that e-mail.
    """
    asyncio.run(serve(settings, token=token, email=email))


async def serve(settings: Settings, *, token: str | None = None, email: str | None = None) -> None:
    """As `run`, inside a running event loop."""
    from mcp.server.stdio import stdio_server

    from taskora.mcp.server import build

    database = Database(settings.database_address, pool_size=1)
    try:
        caller = await caller_for(database, settings, token=token, email=email)
        server = build(database, lambda _context: caller)
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())
    finally:
        await database.close()


async def caller_for(
    database: Database, settings: Settings, *, token: str | None = None, email: str | None = None
) -> Caller:
    """Whose tasks the program acts on; a token beats an e-mail. Raises as `run`."""
    if token:
        caller = await authenticate(database, settings, token)
        caller.require("mcp")
        return caller
    if not email:
        raise Invalid("Say who you are: set TASKORA_TOKEN to an API token with the scope mcp, or give --user E-MAIL.")
    try:
        address = normalise_email(email)
    except ValueError as error:
        raise Invalid("That is not an e-mail address.", field="user") from error
    async with database.read() as session:
        user = await repository.user_by_email(session, address)
    if user is None:
        raise NotFound(f"Nobody here has the e-mail {address}. See who has with: taskora user list")
    return Caller(
        user.id, frozenset(API_SCOPES), timezone=user.timezone, locale=user.locale, week_start=user.week_start
    )
