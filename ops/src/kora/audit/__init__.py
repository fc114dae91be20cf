"""The append-only, hash-chained log.

An attempt is recorded before it is made and its outcome after it; what can't be recorded is not done.
"""

from kora.audit.log import AuditLog
from kora.audit.records import Agent, AuditBroken, AuditEntry, AuditRecord, AuditUnavailable, VerifyReport

__all__ = ["Agent", "AuditBroken", "AuditEntry", "AuditLog", "AuditRecord", "AuditUnavailable", "VerifyReport"]
