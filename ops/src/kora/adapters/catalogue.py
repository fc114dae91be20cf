"""Which foreign tools are known, whether they are there, and what Kora does without them. Truthful by construction: a
version is what the program printed, and what did not answer is not called present."""

import re
import shutil
from dataclasses import dataclass

from kora.adapters import docker_ai
from kora.adapters.programs import run
from kora.kit.errors import Unavailable

_SECONDS = 20
_VERSION = re.compile(r"v?\d+\.\d+[\w.+-]*|\bdev\b")


@dataclass(frozen=True)
class Adapter:
    """One foreign tool."""

    name: str
    program: str
    version: tuple[str, ...]
    use: str
    without: str


@dataclass(frozen=True)
class Presence:
    """Whether it is there, as far as it says itself."""

    adapter: Adapter
    present: bool
    version: str | None = None
    note: str = ""

    def as_json(self) -> dict[str, object]:
        """For programs."""
        shown: dict[str, object] = {"name": self.adapter.name, "present": self.present, "version": self.version}
        shown |= {"use": self.adapter.use, "without": self.adapter.without}
        return shown | ({"note": self.note} if self.note else {})


ADAPTERS: tuple[Adapter, ...] = (
    Adapter(
        "kubectl-ai",
        "kubectl-ai",
        ("version",),
        'kora adapters propose "…": its commands, judged by the gate',
        "kora ask",
    ),
    Adapter(
        "k8sgpt",
        "k8sgpt",
        ("version",),
        "kora adapters compare --k8sgpt FILE: its findings beside ours",
        "kora diagnose",
    ),
    Adapter("krr", "krr", ("version",), "kora adapters compare --krr FILE: its sizes beside ours", "kora rightsize"),
    Adapter(
        "docker ai",
        "docker",
        ("ai", "version"),
        "kora image review --ask-docker-ai: its words, quoted",
        "kora image review",
    ),
)


def look() -> list[Presence]:
    """Every known tool."""
    return [_docker_ai(each) if each.name == "docker ai" else presence(each) for each in ADAPTERS]


def presence(adapter: Adapter) -> Presence:
    """Whether a program is there and says its version."""
    if shutil.which(adapter.program) is None:
        return Presence(adapter, present=False)
    try:
        ran = run([adapter.program, *adapter.version], seconds=_SECONDS)
    except Unavailable as error:
        return Presence(adapter, present=False, note=error.message)
    if ran.code:
        said = (ran.err or ran.out).strip().splitlines()
        why = said[-1][:120] if said else "nothing"
        return Presence(adapter, present=False, note=f"It is on the PATH, but failed with {ran.code}: {why}")
    found = _VERSION.search(ran.out) or _VERSION.search(ran.err)
    return Presence(adapter, present=True, version=found[0] if found else None)


def _docker_ai(adapter: Adapter) -> Presence:
    if not docker_ai.available():
        there = shutil.which("docker") is not None
        return Presence(adapter, present=False, note="Docker is there, without `docker ai`." if there else "")
    return Presence(adapter, present=True, version=presence(adapter).version)
