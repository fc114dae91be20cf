"""All scans of one run: the JSON that KRR's readers know, and what differs from now as changes."""

from dataclasses import asdict, dataclass, field
from typing import Any

from kora.operations.rightsize import formulas
from kora.operations.rightsize.formulas import Settings
from kora.operations.rightsize.scans import RESOURCES, Scan


@dataclass(frozen=True)
class Result:
    """One run."""

    scans: tuple[Scan, ...]
    settings: Settings
    errors: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    """The patch of the chart's values, when the chart is known."""

    @property
    def score(self) -> int:
        """0 to 100."""
        return formulas.score([each.severity for each in self.scans])

    @property
    def changes(self) -> tuple[Scan, ...]:
        """Scans with a recommendation that differs from what is."""
        return tuple(each for each in self.scans if each.known and each.changes)

    def as_json(self) -> dict[str, Any]:
        """KRR's shape."""
        shown: dict[str, Any] = {
            "scans": [each.as_json() for each in self.scans],
            "score": self.score,
            "resources": list(RESOURCES),
            "description": "CPU request: percentile of the use; memory: highest use and a buffer; no CPU limit.",
            "strategy": {"name": "simple", "settings": asdict(self.settings)},
            "errors": [{"name": each} for each in self.errors],
        }
        return shown | ({"values": self.values} if self.values else {})
