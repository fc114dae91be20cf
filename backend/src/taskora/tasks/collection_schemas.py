"""What crosses the wire for tags, projects and saved filters."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from taskora.tasks.query import FilterQuery
from taskora.tasks.schemas import Position
from taskora.tasks.text import Color, Name, TagName


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TagOut(_Out):
    """A tag."""

    id: int
    name: str
    color: str | None
    created_at: datetime


class TagInput(_In):
    """A tag as written; names are unique whatever the case."""

    name: TagName
    color: Color | None = None


class ProjectOut(_Out):
    """A project."""

    id: int
    name: str
    color: str | None
    archived: bool
    position: float
    created_at: datetime
    updated_at: datetime


class ProjectInput(_In):
    """A project as written; on PUT an absent `archived` or `position` is kept."""

    name: Name
    color: Color | None = None
    archived: bool = False
    position: Position | None = Field(default=None, description="Place in the list; default: last.")


class FilterOut(_Out):
    """A saved filter: `query` holds the parameters that GET /tasks takes."""

    id: int
    name: str
    query: FilterQuery
    position: float
    created_at: datetime
    updated_at: datetime


class FilterInput(_In):
    """A saved filter as written."""

    name: Name
    query: FilterQuery
    position: Position | None = None


Item = TypeVar("Item")


class Listing(BaseModel, Generic[Item]):
    """A list that is short enough to come whole."""

    items: list[Item]
    next_cursor: Annotated[None, Field(description="Always null: the list is whole.")] = None
    total: int
