"""Who is calling: every door turns a credential into a `Caller` here, and every service function takes that `Caller`.

Endpoints ask for one of `TasksRead`, `TasksWrite`, `ChatUser`, `AccountOwner`: each resolves the bearer token (JWT or
personal API token) or the session cookie, checks that the path's `{user_id}` is the caller, the scope, and for cookies
the cross-site guard. MCP has no path and uses `authenticate`. The credential is read in a short session of its own,
closed before the endpoint opens one, so that a request never holds two connections while waiting for a third.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import BackgroundTasks, Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts import access_tokens, repository
from taskora.accounts.emails import normalise_email
from taskora.accounts.errors import AuthInvalid, AuthRequired, ScopeMissing
from taskora.accounts.models import ApiToken, User
from taskora.accounts.origin import COOKIE, refuse_foreign_page, session_cookie
from taskora.kit.clock import now
from taskora.kit.errors import Forbidden
from taskora.kit.ids import digest
from taskora.settings import Settings
from taskora.storage import Database

API_SCOPES = ("tasks:read", "tasks:write", "chat", "mcp")
ACCOUNT_SCOPE = "account"  # profile, password, sessions, tokens: never given to an API token
ALL_SCOPES = frozenset((*API_SCOPES, ACCOUNT_SCOPE))
API_TOKEN_PREFIX = "tk"  # noqa: S105 - a prefix, not a secret
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Caller:
    """The person a request acts for, and with which rights."""

    user_id: str
    scopes: frozenset[str] = ALL_SCOPES
    session_id: str | None = None
    token_id: int | None = None
    timezone: str = "UTC"
    locale: str = "en-US"
    week_start: int = 0  # 0 Monday … 6 Sunday

    def require(self, scope: str) -> None:
        """Raises ScopeMissing (a Forbidden) unless the caller has `scope`."""
        if scope not in self.scopes:
            raise ScopeMissing(details={"scope": scope})


@dataclass(frozen=True)
class _Identity:
    caller: Caller
    last_used_at: datetime | None


async def authenticate(database: Database, settings: Settings, token: str) -> Caller:
    """The caller that a bearer token stands for; used as it is by MCP.

    Raises:
        AuthInvalid: the token is malformed, expired, revoked or belongs to nobody.
    """
    identity = await _by_bearer(database, settings, token)
    await _touch(database, identity)
    return identity.caller


def _caller(user: User, scopes: frozenset[str], session_id: str | None = None, token_id: int | None = None) -> Caller:
    return Caller(user.id, scopes, session_id, token_id, user.timezone, user.locale, user.week_start)


async def _by_cookie(database: Database, secret: str) -> _Identity:
    async with database.read() as session:
        row = await repository.identity_by_cookie(session, digest(secret))
    if row is None or row[0].expires_at <= now():
        raise AuthInvalid
    return _Identity(_caller(row[1], ALL_SCOPES, session_id=row[0].id), row[0].last_seen_at)


async def _by_bearer(database: Database, settings: Settings, token: str) -> _Identity:
    if token.startswith(f"{API_TOKEN_PREFIX}_"):
        return await _by_api_token(database, token)
    claims = access_tokens.read(settings.signing_secret, token)
    async with database.read() as session:
        if claims.session_id is not None:
            row = await repository.identity_by_session(session, claims.session_id, claims.user_id)
            if row is None or row[0].expires_at <= now():
                raise AuthInvalid
            return _Identity(_caller(row[1], ALL_SCOPES, session_id=row[0].id), row[0].last_seen_at)
        user = await repository.user_by_id(session, claims.user_id)
    if user is None:
        async with database.write() as session:
            user = await _provision(session, claims)
    valid_from = user.tokens_valid_from
    if valid_from is not None and (claims.issued_at is None or claims.issued_at < valid_from):
        raise AuthInvalid
    return _Identity(_caller(user, ALL_SCOPES), now())


async def _by_api_token(database: Database, token: str) -> _Identity:
    async with database.read() as session:
        row = await repository.identity_by_token(session, digest(token))
    if row is None or (row[0].expires_at is not None and row[0].expires_at <= now()):
        raise AuthInvalid
    scopes = frozenset(row[0].scopes.split()) & frozenset(API_SCOPES)
    return _Identity(_caller(row[1], scopes, token_id=row[0].id), row[0].last_used_at)


async def _provision(session: AsyncSession, claims: access_tokens.Claims) -> User:
    """Make the account of a person whom a Better Auth front end vouches for: once, from the token's e-mail and name.

    An e-mail that belongs to another account is never taken over, and a deleted account only comes back with a token
    that was issued after the deletion.
    """
    closed = await repository.closed_at(session, claims.user_id)
    if closed is not None and (claims.issued_at is None or claims.issued_at <= closed):
        raise AuthInvalid
    if claims.email is None or claims.name is None:
        raise AuthInvalid
    try:
        email = normalise_email(claims.email)
    except ValueError as error:
        raise AuthInvalid from error
    known = await repository.user_by_id(session, claims.user_id)
    if known is not None:  # another request was faster
        return known
    if await repository.user_by_email(session, email) is not None:
        raise AuthInvalid("This e-mail already has a Taskora account with its own password. Sign in with it.")
    user = User(id=claims.user_id, email=email, name=claims.name, created_at=now())
    session.add(user)
    try:
        await session.flush()
    except IntegrityError as error:  # two replicas at the same instant: the caller's next request finds the account
        raise AuthInvalid("Your account is being set up. Try again.") from error
    await session.refresh(user)
    return user


def _is_due(identity: _Identity) -> bool:
    return identity.last_used_at is None or now() - identity.last_used_at >= _TOUCH_EVERY


async def _touch(database: Database, identity: _Identity) -> None:
    """Note the use of a session or token, at most once a minute."""
    instant = now()
    if not _is_due(identity):
        return
    async with database.write() as session:
        if identity.caller.token_id is not None:
            await repository.touch_token(session, identity.caller.token_id, instant)
        elif identity.caller.session_id is not None:
            await repository.touch_session(session, identity.caller.session_id, instant)


# These two only describe themselves in the OpenAPI document; `current_caller` reads the request.
_BEARER = HTTPBearer(
    scheme_name="bearer",
    description="A JWT from sign-in (or from a Better Auth front end that shares the secret), or a personal API token.",
    auto_error=False,
)
_COOKIE = APIKeyCookie(
    name=COOKIE,
    scheme_name="session",
    description="The browser's session; over https the cookie is called __Host-taskora_session. Changes also need the "
    "X-Requested-With header and our own Origin.",
    auto_error=False,
)


async def _describe(_bearer: Annotated[Any, Security(_BEARER)], _cookie: Annotated[Any, Security(_COOKIE)]) -> None:
    """Nothing to do: see above."""


async def current_caller(
    request: Request, background: BackgroundTasks, _documented: Annotated[None, Depends(_describe)]
) -> Caller:
    """The caller of a request, whatever the credential; a bearer token beats a cookie, and never falls back to it.

    Raises:
        AuthRequired: no credential. AuthInvalid: a bad one. OriginRefused: a cookie on another page's request.
    """
    settings: Settings = request.app.state.settings
    database: Database = request.app.state.database
    authorization = request.headers.get("authorization")
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise AuthInvalid("Send the token as: Authorization: Bearer TOKEN")
        identity = await _by_bearer(database, settings, token.strip())
    elif secret := session_cookie(request):
        identity = await _by_cookie(database, secret)
        refuse_foreign_page(request, settings)
    else:
        raise AuthRequired
    if _is_due(identity):
        background.add_task(_touch, database, identity)
    request.state.user_id = identity.caller.user_id
    return identity.caller


CurrentCaller = Annotated[Caller, Depends(current_caller)]


def owner_with(scope: str) -> Callable[[str, Caller], Awaitable[Caller]]:
    """A dependency: the caller, who must be the `{user_id}` of the path and have `scope`."""

    async def owner(user_id: str, caller: CurrentCaller) -> Caller:
        if user_id != caller.user_id:
            raise Forbidden
        caller.require(scope)
        return caller

    return owner


TasksRead = Annotated[Caller, Depends(owner_with("tasks:read"))]
TasksWrite = Annotated[Caller, Depends(owner_with("tasks:write"))]
ChatUser = Annotated[Caller, Depends(owner_with("chat"))]
AccountOwner = Annotated[Caller, Depends(owner_with(ACCOUNT_SCOPE))]


async def is_still_valid(database: Database, caller: Caller) -> bool:
    """Whether the credential that a long-lived stream was opened with still stands (not revoked, not expired)."""
    async with database.read() as session:
        if caller.session_id is not None:
            found = await repository.identity_by_session(session, caller.session_id, caller.user_id)
            return found is not None and found[0].expires_at > now()
        if caller.token_id is not None:
            token = await session.get(ApiToken, caller.token_id)
            return token is not None and (token.expires_at is None or token.expires_at > now())
        return await repository.user_by_id(session, caller.user_id) is not None
