"""The application factory. Every feature adds its router to `ROUTERS` and its background loops to `LOOPS`.

One request flows: middlewares (proxies, request id and log, limits, headers) → router → endpoint → service → answer;
`errors` turns every failure into the one error shape.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from importlib import metadata
from typing import Any

from fastapi import APIRouter, FastAPI

from taskora.accounts.endpoints import router as accounts_router
from taskora.settings import Settings
from taskora.storage import Database
from taskora.web import errors

Loop = Callable[[FastAPI], Coroutine[Any, Any, None]]

ROUTERS: list[APIRouter] = [
    accounts_router,
]

# Background work of features: each runs for the life of the process and is cancelled at shutdown.
LOOPS: list[Loop] = []


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
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
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as loops:
        running = [loops.create_task(loop(app)) for loop in LOOPS]
        try:
            yield
        finally:
            for task in running:
                task.cancel()
    await app.state.database.close()
