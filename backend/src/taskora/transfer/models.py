"""The table of this feature."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from taskora.storage import Base, Timestamp


class CalendarFeed(Base):
    """A person's secret calendar address: at most one each, stored as a digest, so it is shown once only."""

    __tablename__ = "calendar_feeds"

    user_id: Mapped[str] = mapped_column(String(64), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Timestamp)
