"""Runs a foreign program: bounded in time and output, without a shell, with the surroundings that it is given."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kora.kit.errors import Unavailable

_MOST_BYTES = 1_000_000
_END_SECONDS = 5


@dataclass(frozen=True)
class Ran:
    """How it ended; both outputs, cut off at a million bytes, without what could steer a terminal."""

    code: int
    out: str
    err: str


def run(
    argv: Sequence[str], *, seconds: float, environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> Ran:
    """Run a program to its end. `environment`: all that it gets to see (None: what we see).

    Raises:
        Unavailable: there is no such program, or it did not end in time.
    """
    if shutil.which(argv[0]) is None:
        raise Unavailable(f"There is no program {argv[0]} on the PATH.", fix="kora adapters")
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(  # noqa: S603 - arguments as a list, no shell
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=None if environment is None else dict(environment),
                cwd=folder,
                start_new_session=True,
            )
        except OSError as error:
            raise Unavailable(f"{argv[0]} could not be started: {error.strerror}.") from error
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise Unavailable(f"{argv[0]} did not end within {seconds:.0f} s.") from error
        finally:
            _end(process)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(plain(stream.read(_MOST_BYTES).decode("utf-8", "replace")))
    return Ran(process.returncode, texts[0], texts[1])


def plain(text: str) -> str:
    """`text` without control characters other than line ends and tabs."""
    return "".join(each for each in text if each.isprintable() or each in "\n\t")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the whole group: what the program started must not go on without it."""
    for signal in (15, 9):
        try:
            os.killpg(process.pid, signal)
            process.wait(timeout=_END_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
