"""Failures of the chat that a person can do something about."""

from taskora.kit.errors import Invalid, NotFound


class MessageRequired(Invalid):
    """Nothing was said."""

    code, status = "MESSAGE_REQUIRED", 422
    default_message = "Write a message first, for example “Add buy milk tomorrow”."

    def __init__(self) -> None:
        super().__init__(field="message")


class MessageTooLong(Invalid):
    """More than the limit after trimming."""

    code, status = "MESSAGE_TOO_LONG", 422
    default_message = "The message is too long. Shorten it or send it in parts."

    def __init__(self, limit: int, length: int) -> None:
        super().__init__(
            f"The message has {length:,} characters; at most {limit:,} fit. Shorten it or send it in parts.",
            field="message",
            limit=limit,
            length=length,
        )


class ConversationNotFound(NotFound):
    """Missing, deleted or somebody else's."""

    code = "CONVERSATION_NOT_FOUND"
    default_message = "There is no such conversation. Start a new one by leaving the conversation out."
