"""What an export consists of: one section a kind of thing, each read in pages. Features above this one add theirs.

A section is a list in taskora.json and a CSV file in the ZIP.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.events.webhooks.repository import WEBHOOKS
from taskora.tasks.journal import FILTERS, PROJECTS, TAGS
from taskora.transfer import repository
from taskora.transfer.formats.own import TASK_COLUMNS, task_cells
from taskora.transfer.repository import EVENTS, Page

Pages = Callable[[AsyncSession, Caller], AsyncIterator[Page]]


@dataclass(frozen=True)
class Section:
    """One kind of thing. `columns` names the CSV columns; `cells` makes them from a row (default: the row's own
    values).
    """

    name: str
    columns: tuple[str, ...]
    pages: Pages
    cells: Callable[[Mapping[str, Any]], list[object]] | None = None

    def row(self, item: Mapping[str, Any]) -> list[object]:
        """The cells of one item; lists and objects are written as JSON."""
        if self.cells is not None:
            return self.cells(item)
        return [plain_cell(item[name]) for name in self.columns]


def plain_cell(value: Any) -> object:
    """A value for a cell: texts, numbers, booleans and None as they are, everything else as JSON."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return to_json(value).decode().strip('"')


def owned(name: str, table: Table, columns: tuple[str, ...]) -> Section:
    """The section of a table that has `id` and `user_id`; only the named columns leave."""

    async def pages(session: AsyncSession, caller: Caller) -> AsyncIterator[Page]:
        statement = select(*(table.c[column] for column in columns)).where(table.c.user_id == caller.user_id)
        async for page in repository.pages_by_id(session, statement, table.c.id):
            yield page

    return Section(name, columns, pages)


async def _tasks(session: AsyncSession, caller: Caller) -> AsyncIterator[Page]:
    async for page in repository.task_pages(session, caller.user_id):
        yield [task.model_dump(mode="json", by_alias=True) for task in page]


TASKS_SECTION = Section("tasks", TASK_COLUMNS, _tasks, task_cells)

SECTIONS: list[Section] = [
    owned("projects", PROJECTS, ("id", "name", "color", "archived", "position", "created_at", "updated_at")),
    owned("tags", TAGS, ("id", "name", "color", "created_at")),
    owned("filters", FILTERS, ("id", "name", "query", "position", "created_at", "updated_at")),
    TASKS_SECTION,
    owned("webhooks", WEBHOOKS, ("id", "url", "events", "active", "created_at", "updated_at")),
    owned("activity", EVENTS, ("id", "type", "task_id", "payload", "created_at")),
]
