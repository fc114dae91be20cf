"""What is known about one cause before it is ever seen."""

from enum import IntEnum
from typing import NamedTuple

from kora.domain.findings import Severity


class Level(IntEnum):
    """How deep a cause lies. A deeper one (a smaller number) explains those above it that it reaches."""

    MACHINE = 0  # nodes
    CLUSTER = 1  # webhooks, deletion that hangs
    NAMESPACE = 2  # what a pod needs before it can exist or start: quotas, accounts, storage classes, configuration
    CONNECTION = 3  # claims, policies, name resolution
    CONTAINER = 4  # one container of one workload
    SERVICE = 5  # ports and selectors
    DEPENDENCY = 6  # somebody else is not there
    BEHAVIOUR = 7  # slow, flapping, throttled
    SYMPTOM = 8  # a workload that gets nowhere: true by itself only when nothing above explains it
    CONSEQUENCE = 9  # what suffers from such a workload


class Cause(NamedTuple):
    """A stable code and the words of its page."""

    code: str
    level: Level
    severity: Severity
    title: str
    see: str
    """How to see it by hand."""
    why: str
    """Why it happens."""
    kora: str
    """What Kora does."""
    person: str
    """What a person can do."""

    @property
    def page(self) -> str:
        """File name of its page."""
        return f"{self.code}.md"
