"""How the phases of `kora up` look: one line each, a live table while something goes on; JSON lines for programs."""

from typing import TYPE_CHECKING, Any

from kora.cli.application import print_json
from kora.domain.progress import Progress

if TYPE_CHECKING:  # every command imports this file, few draw
    from rich.console import Console, Group
    from rich.live import Live
    from rich.table import Table
    from rich.text import Text

_MARKS = {"done": ("✓", "green"), "failed": ("✗", "red"), "interrupted": ("■", "yellow")}


class JsonLines:
    """Every event as one JSON object a line."""

    def __call__(self, progress: Progress) -> None:
        """Print it."""
        print_json({"event": "progress", "phase": progress.phase, "text": progress.text, **progress.data})

    def close(self) -> None:
        """Nothing is open."""


class PlainLines:
    """For pipes and files: each finished phase, and what changed within it."""

    def __init__(self, console: "Console") -> None:
        self._console, self._last = console, ""

    def __call__(self, progress: Progress) -> None:
        """Print what is new."""
        state = str(progress.data.get("state", ""))
        if state in _MARKS:
            self._console.print(phase_line(progress), highlight=False, soft_wrap=True)
        elif state == "progress" and not progress.data.get("output") and progress.text not in ("", self._last):
            self._last = progress.text
            self._console.print(f"    {progress.text}", markup=False, highlight=False, soft_wrap=True)

    def close(self) -> None:
        """Nothing is open."""


class LivePhases:
    """For a terminal: the current phase moves, finished ones stay as lines. Drawn only when an event comes in: nothing
    writes to the terminal from another thread."""

    def __init__(self, console: "Console") -> None:
        self._console = console
        self._live: Live | None = None
        self._rows: list[dict[str, Any]] = []
        self._text = ""

    def __call__(self, progress: Progress) -> None:
        """Draw."""
        state = str(progress.data.get("state", ""))
        if state == "started":
            self._rows, self._text = [], ""
            from rich.live import Live

            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.start()
        elif state in _MARKS:
            self.close()
            self._console.print(phase_line(progress), highlight=False, soft_wrap=True)
            return
        self._rows = progress.data.get("rows", self._rows)
        if "rows" not in progress.data:
            self._text = progress.text or self._text
        if self._live is not None:
            self._live.update(self._drawn(progress.phase), refresh=True)

    def _drawn(self, phase: str) -> "Group":
        from rich.console import Group
        from rich.text import Text

        line = Text(f"… {phase:<10} ", style="cyan").append(self._text[: self._console.width - 14], style="dim")
        return Group(line, _table(self._rows)) if self._rows else Group(line)

    def close(self) -> None:
        """End the moving part."""
        if self._live is not None:
            self._live.stop()
            self._live = None


def phase_line(progress: Progress) -> "Text":
    """``✓ build       12.3 s  (usually 11.0 s)  built backend``."""
    from rich.text import Text

    mark, style = _MARKS[str(progress.data["state"])]
    usual = progress.data.get("usual")
    known = f"(usually {usual:.1f} s)" if usual else ""
    line = Text(f"{mark} ", style=style).append(f"{progress.phase:<10}", style="bold")
    return line.append(f"{progress.data['seconds']:6.1f} s  {known:<19}", style="dim").append(progress.text)


def _table(rows: list[dict[str, Any]]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2))
    for row in rows:
        done = "green" if row["done"] else "red" if row["failed"] else "yellow"
        table.add_row(Text(row["name"]), Text(f"{row['ready']}/{row['wanted']}", style=done), Text(row["note"]))
    return table


def listener(*, as_json: bool) -> JsonLines | PlainLines | LivePhases:
    """The one that fits where the output goes."""
    if as_json:
        return JsonLines()
    from rich.console import Console

    console = Console()
    return LivePhases(console) if console.is_terminal else PlainLines(console)
