"""Changes as wishes of one plan, one file a family; `load` imports them all so that they register themselves."""

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Import every handler."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
