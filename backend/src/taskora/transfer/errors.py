"""Failures of this feature that callers tell apart."""

from taskora.kit.errors import Invalid, NotFound, TaskoraError


class FileUnreadable(Invalid):
    """The uploaded file can't be taken apart at all; single bad rows are reported instead."""

    code = "IMPORT_UNREADABLE"
    default_message = "This file can't be read. Choose a CSV file, a JSON file or a ZIP of them."


class FileTooLarge(TaskoraError):
    """The uploaded file, or what it unpacks to, is over a limit."""

    code, status, exit_code = "IMPORT_TOO_LARGE", 413, 2
    default_message = "This file is too large. Split it into smaller ones."


class FeedNotFound(NotFound):
    """No such calendar feed; a rotated address and a wrong one look the same."""

    default_message = "This calendar address is not valid any more. Create a new one in your settings."
