"""What can go wrong with plans."""

from kora.kit.errors import ApprovalRequired, Conflict, Invalid, KoraError, NotFound, Unavailable


class NothingToDo(KoraError):
    """The cluster is already as wished; no plan is needed."""

    code, exit_code = "NOTHING_TO_DO", 0
    default_message = "Nothing to do: it is already so."


class PlanMissing(NotFound):
    """No plan of that id."""

    code = "PLAN_MISSING"
    default_message = "There is no such plan."


class PlanCorrupted(KoraError):
    """The plan's file can't be read as a plan."""

    code = "PLAN_CORRUPTED"
    default_message = "The plan's file is damaged. It is not used."


class PlanTampered(KoraError):
    """The plan's content does not match the hash it was made, shown or approved with."""

    code = "PLAN_TAMPERED"
    default_message = "The plan is not the one that was made: its hash does not match. It is not applied."


class PlanBusy(Conflict):
    """Another process works on the plan."""

    code = "PLAN_BUSY"
    default_message = "Another process is working on this plan."


class PlanNotOpen(Conflict):
    """The plan's state does not allow this (any more)."""

    code = "PLAN_NOT_OPEN"
    default_message = "The plan is no longer open."


class PlanVoid(Conflict):
    """The cluster moved on since the plan was made."""

    code = "PLAN_VOID"
    default_message = "The cluster changed since the plan was made, so the plan is void. Nothing was changed."


class PlanExpired(Conflict):
    """The plan or its approval is too old."""

    code = "PLAN_EXPIRED"
    default_message = "The plan has expired. Nothing was changed."


class NotApproved(ApprovalRequired):
    """There is no valid, unused approval of this very plan."""

    code = "NOT_APPROVED"
    default_message = "The plan has no valid approval."


class PlanImpossible(Invalid):
    """The wished change can't be made into a plan."""

    code = "PLAN_IMPOSSIBLE"
    default_message = "This can't be planned."


class PlansUnwritable(Unavailable):
    """The plans' folder can't be written."""

    code = "PLANS_UNWRITABLE"
    default_message = "The plan could not be stored, so nothing is done."


class ForeignChange(Conflict):
    """Somebody changed, since our step, what the step set: taking it back would undo their work."""

    code = "FOREIGN_CHANGE"
    default_message = "Somebody else changed the object since. It is left as it is."
