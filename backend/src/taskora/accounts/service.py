"""The rules of accounts: one use case a function.

Hashing a password takes tens of milliseconds, so use cases that check one take the `Database` and keep their
transactions short around it: on SQLite nobody else could write meanwhile.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts import access_tokens, passwords, repository, throttle
from taskora.accounts.caller import API_TOKEN_PREFIX, Caller
from taskora.accounts.emails import normalise_email
from taskora.accounts.errors import AuthInvalid, EmailTaken, WrongPassword
from taskora.accounts.models import ApiToken, SignInSession, User
from taskora.accounts.schemas import (
    ProfilePatch,
    SessionList,
    SessionOut,
    SignUpInput,
    TokenCreated,
    TokenInput,
    TokenList,
    TokenOut,
    TokenPatch,
)
from taskora.kit.clock import now
from taskora.kit.errors import NotFound
from taskora.kit.ids import digest, new_id, new_secret
from taskora.language import locale_of
from taskora.settings import Settings
from taskora.storage import Database
from taskora.tasks.upkeep import follow_zone

SESSION_LIFETIME = timedelta(days=30)
_MINUTE, _HOUR = 60, 3600
# How much more than "one account from one address" is let through: a shared address (an office), one account at large.
_ADDRESS_FACTOR = 12
_ACCOUNT_FACTOR = 50


@dataclass(frozen=True)
class Device:
    """Where a sign-in comes from."""

    address: str
    user_agent: str = ""
    cookie: str | None = None  # what the browser held before; that session ends


@dataclass(frozen=True)
class SignIn:
    """A fresh session: the cookie's secret and the bearer token leave the server here and nowhere else."""

    user: User
    session_id: str
    cookie: str
    access_token: str


async def sign_up(database: Database, settings: Settings, form: SignUpInput, device: Device) -> SignIn:
    """Create an account and sign it in.

    Raises:
        RateLimited, PasswordRefused, EmailTaken, Busy.
    """
    await throttle.hit(database, f"signup:{device.address}", settings.signup_rate_limit, _MINUTE)
    user = await create_user(database, form.name, form.email, form.password, timezone=form.timezone, locale=form.locale)
    async with database.write() as session:
        return await _open_session(session, settings, user, device)


async def create_user(
    database: Database, name: str, email: str, password: str, *, timezone: str | None = None, locale: str | None = None
) -> User:
    """Store a new person (also used by the operator's command line).

    Raises:
        ValueError: not an e-mail. PasswordRefused, EmailTaken, Busy.
    """
    address = normalise_email(email)
    passwords.check_new_password(password, personal=(address, address.partition("@")[0], name))
    hashed = await passwords.hash_password(password)
    user = User(id=new_id(), email=address, name=name, password_hash=hashed, created_at=now())
    user.timezone, user.locale = timezone or "UTC", locale or "en-US"
    user.week_start = locale_of(user.locale).week_start
    try:
        async with database.write() as session:
            if await repository.user_by_email(session, address) is not None:
                raise EmailTaken
            session.add(user)
    except IntegrityError as error:  # two sign-ups at the same instant
        raise EmailTaken from error
    return user


async def sign_in(database: Database, settings: Settings, email: str, password: str, device: Device) -> SignIn:
    """Check e-mail and password and open a session. An unknown e-mail costs the same work as a wrong password.

    Raises:
        RateLimited, WrongPassword, Busy.
    """
    try:
        address = normalise_email(email)
    except ValueError:
        address = ""  # nobody's: goes the same way as any unknown e-mail
    await _throttle_sign_in(database, settings, address, device)
    async with database.read() as session:
        user = await repository.user_by_email(session, address)
    stored = user.password_hash if user else None
    if not await passwords.verify_password(password, stored) or user is None or stored is None:
        raise WrongPassword
    if settings.signin_rate_limit:
        await throttle.forget(database, _account_key(address, device))
    rehashed = await passwords.hash_password(password) if passwords.needs_rehash(stored) else None
    async with database.write() as session:
        current = await repository.user_by_id(session, user.id)
        if current is None or current.password_hash != stored:  # deleted or changed while we were hashing
            raise WrongPassword
        if rehashed is not None:
            current.password_hash = rehashed
        return await _open_session(session, settings, current, device)


def _account_key(email: str, device: Device) -> str:
    return f"signin:{email}@{device.address}"


async def _throttle_sign_in(database: Database, settings: Settings, email: str, device: Device) -> None:
    """Three limits: one account from one address; everything from one address; and, slowly, one account from anywhere.

    The last never counts or stops an address where the person is signed in, so a stranger who keeps guessing can't lock
    the owner out of a device that they use.
    """
    limit = settings.signin_rate_limit
    await throttle.hit(database, _account_key(email, device), limit, _MINUTE)
    await throttle.hit(database, f"signin:address:{device.address}", limit * _ADDRESS_FACTOR, _MINUTE)
    if not limit:
        return
    async with database.read() as session:
        user = await repository.user_by_email(session, email)
        familiar = user is not None and await repository.signed_in_from(session, user.id, device.address, now())
    if not familiar:
        await throttle.hit(database, f"signin:account:{email}", limit * _ACCOUNT_FACTOR, _HOUR)


async def _open_session(session: AsyncSession, settings: Settings, user: User, device: Device) -> SignIn:
    instant = now()
    cookie, session_id = new_secret("ts"), new_id()
    if device.cookie:
        await repository.delete_session_by_cookie(session, digest(device.cookie))
    session.add(
        SignInSession(
            id=session_id,
            user_id=user.id,
            cookie_digest=digest(cookie),
            created_at=instant,
            last_seen_at=instant,
            expires_at=instant + SESSION_LIFETIME,
            user_agent="".join(char for char in device.user_agent if char.isprintable())[:200],
            address=device.address,
        )
    )
    return SignIn(user, session_id, cookie, access_tokens.issue(settings.signing_secret, user.id, session_id))


async def sign_out(session: AsyncSession, caller: Caller) -> None:
    """End the caller's own session, cookie and bearer token alike."""
    if caller.session_id is not None:
        await repository.delete_session(session, caller.user_id, caller.session_id)


async def profile(session: AsyncSession, caller: Caller) -> User:
    """The caller as stored."""
    user = await repository.user_by_id(session, caller.user_id)
    if user is None:
        raise AuthInvalid
    return user


async def change_profile(session: AsyncSession, caller: Caller, patch: ProfilePatch) -> User:
    """Change what was sent and is not null."""
    user = await profile(session, caller)
    for field, value in patch.model_dump(exclude_none=True).items():
        setattr(user, field, value)
    await session.flush()
    if patch.timezone is not None:
        await follow_zone(session, user.id, user.timezone)
    return user


async def _prove(database: Database, settings: Settings, caller: Caller, password: str) -> User:
    """The caller's password once more; guesses are limited like sign-ins."""
    await throttle.hit(database, f"prove:{caller.user_id}", settings.signin_rate_limit, _MINUTE)
    async with database.read() as session:
        user = await profile(session, caller)
    if not await passwords.verify_password(password, user.password_hash):
        raise WrongPassword("The password is wrong. Nothing was changed.")
    return user


async def change_password(database: Database, settings: Settings, caller: Caller, current: str, new: str) -> None:
    """Set a new password; every other session and every foreign token ends. Personal API tokens stay: they are revoked
    one by one.

    Raises:
        WrongPassword, PasswordRefused, RateLimited, Busy.
    """
    user = await _prove(database, settings, caller, current)
    passwords.check_new_password(new, personal=(user.email, user.email.partition("@")[0], user.name))
    hashed = await passwords.hash_password(new)
    async with database.write() as session:
        stored = await profile(session, caller)
        if stored.password_hash != user.password_hash:
            raise WrongPassword("The password was changed meanwhile. Sign in with the new one.")
        stored.password_hash = hashed
        stored.tokens_valid_from = now()
        await repository.delete_other_sessions(session, caller.user_id, caller.session_id)


async def set_password(database: Database, email: str, new: str) -> None:
    """The operator sets somebody's password; every session of theirs ends.

    Raises:
        NotFound, PasswordRefused, Busy.
    """
    async with database.read() as session:
        user = await repository.user_by_email(session, normalise_email(email))
    if user is None:
        raise NotFound("There is no account with this e-mail.")
    passwords.check_new_password(new, personal=(user.email, user.email.partition("@")[0], user.name))
    hashed = await passwords.hash_password(new)
    async with database.write() as session:
        stored = await profile(session, Caller(user.id))
        stored.password_hash = hashed
        stored.tokens_valid_from = now()
        await repository.delete_other_sessions(session, user.id, keep=None)


async def remove_user(database: Database, email: str) -> None:
    """The operator deletes somebody with everything that is theirs.

    Raises:
        NotFound.
    """
    async with database.write() as session:
        user = await repository.user_by_email(session, email)
        if user is None:
            raise NotFound("There is no account with this e-mail.")
        await repository.delete_user(session, user.id, now())


async def delete_account(database: Database, settings: Settings, caller: Caller, password: str) -> None:
    """Delete the caller with everything that is theirs.

    Raises:
        WrongPassword, RateLimited, Busy.
    """
    await _prove(database, settings, caller, password)
    async with database.write() as session:
        await repository.delete_user(session, caller.user_id, now())


async def list_sessions(session: AsyncSession, caller: Caller) -> SessionList:
    """The devices that are signed in."""
    rows = await repository.sessions_of(session, caller.user_id, now())
    items = [SessionOut.model_validate(row) for row in rows]
    return SessionList(items=[item.model_copy(update={"current": item.id == caller.session_id}) for item in items])


async def revoke_session(session: AsyncSession, caller: Caller, session_id: str) -> None:
    """Sign one device out.

    Raises:
        NotFound.
    """
    if not await repository.delete_session(session, caller.user_id, session_id):
        raise NotFound


async def revoke_other_sessions(session: AsyncSession, caller: Caller) -> None:
    """Sign every device out but this one; foreign tokens issued until now end too."""
    user = await profile(session, caller)
    user.tokens_valid_from = now()
    await repository.delete_other_sessions(session, caller.user_id, caller.session_id)


async def list_tokens(session: AsyncSession, caller: Caller) -> TokenList:
    """The caller's tokens."""
    return TokenList(items=[_token_out(row) for row in await repository.tokens_of(session, caller.user_id)])


async def get_token(session: AsyncSession, caller: Caller, token_id: int) -> TokenOut:
    """One token.

    Raises:
        NotFound.
    """
    return _token_out(await _token(session, caller, token_id))


async def create_token(session: AsyncSession, caller: Caller, form: TokenInput) -> TokenCreated:
    """Create a token; its text is in this answer and nowhere else."""
    text = new_secret(API_TOKEN_PREFIX)
    instant = now()
    row = ApiToken(
        user_id=caller.user_id,
        name=form.name,
        token_digest=digest(text),
        hint=text[:8],
        scopes=" ".join(sorted(set(form.scopes))),
        created_at=instant,
        expires_at=instant + timedelta(days=form.expires_in_days) if form.expires_in_days else None,
    )
    session.add(row)
    await session.flush()
    return TokenCreated(**_token_out(row).model_dump(), token=text)


async def rename_token(session: AsyncSession, caller: Caller, token_id: int, patch: TokenPatch) -> TokenOut:
    """Give a token another name.

    Raises:
        NotFound.
    """
    row = await _token(session, caller, token_id)
    row.name = patch.name
    await session.flush()
    return _token_out(row)


async def revoke_token(session: AsyncSession, caller: Caller, token_id: int) -> None:
    """End a token at once.

    Raises:
        NotFound.
    """
    if not await repository.delete_token(session, caller.user_id, token_id):
        raise NotFound


async def _token(session: AsyncSession, caller: Caller, token_id: int) -> ApiToken:
    row = await repository.token_of(session, caller.user_id, token_id)
    if row is None:
        raise NotFound
    return row


def _token_out(row: ApiToken) -> TokenOut:
    return TokenOut.model_validate(
        {
            "id": row.id,
            "name": row.name,
            "hint": row.hint,
            "scopes": row.scopes.split(),
            "created_at": row.created_at,
            "expires_at": row.expires_at,
            "last_used_at": row.last_used_at,
        }
    )
