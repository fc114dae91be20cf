"""What can go wrong with accounts, with stable codes."""

from typing import Any

from taskora.kit.errors import Conflict, Forbidden, Invalid, TaskoraError


class AuthRequired(TaskoraError):
    """Nobody is signed in."""

    code, status, exit_code = "AUTH_REQUIRED", 401, 77
    default_message = "Sign in first."

    def __init__(self, message: str | None = None, **extra: Any) -> None:
        super().__init__(message, headers={"WWW-Authenticate": "Bearer"}, **extra)


class AuthInvalid(AuthRequired):
    """A credential was shown, but it isn't good (any more)."""

    code, status, exit_code = "AUTH_INVALID", 401, 77
    default_message = "This sign-in is not valid any more. Sign in again."


class WrongPassword(AuthRequired):
    """Unknown e-mail and wrong password are told apart nowhere."""

    code, status, exit_code = "CREDENTIALS_INVALID", 401, 77
    default_message = "E-mail or password is wrong. Check both and try again."


class EmailTaken(Conflict):
    """Sign-up with an e-mail that has an account already."""

    code, status, exit_code = "EMAIL_TAKEN", 409, 1
    default_message = "There is already an account with this e-mail. Sign in instead."


class PasswordRefused(Invalid):
    """A new password that is too short, too long or too common."""

    code, status, exit_code = "PASSWORD_REFUSED", 422, 2


class OriginRefused(Forbidden):
    """A change that another web page may have started (cross-site request forgery)."""

    code, status, exit_code = "ORIGIN_REFUSED", 403, 77
    default_message = (
        "This change did not come from the Taskora page, so nothing was done. Reload the page and try again; "
        "programs use a bearer token."
    )


class ScopeMissing(Forbidden):
    """The token is good but was not given this right."""

    code, status, exit_code = "SCOPE_MISSING", 403, 77
    default_message = "This token may not do that. Create one with the scope that is needed."


class Busy(TaskoraError):
    """Too many passwords are being checked at once."""

    code, status, exit_code = "BUSY", 503, 75
    default_message = "Too many people are signing in at this moment. Try again in a few seconds."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})
