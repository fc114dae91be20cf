"""hadolint, the linter underneath: run over the text, its answer as our findings. Absent, it is said and not hidden."""

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from kora.kit.errors import Retryable
from kora.operations.dockerfiles.findings import Category, ImageFinding, Severity
from kora.operations.dockerfiles.syntax import Dockerfile

_SECONDS = 30
_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFO, "style": Severity.INFO}
_CATEGORIES = {
    Category.REPRODUCIBILITY: (
        "DL3008",
        "DL3018",
        "DL3033",
        "DL3037",
        "DL3041",
        "DL3013",
        "DL3016",
        "DL3028",
        "DL3059",
    ),
    Category.SIZE: ("DL3009", "DL3015", "DL3019", "DL3032", "DL3036", "DL3040", "DL3042", "DL3060", "DL3010", "DL3047"),
    Category.SECURITY: ("DL3002", "DL3004", "DL3046", "DL4006"),
    Category.PORTABILITY: ("DL3029", "DL4005"),
    Category.MAINTAINABILITY: ("DL3003", "DL3020", "DL3027", "DL3045", "DL3048", "DL3049", "DL3050", "DL4000"),
}
# A version of every Debian package makes builds fail as soon as the mirror moves on; that is a choice, not a fault.
_MILD = {"DL3008": Severity.INFO, "DL3018": Severity.INFO, "DL3059": Severity.INFO}
_WIKI = "https://github.com/hadolint/hadolint/wiki/"


@cache
def program() -> str | None:
    """Where hadolint is: beside our interpreter (the wheel puts it there), else on the path."""
    beside = Path(sys.executable).with_name("hadolint")
    return str(beside) if beside.is_file() else shutil.which("hadolint")


@cache
def version() -> str | None:
    """Its version, such as ``2.15.0``."""
    place = program()
    if place is None:
        return None
    answer = subprocess.run([place, "--version"], capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
    return answer.stdout.strip().rsplit(" ", 1)[-1] or None


def _spaced(dockerfile: Dockerfile) -> tuple[str, list[int]]:
    """The text with a blank line after each heredoc, without which hadolint loses its way, and our line for each."""
    ends = {one.end_line for one in dockerfile.instructions if one.heredocs}
    lines: list[str] = []
    numbers: list[int] = []
    for number, line in enumerate(dockerfile.lines, 1):
        lines.append(line)
        numbers.append(number)
        if number in ends:
            lines.append("")
            numbers.append(number)
    return "\n".join(lines), numbers


def findings(dockerfile: Dockerfile, file: str) -> list[ImageFinding] | None:
    """What hadolint says about a Dockerfile; None when the program is not there.

    Raises:
        Retryable: it did not answer in 30 seconds or answered nonsense.
    """
    place = program()
    if place is None:
        return None
    text, numbers = _spaced(dockerfile)
    command = [place, "--no-fail", "--format", "json", "-"]
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed program, the text goes to its standard input
            command, input=text, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        entries = json.loads(answer.stdout or "[]")
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise Retryable("hadolint did not answer as expected.", fix="Run it by hand: `hadolint Dockerfile`.") from error
    found = [_finding(entry, file) for entry in entries]
    return [
        one.model_copy(update={"line": numbers[min(one.line, len(numbers)) - 1]}) for one in found if one.id != "SC1091"
    ]


def _finding(entry: dict[str, object], file: str) -> ImageFinding:
    code = str(entry["code"])
    category = next((one for one, codes in _CATEGORIES.items() if code in codes), Category.PRACTICE)
    page = f"{_WIKI}{code}" if code.startswith("DL") else f"https://www.shellcheck.net/wiki/{code}"
    return ImageFinding(
        id=code,
        name=f"hadolint-{code.lower()}",
        line=int(str(entry["line"])),
        severity=_MILD.get(code, _SEVERITIES.get(str(entry["level"]), Severity.INFO)),
        category=category,
        why=str(entry["message"]),
        fix=page,
        file=file,
    )
