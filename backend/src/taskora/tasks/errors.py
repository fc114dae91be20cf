"""Failures of this feature that callers tell apart."""

from taskora.kit.errors import Conflict, Invalid, NotFound


class TaskNotFound(NotFound):
    """No such task among the caller's own."""

    default_message = "There is no such task. It may have been deleted; undo brings it back."


class ProjectNotFound(NotFound):
    """No such project among the caller's own."""

    default_message = "There is no such project. It may have been deleted."


class TagNotFound(NotFound):
    """No such tag among the caller's own."""

    default_message = "There is no such tag. It may have been deleted."


class FilterNotFound(NotFound):
    """No such saved filter among the caller's own."""

    default_message = "There is no such saved filter. It may have been deleted."


class NothingToUndo(Conflict):
    """There is no change to take back, or it was taken back already."""

    code = "NOTHING_TO_UNDO"
    default_message = "There is nothing to undo."


class UndoWouldLose(Conflict):
    """Something newer stands on the change; taking it back would lose that."""

    code = "UNDO_WOULD_LOSE"
    default_message = "It was changed again since. Undo the newer changes first."


class NameTaken(Conflict):
    """A tag, project or filter of that name exists."""

    code = "NAME_TAKEN"
    default_message = "That name is taken. Choose another one."


class RecurrenceInvalid(Invalid):
    """A repeat rule that can't be understood or stored."""

    code = "RECURRENCE_INVALID"
    default_message = "That repetition is not understood. Try something like: every 2 weeks."
