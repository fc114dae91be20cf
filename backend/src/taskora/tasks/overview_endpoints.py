"""Counts, statistics, activity and the reading of a typed line, over HTTP. Nothing here writes."""

from datetime import UTC
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import to_json

from taskora import language
from taskora.accounts.caller import TasksRead
from taskora.kit import clock
from taskora.kit.errors import Invalid
from taskora.storage import ReadSession
from taskora.tasks import overview, repository
from taskora.tasks.answers import answer
from taskora.tasks.due import zone_of
from taskora.tasks.schemas import Moment, ZoneName
from taskora.tasks.text import without_nul

router = APIRouter()

MAX_TEXT = 1_000


class ParseRequest(BaseModel):
    """One line to read. `ignored` holds [start, end) spans, in characters, that are to stay words."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(without_nul)]
    now: Moment | None = Field(default=None, description="Default: now.")
    timezone: ZoneName | None = Field(default=None, description="Default: the caller's.")
    locale: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", max_length=35)] | None = None
    ignored: Annotated[
        list[tuple[Annotated[int, Field(ge=0, le=MAX_TEXT)], Annotated[int, Field(ge=0, le=MAX_TEXT)]]],
        Field(max_length=100),
    ] = Field(default_factory=list)


class WhenRead(BaseModel):
    """A day, or a day with a time of day, in a zone."""

    date: str
    time: str | None
    timezone: str


class SpanRead(BaseModel):
    """Words that were understood."""

    start: int
    end: int
    kind: str
    text: str


class AlternativeRead(BaseModel):
    """Another way to read the same words."""

    kind: str
    value: Any
    text: str


class Reading(BaseModel):
    """What the line means; nothing is stored. `priority` runs from 1 (urgent) to 4 (low)."""

    title: str
    due: WhenRead | None
    start: WhenRead | None
    deadline: WhenRead | None
    duration_minutes: int | None
    rrule: str | None
    exdates: list[str]
    recur_from: str
    priority: int | None
    tags: list[str]
    project: str | None
    reminders: list[dict[str, Any]]
    spans: list[SpanRead]
    alternatives: list[AlternativeRead]


@router.post("/parse", response_model=Reading, tags=["tasks"], summary="Understand a typed line; nothing is stored")
async def parse(request: ParseRequest, caller: TasksRead, session: ReadSession) -> Response:
    zone = request.timezone or caller.timezone
    now = request.now or clock.now()
    if now.tzinfo is None:
        now = now.replace(tzinfo=zone_of(zone, "timezone"))
    try:
        reading = language.read(
            request.text,
            now=now.astimezone(UTC),
            timezone=zone,
            locale=request.locale or caller.locale,
            projects=[row["name"] for row in await repository.projects(session, caller.user_id)],
            tags=[row["name"] for row in await repository.tags(session, caller.user_id)],
            ignored=request.ignored,
        )
    except language.ZoneError as error:
        raise Invalid(str(error), field="timezone") from error
    return Response(to_json(reading.as_json()), media_type="application/json")


@router.get("/counts", response_model=overview.Counts, tags=["overview"], summary="Open tasks per view")
async def counts(caller: TasksRead, session: ReadSession) -> Response:
    return answer(await overview.counts(session, caller))


@router.get("/stats", response_model=overview.Stats, tags=["overview"], summary="Completed per day, and the streak")
async def stats(caller: TasksRead, session: ReadSession) -> Response:
    return answer(await overview.stats(session, caller))


@router.get("/activity", response_model=overview.ActivityPage, tags=["overview"], summary="What happened, in words")
async def activity(
    caller: TasksRead,
    session: ReadSession,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    return answer(await overview.activity(session, caller, limit, cursor))
