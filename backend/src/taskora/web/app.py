"""The application factory. Every feature adds its router to `ROUTERS` and its background loops to `LOOPS`.

One request flows: proxies → record (id, log, metrics, faults) → security headers → body guard → router → endpoint →
service → answer; `errors` turns every failure into the one error shape. All middlewares are plain ASGI, so that
streams pass through unbuffered.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from importlib import metadata
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy.exc import SQLAlchemyError

from taskora.accounts import repository, throttle
from taskora.accounts.endpoints import router as accounts_router
from taskora.assistant.endpoints import router as assistant_router
from taskora.assistant.exported import EXPORT_SECTIONS
from taskora.events.webhooks.delivery import deliver_webhooks
from taskora.kit.clock import now
from taskora.mcp import http as mcp_http
from taskora.reminders.delivery import deliver_reminders
from taskora.reminders.endpoints import router as reminders_router
from taskora.settings import Settings
from taskora.storage import Database
from taskora.tasks.endpoints import router as tasks_router
from taskora.tasks.upkeep import forget_old
from taskora.transfer.endpoints import feed_router
from taskora.transfer.endpoints import router as transfer_router
from taskora.transfer.sections import SECTIONS
from taskora.transfer.webhook_endpoints import router as webhooks_router
from taskora.web import errors, openapi
from taskora.web.connections import Departure, LastAnswers
from taskora.web.headers import SecurityHeaders
from taskora.web.health import router as health_router
from taskora.web.limits import BodyGuard
from taskora.web.metrics import Metrics
from taskora.web.page import PAGE_FOLDER, Page, router_for
from taskora.web.proxies import TrustedProxies
from taskora.web.requests import OpenStreams, RequestRecord, route_templates

logger = logging.getLogger("taskora.web")

Loop = Callable[[Database, Settings], Coroutine[Any, Any, None]]

ROUTERS: list[APIRouter] = [
    health_router,
    accounts_router,
    tasks_router,
    assistant_router,
    reminders_router,
    transfer_router,
    webhooks_router,
    feed_router,
]

# What an export tells of features that stand above it.
SECTIONS.extend(EXPORT_SECTIONS)

_SWEEP_EVERY_SECONDS = 600
_RESTART_AFTER_SECONDS = 5
_CANCEL_TRIES = 3


async def _sweep(database: Database, _settings: Settings) -> None:
    """Drop what has ended: sessions, rate windows, old undo entries and events."""
    while True:
        await asyncio.sleep(_SWEEP_EVERY_SECONDS)
        await throttle.sweep(database)
        async with database.write() as session:
            await repository.delete_expired_sessions(session, now())
        await forget_old(database)


# Background work: each runs as long as the process and is cancelled at its end.
LOOPS: list[Loop] = [_sweep, deliver_reminders, deliver_webhooks]


def create_app(settings: Settings, database: Database | None = None, *, page_folder: Path = PAGE_FOLDER) -> FastAPI:
    """Build the application. `database` is made from the settings unless given; the lifespan closes it."""
    app = FastAPI(
        title="Taskora",
        version=metadata.version("taskora"),
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.settings = settings
    app.state.database = database or Database(settings.database_address, pool_size=settings.database_pool_size)
    app.state.metrics = Metrics()
    app.state.streams = OpenStreams()
    app.state.departure = Departure()
    errors.install(app)
    openapi.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.state.mcp = mcp_http.mount(app, app.state.database, settings)
    app.include_router(router_for(Page(page_folder)))
    # The one added last is met first.
    app.add_middleware(BodyGuard)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(
        RequestRecord, metrics=app.state.metrics, streams=app.state.streams, templates=lambda: route_templates(app)
    )
    app.add_middleware(TrustedProxies, networks=settings.trusted_proxies)
    app.add_middleware(LastAnswers, departure=app.state.departure)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    running = [asyncio.create_task(_keep_running(loop, app)) for loop in LOOPS]
    try:
        yield
    finally:
        app.state.streams.close()
        await _cancel(running)
        await app.state.mcp.close()
        await app.state.database.close()


async def _cancel(running: list[asyncio.Task[None]]) -> None:
    """End the loops. A cancellation can get lost when what a loop awaits completes in the same instant, so it is said
    again, and never waited for without end."""
    pending: set[asyncio.Task[None]] = set(running)
    for _ in range(_CANCEL_TRIES):
        for task in pending:
            task.cancel()
        if pending:
            _, pending = await asyncio.wait(pending, timeout=1)
    if pending:
        logger.error("%d background loops did not end", len(pending))


async def _keep_running(loop: Loop, app: FastAPI) -> None:
    """A loop that fails (the database went away) is logged and started again; it never takes the process down."""
    name = getattr(loop, "__name__", repr(loop))
    while True:
        try:
            await loop(app.state.database, app.state.settings)
        except* (SQLAlchemyError, OSError) as failure:
            kinds = sorted({type(error).__name__ for error in _leaves(failure)})
            logger.error("%s waits: the database does not answer (%s)", name, ", ".join(kinds))
        except* Exception:
            logger.exception("%s failed and is started again", name)
        await asyncio.sleep(_RESTART_AFTER_SECONDS)


def _leaves(failure: BaseException) -> list[BaseException]:
    if isinstance(failure, BaseExceptionGroup):
        return [leaf for inner in failure.exceptions for leaf in _leaves(inner)]
    return [failure]
