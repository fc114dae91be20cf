"""The one pen that writes to this feature's tables: each stroke is remembered, so that it can be undone and told.

A use case opens a journal, inserts, updates and deletes rows through it, and closes it with a sentence. Closing
writes the change (rows before and after), the events and the running totals in the same transaction.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Table,
    Time,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from taskora import events
from taskora.storage import Timestamp
from taskora.storage.locks import lock_owner
from taskora.tasks import totals
from taskora.tasks.models import Change, Filter, Project, Reminder, Tag, Task, TaskTag

Row = dict[str, Any]

TASKS: Table = Task.__table__  # type: ignore[assignment]
TAGS: Table = Tag.__table__  # type: ignore[assignment]
TASK_TAGS: Table = TaskTag.__table__  # type: ignore[assignment]
PROJECTS: Table = Project.__table__  # type: ignore[assignment]
REMINDERS: Table = Reminder.__table__  # type: ignore[assignment]
FILTERS: Table = Filter.__table__  # type: ignore[assignment]
CHANGES: Table = Change.__table__  # type: ignore[assignment]

# Positions are numbers with room between them, so that moving one row writes one row.
POSITION_STEP = 1024.0

# Parents before children: rows are put back in this order and taken away in the opposite one.
JOURNALLED: dict[str, Table] = {table.name: table for table in (PROJECTS, TAGS, FILTERS, TASKS, TASK_TAGS, REMINDERS)}

_PUBLIC_NAMES = {
    "due_date": "due",
    "due_time": "due",
    "due_zone": "due",
    "rrule": "recurrence",
    "exdates": "recurrence",
    "recur_from": "recurrence",
    "project_id": "project",
}
_SILENT = {"updated_at", "revision", "due_at", "title_key", "search_text", "completed_at", "name_key"}


class Stroke:
    """One row before and after; `before` is None for a new row, `after` for one that is gone.

    An update holds only the columns that it changed.
    """

    __slots__ = ("after", "before", "key", "table", "title")

    def __init__(self, table: str, key: tuple[int, ...], before: Row | None, after: Row | None, title: str) -> None:
        self.table, self.key, self.before, self.after, self.title = table, key, before, after, title


class Journal:
    """The rows that one use case writes for one owner."""

    def __init__(self, session: AsyncSession, user_id: str, now: datetime) -> None:
        self.session = session
        self.user_id = user_id
        self.now = now
        self._strokes: dict[tuple[str, tuple[int, ...]], Stroke] = {}
        self._kinds: dict[int, str] = {}

    @classmethod
    async def open(cls, session: AsyncSession, user_id: str, now: datetime) -> "Journal":
        """Start writing: from here to the end of the transaction nobody else writes for this owner."""
        await lock_owner(session, user_id)
        return cls(session, user_id, now)

    async def insert(self, table: Table, rows: Sequence[Row]) -> list[Row]:
        """Insert rows; the answer is the rows with their new ids, in the same order."""
        if not rows:
            return []
        if "id" in table.c and "id" not in rows[0]:
            rows = await self._insert_numbered(table, rows)
        else:
            await self.session.execute(insert(table), list(rows))
        for row in rows:
            self._remember(Stroke(table.name, key_of(table, row), None, dict(row), _title(row)))
        return list(rows)

    async def append_task(self, row: Row) -> Row:
        """Insert one task (without `position`) as the last of its owner; the answer is the whole row."""
        result = await self.session.execute(_APPEND_TASK, {**row, "owner": self.user_id})
        number, position = result.one()
        row = {"id": number, **row, "position": position}
        self._remember(Stroke(TASKS.name, (number,), None, dict(row), _title(row)))
        return row

    async def _insert_numbered(self, table: Table, rows: Sequence[Row]) -> list[Row]:
        if len(rows) == 1:
            result = await self.session.execute(_insert_one(table), rows[0])
            return [{"id": result.scalar_one(), **rows[0]}]
        ordered = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        ids = (await self.session.execute(ordered, list(rows))).scalars().all()
        return [{"id": new_id, **row} for new_id, row in zip(ids, rows, strict=True)]

    async def update(self, table: Table, changes: Iterable[tuple[Row, Row]]) -> list[Row]:
        """Apply (row as it is, new values) pairs; what doesn't differ is left alone. The answer is the rows as they
        are now.

        A task that changes gets its `updated_at` and `revision` here and nowhere else.
        """
        result, pending = [], []
        for row, values in changes:
            changed = {name: value for name, value in values.items() if row[name] != value}
            if not changed:
                result.append(row)
                continue
            if "updated_at" in table.c and "updated_at" not in values:
                changed["updated_at"] = self.now
            if "revision" in table.c and "revision" not in values:
                changed["revision"] = row["revision"] + 1
            after = {**row, **changed}
            result.append(after)
            pending.append((key_of(table, row), changed))
            before = {name: row[name] for name in changed}
            self._remember(Stroke(table.name, key_of(table, row), before, changed, _title(after)))
        for columns, keys_and_values in _same_columns(pending):
            await self._execute_update(table, columns, keys_and_values)
        return result

    async def _execute_update(
        self, table: Table, columns: tuple[str, ...], rows: list[tuple[tuple[int, ...], Row]]
    ) -> None:
        keys = list(table.primary_key.columns)
        statement = (
            update(table)
            .where(and_(*(column == bindparam(f"key_{column.name}") for column in keys)))
            .values({name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns})
        )
        if "user_id" in table.c:
            statement = statement.where(table.c.user_id == self.user_id)
        parameters = [
            {f"key_{column.name}": part for column, part in zip(keys, key, strict=True)}
            | {f"new_{name}": value for name, value in values.items()}
            for key, values in rows
        ]
        await self.session.execute(statement, parameters if len(parameters) > 1 else parameters[0])

    async def delete(self, table: Table, rows: Sequence[Row]) -> None:
        """Delete whole rows (all columns, as they are)."""
        if not rows:
            return
        keys = list(table.primary_key.columns)
        wanted = [key_of(table, row) for row in rows]
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            where = keys[0].in_([key[0] for key in part]) if len(keys) == 1 else tuple_(*keys).in_(part)
            statement = delete(table).where(where)
            if "user_id" in table.c:
                statement = statement.where(table.c.user_id == self.user_id)
            await self.session.execute(statement)
        for row in rows:
            self._remember(Stroke(table.name, key_of(table, row), dict(row), None, _title(row)))

    def call_it(self, task_id: int, kind: str) -> None:
        """Name the event of a task (`task.recurred`) where the rows alone don't tell."""
        self._kinds[task_id] = kind

    async def close(self, summary: str, *, undo_of: int | None = None) -> int | None:
        """Store the change and its events and adjust the totals; the change's id, or None when nothing was written."""
        strokes = [stroke for stroke in self._strokes.values() if stroke.before is not None or stroke.after is not None]
        if not strokes:
            return None
        change = {
            "user_id": self.user_id,
            "summary": summary[:300],
            "rows": [_frozen(stroke) for stroke in strokes],
            "created_at": self.now,
            "undo_of": undo_of,
            "undone_by": None,
        }
        change_id: int = (await self.session.execute(_insert_one(CHANGES), change)).scalar_one()
        await events.record_many(self.session, self.user_id, self._told(strokes, change_id))
        await totals.adjust(self.session, self.user_id, _moves(strokes))
        return change_id

    def _remember(self, stroke: Stroke) -> None:
        """Two strokes on one row are one: the first before, the last after."""
        place = (stroke.table, stroke.key)
        earlier = self._strokes.get(place)
        if earlier is None:
            self._strokes[place] = stroke
            return
        earlier.title = stroke.title
        if earlier.before is None:
            earlier.after = None if stroke.after is None else {**(earlier.after or {}), **stroke.after}
        elif earlier.after is None:
            # Taken away and put back within one change: an update of every column.
            earlier.after = stroke.after
        elif stroke.after is None:
            earlier.before = {**(stroke.before or {}), **earlier.before}
            earlier.after = None
        else:
            earlier.before = {**(stroke.before or {}), **earlier.before}
            earlier.after = {**earlier.after, **stroke.after}

    def _told(self, strokes: list[Stroke], change_id: int) -> list[tuple[str, int | None, dict[str, Any]]]:
        around: dict[int, set[str]] = {}
        for stroke in strokes:
            if stroke.table == "task_tags":
                around.setdefault(stroke.key[0], set()).add("tags")
            elif stroke.table == "reminders":
                owner = (stroke.after or {}).get("task_id") or (stroke.before or {}).get("task_id")
                if owner is not None:
                    around.setdefault(owner, set()).add("reminders")
        told: list[tuple[str, int | None, dict[str, Any]]] = []
        for stroke in strokes:
            if stroke.table == "tasks":
                payload: dict[str, Any] = {"title": stroke.title, "change_id": change_id}
                if stroke.before is not None and stroke.after is not None:
                    payload["fields"] = sorted(_fields(stroke.after) | around.get(stroke.key[0], set()))
                task_id = stroke.key[0]
                told.append((self._kinds.get(task_id) or _kind("task", stroke), task_id, payload))
            elif stroke.table in ("tags", "projects", "filters"):
                noun = stroke.table[:-1]
                told.append(
                    (_kind(noun, stroke), None, {"id": stroke.key[0], "name": stroke.title, "change_id": change_id})
                )
        return told


def _next_position() -> ColumnElement[float]:
    """One step after the last task (two index look-ups), as part of the insert: it costs no trip of its own."""
    last = [
        func.coalesce(
            select(func.max(TASKS.c.position))
            .where(TASKS.c.user_id == bindparam("owner"), TASKS.c.completed.is_(state))
            .scalar_subquery(),
            0.0,
        )
        for state in (False, True)
    ]
    return case((last[0] > last[1], last[0]), else_=last[1]) + POSITION_STEP


_APPEND_TASK = (
    insert(TASKS)
    .values({column.name: bindparam(column.name, type_=column.type) for column in TASKS.c if column.name != "id"})
    .values(position=_next_position())
    .returning(TASKS.c.id, TASKS.c.position)
)


@cache
def _insert_one(table: Table) -> ReturningInsert[Any]:
    """The statement that inserts one row and answers its id; building it costs more than running it, so it is kept."""
    return insert(table).returning(table.c.id)


def key_of(table: Table, row: Row) -> tuple[int, ...]:
    """The primary key of a row."""
    return tuple(row[column.name] for column in table.primary_key.columns)


def thawed(table: Table, values: Row | None) -> Row | None:
    """A row as it was remembered (JSON) with the Python values of its columns."""
    if values is None:
        return None
    return {name: _thaw(table, name, value) for name, value in values.items() if name in table.c}


def _thaw(table: Table, name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    kind = table.c[name].type
    if isinstance(kind, Timestamp | DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, Time):
        return time.fromisoformat(value)
    return value


def _frozen(stroke: Stroke) -> dict[str, Any]:
    return {
        "table": stroke.table,
        "key": list(stroke.key),
        "before": _freeze(stroke.before),
        "after": _freeze(stroke.after),
        "title": stroke.title,
    }


def _freeze(values: Row | None) -> Row | None:
    if values is None:
        return None
    return {name: value.isoformat() if isinstance(value, date | time) else value for name, value in values.items()}


def _title(row: Row) -> str:
    return str(row.get("title") or row.get("name") or "")


def _kind(noun: str, stroke: Stroke) -> str:
    if stroke.before is None:
        return f"{noun}.created"
    if stroke.after is None:
        return f"{noun}.deleted"
    return f"{noun}.completed" if stroke.after.get("completed") is True else f"{noun}.updated"


def _fields(after: Row) -> set[str]:
    return {_PUBLIC_NAMES.get(name, name) for name in after if name not in _SILENT}


def _moves(strokes: list[Stroke]) -> tuple[int, int]:
    """How the numbers of pending and of completed tasks change."""
    moved = [0, 0]
    for stroke in strokes:
        if stroke.table != "tasks":
            continue
        if stroke.before is not None and "completed" in stroke.before:
            moved[stroke.before["completed"]] -= 1
        if stroke.after is not None and "completed" in stroke.after:
            moved[stroke.after["completed"]] += 1
    return moved[0], moved[1]


def _same_columns(
    pending: list[tuple[tuple[int, ...], Row]],
) -> list[tuple[tuple[str, ...], list[tuple[tuple[int, ...], Row]]]]:
    """Group updates by the columns that they set, so that each group is one prepared statement."""
    groups: dict[tuple[str, ...], list[tuple[tuple[int, ...], Row]]] = {}
    for key, values in pending:
        groups.setdefault(tuple(sorted(values)), []).append((key, values))
    return list(groups.items())
