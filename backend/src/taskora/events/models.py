"""The outbox table."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from taskora.storage import Base, Timestamp


class Event(Base):
    """One thing that happened to one person's data.

    `id` grows in commit order within one owner (see storage.locks), which is what Last-Event-ID and webhooks resume
    from. `task_id` is no foreign key: the row outlives its task.
    """

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_owner", "user_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(64), ForeignKey("users.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(40))
    task_id: Mapped[int | None] = mapped_column(BigInteger)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Timestamp)
