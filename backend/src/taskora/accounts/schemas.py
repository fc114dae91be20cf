"""What crosses the wire for accounts."""

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from taskora.accounts.emails import normalise_email

Scope = Literal["tasks:read", "tasks:write", "chat", "mcp"]


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("must be an IANA time zone such as Europe/Berlin")
    return value


def _plain_line(value: str) -> str:
    if any(ord(char) < 32 or ord(char) == 127 for char in value):
        raise ValueError("must be one line of text")
    return value


def _trim(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


Email = Annotated[str, Field(max_length=320, examples=["sana@example.org"]), AfterValidator(normalise_email)]
Name = Annotated[
    str,
    BeforeValidator(_trim),
    StringConstraints(min_length=1, max_length=100),
    AfterValidator(_plain_line),
]
# Length and strength are judged by accounts.passwords; this bound only keeps rubbish out.
Password = Annotated[str, Field(max_length=1024, json_schema_extra={"format": "password"})]
TimeZone = Annotated[str, Field(max_length=64, examples=["Asia/Karachi"]), AfterValidator(_known_zone)]
Locale = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", max_length=35)]


class Input(BaseModel):
    """What a caller sends: unknown fields are refused, so that nobody assigns what isn't theirs to set."""

    model_config = ConfigDict(extra="forbid")


class SignUpInput(Input):
    """A new account."""

    name: Name
    email: Email
    password: Password
    timezone: TimeZone | None = None
    locale: Locale | None = None


class SignInInput(Input):
    """Credentials of an existing account."""

    email: Annotated[str, Field(max_length=320)]
    password: Password


class UserOut(BaseModel):
    """The person who is signed in."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    email: str
    name: str
    timezone: str
    locale: str
    week_start: Annotated[int, Field(ge=0, le=6, description="0 Monday … 6 Sunday")]
    created_at: datetime


class SignedIn(BaseModel):
    """A bearer token for programs; browsers use the cookie that comes with it."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of a kind
    expires_in: Annotated[int, Field(description="Seconds until the bearer token ends.")]
    user: UserOut


class CurrentSession(BaseModel):
    """Who is signed in, and by what."""

    user: UserOut
    scopes: list[str]
    session_id: str | None


class ProfilePatch(Input):
    """What a person may change about themselves; fields left out stay."""

    name: Name | None = None
    timezone: TimeZone | None = None
    locale: Locale | None = None
    week_start: Annotated[int, Field(ge=0, le=6)] | None = None


class PasswordChange(Input):
    """A new password, proven by the old one."""

    current_password: Password
    new_password: Password


class PasswordProof(Input):
    """The password once more, before something that can't be undone."""

    password: Password


class SessionOut(BaseModel):
    """One device that is signed in."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    user_agent: str
    address: str
    current: bool = False


class SessionList(BaseModel):
    """Every device that is signed in, the newest first."""

    items: list[SessionOut]


class TokenInput(Input):
    """A personal API token to create."""

    name: Name
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=4)]
    expires_in_days: Annotated[int, Field(ge=1, le=3650)] | None = Field(
        90, description="Days until it ends; null means never."
    )


class TokenPatch(Input):
    """A new name for a token; rights and expiry never grow."""

    name: Name


class TokenOut(BaseModel):
    """A token as listed: never the token itself."""

    id: int
    name: str
    hint: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class TokenCreated(TokenOut):
    """The only answer that holds the token. It can't be shown again."""

    token: str


class TokenList(BaseModel):
    """Every token of the person, the newest first."""

    items: list[TokenOut]
