"""Tasks over HTTP. Nothing is decided here: parameters in, service called, answer out."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from taskora.accounts.caller import TasksRead, TasksWrite
from taskora.storage import ReadSession, WriteSession
from taskora.storage.idempotency import IdempotencyKey, once
from taskora.tasks import collection_endpoints, live_endpoints, overview_endpoints, service
from taskora.tasks.answers import WRITES, answer, no_content
from taskora.tasks.query import TaskQuery
from taskora.tasks.schemas import (
    MAX_ID,
    BulkDone,
    BulkRequest,
    Completed,
    TaskInput,
    TaskOut,
    TaskPage,
    TaskPatch,
    Undone,
    UndoRequest,
)

router = APIRouter(prefix="/api/{user_id}")
router.include_router(collection_endpoints.router)
router.include_router(overview_endpoints.router)
router.include_router(live_endpoints.router)

TaskId = Annotated[int, Path(ge=1, le=MAX_ID)]


@router.get("/tasks", tags=["tasks"], response_model=TaskPage, summary="List, filter, search and sort tasks")
async def list_tasks(query: Annotated[TaskQuery, Query()], caller: TasksRead, session: ReadSession) -> Response:
    return answer(await service.list_tasks(session, caller, query))


@router.post(
    "/tasks", tags=["tasks"], response_model=TaskOut, status_code=201, responses={201: WRITES}, summary="Create a task"
)
async def create_task(
    task: TaskInput, caller: TasksWrite, session: WriteSession, key: IdempotencyKey = None
) -> Response:
    async def make() -> Response:
        outcome = await service.create_task(session, caller, task)
        return answer(outcome.task, status=201, change_id=outcome.change_id)

    return await once(session, caller.user_id, key, "tasks " + task.model_dump_json(exclude_unset=True), make)


@router.post(
    "/tasks/bulk", tags=["tasks"], response_model=BulkDone, responses={200: WRITES}, summary="Change many tasks at once"
)
async def bulk(request: BulkRequest, caller: TasksWrite, session: WriteSession) -> Response:
    outcome = await service.bulk(session, caller, request)
    return answer(BulkDone(updated=len(outcome.tasks), change_id=outcome.change_id), change_id=outcome.change_id)


@router.get("/tasks/{task_id}", tags=["tasks"], response_model=TaskOut, summary="One task")
async def get_task(task_id: TaskId, caller: TasksRead, session: ReadSession) -> Response:
    return answer(await service.get_task(session, caller, task_id))


@router.put(
    "/tasks/{task_id}", tags=["tasks"], response_model=TaskOut, responses={200: WRITES}, summary="Replace a task"
)
async def replace_task(task_id: TaskId, task: TaskInput, caller: TasksWrite, session: WriteSession) -> Response:
    outcome = await service.replace_task(session, caller, task_id, task)
    return answer(outcome.task, change_id=outcome.change_id)


@router.patch(
    "/tasks/{task_id}", tags=["tasks"], response_model=TaskOut, responses={200: WRITES}, summary="Change some fields"
)
async def update_task(task_id: TaskId, patch: TaskPatch, caller: TasksWrite, session: WriteSession) -> Response:
    outcome = await service.update_task(session, caller, task_id, patch)
    return answer(outcome.task, change_id=outcome.change_id)


@router.delete("/tasks/{task_id}", tags=["tasks"], status_code=204, responses={204: WRITES}, summary="Delete a task")
async def delete_task(task_id: TaskId, caller: TasksWrite, session: WriteSession) -> Response:
    outcome = await service.delete_tasks(session, caller, [task_id])
    return no_content(outcome.change_id)


@router.patch(
    "/tasks/{task_id}/complete",
    tags=["tasks"],
    response_model=Completed,
    responses={200: WRITES},
    summary="Tick or reopen a task",
)
async def toggle_complete(task_id: TaskId, caller: TasksWrite, session: WriteSession) -> Response:
    outcome = await service.toggle_complete(session, caller, task_id)
    return answer(Completed(task=outcome.task, next=outcome.next), change_id=outcome.change_id)


@router.post(
    "/undo",
    tags=["tasks"],
    response_model=Undone,
    responses={200: WRITES},
    summary="Take back the last or a named change",
)
async def undo(caller: TasksWrite, session: WriteSession, request: UndoRequest | None = None) -> Response:
    undone = await service.undo(session, caller, request.change_id if request else None)
    return answer(undone, change_id=undone.change_id)
