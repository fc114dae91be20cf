"""Ticking and reopening. For a repeating task the next occurrence comes and goes with it.

- Completing creates the next occurrence unless one follows this task already, so completing twice can't double the
  series.
- Reopening takes the next occurrence away again as long as nobody touched it; one that was edited or ticked stays,
  and the reopened task will then not create another.
"""

from typing import Any

from taskora.accounts.caller import Caller
from taskora.tasks import repository
from taskora.tasks.journal import REMINDERS, TASK_TAGS, TASKS, Journal, Row
from taskora.tasks.recurrence import next_after
from taskora.tasks.reminding import fires, rescheduled


async def set_state(journal: Journal, caller: Caller, rows: list[Row], completed: bool) -> tuple[list[Row], list[Row]]:
    """Bring the tasks to that state; the tasks as they are now, and the occurrences that were created."""
    changing = [row for row in rows if row["completed"] != completed]
    if not changing:
        return rows, []
    values = {"completed": completed, "completed_at": journal.now if completed else None}
    changed = await journal.update(TASKS, [(row, values) for row in changing])
    await _move_reminders(journal, caller, changed)
    repeating = [row for row in changed if row["rrule"] is not None]
    created: list[Row] = []
    if repeating and completed:
        created = await _create_next(journal, caller, repeating)
    elif repeating:
        await _withdraw_next(journal, repeating)
    now_by_id = {row["id"]: row for row in changed}
    return [now_by_id.get(row["id"], row) for row in rows], created


async def _move_reminders(journal: Journal, caller: Caller, rows: list[Row]) -> None:
    found = await repository.reminders_of(journal.session, journal.user_id, [row["id"] for row in rows])
    changes = []
    for task in rows:
        changes += rescheduled(found.get(task["id"], []), task, now=journal.now, caller_zone=caller.timezone)
    await journal.update(REMINDERS, changes)


async def _create_next(journal: Journal, caller: Caller, rows: list[Row]) -> list[Row]:
    followed = await repository.children(journal.session, journal.user_id, [row["id"] for row in rows])
    parents, drafts = [], []
    for row in rows:
        step = None if row["id"] in followed else next_after(row, now=journal.now, caller_zone=caller.timezone)
        if step is not None:
            rrule, due = step
            parents.append(row)
            drafts.append(_copy(journal, row, {"rrule": rrule, **due.columns()}))
    created = await journal.insert(TASKS, drafts)
    ids = [row["id"] for row in parents]
    links = await repository.tag_links(journal.session, journal.user_id, ids) if ids else {}
    reminders = await repository.reminders_of(journal.session, journal.user_id, ids) if ids else {}
    new_links, new_reminders = [], []
    for parent, child in zip(parents, created, strict=True):
        journal.call_it(child["id"], "task.recurred")
        new_links += [{**link, "task_id": child["id"]} for link in links.get(parent["id"], [])]
        new_reminders += _copied_reminders(journal, caller, child, reminders.get(parent["id"], []))
    await journal.insert(TASK_TAGS, new_links)
    await journal.insert(REMINDERS, new_reminders)
    return created


def _copy(journal: Journal, row: Row, changed: dict[str, Any]) -> Row:
    copied = {name: value for name, value in row.items() if name != "id"}
    return {
        **copied,
        **changed,
        "completed": False,
        "completed_at": None,
        "steps": [{**step, "completed": False} for step in row["steps"]],
        "parent_task_id": row["id"],
        "created_at": journal.now,
        "updated_at": journal.now,
        "revision": 1,
    }


def _copied_reminders(journal: Journal, caller: Caller, child: Row, rows: list[Row]) -> list[Row]:
    """Relative reminders go along; an absolute one belonged to the occurrence that is done."""
    return [
        {
            "user_id": journal.user_id,
            "task_id": child["id"],
            "offset_minutes": row["offset_minutes"],
            "at": None,
            "fire_at": fires(row["offset_minutes"], None, child, now=journal.now, caller_zone=caller.timezone),
            "fired_at": None,
            "snoozed_until": None,
        }
        for row in rows
        if row["offset_minutes"] is not None
    ]


async def _withdraw_next(journal: Journal, rows: list[Row]) -> None:
    followed = await repository.children(journal.session, journal.user_id, [row["id"] for row in rows])
    untouched = [row for row in followed.values() if row["revision"] == 1 and not row["completed"]]
    await delete_rows(journal, untouched)


async def delete_rows(journal: Journal, rows: list[Row]) -> None:
    """Delete tasks with what hangs on them."""
    ids = [row["id"] for row in rows]
    links = await repository.tag_links(journal.session, journal.user_id, ids)
    reminders = await repository.reminders_of(journal.session, journal.user_id, ids)
    await journal.delete(TASK_TAGS, [link for found in links.values() for link in found])
    await journal.delete(REMINDERS, [row for found in reminders.values() for row in found])
    await journal.delete(TASKS, rows)
