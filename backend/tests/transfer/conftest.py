"""Builders for the files that these tests import, and a reader that stands still in Karachi."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from taskora.transfer.formats.reading import parse
from taskora.transfer.portable import Parsed, PortableTask, Reader

READER = Reader(now=datetime(2026, 3, 4, 10, 0, tzinfo=UTC), timezone="Asia/Karachi", locale="en-US")  # a Wednesday


@dataclass
class Read:
    """What a file says."""

    parsed: Parsed

    @property
    def tasks(self) -> list[PortableTask]:
        """The tasks that would come in."""
        return [draft.task for draft in self.parsed.drafts]

    @property
    def task(self) -> PortableTask:
        """The only task."""
        (task,) = self.tasks
        return task

    @property
    def problems(self) -> list[tuple[int | None, str, str]]:
        """(line, severity, reason) of each problem."""
        return [(problem.line, problem.severity, problem.reason) for problem in self.parsed.problems]


ReadFile = Callable[..., Read]


@pytest.fixture
def read() -> ReadFile:
    """`read(text)`: parse a file as a person in Karachi, Wednesday 4 March 2026, 15:00 there."""

    def parse_file(text: str | bytes, name: str = "tasks.csv", kind: str = "auto", project: str | None = None) -> Read:
        data = text.encode() if isinstance(text, str) else text
        return Read(parse(data, name, kind, READER, project=project))  # type: ignore[arg-type]

    return parse_file


@pytest.fixture
def zipped() -> Callable[[dict[str, str | bytes]], bytes]:
    """`zipped({name: content})`: a ZIP of these files."""

    def pack(files: dict[str, str | bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    return pack
