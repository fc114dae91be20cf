"""What crosses the wire for tasks: the JSON shape of the REST contract, for answers and for writing.

Writing refuses unknown and read-only fields (`user_id`, `id`, timestamps) instead of ignoring them, so that nobody
believes to have set them.
"""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from taskora.tasks.text import Description, Name, TagName, Title, without_nul

MAX_ID = 2**63 - 1
MAX_BULK = 500
MAX_STEPS = 100
MAX_TAGS = 50
MAX_REMINDERS = 20
_MAX_OFFSET_MINUTES = 366 * 24 * 60

Id = Annotated[int, Field(ge=1, le=MAX_ID)]


class Priority(StrEnum):
    """From `low` to `urgent`; `medium` when nothing is said."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"


# Stored as numbers so that the database sorts them; higher is more urgent.
PRIORITY_RANK: dict[Priority, int] = {Priority.LOW: 1, Priority.MEDIUM: 2, Priority.HIGH: 3, Priority.URGENT: 4}
RANK_PRIORITY: dict[int, Priority] = {rank: name for name, rank in PRIORITY_RANK.items()}


def clock_text(value: time) -> str:
    """`HH:MM`, or `HH:MM:SS` when there are seconds."""
    return value.strftime("%H:%M:%S" if value.second else "%H:%M")


def _day(value: Any) -> Any:
    """Only a date or its ISO text: a bare number is not a day."""
    if isinstance(value, str):
        return date.fromisoformat(value.strip())
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("must be a date such as 2026-03-01")


def _clock(value: Any) -> Any:
    if isinstance(value, str):
        value = time.fromisoformat(value.strip())
    if not isinstance(value, time):
        raise ValueError("must be a time of day such as 09:30")
    if value.tzinfo is not None:
        raise ValueError("must not carry an offset; name the zone in timezone")
    return value.replace(microsecond=0)


def _sensible_year(value: date) -> date:
    # Keeps the conversion to an instant inside what both databases and every zone can hold.
    if not 1900 <= value.year <= 2999:
        raise ValueError("must lie between the years 1900 and 2999")
    return value


def _moment(value: Any) -> Any:
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    if not isinstance(value, datetime):
        raise ValueError("must be a date-time such as 2026-03-01T09:30:00Z")
    _sensible_year(value)
    return value


Day = Annotated[date, BeforeValidator(_day), AfterValidator(_sensible_year)]
ClockTime = Annotated[time, BeforeValidator(_clock), PlainSerializer(clock_text, return_type=str)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
ZoneName = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(without_nul)]
RuleText = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(without_nul)]


class _Out(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)


class ProjectRef(_Out):
    """The project of a task."""

    id: int
    name: str


class Due(_Out):
    """A day, or a day and a time of day in a zone; the zone is null for a day without a time."""

    date: date
    time: ClockTime | None
    timezone: str | None


class Recurrence(_Out):
    """How a task repeats: RFC 5545 rule, days left out, counted from the due date or from completion."""

    rrule: str
    exdates: list[date]
    from_: Literal["due", "done"] = Field(alias="from")


class OffsetReminder(_Out):
    """So many minutes before the task is due (before 09:00 for a day without a time)."""

    offset_minutes: int


class MomentReminder(_Out):
    """At an instant of its own."""

    at: datetime


class Step(_Out):
    """One checkable step of a task."""

    id: int
    title: str
    completed: bool


class TaskOut(_Out):
    """A task as every front door shows it."""

    id: int
    title: str
    description: str
    completed: bool
    completed_at: datetime | None
    priority: Priority
    tags: list[str]
    project: ProjectRef | None
    due: Due | None
    recurrence: Recurrence | None
    reminders: list[OffsetReminder | MomentReminder]
    steps: list[Step]
    position: float
    parent_task_id: int | None
    created_at: datetime
    updated_at: datetime


class TaskPage(_Out):
    """One page of a list; `total` counts all matches, `next_cursor` is null on the last page."""

    items: list[TaskOut]
    next_cursor: str | None
    total: int


class Completed(_Out):
    """The answer to ticking: the task, and for a repeating task the next one."""

    task: TaskOut
    next: TaskOut | None


class DueInput(_In):
    """A due date as written; without `timezone` a time of day is in the caller's zone."""

    date: Day
    time: ClockTime | None = None
    timezone: ZoneName | None = None


class RecurrenceInput(_In):
    """A repeat rule as written: `rrule` may also be English ("every other tuesday")."""

    rrule: RuleText
    exdates: list[Day] = Field(default_factory=list, max_length=366)
    from_: Literal["due", "done"] = Field(default="due", alias="from")


class ReminderInput(_In):
    """Exactly one of `offset_minutes` (before due) and `at` (without an offset: in the caller's zone)."""

    offset_minutes: Annotated[int, Field(ge=0, le=_MAX_OFFSET_MINUTES)] | None = None
    at: Moment | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "ReminderInput":
        if (self.offset_minutes is None) == (self.at is None):
            raise ValueError("give either offset_minutes or at")
        return self


class StepInput(_In):
    """A step as written; with the `id` of an existing step it stays that step, without one it is new."""

    id: Id | None = None
    title: Title
    completed: bool = False


class ProjectInputRef(_In):
    """A project in the shape it is shown in; the id counts, the name is for readers."""

    id: Id
    name: str | None = None


class Place(_In):
    """A place in the manual order, next to another task: exactly one of `before` and `after`."""

    before: Id | None = None
    after: Id | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "Place":
        if (self.before is None) == (self.after is None):
            raise ValueError("give either before or after")
        return self


def _none_to_empty(value: object) -> object:
    return [] if value is None else value


ProjectValue = Id | Name | ProjectInputRef | None
DueValue = DueInput | Annotated[str, Field(max_length=64)] | None
RecurrenceValue = RecurrenceInput | RuleText | None
TagNames = Annotated[list[TagName], BeforeValidator(_none_to_empty), Field(max_length=MAX_TAGS)]
Reminders = Annotated[list[ReminderInput], BeforeValidator(_none_to_empty), Field(max_length=MAX_REMINDERS)]
Steps = Annotated[list[StepInput], BeforeValidator(_none_to_empty), Field(max_length=MAX_STEPS)]
Position = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]


class _TaskFields(_In):
    description: Description = ""
    priority: Priority = Priority.MEDIUM
    tags: TagNames = Field(default_factory=list, description="Names; unknown ones are created.")
    project: ProjectValue = Field(
        default=None, description="Id, or name (created when there is none of that name), or null for the Inbox."
    )
    due: DueValue = Field(
        default=None,
        description="Object, ISO date, or ISO date-time (an offset is converted into the caller's zone).",
    )
    recurrence: RecurrenceValue = Field(default=None, description="Object, RFC 5545 RRULE, or English.")
    reminders: Reminders = Field(default_factory=list)
    steps: Steps = Field(default_factory=list)


class TaskInput(_TaskFields):
    """A new task, or the whole of an existing one (PUT).

    On PUT a field that is absent gets its default, except `completed` and `position`, which are kept.
    """

    title: Title
    completed: bool = False
    position: Position | Place | None = Field(default=None, description="Number, or next to a task; default: last.")


def _without_defaults(schema: dict[str, Any]) -> None:
    """An absent field of a patch is left alone, so its default would be a lie in the documentation."""
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


class TaskPatch(_TaskFields):
    """Some fields of a task: what is absent stays; null empties description, due, recurrence, project and the lists."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    title: Title = ""
    completed: bool = False
    position: Position | Place = 0.0


class BulkAction(StrEnum):
    """What a bulk change does to every task that it names."""

    COMPLETE = "complete"
    REOPEN = "reopen"
    DELETE = "delete"
    MOVE = "move"
    TAG = "tag"
    UNTAG = "untag"
    PRIORITY = "priority"
    RESCHEDULE = "reschedule"


# The field that an action can't do without; `move` and `reschedule` take null (Inbox, no date) but want to hear it
# said.
BULK_NEEDS: dict[BulkAction, str] = {
    BulkAction.MOVE: "project",
    BulkAction.TAG: "tags",
    BulkAction.UNTAG: "tags",
    BulkAction.PRIORITY: "priority",
    BulkAction.RESCHEDULE: "due",
}


class BulkRequest(_In):
    """One change to many tasks; all of them or none."""

    ids: list[Id] = Field(min_length=1, max_length=MAX_BULK)
    action: BulkAction
    project: ProjectValue = None
    tags: TagNames = Field(default_factory=list)
    priority: Priority | None = None
    due: DueValue = Field(default=None, description="A date alone keeps each task's own time of day.")

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> "BulkRequest":
        needed = BULK_NEEDS.get(self.action)
        empty_allowed = self.action in (BulkAction.MOVE, BulkAction.RESCHEDULE)
        if needed and (needed not in self.model_fields_set or (not empty_allowed and not getattr(self, needed))):
            raise ValueError(f"the action {self.action} needs {needed}")
        return self


class BulkDone(_Out):
    """How many tasks changed; `change_id` takes it back."""

    updated: int
    change_id: int | None


class UndoRequest(_In):
    """Which change to take back; the last one when absent."""

    change_id: Id | None = None


class Undone(_Out):
    """What was taken back: `change_id` is the undo itself (undo that one to redo), `restored` counts tasks."""

    change_id: int
    summary: str
    restored: int
