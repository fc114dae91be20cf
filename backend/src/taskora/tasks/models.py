"""The tables of this feature. Statements are written against them in Core form (see repository): a list of fifty tasks
needs plain rows, not an object graph."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    Time,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from taskora.storage import Base, Timestamp

# SQLite only counts up by itself in an INTEGER key; AUTOINCREMENT never gives a deleted id to somebody else, which
# undo needs.
_Id = BigInteger().with_variant(Integer, "sqlite")
_AUTOINCREMENT = {"sqlite_autoincrement": True}
# Sorting must not depend on the server's locale: byte order of folded text on both databases.
_Sorted = String(200).with_variant(String(200, collation="C"), "postgresql")


def _owner() -> Mapped[str]:
    return mapped_column(String(64), ForeignKey("users.id", ondelete="CASCADE"))


class Project(Base):
    """A named list of tasks. Inbox is not a row: it is the absence of a project."""

    __tablename__ = "projects"
    __table_args__ = (UniqueConstraint("user_id", "name_key"), _AUTOINCREMENT)

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    user_id: Mapped[str] = _owner()
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(200))
    color: Mapped[str | None] = mapped_column(String(7))
    archived: Mapped[bool] = mapped_column(Boolean)
    position: Mapped[float] = mapped_column(Float(53))
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    updated_at: Mapped[datetime] = mapped_column(Timestamp)


class Task(Base):
    """One task. `search_text` and `title_key` are folded copies (search.fold) so that both databases search and sort
    alike.

    `due_date` and `due_time` are the wall clock in `due_zone`; `due_at` is the instant computed from them (for a day
    without a time: the end of that day in its owner's zone). `steps` are always read and written with their task,
    hence JSON. `parent_task_id` names the occurrence this one followed; it may name a task that is gone, so it is no
    foreign key. `revision` counts the writes: 1 means untouched since it was made.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_created", "user_id", "completed", "created_at", "id"),
        Index("ix_tasks_due", "user_id", "completed", "due_at", "id"),
        Index("ix_tasks_priority", "user_id", "completed", "priority", "id"),
        Index("ix_tasks_title", "user_id", "completed", "title_key", "id"),
        Index("ix_tasks_position", "user_id", "completed", "position", "id"),
        Index("ix_tasks_completed", "user_id", "completed", "completed_at", "id"),
        Index("ix_tasks_project", "project_id", "completed"),
        Index("ix_tasks_parent", "parent_task_id"),
        _AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    user_id: Mapped[str] = _owner()
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    title_key: Mapped[str] = mapped_column(_Sorted)
    search_text: Mapped[str] = mapped_column(Text)
    completed: Mapped[bool] = mapped_column(Boolean)
    completed_at: Mapped[datetime | None] = mapped_column(Timestamp)
    priority: Mapped[int] = mapped_column(SmallInteger)
    project_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("projects.id", ondelete="SET NULL"))
    due_date: Mapped[date | None] = mapped_column(Date)
    due_time: Mapped[time | None] = mapped_column(Time)
    due_zone: Mapped[str | None] = mapped_column(String(64))
    due_at: Mapped[datetime | None] = mapped_column(Timestamp)
    rrule: Mapped[str | None] = mapped_column(String(500))
    exdates: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    recur_from: Mapped[str | None] = mapped_column(String(4))
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    position: Mapped[float] = mapped_column(Float(53))
    parent_task_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    updated_at: Mapped[datetime] = mapped_column(Timestamp)
    revision: Mapped[int] = mapped_column(Integer)


class Tag(Base):
    """A label. `name_key` (folded name) makes it unique per person whatever the case."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("user_id", "name_key"), _AUTOINCREMENT)

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    user_id: Mapped[str] = _owner()
    name: Mapped[str] = mapped_column(String(50))
    name_key: Mapped[str] = mapped_column(String(200))
    color: Mapped[str | None] = mapped_column(String(7))
    created_at: Mapped[datetime] = mapped_column(Timestamp)


class TaskTag(Base):
    """A tag on a task; `rank` keeps the order in which they were written."""

    __tablename__ = "task_tags"
    __table_args__ = (Index("ix_task_tags_tag", "tag_id", "task_id"),)

    task_id: Mapped[int] = mapped_column(_Id, ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(_Id, ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(SmallInteger)


class Reminder(Base):
    """When to speak up about a task: minutes before it is due, or an absolute instant.

    `fire_at` is the next instant to deliver at, null when there is nothing to wait for (no due date, completed, over).
    Delivery (the reminders feature) sets `fired_at`; snoozing sets `snoozed_until` and moves `fire_at` there;
    `dismissed_at` is when the person last said that they had seen it.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        Index("ix_reminders_task", "task_id"),
        Index("ix_reminders_fire", "fire_at"),
        _AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    user_id: Mapped[str] = _owner()
    task_id: Mapped[int] = mapped_column(_Id, ForeignKey("tasks.id", ondelete="CASCADE"))
    offset_minutes: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime | None] = mapped_column(Timestamp)
    fire_at: Mapped[datetime | None] = mapped_column(Timestamp)
    fired_at: Mapped[datetime | None] = mapped_column(Timestamp)
    snoozed_until: Mapped[datetime | None] = mapped_column(Timestamp)
    dismissed_at: Mapped[datetime | None] = mapped_column(Timestamp)


class Filter(Base):
    """A saved list query; `query` holds the same parameters as the list's address."""

    __tablename__ = "filters"
    __table_args__ = (UniqueConstraint("user_id", "name_key"), _AUTOINCREMENT)

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    user_id: Mapped[str] = _owner()
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(200))
    query: Mapped[dict[str, Any]] = mapped_column(JSON)
    position: Mapped[float] = mapped_column(Float(53))
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    updated_at: Mapped[datetime] = mapped_column(Timestamp)


class Change(Base):
    """One undoable change: the rows it touched, before and after (see journal)."""

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_owner", "user_id", "id"), _AUTOINCREMENT)

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    user_id: Mapped[str] = _owner()
    summary: Mapped[str] = mapped_column(String(300))
    rows: Mapped[list[Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Timestamp)
    undo_of: Mapped[int | None] = mapped_column(BigInteger)
    undone_by: Mapped[int | None] = mapped_column(BigInteger)


class TaskTotal(Base):
    """How many tasks a person has, kept by the journal, so that a list's total costs one row whatever the size."""

    __tablename__ = "task_totals"

    user_id: Mapped[str] = mapped_column(String(64), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    pending: Mapped[int] = mapped_column(Integer)
    completed: Mapped[int] = mapped_column(Integer)
