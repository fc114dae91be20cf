"""Which version of a language to build with: the newest that still gets fixes within what the project allows."""

import re

PYTHON = ("3.13", "3.14", "3.12", "3.11", "3.10", "3.9", "3.8")
NODE = ("24", "22", "20", "18", "16")
_CLAUSE = re.compile(r"(>=|<=|==|!=|~=|\^|~|>|<|=)?\s*v?(\d+)(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?")


def choose(requirement: str, known: tuple[str, ...]) -> str | None:
    """The first known version that a requirement (``>=3.11,<3.14``, ``^20``, ``18.x``, ``22``) allows.

    The clauses of one alternative all have to hold; ``||`` separates alternatives. None when nothing fits.
    """
    for version in known:
        for alternative in requirement.split("||"):
            clauses = _CLAUSE.findall(alternative)
            if clauses and all(_allows(clause, version) for clause in clauses):
                return version
    return None


def _allows(clause: tuple[str, str, str, str], version: str) -> bool:
    operator, major, minor, _ = clause
    parts = [int(part) for part in version.split(".")]
    wanted = [int(major), *([int(minor)] if minor.isdigit() else [])]
    width = min(len(parts), len(wanted))
    mine, theirs = parts[:width], wanted[:width]
    if operator in {">=", ">"}:
        return mine > theirs or (mine == theirs and (operator == ">=" or len(wanted) > width or len(parts) > width))
    if operator == "<":
        return mine < theirs or (mine == theirs and len(wanted) > width)
    if operator == "<=":
        return mine <= theirs
    if operator == "!=":
        return mine != theirs
    if operator in {"^", "~="}:
        return parts[0] == wanted[0] and mine >= theirs
    return mine == theirs
