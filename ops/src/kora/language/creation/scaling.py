"""Autoscalers, disruption budgets, priority classes."""

from typing import Any

from kora.language.creation.metadata import is_name
from kora.language.creation.networking import read_selector
from kora.language.creation.scan import Scan, compiled, number, seconds

_KINDS = {
    "deployment": "Deployment",
    "statefulset": "StatefulSet",
    "replicaset": "ReplicaSet",
    "daemonset": "DaemonSet",
}
_KIND = r"(?P<kind>deployment|stateful ?set|replica ?set)"


def _target(scan: Scan) -> dict[str, str] | None:
    lead = r"(?:(?:for|of|on|to|that|which|targeting|targets?|scales?|scaling|the|protecting|protects?|covering|covers|existing|scale|attached|and) )+"
    for pattern in (
        rf"{lead}{_KIND} (?:named |called )?<name:object>",
        rf"{lead}<name:object> {_KIND}",
        r"(?:for|targeting|targets|scaling|scales|of|protecting) <the><name:object>(?: app(?:lication)?| pods| service)?",
    ):
        found = scan.peek(pattern)
        if (
            found is not None
            and is_name(found["object"])
            and found["object"].lower() not in {"pods", "cpu", "memory", "deployment"}
        ):
            scan.claim(*found.span())
            kind = (found.groupdict().get("kind") or "").lower().replace(" ", "")
            return {"name": found["object"], "kind": _KINDS.get(kind, "Deployment")}
    return None


def read_autoscaler(scan: Scan) -> dict[str, Any]:
    """The slots of a HorizontalPodAutoscaler."""
    behaviour = read_behaviour(scan)
    fields: dict[str, Any] = {"behaviour": behaviour} if behaviour else {}
    pods = r"(?: ?(?:replicas?|pods?|instances?))?"
    spread = scan.take(
        rf"(?:(?:with|that|which|and|it|should|must|keeps?|keeping|scales?|scaling|scale|runs?|maintains?|having|allow|range|of|the) )*(?:between|from) <num:low>{pods} (?:and|to|up to) <num:high>{pods}",
        r"(?:with |and |scaling |scale )*<num:low> ?(?:-|–|to) ?<num:high> ?(?:replicas?|pods?|instances?)",
    )
    low = (
        None
        if spread
        else scan.take(
            rf"(?:(?:with|and|a|the|of|has|have) )*(?:min(?:imum)?(?: number)?(?: of)?(?: replicas?| pods?| replica count)*|min ?replicas|at least|no (?:less|fewer) than)<is><num:n>{pods}(?: (?:min(?:imum)?))?",
            rf"<num:n>{pods} min(?:imum)?",
        )
    )
    high = (
        None
        if spread
        else scan.take(
            rf"(?:(?:with|and|a|the|of|has|have) )*(?:max(?:imum)?(?: number)?(?: of)?(?: replicas?| pods?| replica count)*|max ?replicas|at most|up to|no more than)<is><num:n>{pods}(?: (?:max(?:imum)?))?",
            rf"<num:n>{pods} max(?:imum)?",
        )
    )
    for slot, found, group in (("min", spread, "low"), ("max", spread, "high"), ("min", low, "n"), ("max", high, "n")):
        if found is not None:
            fields[slot] = number(found[group])
    lead = r"(?:(?:with|and|when|at|a|an|the|of|target|targeting|based|on|average|(?:utilization|utilisation)|exceeds|goes|over|above|threshold|for|if|reaches|is|keep|keeping|aim|aiming|of|to|scale|scaling) )*"
    for slot, word in (("cpu_percent", "cpu"), ("memory_percent", r"(?:memory|mem|ram)")):
        found = scan.take(
            rf"{lead}{word}(?: ?(?:use|usage|(?:utilization|utilisation)|target|threshold|average|load|percentage|is|at|of|exceeds|goes|reaches|beyond|above|over|to|around|under|below|stays|:|=|hits|rises|near|percent) ?)* ?<num:n> ?(?:%|percent)?",
            rf"{lead}<num:n> ?(?:%|percent)(?: (?:of|average|target))* {word}(?: ?(?:usage|(?:utilization|utilisation)|target|load|average))*",
        )
        if found is not None:
            fields[slot] = number(found["n"])
    target = _target(scan)
    if target is not None:
        fields["target"] = target
    return {"fields": fields}


_UP, _DOWN = (
    r"(?:scal(?:es?|ing) ?-?up|scal(?:es?|ing) ?-?out|grow(?:s|ing)?|add(?:s|ing)?)",
    r"(?:scal(?:es?|ing) ?-?down|scal(?:es?|ing) ?-?in|shrink(?:s|ing)?|remov(?:es?|ing)|drop(?:s|ping)?)",
)
_FILL = r"(?:(?:it|should|must|shall|may|can|will|and|with|by|the|a|an|of|for|at|most|no|more|than|up|to|only|never|not|faster|when|while|before|slowly|limit|limited|pods?|replicas?|them|is|be|policy|policies|rate|step|max|maximum|[:=,]) ?)*"
_STEADY = r"(?:(?:stabilization|stabilisation)(?: window)?(?: seconds)?|cool-?down(?: period)?|wait(?:s|ing)?)"


def read_behaviour(scan: Scan) -> dict[str, Any]:
    """How fast an autoscaler may go, by direction: ``{"scaleDown": {"window": 300, "policies": [("Percent", 10, 60)]}}``."""
    made: dict[str, Any] = {}
    for side, words in (("scaleUp", _UP), ("scaleDown", _DOWN)):
        said: dict[str, Any] = {}
        window = scan.take(
            rf"{_FILL}{_STEADY} {_FILL}<dur:n> {_FILL}(?:before|for|on|when|until|to) {_FILL}{words}",
            rf"{_FILL}{words} {_FILL}(?:only )?(?:after|{_STEADY}) {_FILL}<dur:n>(?: (?:(?:stabilization|stabilisation)|window|cool-?down|of|calm|low|load|usage|has|passed))*",
            rf"{_FILL}<dur:n> {_STEADY} {_FILL}(?:before|for|on|when) {_FILL}{words}",
            rf"{_FILL}{words} {_STEADY} {_FILL}<dur:n>",
        )
        if window is not None:
            said["window"] = seconds(window["n"])
        for step in scan.take_all(
            rf"{_FILL}{words} {_FILL}<num:n>(?P<unit> ?%| percent| pods?| replicas?)(?: (?:of|the|its|pods?|replicas?|current))* (?:(?:per|every|each|a|in|within) <dur:per>|(?:per|every|each|a) (?P<one>second|minute|hour))",
        ):
            kind = "Percent" if step["unit"].strip() in {"%", "percent"} else "Pods"
            said.setdefault("policies", []).append(
                (kind, number(step["n"]), seconds(step["per"] or f"1 {step['one']}"))
            )
        if window is None and scan.take(rf"{_FILL}{words} (?:immediately|at once|without delay|instantly|right away)"):
            said["window"] = 0
        if scan.take(
            rf"(?:{_FILL}(?:never|don't|do not|not|no|disable[sd]?)) {_FILL}{words}(?: (?:down|in|at all|again))*(?: disabled)?"
        ):
            said["never"] = True
        if said:
            made[side] = said
    if (
        len(made) == 1 or "scaleDown" in made
    ):  # "scale down after …, at most 2 pods every minute": of the side said last
        for step in scan.take_all(
            rf"{_FILL}<num:n>(?P<unit> ?%| percent| pods?| replicas?) (?:(?:per|every|each|in|within) <dur:per>|(?:per|every|each|a) (?P<one>second|minute|hour))"
        ):
            before = scan.text[: step.start()]
            down, up = (
                max((each.start() for each in compiled(words).finditer(before)), default=-1) for words in (_DOWN, _UP)
            )
            side = "scaleDown" if down >= up else "scaleUp"
            kind = "Percent" if step["unit"].strip() in {"%", "percent"} else "Pods"
            period = seconds(step["per"] or f"1 {step['one']}")
            made.setdefault(side, {}).setdefault("policies", []).append((kind, number(step["n"]), period))
    return made


def read_budget(scan: Scan) -> dict[str, Any]:
    """The slots of a PodDisruptionBudget."""
    fields: dict[str, Any] = {}
    selector = read_selector(scan)
    target = _target(scan)
    scan.rest = scan.rest.replace("\x00", " ")  # labels that were said must not part the sentence
    value = r"(?P<n>\d+ ?%|\d+|one|two|three|four|five)(?: ?(?:pods?|replicas?|instances?|of))*"
    for slot, pattern in {
        "max_unavailable": rf"(?:(?:with|and|the|a|of|that|which|allows?|allowing|so|it) )*max(?:imum)? ?-?(?:of )?unavailable<is>{value}|(?:(?:with|and|that|which|allows?|allowing|so|only|letting|lets|permits?|permitting|no|not|never) )*(?:at most|no more than|up to|maximum|max|more than|only) (?P<m>\d+ ?%|\d+|one|two|three)(?: ?(?:pods?|replicas?|of|them|can|may|is|are|be|to|the|at|once|a|time|voluntarily|ever|with|that|matching|labelled|will|should|from|get|gets|allowed)| )*(?:unavailable|down|disrupted|evicted|missing|offline)(?: at (?:once|a time|any time|the same time))?",
        "min_available": rf"(?:(?:with|and|the|a|of|that|which|so|it) )*min(?:imum)? ?-?(?:of )?available<is>{value}|(?:(?:with|and|that|which|so|keeps?|keeping|ensur(?:es?|ing)|requir(?:es|ing)|guarantee(?:s|ing)?|it|a|always|is|are|must|there) )*(?:at least|minimum(?: of)?|no fewer than|min) (?P<m>\d+ ?%|\d+|one|two|three|four|five)(?: ?(?:pods?|replicas?|instances?|of|them|the|must|are|is|be|with|matching|labelled|should|will|has|have|to|stay|stays|remain|remains|always|available|up|running|at|all|times|any|time|kept|keep)| )*",
    }.items():
        found = scan.take(pattern)
        if found is not None:
            text = (found["n"] or found["m"]).replace(" ", "")
            fields[slot] = text if text.endswith("%") else number(text)
    if "min_available" not in fields and "max_unavailable" not in fields:
        kept = scan.take(
            rf"(?:keep(?:s|ing)?|ensur(?:es?|ing)|guarantee(?:s|ing)?|requir(?:es?|ing)|leav(?:es?|ing)) (?:always )?{value}(?: (?:the|its|all|of|pods?|replicas?|instances?|them))* ?(?:available|up|running|alive|healthy|at all times|always)(?: (?:at all times|at any time|always))?"
        )
        if kept is not None:
            text = kept["n"].replace(" ", "")
            fields["min_available"] = text if text.endswith("%") else number(text)
    if target is not None:
        fields["workload"] = target
    return {"fields": fields, "selector": selector}


def read_priority_class(scan: Scan) -> dict[str, Any]:
    """The slots of a PriorityClass."""
    fields: dict[str, Any] = {}
    found = scan.take(
        r"(?:(?:with|and|a|the|of|priority) )*(?:value|priority)(?: value)?<is>(?P<n>-?\d+)",
        r"(?:of|with|at|worth|equal to|set to) (?P<n>-?\d+)",
        r"\((?P<n>-?\d+)\)?",
    )
    if found is not None:
        fields["value"] = int(found["n"])
    if scan.take(
        r"(?:(?:with|and|the|that|which|it|should|must|be|is|as|not|make) )*(?:pre-?emption ?policy<is>never|pre-?empt(?:s|ing|ion)?<is>never|(?:never|not|must not|does not|doesn't|don't|should not|shouldn't) (?:to )?pre-?empt(?:s|ing)?|non-?preempting|(?:without|no) pre-?emption)(?: other pods| others)?"
    ):
        fields["never_preempt"] = True
    scan.take(
        r"(?:(?:and|that|which|it|is|be|should|must|make|but|the) )*(?:not|isn't|never|non) (?:be )?(?:a |the |as )*(?:global ?-?)?default(?: class| one)?"
    )
    if scan.take(
        r"(?:(?:and|make|as|it|is|be|should|the|that|which|set) )*global ?-?default<is>true|(?:(?:and|make|as|it|is|be|should|the|that|which|set) )*global ?-?default(?! ?[:=]? ?false)"
    ):
        fields["global_default"] = True
    scan.take(r"(?:and )?global ?-?default<is>false")
    described = scan.take(r"(?:(?:with|and|a|the) )*descri(?:ption|bed)(?: as)?<is><quoted:text>")
    if described is not None:
        fields["description"] = described["text"][1:-1]
    return {"fields": fields}
