"""Clauses that change what is there, to typed intents: `reading` is the front door, one frame a slot pattern."""
