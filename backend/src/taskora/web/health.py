"""Is the process alive (/health), may it get requests (/ready), what has it done (/metrics): three questions."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.kit.errors import NotFound
from taskora.migrations import HEAD, serves
from taskora.storage import Database

router = APIRouter(tags=["operation"])
_DATABASE_TIMEOUT_SECONDS = 2


class Health(BaseModel):
    """The process runs."""

    status: Literal["healthy"] = "healthy"


class Readiness(BaseModel):
    """Whether requests can be served."""

    status: Literal["ready", "not_ready"]
    database: Literal["connected", "unreachable"]
    revision: str | None
    expected_revision: str
    message: str | None = None


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


@router.get("/health", operation_id="health")
@router.get("/api/health", include_in_schema=False)
async def health() -> Health:
    """Liveness: answers without touching the database."""
    return Health()


@router.get("/ready", operation_id="ready", responses={503: {"model": Readiness, "description": "Not ready"}})
async def ready(response: Response, database: Annotated[Database, Depends(_database)]) -> Readiness:
    """Readiness: the database answers and has the schema of this version, or a newer one."""
    outcome = await check(database)
    if outcome.status != "ready":
        response.status_code = 503
    return outcome


async def check(database: Database) -> Readiness:
    """Ask the database for its schema revision, for two seconds at most."""
    try:
        async with asyncio.timeout(_DATABASE_TIMEOUT_SECONDS), database.read() as session:
            await session.execute(text("SELECT 1"))
            revision = await _revision(session)
    except (SQLAlchemyError, OSError, TimeoutError):
        return Readiness(
            status="not_ready",
            database="unreachable",
            revision=None,
            expected_revision=HEAD,
            message="The database does not answer.",
        )
    if not serves(revision):
        words = "The database has no tables yet" if revision is None else "The database has an older schema"
        return Readiness(
            status="not_ready",
            database="connected",
            revision=revision,
            expected_revision=HEAD,
            message=f"{words}: run taskora migrate.",
        )
    return Readiness(status="ready", database="connected", revision=revision, expected_revision=HEAD)


async def _revision(session: AsyncSession) -> str | None:
    try:
        found: str | None = (
            await session.execute(text("SELECT version_num FROM alembic_version"))
        ).scalar_one_or_none()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        return None  # the database answered a moment ago, so it is the table that isn't there
    return found


@router.get(
    "/metrics", operation_id="metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}}
)
async def metrics(request: Request) -> Response:
    """Prometheus metrics of this process, unless METRICS_ENABLED is off."""
    if not request.app.state.settings.metrics_enabled:
        raise NotFound("Metrics are switched off.")
    return Response(request.app.state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
