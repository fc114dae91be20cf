"""What a program may not say: the cluster is the door's business, files are those of the working folder, and a call has
an end.

`narrowed` gives the schema without the names that are taken away; `check` judges one call's arguments.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kora.kit.errors import Denied, Invalid
from kora.tools.declaration import Tool

MAX_SECONDS = 300.0

DOORS_OWN: dict[str, frozenset[str]] = {"deploy.": frozenset({"kubeconfig", "context", "load_command"})}
"""By prefix of a tool's name: arguments that would choose another cluster or name a program to run."""

LOCAL_FILES: dict[str, tuple[str, ...]] = {
    "deploy.": ("path",),
    "image.review": ("path", "context"),
    "image.generate": ("folder",),
}
"""By prefix: arguments that name files or folders of this machine."""


def _no_following(arguments: Mapping[str, Any]) -> None:
    if arguments.get("follow"):
        raise Invalid("deploy.logs can't follow over MCP: an answer has an end. Leave follow out and ask again.")


def _ends(arguments: Mapping[str, Any]) -> None:
    seconds = arguments.get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 < seconds <= MAX_SECONDS:
        raise Invalid(f"deploy.open over MCP needs seconds, above 0 and at most {MAX_SECONDS:.0f}.")


ENDS: dict[str, Callable[[Mapping[str, Any]], None]] = {"deploy.logs": _no_following, "deploy.open": _ends}
"""By name: calls that could go on for ever."""


def narrowed(tool: Tool) -> dict[str, Any]:
    """The schema of the tool's arguments as a program sees it."""
    schema = tool.arguments.model_json_schema()
    taken = _taken(tool)
    schema["properties"] = {name: value for name, value in schema.get("properties", {}).items() if name not in taken}
    return schema


def check(tool: Tool, arguments: Mapping[str, Any], folder: Path) -> None:
    """Refuse what a program may not say.

    Raises:
        Denied: an argument of the door's own, or a file outside of `folder`. Invalid: the call would have no end.
    """
    for name in sorted(_taken(tool) & arguments.keys()):
        raise Denied(f"{name} is not a program's to say: kora mcp was started for one cluster.")
    root = folder.resolve()
    for prefix, names in LOCAL_FILES.items():
        for name in names if tool.name.startswith(prefix) else ():
            value = arguments.get(name)
            if isinstance(value, str) and not _inside(value, root):
                raise Denied(f"{name} must stay inside the folder in which kora mcp was started.")
    if tool.name in ENDS:
        ENDS[tool.name](arguments)


def _taken(tool: Tool) -> frozenset[str]:
    return frozenset().union(*(names for prefix, names in DOORS_OWN.items() if tool.name.startswith(prefix)))


def _inside(value: str, root: Path) -> bool:
    try:
        return (root / value).resolve().is_relative_to(root)
    except (OSError, ValueError):  # a NUL byte, a link that leads to itself
        return False
