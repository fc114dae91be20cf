"""The tools: the only way in which an assistant (rules, model, or another program over MCP) touches tasks."""

from taskora.assistant.tools.collections import COLLECTION_TOOLS
from taskora.assistant.tools.declaration import MAX_BATCH, Result, Tool, ToolRefused, call
from taskora.assistant.tools.tasks import TASK_TOOLS

TOOLS: dict[str, Tool] = {tool.name: tool for tool in (*TASK_TOOLS, *COLLECTION_TOOLS)}

__all__ = ["MAX_BATCH", "TOOLS", "Result", "Tool", "ToolRefused", "call"]
