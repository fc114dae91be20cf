"""What crosses the wire for reminders."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from taskora.tasks.schemas import Due, Moment

MAX_SNOOZE_MINUTES = 366 * 24 * 60


class ReminderState(StrEnum):
    """`upcoming`: will fire; `snoozed`: fired or not, put off; `due`: has fired and waits to be seen."""

    UPCOMING = "upcoming"
    SNOOZED = "snoozed"
    DUE = "due"


class ReminderOut(BaseModel):
    """A reminder with its task. `offset_minutes` counts from the due time, or from 09:00 of a day without a time."""

    id: int
    task_id: int
    title: str
    due: Due | None
    state: ReminderState
    offset_minutes: int | None
    at: datetime | None
    fire_at: datetime | None
    fired_at: datetime | None
    snoozed_until: datetime | None


class ReminderList(BaseModel):
    """Reminders in the order of their instants."""

    items: list[ReminderOut]
    next_cursor: Annotated[None, Field(description="Always null: the list is whole.")] = None
    total: int


class SnoozeInput(BaseModel):
    """Exactly one of `minutes` (from now) and `until` (without an offset: on the caller's clock)."""

    model_config = ConfigDict(extra="forbid")

    minutes: Annotated[int, Field(ge=1, le=MAX_SNOOZE_MINUTES)] | None = None
    until: Moment | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "SnoozeInput":
        if (self.minutes is None) == (self.until is None):
            raise ValueError("give either minutes or until")
        return self
