"""The chat over HTTP. Nothing is decided here."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from taskora.accounts.caller import ChatUser
from taskora.assistant import service
from taskora.assistant.schemas import (
    MAX_ID,
    ChatAnswer,
    ChatRequest,
    ConversationOut,
    ConversationPage,
    MessagePage,
)
from taskora.assistant.stream import events
from taskora.storage import ReadSession, WriteSession

router = APIRouter(prefix="/api/{user_id}", tags=["assistant"])

ConversationId = Annotated[int, Path(ge=1, le=MAX_ID)]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=2_000)]


@router.post("/chat", summary="Say something to the assistant")
async def chat(body: ChatRequest, caller: ChatUser, request: Request) -> ChatAnswer:
    state = request.app.state
    return await service.chat(state.database, state.settings, caller, body)


@router.post(
    "/chat/stream",
    summary="Say something and hear the answer as it comes",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "tool_call, token, done or error events"}},
)
async def chat_stream(body: ChatRequest, caller: ChatUser, request: Request) -> StreamingResponse:
    state = request.app.state
    begun = await service.begin(state.database, state.settings, caller, body)
    return StreamingResponse(
        events(state.database, state.settings, begun),
        media_type="text/event-stream",
        headers={
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
            # Who presses Stop before the answer still has to know where to go on.
            "X-Conversation-Id": str(begun.conversation_id),
        },
    )


@router.get("/conversations", summary="Conversations, the latest first")
async def list_conversations(
    caller: ChatUser, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> ConversationPage:
    return await service.list_conversations(session, caller, limit, cursor)


@router.get("/conversations/{conversation_id}", summary="One conversation")
async def get_conversation(conversation_id: ConversationId, caller: ChatUser, session: ReadSession) -> ConversationOut:
    return await service.get_conversation(session, caller, conversation_id)


@router.delete("/conversations/{conversation_id}", status_code=204, summary="Delete a conversation; tasks stay")
async def delete_conversation(conversation_id: ConversationId, caller: ChatUser, session: WriteSession) -> Response:
    await service.delete_conversation(session, caller, conversation_id)
    return Response(status_code=204)


@router.get("/conversations/{conversation_id}/messages", summary="Messages in order")
async def list_messages(
    conversation_id: ConversationId, caller: ChatUser, session: ReadSession, limit: Limit = 100, cursor: Cursor = None
) -> MessagePage:
    return await service.list_messages(session, caller, conversation_id, limit, cursor)


@router.delete("/conversations/{conversation_id}/messages", status_code=204, summary="Empty a conversation")
async def clear_messages(conversation_id: ConversationId, caller: ChatUser, session: WriteSession) -> Response:
    await service.clear_messages(session, caller, conversation_id)
    return Response(status_code=204)
