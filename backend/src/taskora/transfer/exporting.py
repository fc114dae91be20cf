"""Export: everything that belongs to a person, as one file. Read in pages within one snapshot, built on disk, never
whole in memory.

The file is finished before the first byte of the answer leaves: a slow download holds no database connection, and a
failure is an error message instead of half a file. CSV files start with a byte-order mark, without which Excel
garbles them.
"""

import io
import tempfile
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Literal

from anyio import to_thread
from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.accounts.caller import Caller
from taskora.kit import clock
from taskora.storage import Database
from taskora.transfer import repository
from taskora.transfer.formats.reading import OWN_JSON
from taskora.transfer.portable import FORMAT, VERSION
from taskora.transfer.sections import SECTIONS, TASKS_SECTION, Section
from taskora.transfer.tables import write_row

ExportFormat = Literal["zip", "json", "csv", "ics"]

# What fits here stays in memory; more goes to a temporary file.
_SPOOL_BYTES = 1024 * 1024
_READ_BYTES = 64 * 1024
_BOM = "\ufeff".encode()

_README = """\
Your data from Taskora.

taskora.json   everything, for programs; importing this file (or the whole ZIP) brings tasks, projects, tags and saved
filters back. Tasks that are still there are not doubled. *.csv          the same for spreadsheets, UTF-8,
comma-separated. A text that a spreadsheet would run as a formula has an apostrophe (') before it; importing tasks.csv
takes it off again.

Passwords, tokens and other secrets are not part of an export.
"""


@dataclass(frozen=True)
class ExportFile:
    """A finished export. `file` is at its start; whoever streams it closes it."""

    name: str
    media_type: str
    size: int
    file: IO[bytes]

    def chunks(self) -> Iterator[bytes]:
        """The content in pieces; closes the file at the end."""
        with self.file:
            while piece := self.file.read(_READ_BYTES):
                yield piece


Write = Callable[[bytes], object]


async def export(database: Database, caller: Caller, form: ExportFormat) -> ExportFile:
    """Build the export of the caller's data in one of the formats."""
    kind = _KINDS[form]
    sink: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115 - closed by ExportFile.chunks
    try:
        async with database.read() as session:
            if not database.is_sqlite:  # SQLite reads from one snapshot anyway
                await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            await kind.build(session, caller, sink)
        size = sink.tell()
        sink.seek(0)
    except BaseException:
        sink.close()
        raise
    name = f"taskora-{clock.now():%Y-%m-%d}{kind.suffix}"
    return ExportFile(name, kind.media_type, size, sink)


async def _json(session: AsyncSession, caller: Caller, sink: IO[bytes]) -> None:
    await _write_document(session, caller, sink.write)


async def _csv(session: AsyncSession, caller: Caller, sink: IO[bytes]) -> None:
    await _write_table(session, caller, TASKS_SECTION, sink.write)


async def _zip(session: AsyncSession, caller: Caller, sink: IO[bytes]) -> None:
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        with _member(archive, "README.txt") as write:
            write(_README.encode())
        with _member(archive, OWN_JSON) as write:
            await _write_document(session, caller, write)
        for section in SECTIONS:
            with _member(archive, f"{section.name}.csv") as write:
                await _write_table(session, caller, section, write)


@contextmanager
def _member(archive: zipfile.ZipFile, name: str) -> Iterator[Write]:
    info = zipfile.ZipInfo(name, date_time=clock.now().timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as member:
        yield member.write


async def _ics(session: AsyncSession, caller: Caller, sink: IO[bytes]) -> None:
    async for piece in calendar_pieces(session, caller, "todos"):
        sink.write(piece)


async def calendar_pieces(
    session: AsyncSession, caller: Caller, kind: Literal["events", "todos"]
) -> AsyncIterator[bytes]:
    """An iCalendar file in pieces: all tasks as VTODO, or the open dated ones as VEVENT."""
    from taskora.transfer import calendar  # icalendar costs 0.2 s and memory: only who exports pays

    only = [calendar.IS_EVENT] if kind == "events" else []
    zones = await repository.zones_in_use(session, caller.user_id)
    yield await to_thread.run_sync(calendar.opening, zones)
    async for page in repository.task_pages(session, caller.user_id, *only):
        yield await to_thread.run_sync(calendar.components, page, kind, caller.user_id)
    yield calendar.CLOSING


async def _write_document(session: AsyncSession, caller: Caller, write: Write) -> None:
    """taskora.json: a head, then a list a section, items one a line."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": clock.now(),
        "profile": await repository.profile(session, caller.user_id),
    }
    write(to_json(head)[:-1])
    for section in SECTIONS:
        write(f',\n"{section.name}": ['.encode())
        first = True
        async for page in section.pages(session, caller):
            body = b",\n".join(to_json(item) for item in page)
            write((b"\n" if first else b",\n") + body)
            first = False
        write(b"]")
    write(b"}\n")


async def _write_table(session: AsyncSession, caller: Caller, section: Section, write: Write) -> None:
    write(_BOM + write_row(section.columns).encode())
    async for page in section.pages(session, caller):
        buffer = io.StringIO(newline="")
        buffer.writelines(write_row(section.row(item)) for item in page)
        write(buffer.getvalue().encode())


@dataclass(frozen=True)
class _Kind:
    media_type: str
    suffix: str
    build: Callable[[AsyncSession, Caller, IO[bytes]], Awaitable[None]]


_KINDS: dict[ExportFormat, _Kind] = {
    "zip": _Kind("application/zip", ".zip", _zip),
    "json": _Kind("application/json", ".json", _json),
    "csv": _Kind("text/csv; charset=utf-8", ".csv", _csv),
    "ics": _Kind("text/calendar; charset=utf-8", ".ics", _ics),
}
