"""SQL of conversations and messages. Nothing can be asked without the owner's user id."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.assistant.models import Conversation, Message


async def conversation(session: AsyncSession, user_id: str, conversation_id: int) -> Conversation | None:
    """The owner's conversation, or None."""
    statement = select(Conversation).where(Conversation.user_id == user_id, Conversation.id == conversation_id)
    found: Conversation | None = (await session.execute(statement)).scalar_one_or_none()
    return found


async def conversations(
    session: AsyncSession, user_id: str, limit: int, after: tuple[datetime, int] | None
) -> tuple[Sequence[Conversation], int]:
    """A page of the owner's conversations, the latest first, and how many there are."""
    statement = select(Conversation).where(Conversation.user_id == user_id)
    if after is not None:
        statement = statement.where(tuple_(Conversation.updated_at, Conversation.id) < tuple_(*after))
    statement = statement.order_by(Conversation.updated_at.desc(), Conversation.id.desc()).limit(limit)
    total = select(func.count()).select_from(Conversation).where(Conversation.user_id == user_id)
    return (await session.execute(statement)).scalars().all(), int((await session.execute(total)).scalar_one())


async def messages(
    session: AsyncSession, user_id: str, conversation_id: int, limit: int, after: int
) -> tuple[Sequence[Message], int]:
    """A page of messages, the oldest first, and how many there are."""
    mine = (Message.user_id == user_id, Message.conversation_id == conversation_id)
    statement = select(Message).where(*mine, Message.id > after).order_by(Message.id).limit(limit)
    total = select(func.count()).select_from(Message).where(*mine)
    return (await session.execute(statement)).scalars().all(), int((await session.execute(total)).scalar_one())


async def latest_messages(session: AsyncSession, user_id: str, conversation_id: int, limit: int) -> list[Message]:
    """The last messages, in the order in which they were said."""
    statement = (
        select(Message)
        .where(Message.user_id == user_id, Message.conversation_id == conversation_id)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return list(reversed((await session.execute(statement)).scalars().all()))


async def touch(session: AsyncSession, user_id: str, conversation_id: int, moment: datetime) -> bool:
    """Note that something was said; whether the conversation is still there."""
    done = await session.execute(
        update(Conversation)
        .where(Conversation.user_id == user_id, Conversation.id == conversation_id)
        .values(updated_at=moment)
        .returning(Conversation.id)
    )
    return done.scalar_one_or_none() is not None


async def delete_conversation(session: AsyncSession, user_id: str, conversation_id: int) -> bool:
    """Delete a conversation with its messages; whether there was one."""
    done = await session.execute(
        delete(Conversation)
        .where(Conversation.user_id == user_id, Conversation.id == conversation_id)
        .returning(Conversation.id)
    )
    return done.scalar_one_or_none() is not None


async def delete_messages(session: AsyncSession, user_id: str, conversation_id: int) -> None:
    """Empty a conversation."""
    await session.execute(delete(Message).where(Message.user_id == user_id, Message.conversation_id == conversation_id))
