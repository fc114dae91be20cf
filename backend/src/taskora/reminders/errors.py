"""Failures of this feature that callers tell apart."""

from taskora.kit.errors import Conflict, NotFound


class ReminderNotFound(NotFound):
    """No such reminder among the caller's own."""

    default_message = "There is no such reminder. Its task may have been changed or deleted."


class TaskIsDone(Conflict):
    """A completed task doesn't remind."""

    code = "TASK_COMPLETED"
    default_message = "The task is completed. Reopen it to be reminded again."
