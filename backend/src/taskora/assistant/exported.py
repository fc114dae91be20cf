"""What an export says of the assistant: conversations and their messages, as sections beside the tasks.

The web application adds them (see transfer.sections), because transfer is below this layer and knows nothing of it.
"""

from sqlalchemy import Table

from taskora.assistant.models import Conversation, Message
from taskora.transfer.sections import Section, owned

_CONVERSATIONS: Table = Conversation.__table__  # type: ignore[assignment]
_MESSAGES: Table = Message.__table__  # type: ignore[assignment]

EXPORT_SECTIONS: tuple[Section, ...] = (
    owned("conversations", _CONVERSATIONS, ("id", "title", "created_at", "updated_at")),
    owned("messages", _MESSAGES, ("id", "conversation_id", "role", "content", "tool_calls", "engine", "created_at")),
)
