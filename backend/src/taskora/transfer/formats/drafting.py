"""From what a format read to checked drafts: the one place where a row becomes a task or a problem."""

from typing import Any

from pydantic import ValidationError

from taskora.transfer.portable import Draft, Parsed, PortableTask, Problem


def add_draft(
    parsed: Parsed, fields: dict[str, Any], *, file: str | None, line: int | None, changes: list[str] | None = None
) -> PortableTask | None:
    """Check `fields` (the JSON shape of a task) and add the draft to `parsed`, or the reason why the row is skipped."""
    try:
        task = PortableTask.model_validate(fields)
    except ValidationError as error:
        report(parsed, file, line, "skipped", sentence(error))
        return None
    for change in changes or ():
        report(parsed, file, line, "changed", change)
    parsed.drafts.append(Draft.model_construct(file=file, line=line, task=task))
    return task


def report(parsed: Parsed, file: str | None, line: int | None, severity: Any, reason: str) -> None:
    """Add one line to the report, written as a sentence."""
    text = reason[:1].upper() + reason[1:]
    parsed.problems.append(Problem(file=file, line=line, severity=severity, reason=text.rstrip(".") + "."))


_WORDS = {
    "missing": "is missing",
    "string_too_short": "is empty",
    "too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "too_long": "has more than {max_length} entries",
    "string_pattern_mismatch": "does not have the right form",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "extra_forbidden": "is not known",
}


def sentence(error: ValidationError) -> str:
    """What is wrong with a row, field by field, without repeating its content."""
    found = []
    for item in error.errors(include_url=False, include_input=False):
        path = ".".join(str(part) for part in item["loc"] if not str(part).startswith(("function-", "nullable")))
        words = _WORDS.get(item["type"], item["msg"].removeprefix("Value error, "))
        limits = {name: value for name, value in item.get("ctx", {}).items() if isinstance(value, int | str)}
        found.append(f"{path or 'the row'} {words.format(**limits) if limits else words}")
    return "; ".join(found[:3])
