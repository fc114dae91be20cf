"""Tables of people and their credentials. Secrets are stored as digests only; nothing here can be turned back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from taskora.storage import Base, Timestamp


class User(Base):
    """A person. Everything else that belongs to them references `users.id` ON DELETE CASCADE."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # stored lower-cased
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str | None] = mapped_column(String(255))  # none: the person came with a foreign token
    timezone: Mapped[str] = mapped_column(String(64), default="UTC", server_default="UTC")
    locale: Mapped[str] = mapped_column(String(35), default="en-US", server_default="en-US")
    week_start: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))  # 0 Monday … 6 Sunday
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    # Tokens without a session of ours (a Better Auth front end's) must be issued after this instant.
    tokens_valid_from: Mapped[datetime | None] = mapped_column(Timestamp)


class SignInSession(Base):
    """One sign-in: the browser's cookie and the bearer token that was answered with it live and die together."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(64), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    cookie_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    last_seen_at: Mapped[datetime] = mapped_column(Timestamp)
    expires_at: Mapped[datetime] = mapped_column(Timestamp, index=True)
    user_agent: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64))


class ApiToken(Base):
    """A personal API token: shown once, stored as SHA-256."""

    __tablename__ = "api_tokens"
    __table_args__ = ({"sqlite_autoincrement": True},)  # a revoked id never comes back as another token's

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[str] = mapped_column(String(64), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(16))  # the first characters, to tell tokens apart in a list
    scopes: Mapped[str] = mapped_column(String(200))  # space-separated, as in OAuth
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    expires_at: Mapped[datetime | None] = mapped_column(Timestamp)
    last_used_at: Mapped[datetime | None] = mapped_column(Timestamp)


class ClosedAccount(Base):
    """The id of a deleted account, so that an old foreign token can't bring it back to life."""

    __tablename__ = "closed_accounts"

    user_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(Timestamp)


class ThrottleCounter(Base):
    """How often something happened within a window; shared by every replica."""

    __tablename__ = "throttle_counters"

    key_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    resets_at: Mapped[datetime] = mapped_column(Timestamp)

    __table_args__ = (Index("ix_throttle_counters_resets_at", "resets_at"),)
