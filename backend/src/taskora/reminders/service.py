"""What happens to a reminder once its instant has come.

Firing claims the rows under the owner's lock (storage.locks), so that of several replicas exactly one delivers each;
the row and its event are written in one transaction, so a crash delivers either both or, after the restart, again
neither.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from taskora import events
from taskora.accounts.caller import Caller
from taskora.kit import clock
from taskora.kit.errors import Invalid
from taskora.reminders import repository
from taskora.reminders.errors import ReminderNotFound, TaskIsDone
from taskora.reminders.schemas import MAX_SNOOZE_MINUTES, ReminderList, ReminderOut, ReminderState, SnoozeInput
from taskora.storage import Database
from taskora.storage.locks import lock_owner
from taskora.tasks.due import zone_of
from taskora.tasks.journal import Row
from taskora.tasks.schemas import Due

EVENT = "reminder"
MAX_LISTED = 500
# One transaction fires at most so many; the rest follow in the next one.
_BATCH = 200


async def deliver_due(database: Database) -> datetime | None:
    """Fire everything whose instant has come; the answer is the instant of the next reminder, None without any."""
    while True:
        now = clock.now()
        async with database.read() as session:
            next_at = await repository.next_fire_at(session)
            if next_at is None or next_at > now:
                return next_at
            owners = await repository.owners_with_due(session, now, _BATCH)
        for user_id in owners:
            async with database.write() as session:
                await fire(session, user_id, now)


async def fire(session: AsyncSession, user_id: str, now: datetime) -> int:
    """Fire one person's due reminders in this transaction; how many there were."""
    await lock_owner(session, user_id)
    found = await repository.to_fire(session, user_id, now, _BATCH)
    if not found:
        return 0
    await repository.mark_fired(session, user_id, [row["id"] for row in found], now)
    # A completed task has no instant left; were there one, it must not speak up.
    told = [(EVENT, row["task_id"], _payload(row)) for row in found if not row["completed"]]
    await events.record_many(session, user_id, told)
    return len(found)


async def list_reminders(session: AsyncSession, caller: Caller, due: bool | None = None) -> ReminderList:
    """The caller's reminders: those that have fired and wait (`due`), those to come (not `due`), or both."""
    rows = await repository.listed(session, caller.user_id, due, MAX_LISTED)
    return ReminderList(items=[_shown(row) for row in rows], total=len(rows))


async def snooze(session: AsyncSession, caller: Caller, reminder_id: int, wanted: SnoozeInput) -> ReminderOut:
    """Let a reminder fire (again) later. Raises ReminderNotFound, TaskIsDone, Invalid for a moment that has passed."""
    await lock_owner(session, caller.user_id)
    row = await _owned(session, caller, reminder_id)
    if row["completed"]:
        raise TaskIsDone
    until = _until(wanted, clock.now(), caller)
    values = {"fire_at": until, "snoozed_until": until, "dismissed_at": None}
    await repository.change(session, caller.user_id, reminder_id, values)
    payload = {"reminder_id": reminder_id, "title": row["title"], "snoozed_until": until.isoformat()}
    await events.record(session, caller.user_id, "reminder.snoozed", task_id=row["task_id"], payload=payload)
    return _shown({**row, **values})


async def dismiss(session: AsyncSession, caller: Caller, reminder_id: int) -> None:
    """It was seen; a snooze ends. Raises ReminderNotFound. Dismissing twice changes nothing."""
    await lock_owner(session, caller.user_id)
    row = await _owned(session, caller, reminder_id)
    values: dict[str, Any] = {"dismissed_at": clock.now()}
    if row["snoozed_until"] is not None:
        values |= {"fire_at": None, "snoozed_until": None}
    await repository.change(session, caller.user_id, reminder_id, values)
    payload = {"reminder_id": reminder_id, "title": row["title"]}
    await events.record(session, caller.user_id, "reminder.dismissed", task_id=row["task_id"], payload=payload)


async def _owned(session: AsyncSession, caller: Caller, reminder_id: int) -> Row:
    row = await repository.one(session, caller.user_id, reminder_id)
    if row is None:
        raise ReminderNotFound
    return row


def _until(wanted: SnoozeInput, now: datetime, caller: Caller) -> datetime:
    if wanted.minutes is not None:
        return now + timedelta(minutes=wanted.minutes)
    assert wanted.until is not None
    moment = wanted.until if wanted.until.tzinfo else wanted.until.replace(tzinfo=zone_of(caller.timezone))
    until = moment.astimezone(UTC)
    if not now < until <= now + timedelta(minutes=MAX_SNOOZE_MINUTES):
        raise Invalid("until must be a moment within the next year.", field="until")
    return until


def _payload(row: Row) -> dict[str, Any]:
    due = _due(row)
    return {
        "reminder_id": row["id"],
        "title": row["title"],
        "due": due.model_dump(mode="json") if due else None,
        "fire_at": row["fire_at"].isoformat(),
    }


def _due(row: Row) -> Due | None:
    if row["due_date"] is None:
        return None
    return Due(date=row["due_date"], time=row["due_time"], timezone=row["due_zone"])


def _shown(row: Row) -> ReminderOut:
    state = ReminderState.DUE if row["fire_at"] is None else ReminderState.UPCOMING
    if row["fire_at"] is not None and row["snoozed_until"] is not None:
        state = ReminderState.SNOOZED
    names = ("id", "task_id", "title", "offset_minutes", "at", "fire_at", "fired_at", "snoozed_until")
    return ReminderOut(due=_due(row), state=state, **{name: row[name] for name in names})
