"""Reminders over HTTP: which have fired, snooze, dismiss. They are set as a field of their task."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from taskora.accounts.caller import TasksRead, TasksWrite
from taskora.reminders import service
from taskora.reminders.schemas import ReminderList, ReminderOut, SnoozeInput
from taskora.storage import ReadSession, WriteSession
from taskora.tasks.schemas import MAX_ID

router = APIRouter(prefix="/api/{user_id}/reminders", tags=["reminders"])

ReminderId = Annotated[int, Path(ge=1, le=MAX_ID)]


@router.get("", summary="Reminders that fired, or are to come", response_model=ReminderList)
async def list_reminders(
    caller: TasksRead,
    session: ReadSession,
    due: Annotated[
        bool | None, Query(description="true: fired and not dismissed; false: still to come; absent: both.")
    ] = None,
) -> ReminderList:
    return await service.list_reminders(session, caller, due)


@router.post("/{reminder_id}/snooze", summary="Be reminded again later", response_model=ReminderOut)
async def snooze(
    reminder_id: ReminderId, wanted: SnoozeInput, caller: TasksWrite, session: WriteSession
) -> ReminderOut:
    return await service.snooze(session, caller, reminder_id, wanted)


@router.post("/{reminder_id}/dismiss", summary="A reminder was seen", status_code=204)
async def dismiss(reminder_id: ReminderId, caller: TasksWrite, session: WriteSession) -> None:
    await service.dismiss(session, caller, reminder_id)
