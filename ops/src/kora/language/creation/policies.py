"""Network policies: who may talk to whom, on which ports.

A description is cut into clauses, a clause into pieces (pods by label, namespaces, address ranges, ports, the words
"from", "to", "only", "deny", …). What a piece means follows from the words before it, never from whole sentences.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kora.language.creation.heads import Head
from kora.language.creation.layout import sentences
from kora.language.creation.policy_pieces import PEERS, Event, events_of
from kora.language.creation.scan import Scan


@dataclass
class _Policy:
    """What is known so far."""

    selector: dict[str, str] = field(default_factory=dict)
    namespace: str | None = None
    rules: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    mutual: bool = False
    """Pods of the namespace may talk to each other, which takes both directions where both are shut."""
    denied_to_all: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    selects_all: bool = False


_MUTUAL = re.compile(r"\b(?:between|among|amongst|each other|one another|among themselves)\b", re.IGNORECASE)


def _both_ways(policy: _Policy) -> None:
    """Whoever may talk to each other needs a way in and, where what leaves is denied, a way out."""
    same = {"same": True}
    inward = [rule for side, rule in policy.rules if side == "Ingress" and same in rule["peers"]]
    outward = [rule for side, rule in policy.rules if side == "Egress" and same in rule["peers"]]
    ports = next((rule.get("ports") or [] for rule in [*inward, *outward]), [])
    if not inward and "Ingress" in policy.denied:
        policy.rules.append(("Ingress", {"peers": [same], "ports": ports}))
    if not outward and "Egress" in policy.denied:
        policy.rules.append(("Egress", {"peers": [same], "ports": ports}))


_SENTENCE_END = re.compile(r"[.;\n]\s*$")
_OTHERWISE = re.compile(r"\b(?:else|other|rest|remaining|except|unless|but|apart)\b", re.IGNORECASE)


def read_network_policy(scan: Scan, head: Head) -> dict[str, Any]:
    """The slots of a NetworkPolicy: directions and rules, with its namespace."""
    policy = _Policy()
    types = scan.take(r"policy ?types?<is>(?P<types>(?:ingress|egress)(?:(?:,| and|, and) ?(?:ingress|egress))*)")
    apart = scan.take_all(
        r"\(?(?:and |but |while |with |the |any |all )*(?P<side>ingress|egress|incoming|outgoing|inbound|outbound)(?: traffic| connections| rules?)*(?: (?:is|are|should|must|be|stays?|remains?|to|being|traffic))*(?: (?:not|un))? ?-?(?:affected|unaffected|touched|untouched|left alone|restricted|unrestricted|changed|unchanged|as (?:it|they) (?:is|are))\)?"
    )
    everyone: list[str] = []
    for start, end in _clauses(scan.rest):
        events = list(events_of(scan, start, end))
        before, chosen = list(policy.denied), bool(policy.selector)
        _settle(policy, events, scan.text[start:end])
        whole = policy.denied[len(before) :] and _SENTENCE_END.search(scan.text[start:end]) is not None
        if whole and not policy.selector and not _OTHERWISE.search(scan.text[start:end]):
            everyone = policy.denied[len(before) :]
        elif everyone and policy.selector and not chosen:
            # what was denied before is denied to every pod; what follows is about some: two policies
            policy.denied = [side for side in policy.denied if side not in everyone]
            policy.denied_to_all = everyone
    if policy.mutual:
        _both_ways(policy)
    directions: list[str] = []
    adjectives = head.adjectives
    if "den" in adjectives and not policy.rules:
        policy.denied = (
            [side for side in ("Ingress", "Egress") if side.lower() in adjectives]
            or policy.denied
            or ["Ingress", "Egress"]
        )
    for side in [*(side for side, _ in policy.rules), *policy.denied]:
        if side not in directions:
            directions.append(side)
    for each in apart:
        side = "Ingress" if each["side"].lower() in {"ingress", "incoming", "inbound"} else "Egress"
        directions = [one for one in directions if one != side]
    if types is not None:
        directions = [side for side in ("Ingress", "Egress") if side.lower() in types["types"].lower()]
    fields: dict[str, Any] = {"directions": sorted(directions, key=lambda side: side != "Ingress")}
    for slot, side in (("ingress", "Ingress"), ("egress", "Egress")):
        rules = [rule for each, rule in policy.rules if each == side]
        if rules:
            fields[slot] = rules
    if policy.denied_to_all and head.name:
        policy.unsaid.append("every pod, and some of them, in one policy")
    elif policy.denied_to_all:
        fields["denied_to_all"] = sorted(set(policy.denied_to_all), key=lambda side: side != "Ingress")
    if policy.unsaid:
        fields["left"] = policy.unsaid
    scan.take_all(
        r"(?:other |all |any |the |remaining )*(?:network |pod )?(?:traffic|connections?|access|communication|requests?|everything|anything|anyone|nothing)(?: else)?|by default|default|rest|leav(?:e|es|ing)|enter(?:s|ing)?|go(?:es|ing)? out|com(?:e|es|ing) in|still|keep working|pods?|allowed|denied|blocked|labels?|labell?ed"
    )
    return {"fields": fields, "selector": policy.selector, "namespace": (policy.namespace, False)}


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """Sentences, cut again where another order begins."""
    for start, end in sentences(text):
        position = start
        for found in re.finditer(
            r"(?:,? (?:so that|such that|so|but|while|whereas|yet)\b(?! not)|;|,? and(?: also| then| should| must| it)* (?=(?:den|block|allow|permit|forbid|reject|isolat|no other|only allow|applies|select|everything else|all other|any other))|, (?=(?:den(?:y|ies)|block|everything else|all other|no other|allow|permit|nothing else)))",
            text[start:end],
            re.IGNORECASE,
        ):
            if text[position : start + found.start()].strip("\x00 \n"):
                yield position, start + found.start()
            position = start + found.end()
        if text[position:end].strip("\x00 \n"):
            yield position, end


def _settle(policy: _Policy, events: list[Event], text: str) -> None:
    """One clause: cut at "except", each side read for itself."""
    at = next(
        (number for number, each in enumerate(events) if each.name == "except" and not _within_range(events, number)),
        None,
    )
    if at is None:
        _one(policy, events, text, excepted=False, sides=[])
        return
    before, after = events[:at], events[at + 1 :]
    denies = any(each.name == "deny" for each in before)
    sides = _sides(before)
    _one(policy, before, text, excepted=False, sides=[])
    if denies:
        _one(policy, after, text, excepted=True, sides=sides)
    else:
        policy.unsaid.append("except")


def _within_range(events: list[Event], at: int) -> bool:
    return (
        at > 0
        and events[at - 1].name in {"cidr", "world"}
        and at + 1 < len(events)
        and any(each.name == "cidr" for each in events[at + 1 : at + 3])
    )


def _sides(events: list[Event]) -> list[str]:
    return [each.name.capitalize() for each in events if each.name in {"ingress", "egress"}]


def _one(policy: _Policy, events: list[Event], text: str, *, excepted: bool, sides: list[str]) -> None:
    groups, ports, flags = _roles(policy, events)
    pairs = _with_own_ports(events, groups)
    if pairs and not pairs[-1][1]:
        policy.unsaid.append("which port for " + ", ".join(str(next(iter(each.values()))) for each in pairs[-1][0]))
    subjects, froms, tos = groups["subject"], groups["from"], groups["to"]
    if groups["select"]:
        _select(policy, groups["select"])
    own = _sides(events)
    mutual = _MUTUAL.search(text) is not None and not (flags["deny"] and not excepted)
    if mutual and any(each.get("same") for each in [*subjects, *tos]):
        policy.mutual = True
        if not flags["reach"]:
            policy.rules.append(("Ingress", {"peers": [{"same": True}], "ports": ports}))
            return
    denies, allows = flags["deny"] and not excepted, flags["allow"] or flags["only"] or excepted or flags["reach"]
    if denies and not (flags["allow"] and flags["only"]):
        _deny(policy, own, subjects, froms, tos, text)
        return
    if not (allows or froms or tos or ports or own) or not (froms or tos or subjects or ports or (allows and own)):
        if subjects:
            _select(policy, subjects)
        return
    sides = own or [side for side in sides if len(set(sides)) == 1]
    if flags["reach"] and any(each.get("dns") for each in tos):
        policy.rules.append(("Egress", {"peers": [], "dns": True}))
        tos = [each for each in tos if not each.get("dns")]
        if tos:
            policy.rules.append(("Egress", {"peers": tos, "ports": [port for port in ports if port["port"] != 53]}))
        _select(policy, subjects)
        return
    if flags["reach"]:
        if subjects == [{"all": True}] or any(each.get("same") for each in tos):
            policy.rules.append(("Ingress", {"peers": [{"same": True}], "ports": ports}))
        elif (flags["only_late"] and not flags["only_early"]) or "Egress" in own:
            _select(policy, subjects)
            policy.rules += [("Egress", rule) for rule in _rules(tos, ports, pairs)]
        elif subjects or froms:
            _select(policy, tos)
            policy.rules += [("Ingress", rule) for rule in _rules(subjects or froms, ports, pairs)]
        else:
            policy.rules += [("Egress", rule) for rule in _rules(tos, ports, pairs)]
        return
    side = sides[0] if len(set(sides)) == 1 else None
    if any(each.get("dns") for each in [*subjects, *froms, *tos]):
        policy.rules.append(("Egress", {"peers": [], "dns": True}))
        others = [each for each in tos if not each.get("dns")]
        if others:
            policy.rules.append(("Egress", {"peers": others, "ports": [port for port in ports if port["port"] != 53]}))
        _select(policy, froms or [each for each in subjects if not each.get("dns")])
        return
    if side is None:
        side = "Ingress" if froms or not tos or not (policy.selector or policy.selects_all) else "Egress"
    if side == "Ingress":
        _select(policy, tos or subjects)
        peers = froms
    else:
        _select(policy, froms or subjects)
        peers = tos
    if flags["restrict"] and not peers and not ports:
        return  # "restrict access to x" opens nothing; to whom comes later or is asked
    for each in dict.fromkeys(sides) if len(set(sides)) > 1 else [side]:
        policy.rules += [(each, rule) for rule in _rules(peers, ports, pairs)]


def _roles(
    policy: _Policy, events: list[Event]
) -> tuple[dict[str, list[dict[str, Any]]], list[dict[str, Any]], dict[str, bool]]:
    """Every piece under the word that governs it."""
    groups: dict[str, list[dict[str, Any]]] = {"subject": [], "from": [], "to": [], "select": []}
    ports: list[dict[str, Any]] = []
    flags = dict.fromkeys(("allow", "deny", "restrict", "only", "only_early", "only_late", "reach"), False)
    role, inside, last = _first_role(events), False, None
    for number, event in enumerate(events):
        following = events[number + 1].name if number + 1 < len(events) else ""
        if event.name == "from" and following in _SPACES and _says_where(events, number, role):
            inside = True
            continue
        if event.name in {"from", "to"}:
            role = event.name
        elif event.name == "select":
            if following in PEERS:
                role = "select" if following != "namespace" else role
                inside = following == "namespace"
        elif event.name in {"reach", "reached"}:
            flags["reach"] |= event.name == "reach"
            if event.name == "reach" and groups["from"] and not groups["subject"]:
                groups["subject"], groups["from"] = groups["from"], []
            elif event.name == "reached" and groups["subject"]:
                groups["to"], groups["subject"] = groups["subject"], []
            role = "to" if event.name == "reach" else role
        elif event.name in {"allow", "deny", "restrict"}:
            flags[event.name] = True
            flags["allow"] |= event.name == "restrict"
            if groups["subject"] and event.name != "deny" and not flags["reach"] and role == "subject":
                groups["select"] += groups["subject"]
                groups["subject"] = []
        elif event.name == "only":
            flags["only"] = True
            flags["only_late" if groups["subject"] else "only_early"] = True
        elif event.name == "in":
            inside = True
            continue
        elif event.name == "ports":
            ports += event.ports
        elif (
            event.name == "cidr"
            and last is not None
            and last.name == "except"
            and groups[role]
            and groups[role][-1].get("cidr")
        ):
            groups[role][-1].setdefault("except", []).append(event.peer["cidr"])
        elif (
            event.name == "cidr"
            and last is not None
            and last.name == "except"
            and groups[role]
            and groups[role][-1].get("any")
        ):  # "everything except 169.254.169.254"
            groups[role][-1].pop("any")
            groups[role][-1] |= {"cidr": "0.0.0.0/0", "except": [event.peer["cidr"]]}
        elif event.name in PEERS:
            _place(policy, groups, role, event, last, inside)
        inside = False
        last = event
    return groups, ports, flags


_Pairs = list[tuple[list[dict[str, Any]], list[dict[str, Any]]]]


def _with_own_ports(events: list[Event], groups: dict[str, list[dict[str, Any]]]) -> _Pairs:
    """Peers with the ports that stand beside them ("to A on 5432 and to B on 443", "8080 from A and 9102 from B"); empty
    when not all of them have some."""
    known = {id(peer) for side in ("subject", "from", "to") for peer in groups[side] if not peer.get("dns")}
    said = [each for each in events if each.name == "ports" or id(each.peer) in known]
    made: _Pairs = []
    for at, event in enumerate(said):
        opens = (event.name == "ports") == (said[0].name == "ports")
        if not made or (opens and (said[at - 1].name == "ports") != (event.name == "ports")):
            made.append(([], []))
        peers, ports = made[-1]
        if event.name == "ports":
            ports.extend(event.ports)
        else:
            peers.append(event.peer)
    last = made[-1] if made else ([], [])
    alike = any(
        all(any(one is each for one in groups[side]) for peers, _ in made for each in peers) for side in ("from", "to")
    )
    if alike and len(made) > 1 and last[0] and not last[1] and all(peers and ports for peers, ports in made[:-1]):
        return made  # the last has no port of its own although the ones before it have: that is asked
    return made if len(made) > 1 and all(peers and ports for peers, ports in made) else []


def _rules(peers: list[dict[str, Any]], ports: list[dict[str, Any]], pairs: _Pairs) -> list[dict[str, Any]]:
    """One rule for all peers and ports, or one for each pair when every peer has ports of its own."""
    own = [([each for each in some if any(each is one for one in peers)], theirs) for some, theirs in pairs]
    if pairs and all(some for some, _ in own) and sum(len(some) for some, _ in own) == len(peers):
        return [{"peers": some, "ports": theirs} for some, theirs in own]
    return [{"peers": peers, "ports": ports}]


_SPACES = frozenset({"namespace", "namespaces_labelled", "any_namespace", "same"})


def _says_where(events: list[Event], at: int, role: str) -> bool:
    """Whether "from" right behind pods says where those pods are ("pods A from namespace x may reach B"), and not who
    sends ("allow traffic to pods A from namespace x")."""
    if at == 0 or events[at - 1].name not in _SOME_PODS | {"all_pods"}:
        return False
    return role == "from" or (role == "subject" and any(each.name == "reach" for each in events[at:]))


def _first_role(events: list[Event]) -> str:
    """``let pods A in namespace x reach pods B``: those who reach are peers, those who are reached own the policy."""
    at = next((number for number, each in enumerate(events) if each.name == "reach"), None)
    if at is None or any(each.name in {"egress", "deny"} for each in events[:at]):
        return "subject"
    first = next(
        (
            number
            for number, each in enumerate(events[:at])
            if each.name in _SOME_PODS
            or (each.name in {"namespace", "namespaces_labelled"} and (number == 0 or events[number - 1].name != "in"))
        ),
        None,
    )
    reached = any(each.name in _SOME_PODS for each in events[at:])
    if first is None or not reached or any(each.name == "only" for each in events[first : at + 2]):
        return "subject"  # "pods A may only reach B" is about what leaves A
    return "from"


_SOME_PODS = frozenset({"pods_labelled", "pods_named"})


def _place(
    policy: _Policy,
    groups: dict[str, list[dict[str, Any]]],
    role: str,
    event: Event,
    last: Event | None,
    inside: bool,
) -> None:
    """A peer into its group; a namespace right behind pods says where those pods are."""
    inside = inside or bool(event.peer.get("inside"))
    event.peer.pop("inside", None)
    space = event.name in {"namespace", "namespaces_labelled", "any_namespace", "same"}
    behind = last is not None and last.name in {"pods_labelled", "pods_named", "all_pods"} and bool(groups[role])
    if space and behind and (inside or event.name in {"same", "any_namespace"}):
        if (
            role in {"select", "subject"}
            and event.name == "namespace"
            and policy.namespace in {None, event.peer["namespaces"][0]}
        ):
            policy.namespace = event.peer["namespaces"][0]
        elif event.name == "same":
            return
        elif (
            event.name == "namespace" and event.peer["namespaces"] == [policy.namespace] and groups[role][-1].get("all")
        ):
            groups[role][-1] = {"same": True}
        else:
            where = groups[role][-1]
            where.pop("all", None)
            where.update(event.peer)
        return
    if (
        event.name == "namespace"
        and inside
        and role == "from"
        and not groups[role]
        and (last is None or last.name not in {"from", "reach"})
    ):
        policy.namespace = policy.namespace or event.peer["namespaces"][0]
        return
    if event.name == "namespace" and ((inside and role in {"subject", "select"}) or role in {"subject", "select"}):
        policy.namespace = policy.namespace or event.peer["namespaces"][0]
        return
    if event.name == "namespace" and inside and last is not None and last.name == "ports":
        policy.namespace = policy.namespace or event.peer["namespaces"][0]
        return
    groups[role].append(event.peer)


def _select(policy: _Policy, pieces: list[dict[str, Any]]) -> None:
    for each in pieces:
        if each.get("pods") and not policy.selector:
            policy.selector = dict(each["pods"])
        if each.get("all") or each.get("same"):
            policy.selects_all = True
        if each.get("namespaces"):
            policy.namespace = policy.namespace or each["namespaces"][0]


def _deny(
    policy: _Policy,
    own: list[str],
    subjects: list[dict[str, Any]],
    froms: list[dict[str, Any]],
    tos: list[dict[str, Any]],
    text: str,
) -> None:
    if own == ["Egress"]:  # "block egress from pods app=batch": whose egress
        subjects, froms = subjects or froms, []
    isolates = re.search(r"\bisolat", text, re.IGNORECASE) is not None
    leftover = re.search(r"\b(?:else|other|rest|remaining)\b", text, re.IGNORECASE) is not None
    if any(each.get("other_namespaces") for each in froms) and not policy.rules:
        policy.rules.append(("Ingress", {"peers": [{"same": True}]}))
        own = own or ["Ingress"]
    special = [
        each for each in froms if not ({"other_namespaces", "any", "all", "every_namespace", "same"} & set(each))
    ]
    if special:  # a policy can't name whom it shuts out
        policy.unsaid.append("deny from " + ", ".join(str(next(iter(each.values()))) for each in special))
    if own:
        policy.denied += own
    elif froms or isolates:
        policy.denied.append("Ingress")
    elif leftover and policy.rules:
        policy.denied += [side for side, _ in policy.rules]
    elif tos and not policy.selector:
        policy.denied.append("Ingress")
    else:
        policy.denied += ["Ingress", "Egress"]
    if "Egress" in policy.denied and len(set(own)) == 1 and own[0] == "Egress":
        _select(policy, froms or subjects)
    else:
        _select(policy, tos or subjects)


__all__ = ["read_network_policy"]
