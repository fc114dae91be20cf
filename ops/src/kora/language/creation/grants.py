"""``give alice read-only access to pods in dev``: permissions for somebody, as `Grant`."""

import re
from typing import Any

from kora.language.creation.metadata import is_name, read_namespace
from kora.language.creation.permissions import RESOURCE_LIST, VERB_LIST, resources_of, verbs_of
from kora.language.creation.scan import Scan
from kora.language.intents import Grant, Unclear

_KINDS = {"serviceaccount": "ServiceAccount", "sa": "ServiceAccount", "group": "Group", "team": "Group"}
_WHO = r"(?:<the>(?P<kind>service ?-?account|sa|user|group|team|developer|person|engineer|colleague|member) )?(?:named |called )?[\"'`]?(?P<who>(?:system:serviceaccount:)?[A-Za-z0-9](?:[\w.@:-]*[A-Za-z0-9])?)[\"'`]?(?: <the>?(?P<kind2>service ?-?account|sa|user|group))?(?: (?:in|from|of) <the>(?:namespace )?<name:home>(?: namespace)?(?= (?:to|can|may|read|full|view|edit|admin|the|access|permission|get|list|create)))?"
_GIVES = r"(?:grant|give|assign|provide|allow|permit|let|authori[sz]e|enable)"
_NOT_WHO = frozenset(
    [
        "full",
        "read",
        "read-only",
        "readonly",
        "view",
        "edit",
        "admin",
        "access",
        "permission",
        "permissions",
        "the",
        "a",
        "an",
        "pods",
        "all",
        "me",
        "us",
        "it",
    ]
)


def looks_like_grant(text: str) -> bool:
    """Whether the text gives somebody permissions (and not a role a rule)."""
    return (
        re.match(rf"\s*(?:please |kindly |also |then )*{_GIVES}\b", text, re.IGNORECASE) is not None
        and re.search(
            r"\b(?:access|permissions?|rights?|role|allow|permit|let|authori[sz]e|able|can|may|verbs?|privileges?)\b",
            text,
            re.IGNORECASE,
        )
        is not None
    )


def read_grant(text: str) -> Grant | Unclear:
    """One grant."""
    scan = Scan(text)
    slots: dict[str, Any] = {}
    if scan.take(
        r"(?:cluster[ -]?wide|across (?:the (?:whole |entire )?cluster|all namespaces)|in (?:the (?:whole|entire) cluster|all namespaces|every namespace|any namespace)|on (?:the (?:whole |entire )?cluster))"
    ):
        slots["cluster_wide"] = True
    home = (
        scan.take(
            r"(?:in|from|of) <the>(?:(?:namespace|ns) (?:named |called )?<name:home>|<name:home2> namespace)(?= (?:to|can|may|read|full|view|edit|admin|the|access|permissions?|get|list|create|write)\b)"
        )
        if re.search(r"service ?-?account|\bsa\b", text, re.IGNORECASE)
        else None
    )
    slots["home"] = (home["home"] or home["home2"]) if home is not None else None
    namespace, _ = read_namespace(scan)
    scan.rest = scan.rest.replace("\x00", " ")  # what was said about places must not part the sentence
    role_name = scan.take(
        r"(?:(?:using|with|via|through|and|by creating|create|a|the) )+(?:cluster ?)?role (?:named |called )<name:role>"
    )
    binding = scan.take(
        r"(?:(?:using|with|via|through|and|a|the) )+(?:cluster ?)?(?:role ?)?binding (?:named |called )<name:binding>"
    )
    existing = scan.peek(
        rf"{_GIVES} <the>(?:existing |built-in |cluster ?)*(?:role )?[\"'`]?(?P<role>view|edit|admin|cluster-admin)[\"'`]? (?:cluster ?)?role to {_WHO}",
        rf"{_GIVES} <the>(?:cluster ?)?role (?:named |called )?<name:role> to {_WHO}",
        rf"{_GIVES} {_WHO} <the>[\"'`]?(?P<role>[\w-]+)[\"'`]? (?:cluster ?)?role",
    )
    if existing is not None and is_name(existing["who"]):
        scan.claim(*existing.span())
        slots["existing_role"] = existing["role"]
        who: re.Match[str] | None = existing
    else:
        who = _read_rights(scan, slots)
    if who is None:
        return Unclear(text=text, question="To whom shall which permissions be given?")
    if (
        namespace is None
        and (found := scan.take(r"(?:in|inside|within|for) <the><name:ns>(?= ?(?:,|\.|$))"))
        and is_name(found["ns"])
    ):
        namespace = found["ns"]
    name, kind = who["who"], re.sub(r"[ -]", "", (who["kind"] or who["kind2"] or "").lower())
    subject_kind = _KINDS.get(kind, "User")
    origin: str | None = slots.pop("home")
    if name.startswith("system:serviceaccount:"):
        _, _, origin, name = name.split(":", 3)
        subject_kind = "ServiceAccount"
    if role_name is not None:
        slots["role_name"] = role_name["role"]
    if binding is not None:
        slots["binding_name"] = binding["binding"]
    scan.take_all(r"access|permissions?|rights?|only|privileges?|objects?|resources?|nothing else|developers?")
    left = scan.left()
    if left:
        return Unclear(
            text=" ".join(left), understood=f"permissions for {name}", question=f"What is meant by “{' '.join(left)}”?"
        )
    return Grant(
        subject_kind=subject_kind,  # type: ignore[arg-type]
        subject=name,
        subject_namespace=origin if origin else namespace if subject_kind == "ServiceAccount" else None,
        namespace=None if slots.get("cluster_wide") else namespace,
        **slots,
    )


def _read_rights(scan: Scan, slots: dict[str, Any]) -> re.Match[str] | None:
    access = r"(?: ?(?:-only|only|access|permissions?|rights?|privileges?|to|for|on|over|of|in|the|all|any|be able|everything in) ?)*?"
    lead = r"(?: ?(?:to|be able to|the|permissions? to|permission to|rights? to|access to|can|may|with|only|just|a|an) ?)*?"
    for pattern in (
        rf"{_GIVES} {_WHO}{lead} ?{VERB_LIST}{access} ?{RESOURCE_LIST}(?: resources?)?(?: (?:named|called) <name:only>)?",
        rf"{_GIVES} {lead} ?{VERB_LIST}{access} ?{RESOURCE_LIST}(?: resources?)?(?: (?:in|inside|within) <the>(?:(?:namespace|ns) <name:ns>|<name:ns2> namespace))? to {_WHO}",
        rf"{_GIVES} {lead} ?{VERB_LIST}{access} ?(?:in|inside|within|to) <the>(?:(?:namespace|ns) <name:ns>|<name:ns2> namespace) to {_WHO}",
        rf"{_GIVES} {lead} ?{VERB_LIST}(?: (?:access|permissions?|rights?))* to {_WHO}(?: (?:on|for|over) {RESOURCE_LIST})?",
        rf"{_GIVES} {_WHO}{lead} ?{VERB_LIST}(?: ?-?only)?(?: (?:access|permissions?|rights?|privileges?))*(?= (?:in|to|on|inside|within|over|for)\b| ?$|,|\.)",
    ):
        found = scan.peek(pattern)
        if found is None or found["who"].lower() in _NOT_WHO:
            continue
        groups = found.groupdict()
        slots["verbs"] = tuple(verbs_of(groups["verbs"]))
        slots["resources"] = tuple(resources_of(groups["resources"])) if groups.get("resources") else ("*",)
        if groups.get("only"):
            slots["resource_names"] = (groups["only"],)
        scan.claim(*found.span())
        if groups.get("ns") or groups.get("ns2"):  # said within; read again by the namespace reader
            scan.rest += f" in namespace {groups.get('ns') or groups.get('ns2')}"
            scan.text += f" in namespace {groups.get('ns') or groups.get('ns2')}"
        return found
    return None
