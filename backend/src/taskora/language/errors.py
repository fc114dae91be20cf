"""Errors of the language package.

They stand at the very bottom of the application: whoever shows them (REST, chat, CLI, MCP) maps `code` to its own
status. `str(error)` is already a sentence for people.
"""


class LanguageError(ValueError):
    """Something that was written can't be used; the message says what and what to write instead."""

    code = "LANGUAGE_INVALID"


class RuleError(LanguageError):
    """A repeat rule (RFC 5545 or English) that can't be stored."""

    code = "RECURRENCE_INVALID"


class ZoneError(LanguageError):
    """A time zone name that the IANA database doesn't know."""

    code = "TIMEZONE_INVALID"
