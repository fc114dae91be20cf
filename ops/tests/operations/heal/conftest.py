"""Makes the fake shop importable (the suite runs in importlib mode) and offers it as a fixture."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from healing_shop import shop

__all__ = ["shop"]
