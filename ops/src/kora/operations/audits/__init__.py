"""Rules in plain English, held against live objects: facts, elements, evaluation, the answer. Read-only."""

from kora.operations.audits.evaluate import violations
from kora.operations.audits.reasons import say
from kora.operations.audits.run import AuditResult, result, run

__all__ = ["AuditResult", "result", "run", "say", "violations"]
