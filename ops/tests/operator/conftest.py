"""Makes the fake yard importable (the suite runs in importlib mode) and offers it as a fixture."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from yard import yard

__all__ = ["yard"]
