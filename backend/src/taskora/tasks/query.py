"""What a list can be asked: the parameters of GET /tasks, which saved filters hold too."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import ColumnElement

from taskora.kit.errors import Invalid
from taskora.tasks.journal import TASKS
from taskora.tasks.schemas import Day, Priority
from taskora.tasks.text import SearchText, without_nul

MAX_LIMIT = 200
_MAX_VALUES = 50


class Status(StrEnum):
    """Which tasks: all, those still to be done, those done."""

    ALL = "all"
    PENDING = "pending"
    COMPLETED = "completed"


class SortBy(StrEnum):
    """What a list is sorted by; `manual` is the order made by dragging, `completed` the moment of ticking."""

    CREATED = "created"
    DUE = "due"
    PRIORITY = "priority"
    TITLE = "title"
    MANUAL = "manual"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Sorting:
    """How one sort works: its column, its natural direction, whether the column can be empty (always last), cursor
    check.
    """

    column: ColumnElement[Any]
    descending: bool
    nullable: bool
    restore: Callable[[Any], Any]


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment


def _rank(value: Any) -> int:
    rank = int(value)
    if not 0 <= rank <= 9:
        raise ValueError("no priority")
    return rank


def _position(value: Any) -> float:
    position = float(value)
    if not abs(position) < 1e18:
        raise ValueError("no position")
    return position


def _key(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no title")
    return without_nul(value)


SORTINGS: dict[SortBy, Sorting] = {
    SortBy.CREATED: Sorting(TASKS.c.created_at, True, False, _moment),
    SortBy.DUE: Sorting(TASKS.c.due_at, False, True, _moment),
    SortBy.PRIORITY: Sorting(TASKS.c.priority, True, False, _rank),
    SortBy.TITLE: Sorting(TASKS.c.title_key, False, False, _key),
    SortBy.MANUAL: Sorting(TASKS.c.position, False, False, _position),
    SortBy.COMPLETED: Sorting(TASKS.c.completed_at, True, True, _moment),
}


def _split(value: Any) -> Any:
    """`a,b` and repeated parameters mean the same; blanks are dropped."""
    parts = [value] if isinstance(value, str | int) else value
    if not isinstance(parts, list | tuple):
        return value
    split = [piece.strip() for part in parts for piece in str(part).split(",")]
    return [piece for piece in split if piece]


_Word = Annotated[str, Field(max_length=100), AfterValidator(without_nul)]
_Priorities = Annotated[list[Priority], BeforeValidator(_split), Field(max_length=_MAX_VALUES)]
_Words = Annotated[list[_Word], BeforeValidator(_split), Field(max_length=_MAX_VALUES)]


class FilterQuery(BaseModel):
    """The part of a list query that can be saved. Values of one parameter are alternatives, parameters narrow each
    other.
    """

    model_config = ConfigDict(extra="forbid")

    status: Status = Status.ALL
    sort: SortBy = SortBy.CREATED
    order: Literal["asc", "desc"] | None = Field(default=None, description="Default: the natural one of the sort.")
    search: SearchText | None = Field(
        default=None, description="Words in title or description; small typos are forgiven."
    )
    priority: _Priorities = Field(default_factory=list, description="Repeat it or separate with commas.")
    tags: _Words = Field(default_factory=list, description="Names; any of them.")
    project: _Words = Field(default_factory=list, description="Ids or names; `inbox` for tasks without a project.")
    due_before: Day | None = Field(default=None, description="Due on this day or earlier.")
    due_after: Day | None = Field(default=None, description="Due on this day or later.")
    overdue: bool | None = Field(default=None, description="true: only overdue tasks, false: only others.")


class TaskQuery(FilterQuery):
    """A list query: a filter, and which page of it."""

    model_config = ConfigDict(extra="ignore")

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 50
    cursor: Annotated[str, Field(max_length=2_000)] | None = Field(default=None, description="next_cursor of a page.")

    @property
    def descending(self) -> bool:
        """The direction asked for, or the natural one."""
        return SORTINGS[self.sort].descending if self.order is None else self.order == "desc"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the sort value (None among the tasks without one), the id, and the ids mode of the search."""

    value: Any
    task_id: int
    fuzzy: bool


def cursor_values(query: TaskQuery, value: Any, task_id: int, fuzzy: bool) -> list[Any]:
    """What the cursor packs; the sort is in it, so that a cursor of another list is refused."""
    packed = value.isoformat() if isinstance(value, datetime) else value
    return [f"{query.sort}{'-' if query.descending else '+'}", packed, task_id, fuzzy]


CURSOR_LENGTH = 4


def read_cursor(query: TaskQuery, values: list[Any]) -> Position:
    """The position that the cursor packed. Raises Invalid when it belongs to another sort or was tampered with."""
    sort, value, task_id, fuzzy = values
    problem = Invalid("The cursor does not belong to this list. Start again without one.", field="cursor")
    sorting = SORTINGS[query.sort]
    if sort != f"{query.sort}{'-' if query.descending else '+'}" or not isinstance(fuzzy, bool):
        raise problem
    if isinstance(task_id, bool) or not isinstance(task_id, int) or not 0 <= task_id < 2**63:
        raise problem
    if value is None:
        if not sorting.nullable:
            raise problem
        return Position(None, task_id, fuzzy)
    try:
        return Position(sorting.restore(value), task_id, fuzzy)
    except (TypeError, ValueError, OverflowError) as error:
        raise problem from error
