"""What a prompt as a whole is taken for, once its clauses have been read: a question beyond doubt, something new, or a
rule that objects are to be held against. Part of `grammar`; pure.
"""

import re
from importlib import import_module
from typing import Any

from kora.language.changing.holding import target_of
from kora.language.intents import Aspect, Audit, Inspect, Request, Unclear
from kora.language.targets import Kinds

_SURE = frozenset(
    {
        Aspect.CONTEXT,
        Aspect.LOGS,
        Aspect.EVENTS,
        Aspect.USAGE,
        Aspect.PERMISSIONS,
        Aspect.CAUSE,
        Aspect.HISTORY,
        Aspect.CAPACITY,
        Aspect.ENDPOINTS,
        Aspect.PROPERTY,
        Aspect.COMPARE,
        Aspect.VALUE,
    }
)
"""Questions that no rule is worded like."""
_CLUSTER = frozenset({"Node", "Namespace", "StorageClass", "PersistentVolume", "IngressClass", "PriorityClass"})
_THERE = re.compile(
    r"\b(?:exist|exists|is there|are there|there (?:is|are)|do (?:we|i|you) have|are defined|is defined)\b", re.I
)
"""Words of a question that asks for what is there, and of no rule."""
_LOOKED_AT = frozenset(
    {
        "endpoints",
        "used",
        "autoscaler",
        "budget",
        "service",
        "selector",
        "pods",
        "tls",
        "size",
        "restarts",
        "restarted",
        "age",
        "replicas",
        "state",
        "node",
        "type",
    }
)
_OBLIGES = re.compile(
    r"\b(?:must|should|shall|violat\w*|compl\w*|polic\w*|requir\w*|rules?|ensure|allowed|audit|standards?|as root|root user|privileged)\b",
    re.I,
)
_STATED = re.compile(
    r"\b(?:check|verify|ensure|make sure|confirm|see|tell me|audit)\b[^.?!]*?\b(?:all|every|each|no|none of|any|nothing|everything|nobody)\b.*\b(?:ha(?:s|ve)|use[sd]?|run|"
    r"define[sd]?|set|specify|specifies|come|are|is|do(?:es)?)\b",
    re.I | re.S,
)
"""A rule told as something to check; what it means is for `language.rules` to say."""
_OF_ONE = re.compile(r"\s*(?:what|which)(?:\s+[\w-]+){1,3}?\s+(?:does|is|was|did|has)\s", re.I)
"""A question about one thing ("which image does web run"): a search for offenders speaks of many."""
_ASKED = re.compile(r"\s*(?:how (?:many|much|long|old|often)|which|who|whose|why|when|where)\b", re.I)
"""A question beyond doubt: it asks for nothing new."""
_SAVE = re.compile(
    r"\b(?:save|write|store|put|output)\s+(?:(?:it|them|this|that|the|manifests?|yaml|file|files|result|output)\s+)*(?:to|in|into|as|at|under)\s+[\"'`]?([\w./~-]*/[\w./-]+|[\w-]+\.ya?ml)[\"'`]?",
    re.I,
)


def definite(found: Request) -> bool:
    """Whether a prompt changes objects that it names, so that it states no rule about objects in general."""
    changes = [step for step in found.steps if step.intent not in {"inspect", "audit", "wait", "create", "grant"}]
    targets = [target_of(step) for step in changes]
    named = all(each is not None and bool(each.names or each.phrase) and not each.every for each in targets)
    return bool(changes) and named and not found.unclear


_LIVE = re.compile(
    r"\b(?:give|show|get|print|display|see|view|dump|fetch)\b(?:\s+(?:me|us))?\s+the\s+(?:(?:full|raw|whole|live|current)\s+)?"
    r"(?:yaml|manifest|json|definition|spec)s?\s+(?:of|for|from)\s+(?:the|our|my|this|all|every)\s+[\w ]+[?.!]?\s*$",
    re.I,
)
"""The manifest of what is there: "show me the yaml of the hpa"."""


def shows(found: Request, text: str = "") -> bool:
    """Whether a prompt asks for the manifest of something that is named, or of what is there: "give me the yaml of the
    backend deployment"."""
    live = _LIVE.search(text) is not None
    return bool(found.steps) and all(
        isinstance(step, Inspect)
        and step.aspect is Aspect.MANIFEST
        and (step.target.names or step.target.phrase or (live and step.target.kind))
        for step in found.steps
    )


def picks(found: Request) -> bool:
    """Whether a prompt is one list, without a condition that was understood: what picks its objects may be a rule."""
    step = found.steps[0] if len(found.steps) == 1 and not found.unclear else None
    return (
        isinstance(step, Inspect)
        and step.aspect in {Aspect.LIST, Aspect.COUNT, Aspect.IMAGES}
        and step.target.kind is not None
        and (step.of is None or step.target.kind in {"Role", "ClusterRole"} or not (step.of.names or step.of.phrase))
        and not (step.conditions or step.target.labels)
        and not step.show
    )


def may_be_new(found: Request, text: str) -> bool:
    """Whether a prompt could as a whole ask for something new: its clauses say nothing else beyond doubt."""
    if _OF_THE.match(text):
        return False
    if found.explain or (_ASKED.match(text) and found.steps and not found.unclear):
        return False
    if found.unclear:
        return True
    return not found.steps or all(step.intent in {"create", "grant", "wait", "inspect"} for step in found.steps)


_OF_THE = re.compile(
    r"^\s*(?:please\s+)?(?:make|keep|turn)\s+(?:the|our|my|this|that)\s+(?!following\b)(?:(?!with|named|called|that|for|and|using|from)[\w-]+(?:\s+|$)){2,5}$",
    re.I,
)
"""A wish about what stands there ("make the redis service headless"): nothing new is asked for."""
_MAKES = re.compile(
    r"^\s*(?:(?:please|kindly|now|then|first|so|hi|hello|hey|(?:can|could|would) you|i want you to|i need you to)[,:]?\s+)*"
    r"(?:(?:in|inside|within|for)\s+(?:the\s+|our\s+|my\s+)?(?:namespace\s+\S+|\S+\s+namespace)[,:]?\s+(?:please\s+)?)?"
    r"(?:create|make|deploy|add|set up|run|launch|start|generate|build|provision|put up|write|define|prepare)\s+"
    r"(?:me\s+|us\s+)?(?:an?|one|the|two|three|four|\d+)\s+(?P<noun>(?:[\w./:-]+\s+){1,4}?)(?:named|called)\s+[\"'`]?[\w.-]",
    re.I,
)
"""The head of an order for a new object with a name of its own."""


_LOOKS = re.compile(
    r"\s*(?:please\s+)?(?:which|what|who|whose|why|how|where|when|is|are|was|were|does|did|has|show|list|describe)\b"
    r"(?!.*\b(?:creat\w*|mak\w*|add\w*|need\w*|want\w*|set up|deploy(?!ments?\b)\w*|writ\w*|generat\w*|roles?|bind\w*|new|yaml|manifests?)\b)",
    re.I | re.S,
)


def only_looks(text: str) -> bool:
    """Whether a prompt opens as a question does and has no word that makes something: the readers of creations, which
    take a while to load, need not be asked."""
    return _LOOKS.match(text) is not None


def orders_new(text: str, kinds: Kinds) -> bool:
    """Whether `text` at its head makes a new named object, or ends with the order for a role: it is no rule then,
    however it goes on."""
    if only_looks(text):
        return False
    made = _MAKES.match(text)
    words = made["noun"].lower().split() if made is not None else []
    named = any(tuple(words[at:]) in kinds for at in range(len(words)))
    return named or bool(import_module("kora.language.creation.orders").orders_role(text))


def not_made(text: str) -> Unclear:
    """What is unclear in an order for something new that could not be read as a whole."""
    found, _ = import_module("kora.language.creating").read_manifest(text)
    if isinstance(found, Unclear):
        return found
    return Unclear(text=text, question="Which object shall be created, and what about it? Say it in shorter sentences.")


def saved_to(text: str) -> str | None:
    saved = _SAVE.search(text)
    return saved[1] if saved else None


_WHICH = re.compile(r"\s*(?:which|what)\b", re.IGNORECASE)


def is_sure(step: Any, text: str) -> bool:
    """Whether a question is one beyond doubt, and no rule."""
    if not isinstance(step, Inspect):
        return False
    if step.aspect in _SURE:
        return True
    named = bool(step.target.names or step.target.phrase)
    if step.aspect in {Aspect.DEPENDENTS, Aspect.CONNECTIVITY, Aspect.CHANGES} and named and not _OBLIGES.search(text):
        return True
    if step.aspect is Aspect.LIST and step.of is not None and (step.of.names or step.of.phrase) and _WHICH.match(text):
        return not _OBLIGES.search(text)  # "which services point at web": what stands beside one thing
    if (step.sort_by or step.group_by) and not _OBLIGES.search(text):
        return True
    if step.target.kind in _CLUSTER and step.aspect in {Aspect.LIST, Aspect.DESCRIBE} and not _OBLIGES.search(text):
        return True
    if step.aspect is Aspect.LIST and not step.conditions and _THERE.search(text) and not _OBLIGES.search(text):
        return True
    if _OF_ONE.match(text) and (step.target.names or step.target.phrase) and not _OBLIGES.search(text):
        return True
    listed = step.aspect in {Aspect.LIST, Aspect.COUNT} and step.target.kind is not None and bool(step.conditions)
    return listed and all(each.field in _LOOKED_AT for each in step.conditions) and not _OBLIGES.search(text)


_OF_EACH = re.compile(r"\s*(?:and\s+)?(?:do|does)\s+(?=(?:all|every|each)\b)", re.I)
"""A rule that is asked: what follows states it."""
_OF_ANY = re.compile(r"\s*(?:and\s+)?(?:do|does)\s+any(?:thing|one|body|\s+(?P<kind>\w+s))\s+", re.I)


def rule_of(text: str, *, stated: bool = False) -> Request | None:
    """A prompt that states a rule to hold objects against.

    stated: whether it is known to be worded as one.
    """
    rules = import_module(
        "kora.language.rules.reading"
    )  # its tables take time to build: most prompts need none of them
    asked = _OF_EACH.match(text)
    if asked is not None:  # "do all deployments have limits" is "all deployments have limits", asked
        told = text[asked.end() :].rstrip(" ?")
        if not isinstance(rules.read_rule(told), Unclear):
            return Request(steps=(Audit(rule=told),))
    some = _OF_ANY.match(text)
    if some is not None:  # "does anything run as root" asks which pods do
        told = f"which {some['kind'] or 'pods'} {text[some.end() :].rstrip(' ?')}"
        if rules.looks_like_rule(told) and not isinstance(rules.read_rule(told), Unclear):
            return Request(steps=(Audit(rule=told),))
    if not (stated or rules.looks_like_rule(text)) and not (
        _STATED.search(text) and not isinstance(rules.read_rule(text), Unclear)
    ):
        return None
    if stated and isinstance(rules.read_rule(text), Unclear):
        return None
    wants_lines = "violating" in text.lower()
    return Request(steps=(Audit(rule=text),), report_format="violating" if wants_lines else None)


def what_needs(question: Inspect) -> Inspect:
    """What would happen without the thing: who depends on it."""
    named = bool(question.target.names or question.target.phrase)
    if not named or question.aspect not in {Aspect.STATUS, Aspect.LIST, Aspect.DESCRIBE, Aspect.EVENTS, Aspect.HEALTH}:
        return question
    return question.model_copy(update={"aspect": Aspect.DEPENDENTS, "conditions": ()})
