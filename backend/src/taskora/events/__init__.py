"""What happened: the outbox of event rows (written in the transaction of the change), live updates and webhooks.

`record` is the one way in; everything that tells others reads the rows after the commit.
"""

from taskora.events.outbox import record, record_many

__all__ = ["record", "record_many"]
