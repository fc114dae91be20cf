"""The assistant's tools for other programs, over the Model Context Protocol: streamable HTTP at /mcp and stdio.

Thin: the registry in `taskora.assistant.tools` declares everything. The SDK is imported when the first client comes,
because most processes never meet one and it costs 50 MB.
"""
