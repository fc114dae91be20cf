"""What a question or a request to be shown something asks for: aspect, target, conditions, order, limit.

Reads do no harm, so they are read generously: words that nobody understood are kept out of the target when they are
everyday words, and the answer says what was looked for.
"""

import re
from typing import Any

from kora.language.asking.aspects import EVERYDAY, RULES, USED_BY, VERB_ASPECTS
from kora.language.asking.comparing import (
    COMPARABLE,
    asks_if_same,
    holds_against,
    in_spaces,
    take_spaces,
    together,
)
from kora.language.asking.doors import ON_PORT, OUTSIDE, on_port, open_doors, port_asked
from kora.language.asking.finishing import finished
from kora.language.asking.framing import drop_everyday
from kora.language.asking.permissions import read_permissions
from kora.language.asking.phrases import Phrase, is_workload, noun_phrases
from kora.language.asking.properties import take_columns, take_key, take_properties
from kora.language.asking.relating import take_relation
from kora.language.asking.slots import VARIABLE, read_slots
from kora.language.asking.supplies import runs_as_root, special, take_reserved, take_stock
from kora.language.asking.times import CLOCK, told_of_time
from kora.language.clauses import Clause
from kora.language.conditions import read_conditions
from kora.language.intents import Aspect, Condition, Inspect, Target
from kora.language.kinds import WORKLOAD_KINDS
from kora.language.lexer import Kind
from kora.language.targets import WORKLOAD, Kinds, take_bare_space, take_labels, take_namespace

_LIST_STATES = frozenset({Aspect.HEALTH, Aspect.STATUS, Aspect.DESCRIBE})
_MORE_KINDS: dict[tuple[str, ...], str] = {
    ("autoscaling",): "HorizontalPodAutoscaler",
    ("volumes",): "PersistentVolumeClaim",
    **dict.fromkeys(
        (("workloads",), ("workload",), ("apps",), ("applications",), ("microservices",), ("components",)), WORKLOAD
    ),
}
"""Words that name a kind in questions alone."""
_RELATED_FIELDS = frozenset({"endpoints", "tls", "autoscaler", "budget", "service", "used"})
_VERSION = re.compile(
    r" version (?:of|is) (?:the |this |my |our |your )?(?:kubernetes |k8s )?(?:cluster|server|control plane)(?: |$)"
)
"""Looked for in the whole line: "of this cluster" is otherwise a place."""
_SINGLE = re.compile(
    r" (?:and )?(?:[\w-]+ : )?(?:is|does|has|did|was|confirm|verify|check) (?!there|any|every|all|it |(?:if|that|whether) (?:all|every|any))"
)
_PREFERRED: dict[Aspect, tuple[str, ...]] = {
    Aspect.ENDPOINTS: ("Service", "Endpoints"),
    Aspect.PORTS: ("Service", "Ingress", "Pod", "Deployment"),
    Aspect.HISTORY: ("Deployment", "StatefulSet", "DaemonSet"),
    Aspect.MANIFEST: (),
}
"""Of several things that are named, the kinds that an aspect is a property of."""
_PROPERTY_ASPECTS = frozenset(
    {None, Aspect.LIST, Aspect.STATUS, Aspect.DESCRIBE, Aspect.HEALTH, Aspect.PORTS, Aspect.ENDPOINTS, Aspect.COUNT,
     Aspect.CAPACITY, Aspect.DEPENDENTS, Aspect.MANIFEST, Aspect.USAGE}
)  # fmt: skip
"""Aspects that a property is more special than."""
_TOTAL = r"(?:the )?(?:total(?: of)?|sum(?: of)?|combined|altogether|all together|together|in total|in sum|overall|as a whole|summed up)"
_USES = r"(?:us(?:e|es|ed|ing|age)|consum\w+|tak(?:e|es|ing)|eat\w*|utili[sz]ation|need\w*)"
_OVER = r"(?P<how>more(?: \w+)? than|over|above|exceed(?:s|ing)?|beyond|close to|near|nearly at|almost at|approaching) (?:what )?(?:they|it|its|their|he)?(?:'ve| have| has)? ?(?:the )?(?:memory |cpu |own |resource |been )?(?P<what>request(?:s|ed)?|limits?|reserved?|allowed)(?: for)?"
_AGAINST = r"(?:compared (?:to|with)|versus|vs|against|relative to|in relation to|as a share of|out of|than|and) (?:what )?(?:they|it|its|their|the)?(?:'ve| have| has)? ?(?:the )?(?:memory |cpu |own |resource )?(?P<what>request(?:s|ed)?|limits?|reserved?|allowed)(?: for)?"
_GROUPS = {
    "node": "node", "machine": "node", "host": "node", "namespace": "namespace", "status": "state", "state": "state", "phase": "state", "image": "image",
    "kind": "kind", "type": "kind", "workload": "workload", "deployment": "workload", "owner": "workload", "app": "workload",
}  # fmt: skip
_GROUP = rf"(?:per|(?<!sorted )(?<!ordered )(?<!ranked )(?<!owned )(?<!used )by|(?:for|on|in|of|does|do) (?:each|every)|grouped by|broken down by|split by) (?:the )?(?P<by>{'|'.join(_GROUPS)})s?"
_RUNS = frozenset({Aspect.LOGS, Aspect.ENVIRONMENT, Aspect.USAGE, Aspect.IMAGES})


def read_inspection(
    clause: Clause, verb: str, kinds: Kinds, previous: tuple[Target, ...] = (), *, asked: bool = False
) -> list[Inspect]:
    """The question; several when several targets are named. Empty when it is about nothing that Kora knows."""
    clause.take(
        r"(?:, )?(?:but )?(?:not|without|no|excluding|hide|hiding)(?: showing| printing)?(?: any| their| its| the)? (?:values?|contents?|data)"
    )
    line = clause.line
    spelled = " " + " ".join(each.text.lower() for each in clause.tokens) + " "
    if (rooted := runs_as_root(clause, kinds)) is not None:
        return [rooted]
    if clause.has(
        r"(?:run|runs|running|start|starts) as root|as (?:the )?root user|privileged|host ?(?:path|network|pid|ipc|ports?|file ?system|directory|directories|volumes?)s?|the host(?:'s)? (?:network|file ?system|disk|pid|ipc|namespaces?)"
    ) and not clause.has(r"(?:what|which) (?:is|are|does) the|outside|reach\w*|why|how"):
        return []  # that is held against objects as a rule: a list would leave it out
    if clause.has(_OF_EACH):
        return []
    kinds = {**kinds, **_MORE_KINDS}
    spaces = take_spaces(clause, verb)
    namespace, everywhere = take_namespace(clause, kinds, keep_object=True)
    if clause.take(r"what(?:'s| is|s) (?:up|the matter|wrong)(?= (?:\?|now|here) | $)") is not None and not clause.has(
        r"[a-z]{3,}"
    ):
        return [Inspect(aspect=Aspect.CAUSE, target=each) for each in previous] or [Inspect(aspect=Aspect.HEALTH)]
    both = clause.take(
        r"(?:in|across|from) both (?:the )?(?:namespaces? )?(?!namespaces|environments|of ){name:first} and (?:the )?{name:second}"
    )
    if both is not None:
        found = read_inspection(clause, verb, kinds, previous, asked=asked)
        places = (both.text("first") or "", both.text("second") or "")
        return [_inside(each, space) for space in places for each in found]
    everywhere = (
        clause.take(r"(?:in|across|from) both (?:of the |of our |of these )?(?:namespaces|environments|envs)")
        is not None
        or everywhere
    )
    place: dict[str, Any] = {"namespace": namespace, "all_namespaces": everywhere}
    lasting = (
        clause.take(r"(?:, )?and (?:since when|for how long|how long)(?: already| now)?(?= (?:\?|_|$))") is not None
    )
    related = take_relation(clause, kinds)
    ranked = take_reserved(clause)
    aspect = Aspect.CONTEXT if _VERSION.search(line) else _aspect(clause, verb)
    if aspect is Aspect.PERMISSIONS:
        return read_permissions(clause, namespace, everywhere, kinds, EVERYDAY, previous)
    if aspect in {Aspect.PORTS, None, Aspect.HEALTH, Aspect.LIST, Aspect.STATUS} and clause.take(OUTSIDE) is not None:
        if not _names_something(clause, OUTSIDE, Aspect.PORTS, kinds):
            return open_doors(place)
        related = ("outside",)
    if (asked_at := special(clause, place, kinds)) is not None:
        return asked_at
    if (number := port_asked(clause)) is not None and not _names_something(clause, ON_PORT, Aspect.PORTS, kinds):
        return on_port(number, clause, place)
    slots: dict[str, Any] = {"properties": related, **ranked}
    if related or ranked:
        aspect = Aspect.PROPERTY
    else:
        aspect, slots = _grouping(clause, aspect)
    if aspect in {Aspect.IMAGES, Aspect.PORTS, Aspect.DESCRIBE} and (columns := take_columns(clause)):
        aspect, slots["properties"] = Aspect.PROPERTY, columns
    elif (not related and not ranked and aspect in _PROPERTY_ASPECTS) or clause.has(
        r"pull (?:polic(?:y|ies)|secrets?)"
    ):
        if (key := take_key(clause)) is not None:
            aspect, slots["key"] = Aspect.VALUE, key
        else:
            adds = clause.has(_ADDABLE)
            whole = clause.take(_TOTAL) if adds else None
            if properties := take_properties(clause) or (_added(clause) if whole is not None else ()):
                aspect, slots["properties"] = Aspect.PROPERTY, properties
                slots["total"] = whole is not None or clause.take(_TOTAL) is not None
    used_by = clause.fresh().has(USED_BY)
    slots |= read_slots(clause, aspect, verb)
    if aspect is Aspect.CAPACITY or slots.get("properties") == ("capacity",):
        slots |= take_stock(clause, aspect)
    if aspect is Aspect.IMAGES and clause.take(
        r"(?:sorted |ordered |ranked )?by (?:their |its )?(?:use|usage|count|number of (?:uses|users|pods)|how often (?:they are|they're|it is) used|frequency|popularity)|with (?:its|their|the) (?:number|count) of (?:pods|users|uses)|(?:has|have|with) (?:the )?most (?:pods|users)|and how many pods (?:use|run|have) (?:it|them|each)(?: one)?|(?:and )?how often (?:is |are )?(?:each|every|they|it)(?: one| of them)?(?: is| are)? used"
    ):
        aspect, slots["group_by"] = Aspect.COUNT, "image"
        clause.take(r"(?:container |docker )?images?")
    clause.take(CLOCK)
    if slots.get("properties") == ("started",) and clause.has(r"oldest|newest|youngest|latest"):
        aspect, slots["properties"] = Aspect.LIST, ()  # "how old is the oldest pod"
        slots |= read_slots(clause, aspect, verb)
    if namespace is None and aspect is Aspect.LOGS:
        namespace = take_bare_space(clause, kinds)
    if aspect is Aspect.DESCRIBE:  # what is asked of a node is no condition of place
        clause.take(r"(?:labels|annotations|taints|conditions) on(?= (?:the )?(?:node|worker|machine) )")
    conditions = _conditions(clause, aspect, line)
    if namespace is None:
        namespace = take_bare_space(clause, kinds)
    aspect, conditions = _settled(aspect, conditions, line, verb)
    unused = _comparative_left(clause)
    if (
        len({each.field for each in conditions}) > 1
        and aspect in {Aspect.LIST, Aspect.COUNT}
        and re.search(r" or ", line)
    ):
        slots["either"] = True
    labels = take_labels(clause) or _of_team(clause)
    pointed = bool(previous) and clause.has(r"it|its|it's|them|they|that|this|these|those|their")
    drop_everyday(clause, aspect, kinds)
    phrases = noun_phrases(clause, kinds)
    targets, of = _chosen(phrases, aspect)
    owned = (
        targets and targets[0].kind not in {None, "Pod", WORKLOAD, *WORKLOAD_KINDS} and clause.fresh().has(_HAS_SOME)
    )
    if (
        aspect in {Aspect.LIST, Aspect.COUNT}
        and of is None
        and len(targets) == 1
        and targets[0].kind
        and (used_by or owned)
    ):
        of, targets = _user_of(targets[0])
    against = (aspect in COMPARABLE and holds_against(verb, line)) or asks_if_same(line)
    if spaces is not None and (inside := in_spaces([each.target for each in phrases], spaces)) is not None:
        return [Inspect(aspect=Aspect.COMPARE, target=inside)]
    if against and sum(each.named for each in phrases) > len(targets):
        targets, of = [each.target for each in phrases if each.named], None
    if pointed and not any(each.names or each.phrase for each in targets):
        targets = [each for each in previous if each.names or each.phrase or each.labels] or targets
        if not any(each.kind for each in targets):
            targets = list(previous)  # "which policies exist and what do they select"
    place = {"namespace": namespace, "all_namespaces": everywhere, "labels": labels}
    placed = [each.model_copy(update={name: value for name, value in place.items() if value}) for each in targets]
    if not placed:
        if aspect is None and not labels:
            if namespace is None or not (asked or verb or re.match(r" (?:is|are|what|how|any\w*|anything) ", line)):
                return []
            aspect = Aspect.HEALTH
        placed = [Target(**place)]
    apart = spaces if spaces is not None else _only_namespaces(placed) if verb == "compare" else ()
    if len(apart) > 1:
        return [Inspect(aspect=Aspect.LIST, target=Target(kind=WORKLOAD, namespace=each)) for each in apart]
    several = len(placed) > 1 and all(each.names or each.phrase for each in placed)
    if several and against:
        return [Inspect(aspect=Aspect.COMPARE, target=together(placed))]
    if of is not None:
        slots["of"] = of.model_copy(update={"namespace": namespace} if namespace else {})
    if aspect is Aspect.PROPERTY and any(each.names or each.phrase for each in placed):
        conditions = ()  # "how long has web been up"
    unnamed = all(each.kind and not (each.names or each.phrase) for each in placed)
    if aspect is Aspect.DESCRIBE and unnamed and (worn := re.search(r" (labels|annotations) ", line)):
        aspect, slots["show"] = Aspect.LIST, (worn[1],)
    plural = bool(phrases) and any(each.plural for each in phrases if each.target.kind == placed[0].kind)
    replicas = re.search(r" (?:replicas?|instances|copies)(?= )", line) is not None
    if replicas and aspect is Aspect.COUNT and unnamed and re.search(r" (?:each|every|all|their) ", line):
        aspect = Aspect.LIST  # "how many replicas does each deployment have"
    found = [finished(aspect, target, conditions, slots, verb, plural, replicas) for target in placed]
    if lasting and found[0].aspect is not Aspect.CAUSE:
        found = [each.model_copy(update={"not_applied": "since when"}) for each in found]
    elif lasting:
        found += [Inspect(aspect=Aspect.PROPERTY, target=each.target, properties=("unready_since",)) for each in found]
    return [_told_of_rest(told_of_time(each, spelled), unused, clause) for each in found]


def _inside(question: Inspect, space: str) -> Inspect:
    return question.model_copy(update={"target": question.target.model_copy(update={"namespace": space})})


def _only_namespaces(placed: list[Target]) -> tuple[str, ...]:
    """The namespaces that are compared as a whole; none when anything else is named."""
    named = [
        each.phrase or each.names[0] for each in placed if each.kind == "Namespace" and (each.names or each.phrase)
    ]
    return tuple(named) if len(named) == len(placed) else ()


def _of_team(clause: Clause) -> dict[str, str]:
    """ "belong to team front": whose the objects are, as their labels say."""
    found = clause.take(
        r"(?:(?:that|which|are|is|do|does) )*(?:belong(?:s|ing)? to|owned by|of|for|from|by) (?:the )?(?P<key>team|squad|department|tier|stage) {name:value}",
        r"(?:belong(?:s|ing)? to|owned by|of|for|from|by) (?:the )?{name:value} (?P<key>team|squad|department)",
    )
    return {} if found is None else {found.said("key"): found.text("value") or ""}


_COMPARATIVE = r"(?:(?:more|less|fewer|greater|higher|lower|older|newer|longer|bigger|larger|smaller) than|at least|at most|no more than|up to|over|above|below|under)(?: (?:<[nupdf]\d+>|one|a single))?"
_BOUNDED = r"(?:over|above|below|under|up to)$"


def _comparative_left(clause: Clause) -> str | None:
    """A bound that became no condition ("with more than one volume"): the answer has to say so."""
    found = clause.peek(_COMPARATIVE)
    if found is None or re.search(_BOUNDED, found.line):
        return None
    return " ".join(clause.tokens[at].text for at in found.indices)


def _told_of_rest(question: Inspect, comparative: str | None, clause: Clause) -> Inspect:
    """Numbers and bounds that nothing was made of are noted, so that the answer says so."""
    if question.not_applied is not None or question.aspect in _NUMBERS_ASIDE:
        return question
    left = [clause.tokens[at].text for at in clause.left() if clause.tokens[at].kind in _AMOUNTS]
    said = comparative or " ".join(left) or None
    return question if said is None else question.model_copy(update={"not_applied": said})


_AMOUNTS = frozenset({Kind.NUMBER, Kind.QUANTITY, Kind.PERCENT, Kind.DURATION, Kind.FACTOR})
_NUMBERS_ASIDE = frozenset(
    {Aspect.PORTS, Aspect.LOGS, Aspect.CONNECTIVITY, Aspect.CAUSE, Aspect.EVENTS, Aspect.DESCRIBE}
)
"""Aspects that show what a number would be about anyhow."""


def _added(clause: Clause) -> tuple[str, ...]:
    """What a sum was asked of."""
    found = clause.take(
        r"(?:all |the |all the )?(?:cpu |memory |resource |cpu and memory )?(?P<what>requests?|limits?)(?: of| for| over)?"
    )
    return () if found is None else ("requests" if found.said("what").startswith("r") else "limits",)


_ADDABLE = r"(?:requests?|limits?|requested|reserved|restarts?)"


def _grouping(clause: Clause, aspect: Aspect | None) -> tuple[Aspect | None, dict[str, Any]]:
    """Claim "per node", "by status": a line for each value instead of one for each object; and what usage is held
    against."""
    slots: dict[str, Any] = {}
    nearly = clause.has(
        r"(?:close to|near|over|above|at|exceeding|beyond) (?:their|its|the) (?:\w+ )?(?:limits?|requests?)"
    )
    if aspect in {Aspect.USAGE, Aspect.CAPACITY, Aspect.DESCRIBE} and (nearly or clause.has(_USES)):
        against = clause.take(_OVER, _AGAINST)
        if against is not None:
            said = against._match.groupdict()
            slots["against"] = "requests" if "re" in (said.get("what") or "")[:2] else "limits"
            if said.get("how"):
                slots["share"] = 0.8 if said["how"].startswith(("close", "near", "almost", "approach")) else 1.0
            aspect = Aspect.USAGE
        slots["total"] = clause.take(_TOTAL) is not None
    if aspect in {Aspect.COUNT, Aspect.LIST, Aspect.CAPACITY, Aspect.STATUS, None} and (group := clause.take(_GROUP)):
        counted = clause.has(r"how many|number of|count\w*|total")
        slots["group_by"] = _GROUPS[group.said("by")]
        if group.said("by") == "type" and clause.has(r"services?|secrets?|svc"):
            slots["group_by"] = "type"
        return (Aspect.COUNT if counted or aspect in {Aspect.CAPACITY, Aspect.COUNT} else Aspect.LIST), slots
    return aspect, slots


def _names_something(clause: Clause, besides: str, aspect: Aspect, kinds: Kinds) -> bool:
    """Whether a question names an object beside the words that `besides` matches."""
    rest = clause.fresh()
    rest.take(besides)
    drop_everyday(rest, aspect, kinds)
    return any(each.named for each in noun_phrases(rest, kinds))


def _aspect(clause: Clause, verb: str) -> Aspect | None:
    variables = any(VARIABLE.fullmatch(token.text) for token in clause.tokens)
    if variables and clause.has(
        r"secrets?|variables?|env|environment|set|injected|values?|exists?|configured|gets?|comes?|from|defined|equal|has|have|what|of|for|which"
    ):
        return Aspect.ENVIRONMENT
    if verb in {"count", "history", "tail", "grep"}:
        return VERB_ASPECTS[verb]
    if verb == "explain" and clause.has(r"errors?|problems?|failures?|crash\w*|issues?"):
        return Aspect.CAUSE
    pressed = clause.has(r"(?:under|have|has|with|reporting|in) (?:memory |disk |pid |any |some )*pressure")
    ranked_otherwise = pressed or (
        clause.has(_RANKED) and not clause.has(r"cpu|memory|ram|mem|resources?|usage|consumption")
    )
    for rule in RULES:
        if clause.has(rule.pattern.rstrip()) and not (rule.aspect is Aspect.USAGE and ranked_otherwise):
            return rule.aspect
    return VERB_ASPECTS.get(verb)


_HAS_SOME = r"(?:how many|which|what) [\w -]+? (?:does|do) (?:the |our )?[\w.-]+(?: \w+)? (?:have|own)(?= (?:\?|$|_))"
"""What belongs to something: "how many services does web have" asks for no service called web."""
_OF_EACH = r"(?:do|does|have|has) (?:all|every|each)(?: of)?(?: the| our| my)? \w+(?: \w+)? (?:have|has|set|define|specify) (?:a |an |any |their |its )?(?:\w+ )*?(?:limits?|requests?|probes?|labels?|annotations?)"
"""Whether all objects have something is held against them as a rule, which names those that have not."""
_RANKED = r"restarts?|restarted|restart counts?|oldest|newest|youngest|replicas|size|storage"
"""By what objects are ranked without being measured."""


def _settled(
    aspect: Aspect | None, conditions: tuple[Condition, ...], line: str, verb: str
) -> tuple[Aspect | None, tuple[Condition, ...]]:
    """A condition turns "are there pods that are failing" into a list; a yes-or-no question about one thing into its
    status."""
    if aspect in _LIST_STATES and conditions:
        if aspect is Aspect.DESCRIBE and verb == "describe":
            return aspect, conditions
        return (Aspect.STATUS, conditions) if _SINGLE.match(line) else (Aspect.LIST, conditions)
    if (
        aspect is Aspect.IMAGES and " running pods " not in line
    ):  # "what images are my pods running": the verb, no state
        conditions = tuple(each for each in conditions if (each.field, each.value) != ("state", "running"))
    if aspect is Aspect.IMAGES and any(each.field == "image" for each in conditions):
        return Aspect.LIST, conditions
    if aspect is Aspect.CAUSE and any(each.field in _RELATED_FIELDS for each in conditions):
        return aspect, tuple(each for each in conditions if each.field not in _RELATED_FIELDS)
    if (aspect is None and conditions) or any(each.field in _RELATED_FIELDS for each in conditions):
        return (aspect if aspect is Aspect.COUNT else Aspect.LIST), conditions
    if aspect is Aspect.ENDPOINTS:
        return aspect, ()
    if aspect is None and _SINGLE.match(line):
        return Aspect.STATUS, conditions
    if aspect in {Aspect.USAGE, Aspect.DEPENDENTS} and any(each.field in {"cpu", "memory"} for each in conditions):
        return Aspect.LIST, conditions
    if verb in VERB_ASPECTS and aspect in {None, Aspect.STATUS}:
        return VERB_ASPECTS[verb], conditions
    return aspect, conditions


def _conditions(clause: Clause, aspect: Aspect | None, line: str) -> tuple[Condition, ...]:
    if aspect in {
        Aspect.PORTS,
        Aspect.HISTORY,
        Aspect.CONTEXT,
        Aspect.EVENTS,
        Aspect.CONNECTIVITY,
        Aspect.CHANGES,
    }:
        return ()
    if aspect is Aspect.HEALTH and not re.search(r" (?:which|what|show|list|any|find|get|there|are) .*", line):
        return ()
    if aspect is Aspect.CAPACITY:
        return tuple(each for each in read_conditions(clause) if each.field in {"cpu", "memory"})
    if aspect is Aspect.USAGE:
        return tuple(each for each in read_conditions(clause) if each.field in {"cpu", "memory", "node"})
    found = read_conditions(clause)
    if aspect is Aspect.LOGS:
        return tuple(each for each in found if each.field == "state")
    return found


def _chosen(phrases: list[Phrase], aspect: Aspect | None) -> tuple[list[Target], Target | None]:
    """The targets of a question and, for lists, what the listed objects belong to."""
    if not phrases:
        return [], None
    if aspect is Aspect.CONNECTIVITY:
        named = [each for each in phrases if each.named]
        origin = next((each for each in named if each.link in {"from", "by"}), None)
        if origin is not None and len(named) == 2 and named[-1] is origin:  # "is redis reachable from the api"
            return [named[0].target], origin.target
        ahead = [each for each in named if each.link in {"to", "reach", "call", "contact", "access"}]
        goal = (ahead or named[-1:] or phrases[-1:])[0]
        source = next((each.target for each in named if each is not goal), None)
        if source is None and goal.named:  # "which pods can reach redis"
            source = next((each.target for each in phrases if each is not goal and each.target.kind), None)
        plain = tuple(name.partition(":")[0] for name in goal.target.names)
        return [goal.target.model_copy(update={"names": plain})], source
    if aspect in {Aspect.LIST, Aspect.COUNT, None}:
        return _listed(phrases)
    if aspect is Aspect.ENVIRONMENT and phrases[0].target.kind in {"Secret", "ConfigMap"} and len(phrases) > 1:
        phrases = phrases[1:]
    preferred = _PREFERRED.get(aspect or Aspect.LIST, ())
    full = [each for each in phrases if each.full]
    if aspect is Aspect.LOGS and not full:  # "slow responses in backend logs": what stands nearest to the logs
        named = [each for each in phrases if each.named]
        phrases = [*named[-1:], *(each for each in phrases if not each.named)]
    ranked = [
        *(each for each in full if each.target.kind in preferred),
        *(each for each in full if aspect not in _RUNS or is_workload(each.target)),
        *full,
        *(each for each in phrases if each.named and each.target.kind is None),
        *(each for each in phrases if each.target.kind in preferred),
    ]
    first = (ranked or phrases)[0]
    if not first.target.kind and aspect not in {Aspect.CAUSE, Aspect.EVENTS}:
        kind = next((each.target.kind for each in phrases if each.target.kind and not each.named), None)
        if kind is not None and kind != "Namespace":
            first = Phrase(first.target.model_copy(update={"kind": kind}), False, first.link, first.start)
    alike = [
        each.target
        for each in phrases
        if each.link == first.link and each.target.kind == first.target.kind and each.named
    ]
    return (alike if first.named and len(alike) > 1 else [first.target]), None


def _user_of(target: Target) -> tuple[Target | None, list[Target]]:
    """ "which secrets does web use": the name is the user's, the kind that of what is listed."""
    if not (target.names or target.phrase):
        return None, [target]
    bare = target.model_copy(update={"names": (), "phrase": None})
    return Target(names=target.names, phrase=target.phrase), [bare]


def _listed(phrases: list[Phrase]) -> tuple[list[Target], Target | None]:
    head = next((each for each in phrases if each.target.kind), phrases[0])
    others = [each for each in phrases if each is not head and each.named]
    if head.named:
        alike = [each.target for each in phrases if each.named and each.target.kind == head.target.kind]
        separate = [each for each in others if each.target.kind not in {None, head.target.kind}]
        return (alike if len(alike) > 1 else [head.target]), (separate[0].target if separate else None)
    kinds = [each.target for each in phrases if each.target.kind and not each.named]
    if not others:
        return kinds, None
    owner = others[0].target
    if owner.kind == "Namespace" and owner.names:
        return [head.target.model_copy(update={"namespace": owner.names[0]})], None
    if head.target.kind in {"Pod", WORKLOAD} or (owner.kind is None and others[0].link in {"", "named", "called"}):
        merged = {"names": owner.names, "phrase": owner.phrase}
        return [head.target.model_copy(update=merged)], None
    return [head.target], owner
