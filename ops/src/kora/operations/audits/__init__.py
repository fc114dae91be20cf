"""Rules in plain English, held against live objects: facts, elements, evaluation. Read-only."""

from kora.operations.audits.evaluate import say, violations

__all__ = ["say", "violations"]
