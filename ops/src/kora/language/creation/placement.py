"""Where pods may run, as it is said: nodes by label or name, taints that are put up with, spreading and company."""

import re
from typing import Any

from kora.language.creation.metadata import is_name
from kora.language.creation.scan import Scan, compiled, number, unquoted

_LABEL = r"[\"'`]?(?P<key>[\w./-]*\w)[\"'`]?\s?(?:=|: ?)\s?[\"'`]?(?P<value>[\w.-]*\w)[\"'`]?"
_TOPOLOGIES = {"node": "kubernetes.io/hostname", "host": "kubernetes.io/hostname", "zone": "topology.kubernetes.io/zone",
               "availability zone": "topology.kubernetes.io/zone", "az": "topology.kubernetes.io/zone", "region": "topology.kubernetes.io/region",
               "hostname": "kubernetes.io/hostname"}  # fmt: skip
_PLACE = r"(?P<place>nodes?|hosts?|hostnames?|(?:availability )?zones?|azs?|regions?|[a-z.]+/[\w-]+)"
_EFFECTS = ("NoSchedule", "NoExecute", "PreferNoSchedule")
_SOFT = r"(?P<soft>prefer\w*|ideally|if possible|when possible|best effort|try to)"


def _topology(word: str) -> str:
    low = word.lower()
    return next((_TOPOLOGIES[each] for each in (low, low.removesuffix("s")) if each in _TOPOLOGIES), word)


def read_node_selector(scan: Scan, fields: dict[str, Any]) -> None:
    """``on nodes labelled disk=ssd``; read before the labels of the object itself."""
    for soft in scan.take_all(
        rf"prefer\w*(?: (?:to|be|being|run|running|scheduled|scheduling|land|on|for|the|placed|placement))* nodes?(?: (?:with|that|which|has|have|having|carry|carrying|are|is|the|a|labels?|labell?ed|label|of|whose|tagged|matching))+ {_LABEL}"
    ):
        fields.setdefault("node_affinity", []).append(
            {"key": soft["key"], "operator": "In", "values": [soft["value"]], "preferred": True}
        )
    for node in scan.take_all(
        rf"node ?-?selectors?(?: label| of| with|[:=])* ?{_LABEL}",
        rf"(?:nodes?|workers?|machines?)(?: (?:with|that|which|has|have|having|carry|carrying|are|is|the|a|labels?|labell?ed|label|of|whose|tagged|as|matching))+ {_LABEL}",
        rf"labell?ed nodes?<is>{_LABEL}",
        rf"{_LABEL} (?:labell?ed )?nodes?",
        r"nodes? (?:with|having|that have|whose|of) (?:the |a |an )?(?:label )?(?P<key>disk-?type|disk|zone|region|arch|os|gpu|pool|tier|storage|hardware|instance-type) (?:of |is |set to )?[\"'`]?(?P<value>[\w.-]*\w)[\"'`]?(?= ?(?:[,.;]|$|and|with|in))",
        r"nodes? (?:with|having|that have|carrying) (?:the |a )?label [\"'`]?(?P<key>[\w./-]*\w)[\"'`]? (?:of |is |set to |equal to )?[\"'`]?(?P<value>[\w.-]*\w)[\"'`]?(?= ?(?:[,.;]|$|and|with|in))",
    ):
        fields.setdefault("node_selector", {})[node["key"]] = node["value"]


def read_placement(scan: Scan, fields: dict[str, Any]) -> None:
    """Everything about where the pods run, once the labels are read."""
    read_affinity(scan, fields)
    _read_tolerations(scan, fields)
    read_node_selector(scan, fields)
    found = scan.peek(
        r"(?:on|to|onto) <the>(?:node|worker|machine) (?:named |called )?<name:node>",
        r"node ?-?name<is><name:node>",
        r"(?:on|to|onto) <the><name:node> node",
    )
    if (
        found is not None
        and is_name(found["node"])
        and found["node"].lower() not in {"every", "each", "any", "all", "same"}
    ):
        scan.claim(*found.span())
        fields["node_name"] = found["node"]
    system = scan.take(
        r"(?:only )?(?:on|to|onto|across) (?:(?:every|each|all|any|single|the|of) )*(?P<os>linux|windows) nodes?(?: only)?"
    )
    if system is not None:
        fields.setdefault("node_selector", {}).setdefault("kubernetes.io/os", system["os"].lower())
    scan.take_all(
        r"(?:on|to|onto|across) (?:every|each|all|any)(?: (?:single|the|of the|cluster))* nodes?(?: (?:of|in) the cluster)?|on (?:the )?nodes?"
    )
    _read_spread(scan, fields)


def _read_spread(scan: Scan, fields: dict[str, Any]) -> None:
    apart = scan.take(
        rf"(?P<soft>prefer\w* |ideally |if possible )?(?:no two|never two|no 2|not two)(?: of (?:its|the|these))? (?:pods?|replicas?|instances?|copies)(?: \w+){{0,5}}? (?:same|one|single) {_PLACE}",
        rf"(?P<soft>prefer\w* |ideally |soft )?(?:required |hard )?(?:pod )?anti-?affinity(?: (?:by|per|on|across|over|for|between|to|so|that|rule|its|own|pods|replicas|the|using|with|topology|key|of|different))*(?: {_PLACE})?",
        rf"(?P<soft>prefer\w* |ideally )?(?:each|every|all)?(?: of)?(?: the| its)? ?(?:pods?|replicas?|instances?|copies)?(?: \w+){{0,3}}? ?(?:on|to|in) (?:different|separate|distinct|its own|their own) {_PLACE}",
        rf"(?P<soft>prefer\w* )?(?:never|not|no) (?:to )?(?:shar(?:e|ing)|land(?:ing)? on|run(?:ning)? on|be on|sit on) (?:the same |a |one |any )+{_PLACE}",
        rf"(?:at most|only|no more than) one (?:pod|replica|instance|copy)(?: of it)? (?:per|on each|on every|in each|on any) {_PLACE}(?P<soft>)",
    )
    if apart is not None:
        rule: dict[str, Any] = {"topology": _topology(apart["place"] or "node")}
        if apart["soft"]:
            rule["preferred"] = True
        fields.setdefault("apart", []).append(rule)
    spread = (
        scan.take_all(
            rf"(?:topology ?)?spread(?:s|ing)?(?: constraints?)?(?: (?:out|evenly|across|over|among|between|by|its|the|pods?|replicas?|them|it|all|different|multiple|as|possible|equally|with|using|on|topology|key|constraint|of|for))* {_PLACE}(?: and {_PLACE.replace('place', 'second')})?",
            rf"distribut(?:e|ed|es|ing)(?: (?:out|evenly|across|over|among|between|by|its|the|pods?|replicas?|them|it|all|different|multiple|equally))* {_PLACE}(?: and {_PLACE.replace('place', 'second')})?",
            rf"topology ?key<is>{_PLACE}(?P<second>)",
            rf"(?:evenly|equally|uniformly) (?:across|over|among|between) (?:(?:the|all|different|multiple|available) )*{_PLACE}(?: and {_PLACE.replace('place', 'second')})?",
        )
        if apart is None
        else []
    )
    entries: list[dict[str, Any]] = []
    for each in spread:
        for place in (each["place"], each["second"]):
            if place and _topology(place) not in [one["topology"] for one in entries]:
                said, position = _how(scan, each.end())
                entries.append({"topology": _topology(place), **said})
                more = re.compile(
                    rf"[\s,;)]*(?:and\s+)?(?:also\s+)?(?:over|across|among|between)\s+(?:the\s+|all\s+)?{_PLACE}",
                    re.IGNORECASE,
                )
                while (next_one := more.match(scan.rest.replace("\x00", " "), position)) is not None:
                    scan.claim(*next_one.span())
                    said, position = _how(scan, next_one.end())
                    entries.append({"topology": _topology(next_one["place"]), **said})
    skew = scan.take(*_SKEW)
    hard = scan.take(
        r"when ?unsatisfiable<is>(?P<how>do ?not ?schedule|schedule ?anyway)",
        r"(?:and |but |or |otherwise |else )*(?P<how>do ?not ?schedule|don't schedule|schedule ?anyway)(?: otherwise| else)?",
    )
    if (skew is not None or hard is not None) and not entries:
        entries = [{"topology": "kubernetes.io/hostname"}]
    for entry in entries:
        if skew is not None:
            entry.setdefault("skew", number(skew["n"]))
        if hard is not None:
            entry.setdefault("how", "DoNotSchedule" if hard["how"].lower().startswith("do") else "ScheduleAnyway")
        elif "skew" in entry:
            entry.setdefault("how", "DoNotSchedule")
    if entries:
        fields["spread"] = entries


_SKEW = (
    r"(?:(?:with|and|a|the) )*(?:max(?:imum)? ?)?skew<is><num:n>",
    r"differ(?:ing|ence)? by at most <num:n>(?: pods?)?",
)
_HOW = {
    "DoNotSchedule": r"hard|strict(?:ly)?|required|mandatory|(?:do ?not|don't) ?schedule(?: otherwise| else)?",
    "ScheduleAnyway": r"soft(?:ly)?|(?:if|when|where|wherever) possible|best[ -]effort|preferred|preferably|schedule ?anyway",
}


def _how(scan: Scan, position: int) -> tuple[dict[str, Any], int]:
    """The skew and the strictness right behind a place over which pods are spread, and where they end."""
    said: dict[str, Any] = {}
    while True:
        gap = re.compile(r"[\s\x00,(]*").match(scan.rest, position)
        position = gap.end() if gap is not None else position
        skew = compiled(_SKEW[0]).match(scan.rest, position)
        how = compiled("|".join(f"(?P<{name}>{words})" for name, words in _HOW.items())).match(scan.rest, position)
        if skew is not None and "skew" not in said:
            said["skew"] = number(skew["n"])
        elif how is not None and "how" not in said:
            said["how"] = str(how.lastgroup)
        else:
            return said, position
        found = skew or how
        assert found is not None
        scan.claim(*found.span())
        position = found.end()


def read_affinity(scan: Scan, fields: dict[str, Any]) -> None:
    """Near to or apart from other pods, by their labels, and nodes that are required or liked."""
    pods = r"(?:a |any |all |other |another )?pods? (?:(?:with|that|which|has|have|having|the|are|is|a|labels?|labell?ed|label|carrying|matching)\b|\s)+"
    for slot, pattern in (
        (
            "near",
            rf"(?:{_SOFT} )?(?:\w+ ){{0,3}}?same {_PLACE} (?:as|where|that|with)(?: \w+){{0,2}}? ?{pods}{_LABEL}(?: (?:is|are)? ?(?:already )?(?:running|runs?))?",
        ),
        (
            "near",
            rf"(?:{_SOFT} )?pod ?-?affinity(?: (?:to|with|for|towards|so|that))* {pods}{_LABEL}(?: (?:by|per|on|with topology key|topology key) {_PLACE})?",
        ),
        (
            "apart",
            rf"(?:{_SOFT} )?(?:pod )?anti-?affinity(?: (?:to|with|for|towards|against))* {pods}{_LABEL}(?: (?:by|per|on|with topology key|topology key) {_PLACE})?",
        ),
        (
            "apart",
            rf"(?:{_SOFT} )?(?:never|not|away)(?: \w+){{0,4}}? same {_PLACE} (?:as|where|with)(?: \w+){{0,2}}? ?{pods}{_LABEL}",
        ),
    ):
        found = scan.take(pattern)
        if found is not None:
            rule: dict[str, Any] = {
                "labels": {found["key"]: found["value"]},
                "topology": _topology(found["place"] or "node"),
            }
            if found["soft"]:
                rule["preferred"] = True
            fields.setdefault(slot, []).append(rule)
    values = r"(?P<values>[\w.-]*\w(?:(?:,? or |,? and |, ?)[\w.-]*\w)*)"
    for pattern, operator in (
        (
            rf"(?P<soft>preferred |soft )?(?:required )?node ?-?affinity(?: (?:for|to|on|with|label|labels|key|rule|requiring|the|nodes|labelled|preferring|that|where|is|in))* [\"'`]?(?P<key>[\w./-]*\w)[\"'`]?\s?(?:=|: ?| in | in \[| equal to | being )[\"'`\[(]*{values}[\"'`\])]*",
            "In",
        ),
        (
            r"prefer(?:s|ably|red)?(?: \w+){0,4}? (?:nodes?)(?: (?:with|that|which|has|have|having|are|the|labels?|labell?ed|label))+ [\"'`]?(?P<key>[\w./-]*\w)[\"'`]?\s?(?:=|: ?)[\"'`]?(?P<values>[\w.-]*\w)[\"'`]?(?P<soft>)",
            "In",
        ),
    ):
        found = scan.take(pattern)
        if found is None:
            continue
        rule = {
            "key": found["key"],
            "operator": operator,
            "values": [unquoted(each) for each in re.split(r",? or |,? and |, ?", found["values"])],
        }
        if found["soft"] or found.group().lower().startswith("prefer"):
            rule["preferred"] = True
            weight = scan.take(r"weight<is><num:w>")
            if weight is not None:
                rule["weight"] = number(weight["w"])
        fields.setdefault("node_affinity", []).append(rule)


def _read_tolerations(scan: Scan, fields: dict[str, Any]) -> None:
    found: list[dict[str, Any]] = []
    for each in scan.take_all(
        r"(?:tolerat\w+)(?: (?:for|of|the|a|taints?|key|with))* [\"'`]?(?P<key>[\w./-]*[\w])[\"'`]?(?:\s?=\s?[\"'`]?(?P<value>[\w.-]*\w)[\"'`]?| with value (?P<value2>[\w.-]*\w)|,? (?:with )?value (?P<value3>[\w.-]*\w))?(?:\s?:\s?|,? (?:and |with )?(?:the )?(?:effect )(?:of )?|,? )[\"'`]?(?P<effect>NoSchedule|NoExecute|PreferNoSchedule)(?: effect)?[\"'`]?(?: taints?)?(?: for <dur:stay>)?",
        r"(?:taints?)(?: key)? [\"'`]?(?P<key>[\w./-]*[\w])[\"'`]?(?:\s?=\s?[\"'`]?(?P<value>[\w.-]*\w)[\"'`]?)?(?P<value2>)(?P<value3>)\s?:\s?(?P<effect>NoSchedule|NoExecute|PreferNoSchedule)(?P<stay>)",
    ):
        value = each["value"] or each["value2"] or each["value3"]
        effect = next(one for one in _EFFECTS if one.lower() == each["effect"].lower())
        toleration: dict[str, Any] = {"key": each["key"], "operator": "Equal" if value else "Exists", "effect": effect}
        if value:
            toleration["value"] = value
        found.append(toleration)
    if scan.take(
        r"(?:(?:and|even|including|also|on|tolerat\w+|the|run|runs|for|scheduled|with|a|toleration|to|be|able) )*(?:control[ -]?planes?|masters?)(?: nodes?)?(?: taints?| nodes?)?(?: too| as well| also| toleration)?"
    ):
        found.append({"key": "node-role.kubernetes.io/control-plane", "operator": "Exists", "effect": "NoSchedule"})
    if scan.take(r"tolerat(?:es?|ing|ions? (?:for|of)) (?:all|every|any) (?:node )?taints?"):
        found.append({"operator": "Exists"})
    for each in scan.take_all(
        r"tolerat(?:es?|ing) <the>(?:taint )?[\"'`]?(?P<key>[\w./-]+=?)[\"'`]? taints?|tolerat(?:es?|ing) <the>taint[s]? (?:with )?(?:key )?[\"'`]?(?P<key2>[\w./-]*\w)[\"'`]?|"
        r"tolerations? (?:for|to|of|on) <the>(?:taint |key )+[\"'`]?(?P<key3>[\w./-]*\w(?:=[\w.-]*\w)?)[\"'`]?"
    ):
        key, _, value = (each["key"] or each["key2"] or each["key3"]).partition("=")
        found.append({"key": key, "operator": "Equal", "value": value} if value else {"key": key, "operator": "Exists"})
    if found:
        fields["tolerations"] = found
