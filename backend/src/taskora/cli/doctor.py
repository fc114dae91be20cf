"""`taskora doctor`: what Taskora needs, checked one by one, each failure with its fix. Nothing is changed."""

import json
import os
import shutil
import socket
import stat
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from taskora.migrations import HEAD
from taskora.settings import DATABASE_FILE, SECRET_FILE, Settings, SettingsError, load
from taskora.storage import Database
from taskora.web.health import check as readiness
from taskora.web.page import Page

_ENOUGH_DISK_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class Check:
    """One line of the report."""

    name: str
    ok: bool
    found: str
    fix: str = ""


async def examine() -> list[Check]:
    """Every check that can be made; those that need settings are left out when the settings are wrong."""
    checks = [_python()]
    try:
        settings = load()
    except SettingsError as error:
        return [*checks, *(Check("settings", False, problem, "see the sentence") for problem in error.problems)]
    checks.append(Check("settings", True, "embedded" if settings.embedded else "external database"))
    for examination in _EXAMINATIONS:
        checks.append(await examination(settings))  # noqa: PERF401 - one after the other
    return checks


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check("python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer")


async def _data_folder(settings: Settings) -> Check:
    if not settings.embedded:
        return Check("data folder", True, "not used")
    folder = settings.data_dir.resolve()
    if not os.access(folder, os.W_OK | os.X_OK):
        return Check("data folder", False, f"{folder} can't be written", "make it writable or set TASKORA_DATA_DIR")
    free = shutil.disk_usage(folder).free
    fix = "free some disk space or set TASKORA_DATA_DIR to another disk"
    return Check("data folder", free >= _ENOUGH_DISK_BYTES, f"{folder}, {free // 1024**2:,} MB free", fix)


async def _secret(settings: Settings) -> Check:
    path = settings.data_dir / SECRET_FILE
    if "BETTER_AUTH_SECRET" in os.environ or not path.exists():
        return Check("secret", True, "from BETTER_AUTH_SECRET")
    mode = stat.S_IMODE(path.stat().st_mode)
    return Check("secret", mode & 0o077 == 0, f"{path.name}, mode {mode:04o}", f"chmod 600 {path}")


async def _database(settings: Settings) -> Check:
    file = settings.data_dir / DATABASE_FILE
    if settings.embedded and not file.exists():
        return Check("database", True, f"{file} is made at the first start")
    database = Database(settings.database_address, pool_size=1)
    try:
        outcome = await readiness(database)
    finally:
        await database.close()
    if outcome.database != "connected":
        return Check("database", False, "does not answer", "check DATABASE_URL and that the database runs")
    if outcome.revision != HEAD and not settings.embedded:
        return Check("database", False, f"schema {outcome.revision}, this version has {HEAD}", "taskora migrate")
    return Check("database", True, f"connected, schema {outcome.revision}")


_CHECKOUT = Path(__file__).parents[4] / "Makefile"
"""There only when this program runs from a checkout: backend/src/taskora/cli stands four folders below it."""


async def _page(_settings: Settings) -> Check:
    if Page().is_built:
        return Check("page", True, "built")
    if not _CHECKOUT.exists():
        return Check("page", True, "none in here; something else serves it, as in the container images")
    return Check("page", False, "not built", "run make setup in the checkout")


async def _port(settings: Settings) -> Check:
    with socket.socket() as probe:
        probe.settimeout(1)
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 - only compared
        busy = probe.connect_ex((host, settings.port)) == 0
    words = "something answers there (Taskora, if it is running)" if busy else "free"
    return Check("port", True, f"{settings.port}: {words}")


async def _assistant(settings: Settings) -> Check:
    endpoint = settings.model_endpoint
    if endpoint is None:
        return Check("assistant", True, "built in; set LLM_BASE_URL and LLM_MODEL to add a model")
    return Check("assistant", True, f"{endpoint.model} by {endpoint.source}, the built-in one when it fails")


_EXAMINATIONS: tuple[Callable[[Settings], Awaitable[Check]], ...] = (
    _data_folder,
    _secret,
    _database,
    _page,
    _port,
    _assistant,
)


def show(checks: list[Check], *, as_json: bool) -> None:
    """Print the report: a table for people, JSON for programs."""
    if as_json:
        typer.echo(json.dumps({"ok": all(check.ok for check in checks), "checks": [asdict(c) for c in checks]}))
        return
    width = max(len(check.name) for check in checks)
    for check in checks:
        typer.echo(f"{'ok  ' if check.ok else 'FAIL'}  {check.name:{width}}  {check.found}")
        if not check.ok and check.fix:
            typer.echo(f"      {'':{width}}  fix: {check.fix}")
    failed = sum(not check.ok for check in checks)
    typer.echo(f"{failed} of {len(checks)} checks failed." if failed else "Everything Taskora needs is here.")
