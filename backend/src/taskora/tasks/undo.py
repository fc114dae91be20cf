"""Taking a change back, and taking that back again.

An undo puts every row of the change to what it was before, as a change of its own. It refuses when something newer
would be lost: a value that was changed again since, a task that was edited after the change created it. What has
vanished meanwhile but holds nothing of its own (the project or a tag of a task that comes back) is left out.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.kit import clock
from taskora.kit.errors import NotFound
from taskora.tasks import repository
from taskora.tasks.errors import NothingToUndo, UndoWouldLose
from taskora.tasks.journal import CHANGES, JOURNALLED, PROJECTS, TASKS, Journal, Row, key_of, thawed
from taskora.tasks.schemas import Undone

# Bookkeeping that follows from the rest: a difference here alone is no newer change.
_BOOKKEEPING = {"updated_at", "revision", "fire_at", "fired_at", "snoozed_until", "dismissed_at"}
_TOUCH = ("updated_at", "revision")


async def undo(session: AsyncSession, caller: Caller, change_id: int | None = None) -> Undone:
    """Take back the change of that id, or the last one that wasn't taken back; an undo's own id redoes.

    Raises NotFound (no such change), NothingToUndo (nothing there, or undone already), UndoWouldLose.
    """
    journal = await Journal.open(session, caller.user_id, clock.now())
    change = (
        await repository.last_change(session, caller.user_id)
        if change_id is None
        else await repository.one(session, CHANGES, caller.user_id, change_id)
    )
    if change is None and change_id is not None:
        raise NotFound("There is no such change.")
    if change is None:
        raise NothingToUndo()
    if change["undone_by"] is not None:
        raise NothingToUndo("That was undone already.")
    undo_of = change["undo_of"]
    summary = change["summary"] if undo_of is None else change["summary"].removeprefix("Undid: ")
    strokes = change["rows"]
    for name, table in JOURNALLED.items():
        current = await _current(session, caller.user_id, table, [s for s in strokes if s["table"] == name])
        for stroke in (s for s in strokes if s["table"] == name):
            stroke["current"] = current.get(tuple(stroke["key"]))
    await _put_back(journal, strokes)
    undone_by = await journal.close(f"{'Undid' if undo_of is None else 'Redid'}: {summary}", undo_of=change["id"])
    if undone_by is None:
        raise NothingToUndo("That is no longer there to be undone.")
    await _mark(session, caller.user_id, change["id"], undone_by)
    if undo_of is not None:
        # The original stands again and can be undone again.
        await _mark(session, caller.user_id, undo_of, None)
    tasks = {s["key"][0] for s in strokes if s["table"] in ("tasks", "task_tags")}
    return Undone(change_id=undone_by, summary=summary, restored=len(tasks))


async def _put_back(journal: Journal, strokes: list[dict[str, Any]]) -> None:
    """Parents come back before their children, children go before their parents."""
    for name, table in JOURNALLED.items():
        here = [stroke for stroke in strokes if stroke["table"] == name]
        await _restore(journal, table, [stroke for stroke in here if stroke["after"] is None])
        await _revert(journal, table, [s for s in here if s["before"] is not None and s["after"] is not None])
    for name, table in reversed(JOURNALLED.items()):
        here = [stroke for stroke in strokes if stroke["table"] == name and stroke["before"] is None]
        await _remove(journal, table, here)


async def _restore(journal: Journal, table: Table, strokes: list[dict[str, Any]]) -> None:
    rows = []
    for stroke in strokes:
        row = thawed(table, stroke["before"])
        if row is not None and stroke["current"] is None:
            rows.append(row)
    rows = await _without_dangling(journal, table, rows)
    if table.name in ("tags", "projects", "filters"):
        await _refuse_taken_names(journal, table, rows)
    await journal.insert(table, rows)


async def _revert(journal: Journal, table: Table, strokes: list[dict[str, Any]]) -> None:
    changes = []
    for stroke in strokes:
        current = stroke["current"]
        before, after = thawed(table, stroke["before"]), thawed(table, stroke["after"])
        assert before is not None
        assert after is not None
        if current is None:
            raise UndoWouldLose(f"“{stroke['title']}” was deleted since. Undo that first.")
        values = {}
        for name, old in before.items():
            if name in _TOUCH:
                continue
            if current[name] != after[name] and current[name] != old and name not in _BOOKKEEPING:
                raise UndoWouldLose(f"“{stroke['title']}” was changed again since. Undo the newer changes first.")
            values[name] = old
        if all(current[name] == after[name] for name in _TOUCH if name in before):
            values |= {name: before[name] for name in _TOUCH if name in before}
        changes.append((current, values))
    if table is TASKS:
        await _without_dangling(journal, table, [values for _, values in changes])
    if table.name in ("tags", "projects", "filters"):
        await _refuse_taken_names(journal, table, [{**current, **values} for current, values in changes])
    await journal.update(table, changes)


async def _remove(journal: Journal, table: Table, strokes: list[dict[str, Any]]) -> None:
    rows = []
    for stroke in strokes:
        current, after = stroke["current"], thawed(table, stroke["after"])
        if current is None or after is None:
            continue
        if any(current[name] != value for name, value in after.items() if name not in _BOOKKEEPING):
            raise UndoWouldLose(
                f"“{stroke['title']}” was changed since it was made. Delete it, or undo the changes first."
            )
        rows.append(current)
    if rows and table.name in ("tags", "projects"):
        rows = await _unused(journal, table, rows)
    if rows and table is TASKS:
        await _refuse_newer_belongings(journal, rows)
    await journal.delete(table, rows)


async def _refuse_newer_belongings(journal: Journal, rows: list[Row]) -> None:
    """Tags and reminders that the change itself made are gone by now; any others were added later."""
    ids = [row["id"] for row in rows]
    links = await repository.tag_links(journal.session, journal.user_id, ids)
    reminders = await repository.reminders_of(journal.session, journal.user_id, ids)
    if links or reminders:
        raise UndoWouldLose()


async def _unused(journal: Journal, table: Table, rows: list[Row]) -> list[Row]:
    """A tag or project that came into being with a task stays when other tasks have taken to it."""
    kept = []
    for row in rows:
        if table is PROJECTS:
            used = (
                select(TASKS.c.id).where(TASKS.c.user_id == journal.user_id, TASKS.c.project_id == row["id"]).limit(1)
            )
            in_use = (await journal.session.execute(used)).first() is not None
        else:
            in_use = bool(await repository.links_of_tag(journal.session, journal.user_id, row["id"]))
        if not in_use:
            kept.append(row)
    return kept


async def _without_dangling(journal: Journal, table: Table, rows: list[Row]) -> list[Row]:
    """Rows that can come back: a task whose project is gone comes to the Inbox, a link to a missing tag stays away."""
    session, user_id = journal.session, journal.user_id
    if table is TASKS:
        wanted = {row["project_id"] for row in rows if row.get("project_id") is not None}
        there = await repository.projects_by_id(session, user_id, wanted)
        for row in rows:
            if row.get("project_id") is not None and row["project_id"] not in there:
                row["project_id"] = None
        return rows
    for column, parent in (("task_id", TASKS), ("tag_id", JOURNALLED["tags"])):
        if rows and column in table.c:
            alive = await _ids_there(session, user_id, parent, {row[column] for row in rows})
            rows = [row for row in rows if row[column] in alive]
    return rows


async def _refuse_taken_names(journal: Journal, table: Table, rows: list[Row]) -> None:
    for row in rows:
        taken = select(table.c.id).where(
            table.c.user_id == journal.user_id, table.c.name_key == row["name_key"], table.c.id != row["id"]
        )
        if (await journal.session.execute(taken)).first() is not None:
            raise UndoWouldLose(f"The name “{row['name']}” is in use again. Rename that one first.")


async def _current(
    session: AsyncSession, user_id: str, table: Table, strokes: list[dict[str, Any]]
) -> dict[tuple[int, ...], Row]:
    """The rows of the strokes as they are now, by key."""
    keys = [tuple(stroke["key"]) for stroke in strokes]
    columns = list(table.primary_key.columns)
    found: dict[tuple[int, ...], Row] = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        where = columns[0].in_([key[0] for key in part]) if len(columns) == 1 else tuple_(*columns).in_(part)
        statement = select(table).where(where)
        if "user_id" in table.c:
            statement = statement.where(table.c.user_id == user_id)
        found.update({key_of(table, row): row for row in await repository.rows(session, statement)})
    return found


async def _ids_there(session: AsyncSession, user_id: str, table: Table, ids: Iterable[int]) -> set[int]:
    statement = select(table.c.id).where(table.c.user_id == user_id, table.c.id.in_(list(ids)))
    return set((await session.execute(statement)).scalars())


async def _mark(session: AsyncSession, user_id: str, change_id: int, undone_by: int | None) -> None:
    await session.execute(
        update(CHANGES).where(CHANGES.c.id == change_id, CHANGES.c.user_id == user_id).values(undone_by=undone_by)
    )
