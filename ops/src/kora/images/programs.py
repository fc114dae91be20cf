"""Runs the programs of container engines and local clusters: bounded, without a shell, and never half-noticed.

Programs run in sessions of their own, so that an interrupt at the terminal reaches us first; we then end them.
"""

import os
import shutil
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kora.images.port import Line
from kora.kit.errors import Unavailable

_KEPT_LINES = 40
_END_SECONDS = 5


@dataclass(frozen=True)
class Ran:
    """How a program ended. `tail` holds the last lines of both outputs when they were read line by line."""

    code: int
    out: str
    err: str
    tail: tuple[str, ...] = ()


def run(
    argv: Sequence[str],
    *,
    seconds: float,
    environment: Mapping[str, str] | None = None,
    line: Line | None = None,
    fix: str | None = None,
) -> Ran:
    """Run a program to its end. With `line`, both outputs are read together, line by line.

    Raises:
        Unavailable: there is no such program, or it did not end in time.
    """
    if shutil.which(argv[0]) is None:
        raise Unavailable(f"There is no program {argv[0]} on the PATH.", fix=fix)
    process = subprocess.Popen(  # noqa: S603 - arguments as a list, no shell
        list(argv),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if line else subprocess.PIPE,
        text=True,
        errors="replace",
        env={**os.environ, **(environment or {})},
        start_new_session=True,
    )
    try:
        if line is None:
            out, err = process.communicate(timeout=seconds)
            return Ran(process.returncode, out, err)
        return _line_by_line(process, seconds, line)
    except subprocess.TimeoutExpired as error:
        _end(process)
        raise Unavailable(f"{' '.join(argv[:3])} did not end within {seconds:.0f} s.", fix=fix) from error
    except BaseException:
        _end(process)
        raise


def _line_by_line(process: "subprocess.Popen[str]", seconds: float, line: Line) -> Ran:
    kept: deque[str] = deque(maxlen=_KEPT_LINES)
    late = threading.Event()

    def cut() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        assert process.stdout is not None
        for text in process.stdout:
            if said := text.rstrip():
                kept.append(said)
                line(said)
        code = process.wait()
    finally:
        timer.cancel()
    if late.is_set():
        raise subprocess.TimeoutExpired(process.args, seconds)
    return Ran(code, "\n".join(kept), "", tuple(kept))


def _end(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(timeout=_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=_END_SECONDS)
