"""The use cases of tags, projects and saved filters. Like every write here, each is one undoable change.

Deleting a project moves its tasks to the Inbox, deleting a tag takes it off its tasks; undo puts both back as they
were.
"""

from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.kit import clock
from taskora.kit.errors import NotFound
from taskora.tasks import repository
from taskora.tasks.collection_schemas import FilterInput, ProjectInput, TagInput
from taskora.tasks.errors import FilterNotFound, NameTaken, ProjectNotFound, TagNotFound
from taskora.tasks.journal import FILTERS, POSITION_STEP, PROJECTS, TAGS, TASK_TAGS, TASKS, Journal, Row
from taskora.tasks.labels import last_position, new_project, new_tag
from taskora.tasks.search import fold_name

Written = tuple[Row, int | None]
"""The row as it is now, and the change that undo takes back."""

_MISSING: dict[str, type[NotFound]] = {"tags": TagNotFound, "projects": ProjectNotFound, "filters": FilterNotFound}


async def list_tags(session: AsyncSession, caller: Caller, prefix: str = "") -> list[Row]:
    """The caller's tags by name; with `prefix` those that start with it, whatever the case (autocomplete)."""
    start = fold_name(prefix)
    return [row for row in await repository.tags(session, caller.user_id) if row["name_key"].startswith(start)]


async def create_tag(session: AsyncSession, caller: Caller, tag: TagInput) -> Written:
    """A new tag. Raises NameTaken."""
    journal = await Journal.open(session, caller.user_id, clock.now())
    await _refuse_taken(journal, TAGS, tag.name)
    row = (await journal.insert(TAGS, [new_tag(journal, tag.name, tag.color)]))[0]
    return row, await journal.close(f"Added the tag “{tag.name}”")


async def replace_tag(session: AsyncSession, caller: Caller, tag_id: int, tag: TagInput) -> Written:
    """Rename or recolor a tag. Raises TagNotFound, NameTaken."""
    journal = await Journal.open(session, caller.user_id, clock.now())
    values = {"name": tag.name, "name_key": fold_name(tag.name), "color": tag.color}
    return await _replace(journal, TAGS, tag_id, values)


async def delete_tag(session: AsyncSession, caller: Caller, tag_id: int) -> int | None:
    """Delete a tag and take it off its tasks. Raises TagNotFound."""
    journal = await Journal.open(session, caller.user_id, clock.now())
    row = await _owned(journal, TAGS, tag_id)
    await journal.delete(TASK_TAGS, await repository.links_of_tag(session, caller.user_id, tag_id))
    await journal.delete(TAGS, [row])
    return await journal.close(f"Deleted the tag “{row['name']}”")


async def list_projects(session: AsyncSession, caller: Caller, archived: bool | None = None) -> list[Row]:
    """The caller's projects in their order; `archived` narrows to those that are, or are not."""
    rows = await repository.projects(session, caller.user_id)
    return [row for row in rows if archived is None or row["archived"] is archived]


async def create_project(session: AsyncSession, caller: Caller, project: ProjectInput) -> Written:
    """A new project. Raises NameTaken."""
    journal = await Journal.open(session, caller.user_id, clock.now())
    await _refuse_taken(journal, PROJECTS, project.name)
    position = project.position
    if position is None:
        position = await last_position(journal) + POSITION_STEP
    draft = new_project(journal, project.name, position, project.color) | {"archived": project.archived}
    row = (await journal.insert(PROJECTS, [draft]))[0]
    return row, await journal.close(f"Added the project “{project.name}”")


async def replace_project(session: AsyncSession, caller: Caller, project_id: int, project: ProjectInput) -> Written:
    """Rename, recolor, archive or move a project. Raises ProjectNotFound, NameTaken."""
    journal = await Journal.open(session, caller.user_id, clock.now())
    values: Row = {"name": project.name, "name_key": fold_name(project.name), "color": project.color}
    if "archived" in project.model_fields_set:
        values["archived"] = project.archived
    if project.position is not None:
        values["position"] = project.position
    return await _replace(journal, PROJECTS, project_id, values)


async def delete_project(session: AsyncSession, caller: Caller, project_id: int) -> int | None:
    """Delete a project; its tasks move to the Inbox. Raises ProjectNotFound."""
    journal = await Journal.open(session, caller.user_id, clock.now())
    row = await _owned(journal, PROJECTS, project_id)
    mine = select(TASKS).where(TASKS.c.user_id == caller.user_id, TASKS.c.project_id == project_id)
    await journal.update(TASKS, [(task, {"project_id": None}) for task in await repository.rows(session, mine)])
    await journal.delete(PROJECTS, [row])
    return await journal.close(f"Deleted the project “{row['name']}”")


async def list_filters(session: AsyncSession, caller: Caller) -> list[Row]:
    """The caller's saved filters in their order."""
    return await repository.filters(session, caller.user_id)


async def create_filter(session: AsyncSession, caller: Caller, saved: FilterInput) -> Written:
    """Save a filter. Raises NameTaken."""
    journal = await Journal.open(session, caller.user_id, clock.now())
    await _refuse_taken(journal, FILTERS, saved.name)
    position = saved.position
    if position is None:
        existing = await repository.filters(session, caller.user_id)
        position = max((row["position"] for row in existing), default=0.0) + POSITION_STEP
    draft = {
        "user_id": caller.user_id,
        **_filter_values(saved),
        "position": position,
        "created_at": journal.now,
        "updated_at": journal.now,
    }
    row = (await journal.insert(FILTERS, [draft]))[0]
    return row, await journal.close(f"Saved the filter “{saved.name}”")


async def replace_filter(session: AsyncSession, caller: Caller, filter_id: int, saved: FilterInput) -> Written:
    """Change a saved filter. Raises FilterNotFound, NameTaken."""
    journal = await Journal.open(session, caller.user_id, clock.now())
    values = _filter_values(saved) | ({} if saved.position is None else {"position": saved.position})
    return await _replace(journal, FILTERS, filter_id, values)


async def delete_filter(session: AsyncSession, caller: Caller, filter_id: int) -> int | None:
    """Delete a saved filter; tasks don't care. Raises FilterNotFound."""
    journal = await Journal.open(session, caller.user_id, clock.now())
    row = await _owned(journal, FILTERS, filter_id)
    await journal.delete(FILTERS, [row])
    return await journal.close(f"Deleted the filter “{row['name']}”")


def _filter_values(saved: FilterInput) -> dict[str, Any]:
    query = saved.query.model_dump(mode="json", exclude_defaults=True)
    return {"name": saved.name, "name_key": fold_name(saved.name), "query": query}


async def _replace(journal: Journal, table: Table, row_id: int, values: Row) -> Written:
    row = await _owned(journal, table, row_id)
    await _refuse_taken(journal, table, values["name"], but=row_id)
    changed = (await journal.update(table, [(row, values)]))[0]
    return changed, await journal.close(f"Changed the {table.name[:-1]} “{changed['name']}”")


async def _owned(journal: Journal, table: Table, row_id: int) -> Row:
    row = await repository.one(journal.session, table, journal.user_id, row_id)
    if row is None:
        raise _MISSING[table.name]()
    return row


async def _refuse_taken(journal: Journal, table: Table, name: str, but: int = 0) -> None:
    statement = select(table.c.id).where(
        table.c.user_id == journal.user_id, table.c.name_key == fold_name(name), table.c.id != but
    )
    if (await journal.session.execute(statement)).first() is not None:
        raise NameTaken(f"There is a {table.name[:-1]} “{name}” already. Choose another name.")
