"""Export, import and the calendar feed over HTTP."""

import hashlib
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, Header, Path, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from taskora.accounts.caller import AccountOwner, TasksWrite
from taskora.storage import Database, ReadSession, WriteSession
from taskora.storage.dependencies import database
from taskora.storage.idempotency import IdempotencyKey, once
from taskora.tasks.answers import WRITES, answer
from taskora.tasks.text import Name
from taskora.transfer import exporting, feeds, importing
from taskora.transfer.errors import FileTooLarge
from taskora.transfer.formats.reading import Kind
from taskora.transfer.importing import ImportReport

router = APIRouter()
feed_router = APIRouter()

MAX_UPLOAD_BYTES = 10 * 1024 * 1024

_FILES = {
    200: {
        "description": "The file.",
        "content": {
            "application/json": {"schema": {"type": "object", "additionalProperties": True}},
            **{
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("application/zip", "text/csv", "text/calendar")
            },
        },
    }
}


@router.get(
    "/api/{user_id}/export",
    tags=["transfer"],
    summary="Export everything of mine",
    response_class=StreamingResponse,
    responses=_FILES,  # type: ignore[arg-type]
)
async def export_data(
    caller: AccountOwner,
    db: Annotated[Database, Depends(database)],
    form: Annotated[
        Literal["zip", "json", "csv", "ics"],
        Query(alias="format", description="zip: all as JSON and CSV; json: all; csv, ics: the tasks."),
    ] = "zip",
) -> StreamingResponse:
    made = await exporting.export(db, caller, form)
    headers = {
        "Content-Disposition": f'attachment; filename="{made.name}"',
        "Content-Length": str(made.size),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(made.chunks(), media_type=made.media_type, headers=headers)


@router.post(
    "/api/{user_id}/import",
    tags=["transfer"],
    summary="Import tasks from a file",
    response_model=ImportReport,
    responses={200: WRITES},
)
async def import_data(
    caller: TasksWrite,
    db: Annotated[Database, Depends(database)],
    file: Annotated[UploadFile, File(description="CSV, JSON or ZIP, at most 10 MB.")],
    kind: Annotated[Kind, Form(description="How to read the file.")] = "auto",
    project: Annotated[Name | None, Form(description="Where tasks go that name no project.")] = None,
    preview: Annotated[bool, Form(description="Report what would come, store nothing.")] = False,
    key: IdempotencyKey = None,
) -> Response:
    data = await file.read(MAX_UPLOAD_BYTES + 1)
    if len(data) > MAX_UPLOAD_BYTES:
        raise FileTooLarge(
            f"The file is larger than {MAX_UPLOAD_BYTES // 1024 // 1024} MB. Split it into smaller ones."
        )
    name = (file.filename or "").replace("\x00", "")[:200]
    upload = await importing.read_upload(caller, data, name=name, kind=kind, project=project)
    if preview:
        async with db.read() as session:
            return answer(await importing.preview(session, caller, upload))

    async def make() -> Response:
        report = await importing.import_tasks(session, caller, upload)
        return answer(report, change_id=report.change_id)

    async with db.write() as session:
        request = f"import {kind} {project} {hashlib.sha256(data).hexdigest()}"
        return await once(session, caller.user_id, key, request, make)


class FeedState(BaseModel):
    """Whether there is a calendar address. `url` is shown when it is made, never again."""

    active: bool
    created_at: str | None = None
    url: str | None = None


@router.get("/api/{user_id}/feed", tags=["transfer"], summary="My calendar address", response_model=FeedState)
async def get_feed(caller: AccountOwner, session: ReadSession) -> FeedState:
    created = await feeds.created_at(session, caller)
    return FeedState(active=created is not None, created_at=created.isoformat() if created else None)


@router.post(
    "/api/{user_id}/feed",
    tags=["transfer"],
    summary="Make a new calendar address; the old one ends",
    response_model=FeedState,
    status_code=201,
)
async def rotate_feed(request: Request, response: Response, caller: AccountOwner, session: WriteSession) -> FeedState:
    secret, created = await feeds.rotate(session, caller)
    base = request.app.state.settings.public_url or str(request.base_url).rstrip("/")
    response.headers["Cache-Control"] = "no-store"
    return FeedState(active=True, created_at=created.isoformat(), url=f"{base}/feeds/{secret}.ics")


@router.delete("/api/{user_id}/feed", tags=["transfer"], summary="End my calendar address", status_code=204)
async def revoke_feed(caller: AccountOwner, session: WriteSession) -> None:
    await feeds.revoke(session, caller)


@feed_router.get(
    "/feeds/{secret}.ics",
    tags=["transfer"],
    summary="The tasks as a calendar, for whoever knows the secret address",
    response_class=Response,
    responses={
        200: {"content": {"text/calendar": {"schema": {"type": "string"}}}},
        304: {"description": "Nothing has changed."},
    },
)
async def read_feed(
    session: ReadSession,
    secret: Annotated[str, Path(max_length=100)],
    kind: Annotated[
        Literal["events", "todos"],
        Query(
            alias="as", description="events: open dated tasks, as calendars show them; todos: all, for to-do programs."
        ),
    ] = "events",
    if_none_match: Annotated[str | None, Header(max_length=1000)] = None,
) -> Response:
    user_id, tag = await feeds.open_feed(session, secret, kind)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    # A proxy that compresses marks the tag as weak.
    known = {item.strip().removeprefix("W/") for item in (if_none_match or "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    body = await feeds.render(session, user_id, kind)
    headers["Content-Disposition"] = 'inline; filename="taskora.ics"'
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)
