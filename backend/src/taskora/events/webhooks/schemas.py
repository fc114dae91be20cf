"""What crosses the wire for webhooks."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticCustomError

MAX_EVENTS = 20

_URL: TypeAdapter[HttpUrl] = TypeAdapter(HttpUrl)


def _web_address(value: object) -> str:
    """An address in one normal form: `http://2130706433` becomes `http://127.0.0.1/`, names become ASCII."""
    try:
        url = _URL.validate_python(value)
    except ValidationError as error:
        raise PydanticCustomError("url", "must be a web address such as https://example.org/hook") from error
    if url.username is not None or url.password is not None:
        raise PydanticCustomError("url_user", "must not hold a user name or password")
    if url.fragment is not None:
        raise PydanticCustomError("url_fragment", "must not hold a fragment (#)")
    return str(url)


WebhookUrl = Annotated[
    str, BeforeValidator(_web_address), Field(max_length=2083, examples=["https://example.org/taskora"])
]
EventPattern = Annotated[str, StringConstraints(pattern=r"^(\*|[a-z]{2,20}(\.(\*|[a-z]{2,20}))?)$", max_length=41)]


class WebhookInput(BaseModel):
    """A webhook as written. `events` are types (`task.completed`), families (`task.*`) or `*` for all."""

    model_config = ConfigDict(extra="forbid")

    url: WebhookUrl
    events: Annotated[list[EventPattern], Field(min_length=1, max_length=MAX_EVENTS)] = Field(
        default_factory=lambda: ["*"]
    )
    active: bool = True


class WebhookOut(BaseModel):
    """A webhook. Switched off by us when `disabled_reason` says so; switching it on again clears it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    url: str
    events: list[str]
    active: bool
    disabled_reason: str | None
    last_success_at: datetime | None
    created_at: datetime
    updated_at: datetime


class WebhookSecret(WebhookOut):
    """A new webhook, or one with a new secret: `secret` is shown this once."""

    secret: str


class WebhookList(BaseModel):
    """The caller's webhooks."""

    items: list[WebhookOut]
    next_cursor: Annotated[None, Field(description="Always null: the list is whole.")] = None
    total: int


class DeliveryOut(BaseModel):
    """One message to a webhook and what came of it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    type: str
    message_id: str
    event_id: int | None
    status: Literal["pending", "delivered", "failed", "cancelled"]
    attempts: int
    next_attempt_at: datetime | None
    response_status: int | None
    error: str | None
    body: str
    created_at: datetime
    finished_at: datetime | None


class DeliveryList(BaseModel):
    """The newest deliveries of a webhook, newest first."""

    items: list[DeliveryOut]
    next_cursor: Annotated[None, Field(description="Always null: only the newest are listed.")] = None
    total: int
