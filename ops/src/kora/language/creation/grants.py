"""``give alice read-only access to pods in dev``: permissions for somebody, as `Grant`."""

import re
from typing import Any

from kora.language.creation.metadata import is_name
from kora.language.creation.nouns import kind_of
from kora.language.creation.permissions import RESOURCE_WORDS, RIGHT_WORDS
from kora.language.creation.plain import begins_more, is_plain
from kora.language.creation.rights import GIVES, MAY, Rights, read_rights
from kora.language.creation.scan import Scan
from kora.language.intents import Create, Grant, Intent, Unclear

_RES = "|".join(re.escape(each).replace(r"\ ", "[ -]?") for each in sorted(RESOURCE_WORDS, key=len, reverse=True))
_VERB = "|".join(re.escape(each).replace(r"\ ", "[ -]") for each in sorted(RIGHT_WORDS, key=len, reverse=True))

_WHO = r"(?:<the>(?P<kind>service ?-?account|sa|user|group|team|developer|person|engineer|colleague|member) )?(?:named |called )?[\"'`]?(?P<who>(?:system:serviceaccount:)?[A-Za-z0-9](?:[\w.@:-]*[A-Za-z0-9])?)[\"'`]?(?: <the>?(?P<kind2>service ?-?account|sa|user|group))?(?: (?:in|from|of) <the>(?:namespace )?<name:home>(?: namespace)?(?= (?:to|can|may|read|full|view|edit|admin|the|access|permission|get|list|create)))?"
_OPENING = r"\s*(?:please |kindly |also |then |and |now |can you |could you |i want to |we need to )*"
_GIVEN = re.compile(rf"{_OPENING}{GIVES}\b", re.IGNORECASE)
_SPEAKS = re.compile(
    r"\b(?:access|permissions?|rights?|role|allow|permit|let|authori[sz]e|able|can|may|verbs?|privileges?)\b",
    re.IGNORECASE,
)
_STATED = re.compile(
    rf"{_OPENING}(?:only )?(?:the |our |my |all )?(?:(?P<kind>service ?-?accounts?|sa|users?|groups?|teams?|developers?|engineers?) )?[\"'`]?(?P<who>[a-z0-9][\w.@:-]*)[\"'`]?(?:(?:,? and |, )[\"'`]?[a-z0-9][\w.@:-]*[\"'`]?)*(?: (?P<kind2>service ?-?account|user|group|team))?(?: (?:in|from|of) (?:the )?(?:namespace )?[\w-]+(?: namespace)?)? (?P<may>{MAY}) ",
    re.IGNORECASE,
)
_ON = re.compile(rf"\b(?:{_RES})\b|\b(?:everything|anything|access|permissions?|rights?)\b", re.IGNORECASE)
_DO = re.compile(rf"\b(?:{_VERB})\b|\b(?:access|permissions?|rights?)\b", re.IGNORECASE)


_TRAFFIC = re.compile(
    r"\b(?:traffic|ingress|egress|inbound|outbound|incoming|outgoing|connections?|connect|talk|reach|communicat\w+|dns)\b|\bnamespaces? (?:labell?ed|with label)",
    re.IGNORECASE,
)
_DO_STRICT = re.compile(
    r"\b(?:get|list|watch|create|update|patch|delete|verbs?|role|edit|view|manage)\b", re.IGNORECASE
)


def _stated(text: str) -> bool:
    """``user ann may read pods``: somebody, a modal, and rights."""
    found = _STATED.match(text)
    if found is None:
        return False
    who, rest = found["who"].lower(), text[found.end() :]
    person = (
        found["kind"]
        or found["kind2"]
        or re.fullmatch(r"may|can|.*(?:able|allowed|permitted).*", found["may"], re.IGNORECASE)
    )
    return (
        person is not None
        and kind_of(who) is None
        and not (begins_more(who) if found["kind"] else is_plain(who))
        and who not in NO_PEOPLE
        and _DO.match(rest.removeprefix("only ").removeprefix("not ")) is not None
        and _ON.search(rest) is not None
    )


NO_PEOPLE = frozenset(
    {"it", "they", "pods", "containers", "traffic", "ingress", "egress", "requests", "kora", "that", "which"}
)


_NEW_ROLE = re.compile(rf"{_OPENING}(?:provide|give me|give us|add|create|make)\s+an?\s+(?:new\s+)?(?:cluster\s?)?role\s+(?:named\s+|called\s+)?[\"'`]?[\w-]+[\"'`]?\s+(?:in|that|which|to|for|with|allowing)\b", re.IGNORECASE)  # fmt: skip
"""``provide a role cm-editor that may …``: an object, whoever gets it."""


def looks_like_grant(text: str) -> bool:
    """Whether the text gives somebody permissions (and not a role a rule)."""
    if _NEW_ROLE.match(text) is not None:
        return False
    if _TRAFFIC.search(text) is not None and _DO_STRICT.search(text) is None:
        return False
    return (_GIVEN.match(text) is not None and _SPEAKS.search(text) is not None) or _stated(text)


def read_grants(text: str) -> list[Intent] | Unclear:
    """What a sentence grants: one `Grant` where that can say it, else a role with a binding for each place."""
    scan = Scan(text)
    slots: dict[str, Any] = {}
    existing = _read_existing(scan, slots)
    for slot, pattern in _NAMES.items():
        found = scan.take(pattern)
        if found is not None:
            slots[slot] = found["named"]
    if existing is not None:
        return existing
    rights = read_rights(scan.rest.replace("\x00", " "))
    if not rights.subjects or not rights.rules:
        return Unclear(text=text, question="To whom shall which permissions be given?")
    if rights.left:
        left = " ".join(rights.left)
        who = ", ".join(each.name for each in rights.subjects)
        return Unclear(text=left, understood=f"permissions for {who}", question=f"What is meant by “{left}”?")
    places: list[str | None] = list(rights.places) or [None]
    if rights.places and rights.wide:
        return Unclear(text=text, question="In one namespace, or in the whole cluster?")
    made: list[Intent] = []
    for place in places:
        made += _in_one_place(rights, place, slots)
    return made


_NAMES = {
    "binding_name": r"(?:(?:using|with|via|through|and|a|the) )+(?:cluster ?)?(?:role ?)?binding (?:named |called )<name:named>",
    "role_name": r"(?:(?:using|with|via|through|and|by creating|create|a|the) )+(?:cluster ?)?role (?:named |called )<name:named>",
}


def _read_existing(scan: Scan, slots: dict[str, Any]) -> list[Intent] | Unclear | None:
    """A role that is there, given to somebody; None when the sentence speaks of verbs and resources."""
    gives = r"(?:grant|give|assign|provide|allow|permit|let|authori[sz]e|enable)"
    found = scan.peek(
        rf"{gives} <the>(?:existing |built-in |cluster ?)*(?:role )?[\"'`]?(?P<role>view|edit|admin|cluster-admin)[\"'`]? (?:cluster ?)?role to {_WHO}",
        rf"{gives} <the>(?:cluster ?)?role (?:named |called )?<name:role> to {_WHO}",
        rf"{gives} {_WHO} <the>[\"'`]?(?P<role>[\w-]+)[\"'`]? (?:cluster ?)?role",
        rf"{gives} {_WHO} <the>(?P<role>view|edit|admin) (?:rights|permissions?|privileges)(?!\w| (?:to|on|for|over|of)\b)",
    )
    if found is None or not is_name(found["who"]) or is_plain(found["who"]):
        return None
    scan.claim(*found.span())
    rest = read_rights(
        f"grant {found['kind'] or found['kind2'] or 'user'} {found['who']} to " + scan.rest.replace("\x00", " ")
    )
    left = [each for each in rest.left if each != found["who"]]
    if left or rest.rules:
        said = " ".join(left) or scan.text
        return Unclear(
            text=said, understood=f"the role {found['role']} for {found['who']}", question=f"What is meant by “{said}”?"
        )
    binding = scan.take(_NAMES["binding_name"])
    subject = rest.subjects[0]
    home = found["home"] or subject.home
    return [
        Grant(
            subject_kind=subject.kind,  # type: ignore[arg-type]
            kind_said=bool(found["kind"] or found["kind2"]),
            subject=subject.name,
            subject_namespace=(home or place) if subject.kind == "ServiceAccount" else None,
            namespace=None if rest.wide else place or home,
            existing_role=found["role"],
            cluster_wide=rest.wide,
            binding_name=binding["named"] if binding is not None else None,
        )
        for place in (rest.places or [""])
    ]


def _in_one_place(rights: Rights, place: str | None, slots: dict[str, Any]) -> list[Intent]:
    first = rights.subjects[0]
    homes = {each.home for each in rights.subjects if each.home}
    place = None if place in {"this", "the", "our", "my"} else place
    where = None if rights.wide else place or (next(iter(homes)) if len(homes) == 1 else None)
    if len(rights.subjects) == 1 and len(rights.rules) == 1:
        rule = rights.rules[0]
        return [
            Grant(
                subject_kind=first.kind,  # type: ignore[arg-type]
                kind_said=first.said,
                subject=first.name,
                subject_namespace=(first.home or where) if first.kind == "ServiceAccount" else None,
                verbs=tuple(rule.verbs),
                resources=tuple(rule.resources),
                resource_names=tuple(rule.names),
                namespace=where,
                cluster_wide=rights.wide,
                **slots,
            )
        ]
    kind = "ClusterRole" if rights.wide else "Role"
    name = slots.get("role_name") or "-".join([*(each.name.lower() for each in rights.subjects), "access"])
    rules = [
        {"verbs": each.verbs, "resources": each.resources, **({"resource_names": each.names} if each.names else {})}
        for each in rights.rules
    ]
    subjects = [
        {
            "kind": each.kind,
            "name": each.name,
            **({"namespace": home} if each.kind == "ServiceAccount" and (home := each.home or where) else {}),
        }
        for each in rights.subjects
    ]
    bound = {"role": name, "role_kind": kind, "subjects": subjects}
    return [
        Create(kind=kind, name=name, namespace=where, fields={"rules": rules}),
        Create(kind=f"{kind}Binding", name=slots.get("binding_name") or name, namespace=where, fields=bound),
    ]
