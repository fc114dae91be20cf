"""The tools that there are, by name. A module in this package declares its tools and registers them on import;
`load` imports them all, so that a front door sees every one.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import kora.tools
from kora.kit.errors import NotFound
from kora.tools.declaration import Tool


class Registry:
    """Tools by name; a second tool of the same name is refused."""

    def __init__(self) -> None:
        self._tools: dict[str, Tool] = {}

    def register(self, tool: Tool) -> Tool:
        """Add one.

        Raises:
            ValueError: there is one of that name already.
        """
        if tool.name in self._tools:
            raise ValueError(f"There are two tools called {tool.name}.")
        self._tools[tool.name] = tool
        return tool

    def get(self, name: str) -> Tool:
        """The tool of that name.

        Raises:
            NotFound: there is none.
        """
        if name not in self._tools:
            raise NotFound(f"There is no tool called {name}.", details={"tools": sorted(self._tools)})
        return self._tools[name]

    def __iter__(self) -> Iterator[Tool]:
        return iter(sorted(self._tools.values(), key=lambda tool: tool.name))


registry = Registry()
"""The one that the program uses."""


def load(*modules: str) -> Registry:
    """Import modules of this package, which register what they declare: those named, or all. A front door that calls
    one tool names its module, because all of them together take a tenth of a second.
    """
    for name in modules or [module.name for module in iter_modules(kora.tools.__path__)]:
        import_module(f"kora.tools.{name}")
    return registry
