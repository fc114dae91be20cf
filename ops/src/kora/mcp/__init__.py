"""Kora's tools for other programs, over the Model Context Protocol: stdio and streamable HTTP.

A front door: `server` lists what `kora.tools.registry` declares and calls it through the invoker. Changes end as plans
that wait for a person; approving is not a tool. The SDK is imported when the door opens.
"""
