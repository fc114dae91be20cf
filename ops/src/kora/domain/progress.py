"""How running work tells a front door where it stands, without knowing who listens."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Progress(BaseModel):
    """One thing that happened while something long was running."""

    model_config = ConfigDict(frozen=True)

    phase: str
    """A stable word: ``apply``, ``verify``, ``hold``, ``roll_back``, ``build`` and so on."""
    text: str
    """One line for a person. Never holds a secret."""
    data: dict[str, Any] = Field(default_factory=dict)
    """The same for a program."""


Report = Callable[[Progress], None]
"""Takes one event; must return at once and never raise."""


def silent(progress: Progress) -> None:
    """Nobody listens."""
