"""Who does something. Identity comes from the context of a front door, never from arguments."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Surface(StrEnum):
    """The front door through which somebody came."""

    CLI = "cli"
    OPERATOR = "operator"
    MCP = "mcp"
    CONSOLE = "console"
    CLUSTER = "cluster"  # an object in the cluster that speaks for the person who made it


class Actor(BaseModel):
    """`name` acts, perhaps on behalf of somebody else."""

    model_config = ConfigDict(frozen=True)

    name: str
    surface: Surface
    on_behalf_of: str | None = None
    interactive: bool = False
    """Whether a person sits there who can be asked."""
