"""The operator's log: one JSON object a line on standard output, secrets masked."""

import json
import sys
import threading
from typing import Any, TextIO

from kora.kit import clock
from kora.kit.redaction import redact, redact_text

LEVELS = ("debug", "info", "warning", "error")


class Log:
    """Writes lines. level: the least important level that is written."""

    def __init__(self, stream: TextIO | None = None, level: str = "info") -> None:
        self._stream, self._least = stream, LEVELS.index(level)
        self._lock = threading.Lock()

    def say(self, message: str, *, level: str = "info", **fields: Any) -> None:
        """One line; `fields` must be JSON."""
        if LEVELS.index(level) < self._least:
            return
        line = {"time": clock.now().isoformat(), "level": level, "message": redact_text(message), **redact(fields)}
        text = json.dumps(line, ensure_ascii=False, default=str)
        with self._lock:
            stream = self._stream or sys.stdout
            stream.write(text + "\n")
            stream.flush()
