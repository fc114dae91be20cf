"""`taskora serve`: one process that serves everything.

The port is taken before anything else is done, so a busy one is said at once; a database file of ours is migrated; the
line "Taskora is ready" appears when readiness holds and not before. On Ctrl-C or SIGTERM event streams end first, then
requests in flight get two seconds. With DRAIN_SECONDS a SIGTERM, which is how a cluster ends a pod, first only moves
the clients away (taskora.web.connections).
"""

import errno
import logging
import signal
import socket
import time
from types import FrameType

import typer
import uvicorn
from fastapi import FastAPI

from taskora import migrations
from taskora.cli.database import unreachable
from taskora.kit.errors import TaskoraError
from taskora.settings import Settings
from taskora.storage import Database
from taskora.web import logs
from taskora.web.app import create_app
from taskora.web.health import check

_GRACE_SECONDS = 2
_BACKLOG = 2048
# Longer than proxies keep a connection without use (nginx 60 s, Traefik 90 s), so that it is the proxy who ends it: an
# end from our side may cross the proxy's next request.
_KEEP_ALIVE_SECONDS = 95


class CannotListen(TaskoraError):
    """The address or port can't be taken."""

    code, status, exit_code = "CANNOT_LISTEN", 500, 69


def run(settings: Settings) -> None:
    """Serve until stopped.

    Raises:
        CannotListen: the port is busy or the address isn't this machine's.
        DatabaseUnreachable: the embedded database can't be opened.
    """
    logs.configure(settings.log_level)
    listener = listen(settings.host, settings.port)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,  # web.proxies decides whom to believe
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        lifespan="on",
        h11_max_incomplete_event_size=64 * 1024,
    )
    server = Server(config, app, settings)
    with listener:
        server.run(sockets=[listener])
    if server.failure is not None:
        raise server.failure


class Server(uvicorn.Server):
    """uvicorn's server, which migrates first, says when it is ready and ends event streams at once."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, settings: Settings) -> None:
        super().__init__(config)
        self._app = app
        self._settings = settings
        self.failure: TaskoraError | None = None
        self._leaves_at: float | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Migrate a file of ours, start, and tell."""
        database: Database = self._app.state.database
        if database.is_sqlite:
            try:
                await migrations.upgrade(database)
            except TaskoraError as error:
                self.failure, self.should_exit = error, True
                return
            except Exception as error:  # whatever the driver raises, the person gets one sentence, the log the rest
                logging.getLogger("taskora.cli").debug("migration failed", exc_info=True)
                self.failure, self.should_exit = unreachable(self._settings, error), True
                return
        await super().startup(sockets)
        if self.started and sockets:
            await self._announce(database, sockets[0].getsockname()[1])

    async def _announce(self, database: Database, port: int) -> None:
        host = self._settings.host
        shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104 - only compared
        address = self._settings.public_url or f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
        outcome = await check(database)
        if outcome.status == "ready":
            where = f" Your data is in {self._settings.data_dir.resolve()}." if self._settings.embedded else ""
            typer.echo(f"Taskora is ready at {address}")
            typer.echo(f"Ctrl-C stops it.{where}")
        else:
            typer.echo(f"Taskora listens at {address} but is not ready. {outcome.message}", err=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Event streams never end by themselves, so they are ended before waiting for the rest."""
        self._app.state.streams.close()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Whether to stop now; asked ten times a second."""
        if self._leaves_at is not None and time.monotonic() >= self._leaves_at:
            return True
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop on the first signal (on SIGTERM after the drain), at once on the next. The signal is not raised again:
        stopping is a success.
        """
        drain = self._settings.drain_seconds
        if sig == signal.SIGTERM and drain and self._leaves_at is None and not self.should_exit:
            self._app.state.departure.leaving = True
            self._leaves_at = time.monotonic() + drain
            return
        self.force_exit = self.should_exit
        self.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        CannotListen: with what to do.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise CannotListen(f"HOST={host} is not an address of this machine. Use 127.0.0.1 or 0.0.0.0.") from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            message = f"Port {port} is busy. Stop the program that uses it, or choose another: PORT={port + 1} make up"
        elif error.errno == errno.EACCES:
            message = f"Port {port} needs administrator rights. Choose one above 1023: PORT=8000 make up"
        else:
            message = f"HOST={host} is not an address of this machine. Use 127.0.0.1 or 0.0.0.0."
        raise CannotListen(message) from error
    listener.setblocking(False)
    listener.set_inheritable(True)
    return listener
