"""The database: engine and sessions (read / write), the base of every table, column types that both databases share."""

from taskora.storage.base import Base, Timestamp
from taskora.storage.database import Database, after_commit
from taskora.storage.dependencies import ReadSession, WriteSession

__all__ = ["Base", "Database", "ReadSession", "Timestamp", "WriteSession", "after_commit"]
