"""SQL for accounts. Every query about somebody's things takes that person's id."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.models import ApiToken, ClosedAccount, SignInSession, User


async def user_by_id(session: AsyncSession, user_id: str) -> User | None:
    """The person with this id."""
    return await session.get(User, user_id)


async def user_by_email(session: AsyncSession, email: str) -> User | None:
    """The person with this normalised e-mail."""
    return (await session.execute(select(User).where(User.email == email))).scalar_one_or_none()


async def users(session: AsyncSession) -> Sequence[User]:
    """Everybody, for the operator's command line."""
    return (await session.execute(select(User).order_by(User.created_at, User.id))).scalars().all()


async def delete_user(session: AsyncSession, user_id: str, closed_at: datetime) -> None:
    """Delete a person with everything that is theirs (the database cascades) and remember the id."""
    await session.execute(delete(User).where(User.id == user_id))
    await session.merge(ClosedAccount(user_id=user_id, closed_at=closed_at))


async def closed_at(session: AsyncSession, user_id: str) -> datetime | None:
    """When an account with this id was deleted, if it was."""
    row = await session.get(ClosedAccount, user_id)
    return row.closed_at if row else None


# Every request begins with one of these three, so they are built once; each answers credential and person together.
_SESSION_AND_PERSON = select(SignInSession, User).join(User, User.id == SignInSession.user_id)
_BY_COOKIE = _SESSION_AND_PERSON.where(SignInSession.cookie_digest == bindparam("digest"))
_BY_SESSION = _SESSION_AND_PERSON.where(
    SignInSession.id == bindparam("session_id"), SignInSession.user_id == bindparam("owner")
)
_BY_TOKEN = (
    select(ApiToken, User).join(User, User.id == ApiToken.user_id).where(ApiToken.token_digest == bindparam("digest"))
)


async def identity_by_cookie(session: AsyncSession, cookie_digest: str) -> Row[SignInSession, User] | None:
    """The session that a cookie belongs to, with its person, in one statement."""
    return (await session.execute(_BY_COOKIE, {"digest": cookie_digest})).one_or_none()


async def identity_by_session(session: AsyncSession, session_id: str, user_id: str) -> Row[SignInSession, User] | None:
    """The session that a bearer token was made with, with its person, in one statement."""
    return (await session.execute(_BY_SESSION, {"session_id": session_id, "owner": user_id})).one_or_none()


async def identity_by_token(session: AsyncSession, token_digest: str) -> Row[ApiToken, User] | None:
    """The personal API token with its person, in one statement."""
    return (await session.execute(_BY_TOKEN, {"digest": token_digest})).one_or_none()


async def sessions_of(session: AsyncSession, user_id: str, instant: datetime) -> Sequence[SignInSession]:
    """The person's sessions that haven't ended, the newest first."""
    statement = (
        select(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.expires_at > instant)
        .order_by(SignInSession.created_at.desc(), SignInSession.id)
    )
    return (await session.execute(statement)).scalars().all()


async def signed_in_from(session: AsyncSession, user_id: str, address: str, instant: datetime) -> bool:
    """Whether the person has a living session from this address."""
    statement = (
        select(func.count())
        .select_from(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.address == address, SignInSession.expires_at > instant)
    )
    return bool((await session.execute(statement)).scalar_one())


async def delete_session(session: AsyncSession, user_id: str, session_id: str) -> bool:
    """End one session; False when there was none."""
    statement = (
        delete(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.id == session_id)
        .returning(SignInSession.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def delete_session_by_cookie(session: AsyncSession, cookie_digest: str) -> None:
    """End the session of a cookie, whoever's it is: the browser that holds it is about to get another."""
    await session.execute(delete(SignInSession).where(SignInSession.cookie_digest == cookie_digest))


async def delete_other_sessions(session: AsyncSession, user_id: str, keep: str | None) -> None:
    """End every session of the person but `keep`."""
    statement = delete(SignInSession).where(SignInSession.user_id == user_id)
    if keep is not None:
        statement = statement.where(SignInSession.id != keep)
    await session.execute(statement)


async def delete_expired_sessions(session: AsyncSession, instant: datetime) -> None:
    """Drop sessions that have ended."""
    await session.execute(delete(SignInSession).where(SignInSession.expires_at <= instant))


async def touch_session(session: AsyncSession, session_id: str, instant: datetime) -> None:
    """Note that a session was used."""
    await session.execute(update(SignInSession).where(SignInSession.id == session_id).values(last_seen_at=instant))


async def touch_token(session: AsyncSession, token_id: int, instant: datetime) -> None:
    """Note that a token was used."""
    await session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=instant))


async def tokens_of(session: AsyncSession, user_id: str) -> Sequence[ApiToken]:
    """The person's tokens, the newest first."""
    statement = select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc())
    return (await session.execute(statement)).scalars().all()


async def token_of(session: AsyncSession, user_id: str, token_id: int) -> ApiToken | None:
    """One token of the person."""
    statement = select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.id == token_id)
    return (await session.execute(statement)).scalar_one_or_none()


async def delete_token(session: AsyncSession, user_id: str, token_id: int) -> bool:
    """Revoke one token; False when there was none."""
    statement = delete(ApiToken).where(ApiToken.user_id == user_id, ApiToken.id == token_id).returning(ApiToken.id)
    return (await session.execute(statement)).scalar_one_or_none() is not None
