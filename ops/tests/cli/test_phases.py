"""How a deployment looks: on a terminal, in a pipe, and for programs."""

import io
import json

import pytest
from rich.console import Console

from kora.cli.phases import JsonLines, LivePhases, PlainLines, phase_line
from kora.domain.progress import Progress

ROW = {"name": "deployment/web", "ready": 1, "wanted": 2, "note": "1 of 2 renewed", "done": False, "failed": False}


def event(state: str, text: str = "", **data: object) -> Progress:
    return Progress(phase="roll out", text=text, data={"state": state, **data})


EVENTS = [
    event("started"),
    event("progress", "web 1/2", rows=[ROW]),
    event("progress", "web 1/2", rows=[ROW]),
    event("progress", "#5 RUN make", output=True),
    event("done", "all ready [x]", seconds=12.34, usual=10.0),
]


def test_a_pipe_gets_each_new_line_once() -> None:
    out = io.StringIO()
    show = PlainLines(Console(file=out, width=200))
    for each in EVENTS:
        show(each)
    assert out.getvalue().splitlines() == [
        "    web 1/2",
        "✓ roll out    12.3 s  (usually 10.0 s)   all ready [x]",
    ]


def test_a_terminal_sees_the_table_and_keeps_the_line() -> None:
    out = io.StringIO()
    show = LivePhases(Console(file=out, force_terminal=True, width=120, color_system=None))
    for each in EVENTS:
        show(each)
    show.close()
    assert "1 of 2 renewed" in out.getvalue()
    assert out.getvalue().rstrip().endswith("all ready [x]")


def test_programs_get_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    show = JsonLines()
    for each in EVENTS:
        show(each)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["state"] for line in lines] == ["started", "progress", "progress", "progress", "done"]
    assert lines[1]["rows"] == [ROW]
    assert all(line["event"] == "progress" for line in lines)


@pytest.mark.parametrize("state", ["done", "failed", "interrupted"])
def test_each_end_has_its_mark(state: str) -> None:
    assert phase_line(event(state, "said", seconds=1.0)).plain[0] in "✓✗■"
