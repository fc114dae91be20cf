"""The tables of webhooks."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from taskora.storage import Base, Timestamp

_Id = BigInteger().with_variant(Integer, "sqlite")
_AUTOINCREMENT = {"sqlite_autoincrement": True}


class Webhook(Base):
    """One address that wants to hear of events. `secret` signs, so it can't be a digest; it is shown once and never
    logged.

    `cursor` is the last event that was turned into a delivery. `disabled_reason` says why we switched it off.
    """

    __tablename__ = "webhooks"
    __table_args__ = (Index("ix_webhooks_owner", "user_id", "id"), _AUTOINCREMENT)

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(String(64), ForeignKey("users.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(String(2100))
    events: Mapped[list[str]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(Boolean)
    secret: Mapped[str] = mapped_column(String(100))
    cursor: Mapped[int] = mapped_column(BigInteger)
    last_success_at: Mapped[datetime | None] = mapped_column(Timestamp)
    disabled_reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    updated_at: Mapped[datetime] = mapped_column(Timestamp)


class WebhookDelivery(Base):
    """One message to one webhook. `body` is the exact text that is signed and sent, the same at every attempt.

    `next_attempt_at` is set while it is pending; a process that is sending moves it ahead first (a lease), so that no
    other one sends the same, and a crash only delays it.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_deliveries_next", "next_attempt_at"),
        Index("ix_webhook_deliveries_webhook", "webhook_id", "id"),
        _AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(_Id, ForeignKey("webhooks.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(String(64), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(40))
    message_id: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(Integer)
    next_attempt_at: Mapped[datetime | None] = mapped_column(Timestamp)
    response_status: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    finished_at: Mapped[datetime | None] = mapped_column(Timestamp)
