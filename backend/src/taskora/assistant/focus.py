"""What a conversation is looking at: stored with every assistant message, so that any replica can take the next
turn."""

from dataclasses import asdict, dataclass, field
from typing import Any

_MOST = 200


@dataclass
class Focus:
    """`shown` is the last numbered list, `salient` what "it" or "them" would mean, `changes` the undoable changes of
    the last turn that changed something, `undone` the undos that a "redo" would take back, `pending` an open question
    (see `builtin.dialogue`).
    """

    shown: list[int] = field(default_factory=list)
    salient: list[int] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)
    undone: list[int] = field(default_factory=list)
    last_action: str = ""
    pending: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """For the database; bounded."""
        stored = asdict(self)
        for name in ("shown", "salient", "changes", "undone"):
            stored[name] = stored[name][:_MOST]
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> "Focus":
        """What `as_json` made; anything else is an empty focus."""
        known = {name: (stored or {}).get(name) for name in cls.__dataclass_fields__}
        return cls(**{name: value for name, value in known.items() if value is not None})
