"""Declarations of what Kora can do, and the invoker: the only way to an effect."""
