"""Rules that objects are held against: a scope, and a requirement that every object in it must meet.

`language.rules` makes them from plain English, `operations.audits` evaluates them over live objects. A requirement is a
tree of tests; a test compares one fact of an object, and must hold for every element that has the fact (every
container, every port, every rule of a role).
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Op(StrEnum):
    """How a fact is compared with the values of a test."""

    PRESENT = "present"  # the object says it itself
    ABSENT = "absent"
    EMPTY = "empty"  # not set, and nothing is the default
    IN = "in"
    NOT_IN = "not_in"
    PREFIX = "prefix"  # starts with one of
    NOT_PREFIX = "not_prefix"
    MATCHES = "matches"  # regular expression, whole value
    NOT_MATCHES = "not_matches"
    BELOW = "below"
    AT_MOST = "at_most"
    ABOVE = "above"
    AT_LEAST = "at_least"
    UNIQUE = "unique"  # no other object in scope has the same value
    CONTAINS = "contains"  # the list holds every value
    CONTAINS_NONE = "contains_none"
    ONLY = "only"  # the list holds nothing but these


class Test(_Node):
    """One fact compared. `fact` names one of `operations.audits.facts`, `key` narrows it (a label, a resource).

    `other` (with `other_key`) is the fact of the same object that it is compared with, instead of `values`.
    """

    node: Literal["test"] = "test"
    fact: str
    op: Op
    values: tuple[str, ...] = ()
    key: str | None = None
    other: str | None = None
    other_key: str | None = None


class All(_Node):
    """Every part must hold."""

    node: Literal["all"] = "all"
    parts: tuple["Requirement", ...]


class AnyOf(_Node):
    """At least one part must hold."""

    node: Literal["any"] = "any"
    parts: tuple["Requirement", ...]


class Not(_Node):
    """The part must not hold (for any element)."""

    node: Literal["not"] = "not"
    part: "Requirement"


Requirement = Annotated[Test | All | AnyOf | Not, Field(discriminator="node")]


class Scope(_Node):
    """Which objects a rule is about."""

    kinds: tuple[str, ...]
    namespaces: tuple[str, ...] = ()
    except_namespaces: tuple[str, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)
    names: tuple[str, ...] = ()
    except_names: tuple[str, ...] = ()
    except_images: tuple[str, ...] = ()
    """Prefixes of images whose containers are exempt."""
    except_containers: tuple[str, ...] = ()
    init_only: bool = False
    """Whether what is said of containers is said of init containers alone."""
    owned: bool = True
    """Whether objects that belong to another one (a Deployment's pods) are held against the rule by themselves."""
    everywhere: bool = False
    """Whether the whole cluster was said."""


class Rule(_Node):
    """A requirement over a scope. `text` is what a person wrote, `meaning` how it was understood."""

    text: str
    scope: Scope
    requirement: Requirement
    meaning: str


class Violation(_Node):
    """One object that breaks a rule, and why."""

    kind: str
    namespace: str | None
    name: str
    reasons: tuple[str, ...]


All.model_rebuild()
AnyOf.model_rebuild()
Not.model_rebuild()
