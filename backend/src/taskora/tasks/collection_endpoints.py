"""Tags, projects and saved filters over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from taskora.accounts.caller import TasksRead, TasksWrite
from taskora.storage import ReadSession, WriteSession
from taskora.storage.idempotency import IdempotencyKey, once
from taskora.tasks import collections
from taskora.tasks.answers import WRITES, answer, no_content
from taskora.tasks.collection_schemas import (
    FilterInput,
    FilterOut,
    Listing,
    ProjectInput,
    ProjectOut,
    TagInput,
    TagOut,
)
from taskora.tasks.schemas import MAX_ID
from taskora.tasks.text import SearchText

router = APIRouter()

RowId = Annotated[int, Path(ge=1, le=MAX_ID)]


@router.get("/tags", response_model=Listing[TagOut], tags=["tags"], summary="All tags, or those that start with a text")
async def list_tags(caller: TasksRead, session: ReadSession, prefix: Annotated[SearchText, Query()] = "") -> Response:
    rows = await collections.list_tags(session, caller, prefix)
    return answer(Listing[TagOut](items=[TagOut(**row) for row in rows], total=len(rows)))


@router.post("/tags", response_model=TagOut, status_code=201, responses={201: WRITES}, tags=["tags"])
async def create_tag(tag: TagInput, caller: TasksWrite, session: WriteSession, key: IdempotencyKey = None) -> Response:
    async def make() -> Response:
        row, change_id = await collections.create_tag(session, caller, tag)
        return answer(TagOut(**row), status=201, change_id=change_id)

    return await once(session, caller.user_id, key, "tags " + tag.model_dump_json(exclude_unset=True), make)


@router.put("/tags/{tag_id}", response_model=TagOut, responses={200: WRITES}, tags=["tags"])
async def replace_tag(tag_id: RowId, tag: TagInput, caller: TasksWrite, session: WriteSession) -> Response:
    row, change_id = await collections.replace_tag(session, caller, tag_id, tag)
    return answer(TagOut(**row), change_id=change_id)


@router.delete("/tags/{tag_id}", status_code=204, responses={204: WRITES}, tags=["tags"])
async def delete_tag(tag_id: RowId, caller: TasksWrite, session: WriteSession) -> Response:
    return no_content(await collections.delete_tag(session, caller, tag_id))


@router.get("/projects", response_model=Listing[ProjectOut], tags=["projects"], summary="All projects in their order")
async def list_projects(caller: TasksRead, session: ReadSession, archived: bool | None = None) -> Response:
    rows = await collections.list_projects(session, caller, archived)
    return answer(Listing[ProjectOut](items=[ProjectOut(**row) for row in rows], total=len(rows)))


@router.post("/projects", response_model=ProjectOut, status_code=201, responses={201: WRITES}, tags=["projects"])
async def create_project(
    project: ProjectInput, caller: TasksWrite, session: WriteSession, key: IdempotencyKey = None
) -> Response:
    async def make() -> Response:
        row, change_id = await collections.create_project(session, caller, project)
        return answer(ProjectOut(**row), status=201, change_id=change_id)

    return await once(session, caller.user_id, key, "projects " + project.model_dump_json(exclude_unset=True), make)


@router.put("/projects/{project_id}", response_model=ProjectOut, responses={200: WRITES}, tags=["projects"])
async def replace_project(
    project_id: RowId, project: ProjectInput, caller: TasksWrite, session: WriteSession
) -> Response:
    row, change_id = await collections.replace_project(session, caller, project_id, project)
    return answer(ProjectOut(**row), change_id=change_id)


@router.delete("/projects/{project_id}", status_code=204, responses={204: WRITES}, tags=["projects"])
async def delete_project(project_id: RowId, caller: TasksWrite, session: WriteSession) -> Response:
    """Its tasks move to the Inbox."""
    return no_content(await collections.delete_project(session, caller, project_id))


@router.get("/filters", response_model=Listing[FilterOut], tags=["filters"], summary="All saved filters")
async def list_filters(caller: TasksRead, session: ReadSession) -> Response:
    rows = await collections.list_filters(session, caller)
    return answer(Listing[FilterOut](items=[FilterOut(**row) for row in rows], total=len(rows)))


@router.post("/filters", response_model=FilterOut, status_code=201, responses={201: WRITES}, tags=["filters"])
async def create_filter(
    saved: FilterInput, caller: TasksWrite, session: WriteSession, key: IdempotencyKey = None
) -> Response:
    async def make() -> Response:
        row, change_id = await collections.create_filter(session, caller, saved)
        return answer(FilterOut(**row), status=201, change_id=change_id)

    return await once(session, caller.user_id, key, "filters " + saved.model_dump_json(exclude_unset=True), make)


@router.put("/filters/{filter_id}", response_model=FilterOut, responses={200: WRITES}, tags=["filters"])
async def replace_filter(filter_id: RowId, saved: FilterInput, caller: TasksWrite, session: WriteSession) -> Response:
    row, change_id = await collections.replace_filter(session, caller, filter_id, saved)
    return answer(FilterOut(**row), change_id=change_id)


@router.delete("/filters/{filter_id}", status_code=204, responses={204: WRITES}, tags=["filters"])
async def delete_filter(filter_id: RowId, caller: TasksWrite, session: WriteSession) -> Response:
    return no_content(await collections.delete_filter(session, caller, filter_id))
