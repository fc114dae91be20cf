"""What a review says, and how a rule is declared and registered.

A rule is a function from `Subject` to hits, declared with `@rule`; its families live in `rules/`, one file each, and
register on import. Ids are stable: ``KD`` and a number; the hundreds are the family.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from kora.operations.dockerfiles.context import Context
from kora.operations.dockerfiles.stages import Build, Stage
from kora.operations.dockerfiles.syntax import Dockerfile


class Severity(StrEnum):
    """How much a finding matters; `rank` orders them."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """Higher is worse."""
        return list(Severity).index(self)


class Category(StrEnum):
    """What a finding costs; every category has a score."""

    CACHE = "cache"
    SECURITY = "security"
    SIZE = "size"
    PRACTICE = "practice"
    MAINTAINABILITY = "maintainability"
    REPRODUCIBILITY = "reproducibility"
    PORTABILITY = "portability"
    RESOURCES = "resources"


class ImageFinding(BaseModel):
    """One thing that is wrong, where, why it matters and what to do."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    line: int
    severity: Severity
    category: Category
    why: str
    fix: str
    file: str = "Dockerfile"
    fixable: bool = False
    """Whether `kora image fix` can mend it."""


@dataclass(frozen=True)
class Hit:
    """What a rule saw; `fix` replaces the rule's own advice."""

    line: int
    why: str
    fix: str = ""


@dataclass
class Subject:
    """Everything that a rule may look at."""

    dockerfile: Dockerfile
    build: Build
    context: Context | None = None
    """The folder of the build, when it is known."""
    today: date = field(default_factory=date.today)

    @property
    def final(self) -> Stage:
        """The stage that becomes the image."""
        return self.build.final

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All of them."""
        return self.build.stages


Check = Callable[[Subject], Iterator[Hit]]


@dataclass(frozen=True)
class Rule:
    """A declared rule. `replaces` are the codes of hadolint that say the same about the same line."""

    id: str
    name: str
    severity: Severity
    category: Category
    fix: str
    check: Check
    replaces: frozenset[str] = frozenset()

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return (self.check.__doc__ or "").strip().splitlines()[0]


RULES: dict[str, Rule] = {}


def rule(
    id: str, name: str, severity: Severity, category: Category, *, fix: str, replaces: tuple[str, ...] = ()
) -> Callable[[Check], Check]:
    """Register a check under a stable id.

    Raises:
        ValueError: the id or the name is taken.
    """

    def register(check: Check) -> Check:
        if id in RULES or any(old.name == name for old in RULES.values()):
            raise ValueError(f"The rule {id} {name} stands twice.")
        RULES[id] = Rule(id, name, severity, category, fix, check, frozenset(replaces))
        return check

    return register
