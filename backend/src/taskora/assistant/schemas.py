"""What crosses the wire for the chat."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from taskora.tasks.text import without_nul

MESSAGE_LIMIT = 2_000
MAX_ID = 2**63 - 1


def _storable(text: str) -> str:
    """Half a surrogate pair is no character and can't be stored."""
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise ValueError("must not contain half of a character (a lone surrogate)")
    return without_nul(text)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be an IANA time zone such as Asia/Karachi") from error
    return name


class ChatRequest(BaseModel):
    """A message to the assistant. Length is judged after trimming, with codes of its own."""

    model_config = ConfigDict(extra="forbid")

    message: Annotated[str, AfterValidator(_storable)] | None = Field(
        default=None, description=f"1–{MESSAGE_LIMIT:,} characters after trimming."
    )
    conversation_id: int | None = Field(default=None, description="Continue this conversation; a new one when absent.")
    timezone: Annotated[str, Field(max_length=64), AfterValidator(_storable), AfterValidator(_zone)] | None = Field(
        default=None, description="IANA zone of the person; default: the one of the profile."
    )
    locale: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", max_length=35)] | None = None
    user_id: Annotated[str, Field(max_length=200)] | None = Field(default=None, description="Optional; must be yours.")


class ToolCall(BaseModel):
    """A tool that was called: with what, what came back, and the change that undo takes back."""

    name: str
    arguments: dict[str, Any]
    result: dict[str, Any]
    summary: str
    change_id: int | None = None
    tasks: list[dict[str, Any]] = Field(default_factory=list)
    failed: bool = False


class ChatAnswer(BaseModel):
    """The assistant's answer. `engine` says who answered; `suggestions` are answers to offer as buttons."""

    conversation_id: int
    response: str
    tool_calls: list[ToolCall]
    engine: str
    suggestions: list[str] = Field(default_factory=list)


class ConversationOut(BaseModel):
    """A conversation in the list."""

    id: int
    title: str
    created_at: datetime
    updated_at: datetime


class ConversationPage(BaseModel):
    """Conversations, the latest first."""

    items: list[ConversationOut]
    next_cursor: str | None
    total: int


class MessageOut(BaseModel):
    """One message as it was said."""

    id: int
    role: str
    content: str
    tool_calls: list[ToolCall]
    engine: str | None
    suggestions: list[str]
    created_at: datetime


class MessagePage(BaseModel):
    """Messages of a conversation, the oldest first."""

    items: list[MessageOut]
    next_cursor: str | None
    total: int
