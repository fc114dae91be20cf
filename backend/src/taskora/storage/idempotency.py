"""Idempotency-Key: a create that is sent twice happens once.

The answer is stored in the transaction of the create itself, so there is no instant at which one exists without the
other. The same key with the same request gets the stored answer again for 24 hours; with another request it is
refused. Two requests at the same time wait for each other at the owner's lock. Follows the IETF draft "The
Idempotency-Key HTTP Header Field".
"""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Header, Response
from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String, Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from taskora.kit import clock
from taskora.kit.errors import TaskoraError
from taskora.storage.base import Base, Timestamp
from taskora.storage.locks import lock_owner

LIFETIME = timedelta(hours=24)
MAX_KEY_LENGTH = 200

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=MAX_KEY_LENGTH,
        pattern=r"^[\x21-\x7e]+$",
        description="Any text of your own, new for every create. Sent again within 24 hours: the first answer again.",
    ),
]


class IdempotentAnswer(Base):
    """The stored answer of one create; `request_digest` tells a repetition from a different request."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_created_at", "created_at"),)

    user_id: Mapped[str] = mapped_column(String(64), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(MAX_KEY_LENGTH), primary_key=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    headers: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Timestamp)


_ANSWERS: Table = IdempotentAnswer.__table__  # type: ignore[assignment]


class KeyReused(TaskoraError):
    """The key was used for another request."""

    code, status, exit_code = "IDEMPOTENCY_KEY_REUSED", 422, 2
    default_message = "This Idempotency-Key was used for a different request. Use a new key for a new request."


async def once(
    session: AsyncSession, user_id: str, key: str | None, request: str, make: Callable[[], Awaitable[Response]]
) -> Response:
    """The answer of `make`, or the stored one when `key` was used before for the same `request` (any text that tells
    requests apart, such as the path and the canonical body). Raises KeyReused. Errors are not stored: a retry tries
    again.
    """
    if key is None:
        return await make()
    await lock_owner(session, user_id)
    request_digest = hashlib.sha256(request.encode()).hexdigest()
    where = (_ANSWERS.c.user_id == user_id, _ANSWERS.c.key == key)
    stored = (await session.execute(select(_ANSWERS).where(*where))).mappings().one_or_none()
    now = clock.now()
    if stored is not None and stored["created_at"] > now - LIFETIME:
        if stored["request_digest"] != request_digest:
            raise KeyReused()
        return Response(stored["body"], stored["status"], headers=stored["headers"] | {"Idempotent-Replayed": "true"})
    answer = await make()
    await session.execute(
        delete(_ANSWERS).where(_ANSWERS.c.user_id == user_id, _ANSWERS.c.created_at <= now - LIFETIME)
    )
    await session.execute(
        insert(_ANSWERS).values(
            user_id=user_id,
            key=key,
            request_digest=request_digest,
            status=answer.status_code,
            body=bytes(answer.body),
            headers={name: value for name, value in answer.headers.items() if name != "content-length"},
            created_at=now,
        )
    )
    return answer


async def forget_expired(session: AsyncSession) -> None:
    """Delete the answers of everybody that are past their time."""
    await session.execute(delete(_ANSWERS).where(_ANSWERS.c.created_at <= clock.now() - LIFETIME))
