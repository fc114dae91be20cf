"""What an answer is made of: text, evidence, and the kubectl command that shows the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Answer:
    """One answer. `commands` are for people to run themselves; nothing here runs them."""

    text: str
    commands: list[str] = field(default_factory=list)
    data: Any = None
    found: bool = True
    violations: list[Any] = field(default_factory=list)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, limit: int = 100) -> str:
    """Columns as plain text; what does not fit is counted."""
    shown = [[str(cell) for cell in row] for row in rows[:limit]]
    lines = [list(heads), *shown]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    text = "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
    return text if len(rows) <= limit else f"{text}\n… and {len(rows) - limit} more"


def age_text(seconds: float) -> str:
    """Seconds as kubectl shows ages: ``45s``, ``12m``, ``5h``, ``3d``."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if (
            seconds >= 2 * size
            or (unit != "m" and seconds >= size and seconds % size == 0)
            or (unit == "d" and seconds >= size)
        ):
            return f"{int(seconds // size)}{unit}"
    return f"{int(max(0, seconds))}s"


def place(namespace: str | None) -> str:
    """The namespace flag of a kubectl command."""
    return f" -n {namespace}" if namespace else " -A"
