"""The assistant: conversations, the tools, the built-in engine (rules) and the model engine, which drive the same
tools."""
