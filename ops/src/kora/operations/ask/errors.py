"""What can go wrong with a request."""

from kora.kit.errors import Invalid, KoraError, NotFound


class NotUnderstood(KoraError):
    """A part of the prompt was not understood, so nothing was changed."""

    code = "NOT_UNDERSTOOD"
    default_message = "This was not understood. Nothing was changed."


class TargetAmbiguous(KoraError):
    """Several objects could be meant. `details`: ``phrase`` and ``candidates`` (kind, namespace, name)."""

    code = "TARGET_AMBIGUOUS"
    default_message = "Several objects could be meant. Nothing was changed."


class TargetMissing(NotFound):
    """Nothing of that name is there."""

    code = "TARGET_MISSING"
    default_message = "There is no such object. Nothing was changed."


class ChangeImpossible(Invalid):
    """The change does not fit the object."""

    code, exit_code = "CHANGE_IMPOSSIBLE", 1
    default_message = "This change does not fit the object. Nothing was changed."
