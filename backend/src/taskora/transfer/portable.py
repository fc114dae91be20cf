"""The export document: what a person's data looks like outside of the database, and inside an import before it is
settled.

A task travels in the JSON shape of the REST contract. Coming back, names count and ids don't (they may be somebody
else's by now); unknown fields are ignored, so that an export of a newer Taskora can still be read.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from taskora.tasks.schemas import (
    DueInput,
    Moment,
    Position,
    Priority,
    RecurrenceInput,
    Reminders,
    Steps,
    TagNames,
)
from taskora.tasks.text import Color, Description, Name, Title

FORMAT = "taskora"
VERSION = 1


def _name_of(value: Any) -> Any:
    """A project is written as {id, name}; only the name has a meaning elsewhere."""
    return value.get("name") if isinstance(value, dict) else value


def _without_ids(value: Any) -> Any:
    """Step ids count within one task only and are given anew."""
    if not isinstance(value, list):
        return value
    return [{k: v for k, v in step.items() if k != "id"} if isinstance(step, dict) else step for step in value]


class _Portable(BaseModel):
    model_config = ConfigDict(extra="ignore", validate_by_name=True, validate_by_alias=True)


class PortableTask(_Portable):
    """A task on its way in. `id` and `parent_task_id` only tie the tasks of one file together."""

    id: int | None = None
    title: Title
    description: Description = ""
    completed: bool = False
    completed_at: Moment | None = None
    priority: Priority = Priority.MEDIUM
    tags: TagNames = Field(default_factory=list)
    project: Annotated[Name | None, BeforeValidator(_name_of)] = None
    due: DueInput | None = None
    recurrence: RecurrenceInput | None = None
    reminders: Reminders = Field(default_factory=list)
    steps: Annotated[Steps, BeforeValidator(_without_ids)] = Field(default_factory=list)
    position: Position | None = None
    parent_task_id: int | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None


class PortableProject(_Portable):
    """A project on its way in."""

    id: int | None = None
    name: Name
    color: Color | None = None
    archived: bool = False
    position: Position | None = None


class PortableTag(_Portable):
    """A tag on its way in (the color is all that the tasks don't tell)."""

    id: int | None = None
    name: Name
    color: Color | None = None


class PortableFilter(_Portable):
    """A saved filter on its way in; its query is checked when it is settled."""

    name: Name
    query: dict[str, Any]


class Problem(BaseModel):
    """Something about one row: `skipped` rows are left out, `changed` ones come in, but not quite as written."""

    file: str | None = None
    line: int | None = None
    severity: Literal["skipped", "changed"]
    reason: str


class Draft(BaseModel):
    """One task as read from a file, and where it stood there."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: str | None
    line: int | None
    task: PortableTask


class Parsed(BaseModel):
    """What one file holds. `columns` says which header was taken for which field; the others are in
    `ignored_columns`.
    """

    kind: Literal["todoist", "csv", "taskora"]
    encoding: str | None = None
    delimiter: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    ignored_columns: list[str] = Field(default_factory=list)
    drafts: list[Draft] = Field(default_factory=list)
    projects: list[PortableProject] = Field(default_factory=list)
    tags: list[PortableTag] = Field(default_factory=list)
    filters: list[PortableFilter] = Field(default_factory=list)
    problems: list[Problem] = Field(default_factory=list)


class Reader(BaseModel):
    """What reading a file may need to know of the person: words such as "tomorrow" and "6/8" depend on it."""

    model_config = ConfigDict(frozen=True)

    now: datetime
    timezone: str
    locale: str
