"""Log lines: JSON when a program reads them, short text on a terminal; every line goes through the redaction."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from taskora.kit.redaction import redact

# What a record may carry beside its message, in the order in which it is printed.
FIELDS = ("request_id", "method", "route", "path", "status", "duration_ms", "user_id", "bytes")


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        line.update({name: _clean(getattr(record, name)) for name in FIELDS if hasattr(record, name)})
        if record.exc_info:
            line["trace"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class _Terminal(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        extra = " ".join(str(getattr(record, name)) for name in FIELDS if hasattr(record, name))
        when = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        text = f"{when} {record.levelname.lower():7} {record.getMessage()} {extra}".rstrip()
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return redact(text)


def _clean(value: Any) -> Any:
    return redact(value) if isinstance(value, str) else value


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send every logger through one handler."""
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.setFormatter(_Terminal() if target.isatty() else _JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("uvicorn.access", "httpx", "httpcore", "aiosqlite", "asyncio", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Somebody who started Taskora by hand wants to see what is wrong, not every request.
    quiet = target.isatty() and level == "info"
    logging.getLogger("taskora.access").setLevel(logging.WARNING if quiet else logging.NOTSET)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING if level != "debug" else logging.DEBUG)
