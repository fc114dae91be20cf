"""The tools over standard input and output, for programs on this machine. Whoever may start `kora mcp` may read the
kubeconfig anyway. Nothing but protocol is written to standard output.
"""

import asyncio
from pathlib import Path

from mcp.server.stdio import stdio_server

from kora.mcp.server import MakeInvoker, build
from kora.tools.context import Context
from kora.tools.invoker import Invoker


def run(context: Context, *, folder: Path, make_invoker: MakeInvoker = Invoker) -> None:
    """Serve until standard input closes."""
    asyncio.run(_serve(context, folder, make_invoker))


async def _serve(context: Context, folder: Path, make_invoker: MakeInvoker) -> None:
    server = build(context, folder=folder, make_invoker=make_invoker)
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())
