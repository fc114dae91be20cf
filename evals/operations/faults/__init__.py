"""The faults of the runner: those of the cluster tests, and variants of kinds that no detector was written for.

`expected.json` says for each which object has to be named and what one supervised pass of `kora heal` may come to.
"""

import json
from pathlib import Path
from typing import Any

from cluster.kora_diagnose.faults import CONTROLS as PLAIN_CONTROLS
from cluster.kora_diagnose.faults import FAULTS as PLAIN

from faults.controls import LOOKALIKES
from faults.further import FURTHER
from faults.variants import VARIANTS

FAULTS = (*PLAIN, *VARIANTS, *FURTHER)
CONTROLS = (*PLAIN_CONTROLS, *LOOKALIKES)
EXPECTED: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("expected.json").read_text(encoding="utf-8"))
"""Name of a fault → object, outcome, and where they differ from the usual: causes, touches, value."""
