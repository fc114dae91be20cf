"""Security contexts as they are said: users, root, privileges, capabilities."""

import re
from typing import Any

from kora.language.creation.scan import Scan, number

_NAMES = r"(?P<what>[\"'`]?(?-i:[A-Z][A-Z_]+)[\"'`]?(?:(?:,? and |, ?| & )[\"'`]?(?-i:[A-Z][A-Z_]+)[\"'`]?)*)"
_IDS = {
    "run_as_user": r"(?:run ?-?as ?-?user|user ?-?ids?|uid|users?)<is>(?:id |uid )?<num:n>",
    "run_as_group": r"(?:run ?-?as ?-?group|group ?-?ids?|gid|groups?)<is>(?:id |gid )?<num:n>",
    "fs_group": r"fs ?-?group<is><num:n>",
}


def read_security(scan: Scan, fields: dict[str, Any]) -> None:
    """What is said about privileges, for the pod and all its containers."""
    security: dict[str, Any] = {}
    for slot in ("fs_group", "run_as_user", "run_as_group"):
        found = scan.take(_IDS[slot])
        if found is not None:
            security[slot] = number(found["n"])
    if scan.take(
        r"non-?root(?: user)?|(?:not|never|don't|doesn't) (?:run |running |be )?(?:as )?(?:the )?root(?: user)?|unprivileged(?: user)?|run ?-?as ?-?non ?-?root(?: ?[:=]? ?true)?"
    ):
        security["run_as_non_root"] = True
    if scan.take(
        r"read[ -]?only[ -]?root ?file ?-?system(?: ?[:=]? ?true)?|root ?file ?-?system (?:is |being |should be |must be |mounted )*read[ -]?only|(?:immutable|read-only) root fs|(?:(?:and|it|may|must|can|should|shall|cannot|can't|is|be|allowed|able|to) )*(?:not|never|cannot|can't)(?: be)?(?: allowed| able)?(?: to)? writ(?:e|ing) (?:to|on|into) (?:its |the )?(?:own )?root ?file ?-?system"
    ):
        security["read_only_root"] = True
    if scan.take(
        r"(?:with )?no[ -]new[ -]priv(?:ilege)?s|(?:no|without|disallow\w*|disabl\w+|prevent\w*|not allow\w*|forbid\w*|don't allow|deny) (?:any )?privilege[ -]escalation|allow ?-?privilege ?-?escalation<is>false|privilege[ -]escalation (?:is |being |must be |should be )*(?:disabled|forbidden|off|false|not allowed|disallowed|prevented)"
    ):
        security["no_escalation"] = True
    elif scan.take(r"privileged(?: mode| ?[:=] ?true| containers?)?"):
        security["privileged"] = True
    _read_capabilities(scan, security)
    profile = scan.take(
        r"seccomp(?: ?profile)?(?: type)?<is>(?P<profile>runtime ?default|unconfined)",
        r"(?P<profile>runtime ?default|unconfined) seccomp(?: profile)?",
    )
    if profile is not None:
        security["seccomp"] = "RuntimeDefault" if profile["profile"].lower().startswith("r") else "Unconfined"
    if security:
        scan.take_all(r"<the>(?:pod |container )?security ?-?contexts?(?: that| of| with| which|:)?")
        fields["security"] = security


def _read_capabilities(scan: Scan, security: dict[str, Any]) -> None:
    words = r"(?: linux)?(?: capabilit(?:y|ies))?"
    dropped = scan.take(
        rf"drop(?:ping|s|ped)? (?:all|every|any){words}(?:,? (?:except|but|other than|apart from|save)(?: for| only)?(?: the)? {_NAMES}{words})?(?P<all>)",
        rf"(?:all|every|any){words} (?:\w+ ){{0,2}}?dropped(?:,? (?:except|but|other than|apart from|save)(?: for| only)?(?: the)? {_NAMES}{words})?(?P<all>)",
        rf"(?:no|without)(?: any)?(?: linux)? capabilities(?:,? (?:except|but|other than|apart from|save)(?: for)?(?: the)? {_NAMES})?(?P<all>)",
        rf"drop(?:ping|s|ped)?(?: the)?(?: linux)?(?: capabilit(?:y|ies))?<is>{_NAMES}{words}",
    )
    if dropped is not None:
        names = re.findall(r"[A-Z][A-Z_]+", dropped["what"] or "")
        every = ("all" in dropped.groupdict() and dropped.groupdict()["all"] is not None) or names == ["ALL"]
        security["drop"] = ["ALL"] if every else names
        if every and names and names != ["ALL"]:
            security["add"] = names
    dropped_by_name = scan.take(rf"(?:(?:with|and|the) )*{_NAMES}{words} (?:(?:is|are|must be|should be) )*dropped")
    if dropped_by_name is not None:
        security["drop"] = [*security.get("drop", []), *re.findall(r"[A-Z][A-Z_]+", dropped_by_name["what"])]
    added = scan.take(
        rf"(?:(?:with|and|the) )*{_NAMES}{words} (?:(?:is|are|must be|should be) )*added",
        rf"add(?:ing|s|ed)?(?: the| back)*(?: linux)?(?: capabilit(?:y|ies))?<is>{_NAMES}{words}(?: added)?(?: back)?",
        rf"(?:linux )?capabilit(?:y|ies)<is>{_NAMES}(?: (?:are |is )?added)?",
        rf"{_NAMES}(?: as)?(?: the| an?)?(?: only| sole| single)?(?: added| extra| additional)?(?: linux)? capabilit(?:y|ies)(?: added)?",
    )
    if added is not None:
        security["add"] = [*security.get("add", []), *re.findall(r"[A-Z][A-Z_]+", added["what"])]
