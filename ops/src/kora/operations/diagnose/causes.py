"""The registry of causes: stable codes, how deep each lies, and the words of its page in docs/reference/causes.

The texts live in `catalogue/`, one file a family; scripts/cause_reference.py turns them into pages.
"""

import importlib
import pkgutil

from kora.operations.diagnose import catalogue
from kora.operations.diagnose.cause import Cause

DOCS = "docs/reference/causes"


def _load() -> dict[str, Cause]:
    found: dict[str, Cause] = {}
    for module in pkgutil.iter_modules(catalogue.__path__):
        for each in importlib.import_module(f"{catalogue.__name__}.{module.name}").CAUSES:
            found[each.code] = each
    return dict(sorted(found.items()))


CAUSES: dict[str, Cause] = _load()
PASSING = frozenset({"PodLost", "ContainerRestarted"})
"""What Kubernetes mends by itself, and what only somebody sees who watches: no detector of a single look."""
