"""One file per family of causes. Each function marked `@detector` looks at the graph and yields candidates."""

import importlib
import pkgutil


def load_detectors() -> None:
    """Import every file of this package, so that a new family needs no list."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
