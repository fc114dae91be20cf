"""The cycle of a chat turn: load history → store the message → understand → call tools → store the reply → answer.

The server keeps no state: everything a next turn needs (focus, history) is in the database, so any replica can take
it. The person's message is stored in a transaction of its own before anything is tried; each tool call is one
transaction; the reply is stored with its tool calls.
"""

import asyncio
import importlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts import throttle
from taskora.accounts.caller import Caller
from taskora.assistant import repository
from taskora.assistant.builtin import engine as builtin
from taskora.assistant.errors import ConversationNotFound, MessageRequired, MessageTooLong
from taskora.assistant.focus import Focus
from taskora.assistant.models import TITLE_LENGTH, Conversation, Message
from taskora.assistant.schemas import (
    MAX_ID,
    MESSAGE_LIMIT,
    ChatAnswer,
    ChatRequest,
    ConversationOut,
    ConversationPage,
    MessageOut,
    MessagePage,
    ToolCall,
)
from taskora.assistant.turn import Answer, Emit, Said, Toolbox, Turn, silent
from taskora.kit import clock
from taskora.kit.errors import Forbidden, Invalid
from taskora.kit.pages import decode_cursor, encode_cursor
from taskora.settings import Settings
from taskora.storage import Database
from taskora.tasks import collections

logger = logging.getLogger("taskora.assistant")
_CHAT_WINDOW_SECONDS = 60
_STOPPED = "Stopped."


@dataclass(frozen=True)
class Begun:
    """A turn whose message is stored and that is still to be answered."""

    conversation_id: int
    caller: Caller
    turn: Turn


async def begin(database: Database, settings: Settings, caller: Caller, request: ChatRequest) -> Begun:
    """Check the request, store the message, load what the turn needs.

    Raises:
        RateLimited, MessageRequired, MessageTooLong, ConversationNotFound, Forbidden.
    """
    if request.user_id is not None and request.user_id != caller.user_id:
        raise Forbidden
    message = (request.message or "").strip()
    if not message:
        raise MessageRequired
    if len(message) > MESSAGE_LIMIT:
        raise MessageTooLong(MESSAGE_LIMIT, len(message))
    await throttle.hit(database, f"chat:{caller.user_id}", settings.chat_rate_limit, _CHAT_WINDOW_SECONDS)
    caller = replace(
        caller, timezone=request.timezone or caller.timezone, locale=(request.locale or caller.locale).replace("_", "-")
    )
    now = clock.now()
    async with database.write() as session:
        conversation = await _conversation(session, caller, request.conversation_id, message, now)
        past = await repository.latest_messages(
            session, caller.user_id, conversation.id, settings.max_conversation_history
        )
        session.add(
            Message(
                conversation_id=conversation.id, user_id=caller.user_id, role="user", content=message, created_at=now
            )
        )
        tags = [str(row["name"]) for row in await collections.list_tags(session, caller)]
        projects = [str(row["name"]) for row in await collections.list_projects(session, caller, False)]
    last = next((said for said in reversed(past) if said.role == "assistant"), None)
    turn = Turn(
        message=message,
        now=now,
        timezone=caller.timezone,
        locale=caller.locale,
        history=tuple(Said(said.role, said.content) for said in past),
        focus=Focus.from_json(last.focus if last is not None else None),
        projects=tuple(projects),
        tags=tuple(tags),
        week_start=caller.week_start,
    )
    return Begun(conversation.id, caller, turn)


async def _conversation(
    session: AsyncSession, caller: Caller, conversation_id: int | None, message: str, now: datetime
) -> Conversation:
    if conversation_id is None:
        fresh = Conversation(
            user_id=caller.user_id, title=" ".join(message.split())[:TITLE_LENGTH], created_at=now, updated_at=now
        )
        session.add(fresh)
        await session.flush()
        return fresh
    found = None
    if 0 < conversation_id <= MAX_ID:
        found = await repository.conversation(session, caller.user_id, conversation_id)
    if found is None:
        raise ConversationNotFound
    found.updated_at = now
    return found


async def finish(database: Database, settings: Settings, begun: Begun, emit: Emit = silent) -> ChatAnswer:
    """Let an engine answer, store the reply with its tool calls.

    A turn that is stopped half-way (the person pressed Stop) keeps what was done so far.
    """
    box = Toolbox(database, begun.caller, emit)
    try:
        answer = await _answer(settings, begun.turn, box)
    except asyncio.CancelledError:
        focus = replace(begun.turn.focus, pending=None, changes=box.changes or begun.turn.focus.changes)
        await asyncio.shield(_store(database, begun, box, Answer(_stopped(box), focus, "stopped")))
        raise
    await _store(database, begun, box, answer)
    return ChatAnswer(
        conversation_id=begun.conversation_id,
        response=answer.text,
        tool_calls=[ToolCall.model_validate(record) for record in box.calls],
        engine=answer.engine,
        suggestions=list(answer.suggestions),
    )


async def _answer(settings: Settings, turn: Turn, box: Toolbox) -> Answer:
    endpoint = settings.model_endpoint
    # An open question is answered by rules: a yes to a deletion must mean exactly what was shown.
    if endpoint is None or turn.focus.pending is not None:
        return await builtin.respond(turn, box)
    # Heavy: imported only where a model is configured, and beside the event loop.
    model = await asyncio.to_thread(importlib.import_module, "taskora.assistant.model.engine")
    answer: Answer = await model.respond(turn, box, endpoint, settings.llm_timeout_seconds)
    return answer


def _stopped(box: Toolbox) -> str:
    done = [str(record["summary"]) for record in box.calls if record.get("change_id") is not None]
    return f"{_STOPPED} Done before that: {'; '.join(done)}." if done else f"{_STOPPED} Nothing was changed."


async def _store(database: Database, begun: Begun, box: Toolbox, answer: Answer) -> None:
    now = clock.now()
    async with database.write() as session:
        if not await repository.touch(session, begun.caller.user_id, begun.conversation_id, now):
            return  # the conversation was deleted meanwhile
        session.add(
            Message(
                conversation_id=begun.conversation_id,
                user_id=begun.caller.user_id,
                role="assistant",
                content=answer.text,
                tool_calls=box.calls,
                engine=answer.engine,
                suggestions=list(answer.suggestions),
                focus=answer.focus.as_json(),
                created_at=now,
            )
        )


async def chat(
    database: Database, settings: Settings, caller: Caller, request: ChatRequest, emit: Emit = silent
) -> ChatAnswer:
    """One whole turn."""
    return await finish(database, settings, await begin(database, settings, caller, request), emit)


async def list_conversations(session: AsyncSession, caller: Caller, limit: int, cursor: str | None) -> ConversationPage:
    """The caller's conversations, the latest first."""
    after = None
    if cursor is not None:
        moment, conversation_id = decode_cursor(cursor, 2)
        after = (_moment(moment), _number(conversation_id))
    found, total = await repository.conversations(session, caller.user_id, limit + 1, after)
    items = [
        ConversationOut(id=c.id, title=c.title, created_at=c.created_at, updated_at=c.updated_at) for c in found[:limit]
    ]
    more = len(found) > limit
    return ConversationPage(
        items=items,
        next_cursor=encode_cursor([items[-1].updated_at.isoformat(), items[-1].id]) if more else None,
        total=total,
    )


async def list_messages(
    session: AsyncSession, caller: Caller, conversation_id: int, limit: int, cursor: str | None
) -> MessagePage:
    """The messages of a conversation in order. Raises ConversationNotFound."""
    await get_conversation(session, caller, conversation_id)
    after = _number(decode_cursor(cursor, 1)[0]) if cursor is not None else 0
    found, total = await repository.messages(session, caller.user_id, conversation_id, limit + 1, after)
    items = [_shown(message) for message in found[:limit]]
    return MessagePage(
        items=items, next_cursor=encode_cursor([items[-1].id]) if len(found) > limit else None, total=total
    )


def _shown(message: Message) -> MessageOut:
    return MessageOut(
        id=message.id,
        role=message.role,
        content=message.content,
        tool_calls=[ToolCall.model_validate(record) for record in message.tool_calls],
        engine=message.engine,
        suggestions=message.suggestions,
        created_at=message.created_at,
    )


async def get_conversation(session: AsyncSession, caller: Caller, conversation_id: int) -> ConversationOut:
    """One conversation. Raises ConversationNotFound."""
    found = await repository.conversation(session, caller.user_id, conversation_id)
    if found is None:
        raise ConversationNotFound
    return ConversationOut(id=found.id, title=found.title, created_at=found.created_at, updated_at=found.updated_at)


async def delete_conversation(session: AsyncSession, caller: Caller, conversation_id: int) -> None:
    """Delete a conversation with its messages; tasks stay. Raises ConversationNotFound."""
    if not await repository.delete_conversation(session, caller.user_id, conversation_id):
        raise ConversationNotFound


async def clear_messages(session: AsyncSession, caller: Caller, conversation_id: int) -> None:
    """Empty a conversation. Raises ConversationNotFound."""
    await get_conversation(session, caller, conversation_id)
    await repository.delete_messages(session, caller.user_id, conversation_id)


def _moment(value: object) -> datetime:

    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Invalid("The cursor is not valid. Start again without one.", field="cursor") from error
    if moment.tzinfo is None:
        raise Invalid("The cursor is not valid. Start again without one.", field="cursor")
    return moment


def _number(value: object) -> int:

    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_ID:
        raise Invalid("The cursor is not valid. Start again without one.", field="cursor")
    return value


__all__: Sequence[str] = [
    "Begun",
    "begin",
    "chat",
    "clear_messages",
    "delete_conversation",
    "finish",
    "get_conversation",
    "list_conversations",
    "list_messages",
]
