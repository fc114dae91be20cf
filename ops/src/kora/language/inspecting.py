"""What a question or a request to be shown something asks for: aspect, target, conditions, order, limit.

Reads do no harm, so they are read generously: words that nobody understood are kept out of the target when they are
everyday words, and the answer says what was looked for.
"""

import re
from dataclasses import dataclass
from typing import Any

from kora.language.clauses import Clause
from kora.language.conditions import read_conditions
from kora.language.intents import Aspect, Condition, Inspect, Target
from kora.language.kinds import BY_KIND
from kora.language.lexer import Kind
from kora.language.quantities import seconds
from kora.language.rule_words import spoken
from kora.language.targets import WORKLOAD, Kinds, TargetReader, take_bare_space, take_namespace

_EVERYDAY = spoken(
    """
    what what's whats which who whose why why's where when how how's is are am was were does do did has have had
    being been be can could would will should may might there any anything something wrong going happening
    happen happened show list get display tell find check describe print view see look give me us i we you my
    our have many much number total status state states statuses details detail detailed information info
    overview summary name names about right doing do fine ok okay kubernetes k8s exist exists existing available
    running deployed currently need needs want know like please result results output full complete quick brief
    their its it's them if whether or not that which so far and also along together including include up out
    down over current actual new recent recently last latest time times each per long since ago using used use
    with without problem problems issue issues error errors failing fails fail failed broken reason cause root
    causes explain understand analyze analyse investigate debug troubleshoot diagnose seems seem looks keeps
    keep getting gets got stuck live alive well good bad normal correctly properly everything all every things
    thing set sort sorted order ordered by highest lowest most least top usage consumption consuming consume
    consumes uses eating taking more than between list listing grouped exactly specific certain did let letting
    see view work works working start starting starts started come coming side look looking healthy unhealthy
    ready pulling containers' cluster's pods' table wide yaml json format human readable form currently having
    point experience experiencing trouble behave behaving happens try trying application's one ones real
    restarted restarts restarting crashing crash crashed crashes crashloop crashloopbackoff pending respond run
    runs ran responding reachable reach accessible serving unavailable available down slow first
    """
)
_GENERIC_NOUNS = frozenset({"resources", "resource", "objects", "object", "components"})


@dataclass(frozen=True)
class _Rule:
    aspect: Aspect
    pattern: str


# The first rule that matches decides; more special ones stand first.
_RULES: tuple[_Rule, ...] = (
    _Rule(Aspect.PERMISSIONS, r"who (?:can|could|may|is allowed to|is able to|has (?:the )?(?:right|rights|permissions?|access))"
          r"|(?:what|which) (?:users?|accounts?|service accounts?|subjects?|people|groups?) (?:can|may|are allowed to|is allowed to|could)"
          r"|permissions?|rbac|privileges|allowed to|access rights|able to (?:delete|create|list|get|read|update|patch|watch)"
          r"|(?:can|may|is) (?:the )?(?:user|group|service account|serviceaccount|sa) {value:s}|(?:can|may) (?:the )?{value:s2} (?:service account|serviceaccount|sa|user|group)"
          r"|(?:can|may) i (?:get|list|watch|create|update|patch|delete|read|see|edit|modify|view|exec|remove|scale)|(?:what|which) (?:\w+ )?can .*(?:do|access)|what is .*allowed|authorized to|has access to|have access to"),
    _Rule(Aspect.HISTORY, r"(?:rollout |revision |deployment |release )?histor(?:y|ies)|revisions?|previous versions"),
    _Rule(Aspect.EVENTS, r"(?:warning |recent |cluster |last |latest )*events?|what (?:has |just )?happened"),
    _Rule(Aspect.LOGS, r"logs?|logging|stack ?traces?|log (?:lines|output|entries|messages)|console output|stdout|stderr|exceptions?|error messages?|errors? (?:are|is|do|does|did|has|have)|(?:what|which|any) errors?"),
    _Rule(Aspect.CAUSE, r"why|root cause|what(?:'s| is| has gone| went|s)? (?:is )?(?:wrong|causing|the (?:problem|issue|matter|cause|reason|trouble))|what went wrong"
          r"|diagnos\w*|troubleshoot\w*|debug\w*|investigate|(?:problem|issue|trouble|wrong) (?:with|in)|reason (?:for|why|that|behind)|how come|figure out"
          r"|what (?:causes|caused|prevents|is preventing|keeps|made|makes|stops|is blocking)|anything wrong with|is (?:there )?(?:something|anything) (?:wrong|broken|off) (?:with|about|in)|explain why"),
    _Rule(Aspect.IMAGES, r"(?:container |docker )?images?|(?:which|what) (?:image )?(?:version|tag)s?|image tags?|registries|registry"),
    _Rule(Aspect.CAPACITY, r"capacity|allocatable|headroom|how (?:much|many) .*(?:left|free|available|remaining|room)|(?:free|spare|available|remaining|unused) (?:cpu|memory|resources|capacity)|how full|room for|enough (?:resources|cpu|memory|capacity)|node resources"),
    _Rule(Aspect.USAGE, r"(?:cpu|memory|ram|mem|resource|resources) (?:usage|consumption|utili[sz]ation|use|consumers?|hogs?|load|metrics|hungry|heavy)"
          r"|(?:usage|consumption|utili[sz]ation|metrics)|(?:uses?|using|consum\w+|eat\w*|tak\w+|hog\w*|need\w*) (?:up )?(?:the )?(?:most|least|highest|more|too much|so much|all|lots of|much|a lot of|(?:of )?(?:cpu|memory|ram))"
          r"|top (?:pods?|nodes?|<n\d+>)|(?:most|least|highest|lowest|how much) (?:cpu|memory|ram|resources?)|hungriest|heaviest|busiest|biggest (?:consumers?|users?)|(?:by|sorted by|order(?:ed)? by) (?:cpu|memory|ram)"),
    _Rule(Aspect.ENVIRONMENT, r"env|environment(?: variables?| vars?)?|env ?vars?|variables"),
    _Rule(Aspect.ENDPOINTS, r"endpoints?|(?:what|which) pods? (?:does|do|is|are) .*(?:service|svc|behind|select\w*|route)|behind (?:the )?.*(?:service|svc)|backs? the|select(?:s|ed) by"),
    _Rule(Aspect.DEPENDENTS, r"(?:what |who |which (?:\w+ )?)(?:is |are )?(?:uses?|using|depends?|mounts?|mounting|references?|referencing|refers?|consumes?|needs?|relies|rely)|depend(?:s|ents?|encies)? on|used by|referenced by|mounted by|in use by|depend on|(?:is|are) .* (?:in use|used|unused)|dependents"),
    _Rule(Aspect.PORTS, r"ports?|how (?:can|do) (?:i|we) (?:reach|access|connect)|addresse?s?|url|expos(?:ed|es)|reachable|cluster ?ip|ip address"),
    _Rule(Aspect.MANIFEST, r"yaml|manifest|json|definition|full spec|spec(?:ification)?|source of"),
    _Rule(Aspect.CONTEXT, r"(?:which|what) (?:kubernetes )?(?:cluster|context|version)|kubernetes version|cluster (?:info|information|version|name|details)|server version|current context|version of (?:the )?(?:kubernetes|cluster|server|k8s)|am i (?:connected|talking)|api server"),
    _Rule(Aspect.COUNT, r"how many|count|number of|total number"),
    _Rule(Aspect.HEALTH, r"(?:is|are) (?:everything|all|things|anything|the cluster|my cluster|our cluster|this cluster|it all|there any)(?: .*)? (?:ok|okay|healthy|fine|well|good|up|alright|running|working|ready|in order|wrong|broken|problems?|issues?|failing|unhealthy|down)"
          r"|health(?: ?check| status| report| overview| summary)?|unhealthy|any (?:problems?|issues?|trouble|failures?)|anything (?:wrong|broken|failing|unusual)|something (?:wrong|broken)|(?:is|are) .* (?:ok|okay|healthy|fine|well|alright|working|in good shape)"
          r"|how (?:is|are|'s|does|do) .*(?:doing|cluster|look|everything)|overview|what(?:'s| is)? (?:broken|failing|unhealthy|not working|going wrong)|sanity"),
    _Rule(Aspect.DESCRIBE, r"describe|details?|detailed|more (?:about|information|info)|information (?:about|on)|tell me (?:about|more)|(?:how|what) (?:is|are) .* configured|configuration of|inspect|info (?:about|on)|explain|limits|requests|probes?|strategy|labels|annotations|selector|schedule|config(?! ?maps?)"),
    _Rule(Aspect.STATUS, r"status(?:es)?|state|(?:is|are) .* (?:ready|running|up|available|deployed|rolled out|finished|done|complete|rolling|paused|reachable|responding|succeed\w*)|ready|rollout|progress|how (?:is|are|far)|doing|uptime|running (?:ok|fine|properly|correctly)"),
)  # fmt: skip
_LIST_STATES = frozenset({Aspect.HEALTH, Aspect.STATUS, Aspect.CAUSE, Aspect.DESCRIBE})
_VERB_ASPECTS = {
    "describe": Aspect.DESCRIBE, "inspect": Aspect.DESCRIBE, "diagnose": Aspect.CAUSE, "debug": Aspect.CAUSE,
    "troubleshoot": Aspect.CAUSE, "investigate": Aspect.CAUSE, "count": Aspect.COUNT, "explain": Aspect.DESCRIBE,
    "analyze": Aspect.CAUSE, "analyse": Aspect.CAUSE, "history": Aspect.HISTORY, "tail": Aspect.LOGS,
    "dump": Aspect.MANIFEST, "grep": Aspect.LOGS,
}  # fmt: skip


def read_inspection(
    clause: Clause, verb: str, kinds: Kinds, previous: tuple[Target, ...] = (), *, asked: bool = False
) -> list[Inspect]:
    """The question; several when several targets are named. Empty when it is about nothing that Kora knows."""
    line = clause.line
    namespace, everywhere = take_namespace(clause, kinds, keep_object=True)
    aspect = _aspect(clause, verb)
    if aspect is Aspect.PERMISSIONS:
        return [_permissions(clause, namespace, everywhere, kinds)]
    slots: dict[str, Any] = _slots(clause, aspect)
    conditions = _conditions(clause, aspect)
    if namespace is None:
        namespace = take_bare_space(clause, kinds)
    aspect, conditions = _settled(aspect, conditions, clause, line, verb, asked)
    _drop_everyday(clause, aspect, kinds)
    reader = TargetReader(kinds, previous)
    targets = reader.read(clause, namespace, everywhere)
    if not targets and reader.left_over:  # words in two places: the one with a kind or a name counts
        targets = _best_group(clause, reader, namespace, everywhere)
    base = [each for each in targets if each.kind or each.names or each.phrase or each.labels]
    if not base:
        base = [Target(namespace=namespace, all_namespaces=everywhere)]
        if aspect is None:
            return []
    return [_finished(aspect, target, conditions, slots, clause, verb) for target in base]


def _aspect(clause: Clause, verb: str) -> Aspect | None:
    if verb in {"count", "history", "tail", "grep"}:
        return _VERB_ASPECTS[verb]
    for rule in _RULES:
        if clause.has(rule.pattern.rstrip()) or (rule.pattern.startswith("who") and clause.peek(rule.pattern)):
            return rule.aspect
    if verb in _VERB_ASPECTS:
        return _VERB_ASPECTS[verb]
    return None


def _settled(
    aspect: Aspect | None, conditions: tuple[Condition, ...], clause: Clause, line: str, verb: str, asked: bool
) -> tuple[Aspect | None, tuple[Condition, ...]]:
    """A condition turns "are there pods that are failing" into a list; a yes-or-no question about one thing into its
    status."""
    if aspect in _LIST_STATES and conditions and aspect is not Aspect.CAUSE:
        single = re.match(r" (?:and )?(?:is|does|has) (?!there|any|every|all|it)", line) is not None
        if aspect is Aspect.DESCRIBE and verb == "describe":
            return aspect, conditions
        return (Aspect.STATUS, ()) if single else (Aspect.LIST, conditions)
    if aspect is Aspect.CAUSE:
        return aspect, ()
    if aspect is Aspect.IMAGES and any(each.field == "image" for each in conditions):
        return Aspect.LIST, conditions
    if aspect is None and conditions:
        return Aspect.LIST, conditions
    if verb in _VERB_ASPECTS and aspect in {None, Aspect.STATUS, Aspect.HEALTH}:
        return _VERB_ASPECTS[verb], conditions
    del line, asked
    return aspect, conditions


def _conditions(clause: Clause, aspect: Aspect | None) -> tuple[Condition, ...]:
    if aspect in {
        Aspect.CAUSE,
        Aspect.HISTORY,
        Aspect.CAPACITY,
        Aspect.CONTEXT,
        Aspect.USAGE,
        Aspect.EVENTS,
        Aspect.HEALTH,
    }:
        return ()
    if aspect is Aspect.LOGS:
        found = read_conditions(clause)
        return tuple(each for each in found if each.field == "state" and each.value not in {"failing"})
    return read_conditions(clause)


def _slots(clause: Clause, aspect: Aspect | None) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    since = (
        clause.take(
            r"(?:(?:in|from|within|during|over|for|since|of) )*(?:the )?(?:last|past|previous) (?:{d:time}|(?P<unit>minute|hour|day|week))",
            r"since {d:time} ago",
        )
        if aspect in {Aspect.LOGS, Aspect.EVENTS, Aspect.HEALTH, Aspect.CAUSE}
        else None
    )
    if since is not None:
        unit = since._match.groupdict().get("unit")
        slots["since_seconds"] = round(seconds(f"1 {unit}" if unit else since.text("time") or "") or 0) or None
    if aspect is Aspect.LOGS:
        if clause.take(
            r"(?:from |of )?(?:the )?(?:previous|crashed|last) (?:container|instance|run|pod instance)(?:'s)?",
            r"before (?:it|the) crash\w*",
            r"- p",
        ):
            slots["previous"] = True
        lines = clause.take(
            r"(?:the )?(?:last|latest|most recent|final) {n:count}(?: log)?(?: lines?| entries)?(?: of| from)?",
            r"{n:count} (?:log )?lines(?: of| from)?",
        )
        if lines is not None:
            slots["limit"] = int(float(lines.text("count") or 0)) or None
        quoted = clause.take(
            r"(?:(?:containing|contain|contains|mentioning|mention|mentions|matching|with|for|about|that say|saying|including) )(?:the (?:text|word|string|phrase) )?{q:text}"
        )
        if quoted is not None:
            slots["contains"] = quoted.text("text")
        elif clause.take(
            r"(?:any |recent |the |latest |last |all )*(?:errors?|exceptions?|failures?|problems?|stack ?traces?|error (?:messages|lines)|warnings?)(?= |$)"
        ):
            slots["contains"] = "error"
        clause.take(
            r"(?:recent |the |latest |last |container |pod |application |app )*(?:logs?|log (?:lines|output|messages|entries))(?: of| from| for| in)?"
        )
        container = clause.take(
            r"(?:in|of|from|for) (?:the )?container (?:named |called )?{name:name}",
            r"(?:in|of|from|for) (?:the )?{name:name} container",
            r"container (?!logs?|in|of|for)(?:named |called )?{name:name}",
        )
        if container is not None:
            slots["container"] = container.text("name")
    if aspect in {Aspect.USAGE, Aspect.LIST, None, Aspect.STATUS, Aspect.CAPACITY, Aspect.IMAGES}:
        slots |= _sorting(clause, aspect)
    if aspect is Aspect.EVENTS and clause.has(r"warnings?|errors?"):
        slots["contains"] = "warning"
        clause.take(r"(?:warnings?|errors?)")
    return slots


def _sorting(clause: Clause, aspect: Aspect | None) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    limit = clause.take(
        r"(?:the )?(?:top|first|biggest|largest) {n:count}",
        r"(?:the )?{n:count} (?:most|biggest|largest|heaviest|top|hungriest|oldest|newest|youngest)",
    )
    if limit is not None:
        slots["limit"] = int(float(limit.text("count") or 0)) or None
    if aspect is Aspect.USAGE:
        slots["sort_by"] = (
            "cpu" if clause.has(r"cpu|processor|cores?") and not clause.has(r"memory|ram|mem") else "memory"
        )
        slots["descending"] = not clause.has(r"least|lowest|smallest")
        return slots
    found = clause.take(
        r"(?:sorted|ordered|sort|order|ranked)(?: them)? by (?:their |its |the )?(?P<key>cpu|memory|restarts?|restart count|age|name|creation time|creation timestamp|creation)"
    )
    words = {"cpu": "cpu", "memory": "memory", "rest": "restarts", "age": "age", "name": "name", "crea": "age"}
    if found is not None:
        key = next(value for word, value in words.items() if found.said("key").startswith(word))
        slots |= {"sort_by": key, "descending": key not in {"name"}}
    elif clause.take(r"(?:the )?(?:oldest)"):
        slots |= {"sort_by": "age", "descending": True}
    elif clause.take(
        r"(?:the )?(?:newest|youngest|most recent|latest|most recently created)(?= (?:pods?|deployments?|jobs?|\w+s) )"
    ):
        slots |= {"sort_by": "age", "descending": False}
    elif clause.take(
        r"(?:with |have |has |having )?(?:the )?(?:most|highest|more) (?:number of )?restarts?(?: counts?)?",
        r"restarts? the most|restarted the most|restarted most(?: often)?",
    ):
        slots |= {"sort_by": "restarts", "descending": True}
    return slots


def _drop_everyday(clause: Clause, aspect: Aspect | None, kinds: Kinds) -> None:
    """Claim words that carry no name: question words, verbs, the nouns of the aspect."""
    spoken = {
        Aspect.IMAGES: "image images container containers docker version versions tag tags registry registries",
        Aspect.LOGS: "log logs logging line lines container message messages exception exceptions trace stack output say says",
        Aspect.EVENTS: "event events warning warnings", Aspect.HISTORY: "history rollout revision revisions version versions",
        Aspect.USAGE: "cpu memory ram mem resource resources metrics utilization utilisation hungriest heaviest busiest load",
        Aspect.CAPACITY: "cpu memory ram resource resources capacity free left room allocatable headroom remaining spare enough",
        Aspect.ENVIRONMENT: "env environment variable variables vars var value values", Aspect.PORTS: "port ports address url ip exposed expose exposes reach access connect clusterip",
        Aspect.ENDPOINTS: "pod pods back backs backing endpoint endpoints behind select selects selected backs route routes",
        Aspect.MANIFEST: "manifest definition spec specification source", Aspect.HEALTH: "health check report",
        Aspect.DESCRIBE: "configured configuration config information limits requests probe probes strategy labels annotations selector schedule",
        Aspect.DEPENDENTS: "depends depend dependents mounts mount mounted references reference uses referenced relies unused",
        Aspect.CONTEXT: "cluster context version server connected talking api", Aspect.COUNT: "count number",
    }.get(aspect or Aspect.LIST, "").split()  # fmt: skip
    for index in clause.left():
        token, word = clause.tokens[index], clause.words[index]
        previous = clause.words[index - 1] if index else ""
        if token.kind is not Kind.WORD or previous in {"named", "called"}:
            continue
        is_name = (
            (previous,) in kinds
            and word not in {"is", "are", "has", "have", "that", "which", "status", "not", "in"}
            and aspect is None
        )
        plain = word.removesuffix("'s")
        kind = kinds.get((plain,))
        about = word in spoken and (kind not in {"Deployment", "Pod", "Service"} or aspect is Aspect.ENDPOINTS)
        if (word in _EVERYDAY or about or word in _GENERIC_NOUNS or word == "cluster") and not is_name:
            clause.claim([index])
        elif word.endswith("'s") and (word,) not in kinds:
            clause.words[index] = plain
            object.__setattr__(token, "text", token.text[:-2])
            clause.claim(())


def _best_group(clause: Clause, reader: TargetReader, namespace: str | None, everywhere: bool) -> list[Target]:
    groups = reader._groups(clause)
    pieces = [reader._items(clause, group, {}, namespace, everywhere) for group in groups]
    flat = [target for piece in pieces for target in piece]
    kinds = [each for each in flat if each.kind]
    named = [each for each in flat if not each.kind and (each.names or each.phrase)]
    if kinds and named and not kinds[0].names and not kinds[0].phrase:
        return [kinds[0].model_copy(update={"names": named[0].names, "phrase": named[0].phrase})]
    full = [each for each in kinds if each.names or each.phrase]
    return full[:1] or named[:1] or kinds[:1]


def _finished(
    aspect: Aspect | None,
    target: Target,
    conditions: tuple[Condition, ...],
    slots: dict[str, Any],
    clause: Clause,
    verb: str,
) -> Inspect:
    del clause
    named = bool(target.names or target.phrase)
    if aspect is None:
        aspect = Aspect.STATUS if named and verb in {"check", "verify", "watch", "monitor", "review"} else Aspect.LIST
        if named and target.kind not in {"Pod", None} and aspect is Aspect.LIST and target.names:
            aspect = Aspect.STATUS
    nothing_named = aspect in {Aspect.STATUS, Aspect.DESCRIBE, Aspect.MANIFEST} and not named and not target.labels
    if nothing_named and (aspect is Aspect.STATUS or target.every or target.kind is None):
        aspect = Aspect.LIST if target.kind else Aspect.HEALTH
    if aspect is Aspect.LIST and target.kind is None and not named and not target.labels and not conditions:
        aspect = Aspect.HEALTH
    if aspect is Aspect.CAUSE and not named and not target.labels and target.kind is None:
        aspect = Aspect.HEALTH
    if aspect is Aspect.HEALTH and named:
        aspect = Aspect.CAUSE
    if aspect is Aspect.LIST and target.kind is None and conditions and not named:
        target = target.model_copy(update={"kind": "Pod"})
    if aspect is Aspect.COUNT and target.kind is None and not named:
        target = target.model_copy(update={"kind": "Pod"})
    if target.kind == WORKLOAD and not named and aspect in {Aspect.LIST, Aspect.COUNT}:
        target = target.model_copy(update={"kind": "Deployment"})
    return Inspect(aspect=aspect, target=target, conditions=conditions, **slots)


# --- permissions ----------------------------------------------------------------------------------------------------

_RBAC_VERBS = (
    "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "impersonate", "bind", "escalate",
    "use", "exec", "read", "view", "see", "edit", "modify", "change", "write", "scale", "access", "manage", "remove", "do",
)  # fmt: skip
_MEANS = {
    "read": "get", "view": "get", "see": "get", "edit": "update", "modify": "update", "change": "update", "write": "update",
    "access": "get", "manage": "*", "remove": "delete", "scale": "patch", "exec": "create", "do": "*",
}  # fmt: skip


def _permissions(clause: Clause, namespace: str | None, everywhere: bool, kinds: Kinds) -> Inspect:
    if namespace is None:
        namespace = take_bare_space(clause, kinds)
    account = clause.take(
        r"(?:the )?(?:service account|serviceaccount|sa)s? (?:named |called )?(?:{name:name}|{r:ref})",
        r"(?:the )?{name:name} (?:service account|serviceaccount|sa)",
    )
    subject: str | None = None
    if account is not None:
        name = account.text("name") if account._match.groupdict().get("name") else account.text("ref")
        subject = f"serviceaccount:{name}"
    elif (user := clause.take(r"(?:the )?(?P<what>user|group) (?:named |called )?{name:name}")) is not None:
        subject = f"{user.said('what')}:{user.text('name')}"
    elif (one := clause.take(r"(?:can|may|is) (?P<who>i|we|you)(?= )")) is not None:
        subject = "me"
        del one
    verbs = "|".join(_RBAC_VERBS)
    said = clause.take(rf"(?P<verb>{verbs})(?:ing|s)?(?: access)?(?: to)?(?= )")
    verb = said.said("verb") if said else None
    if subject is None and verb is not None:
        person = clause.take(r"(?:can|may) {name:name}(?= _)")
        if person is not None and person.said("name") not in _EVERYDAY:
            subject = f"user:{person.text('name')}"
    resource = next((BY_KIND[kind].kind for kind in _kinds_in(clause, kinds) if kind in BY_KIND), None)
    if resource is None and clause.has(r"anything|everything|all resources|do"):
        resource = "*" if verb not in {None, "do"} else None
    return Inspect(
        aspect=Aspect.PERMISSIONS,
        target=Target(namespace=namespace, all_namespaces=everywhere),
        verb=_MEANS.get(verb or "", verb),
        resource=resource,
        subject=subject,
    )


def _kinds_in(clause: Clause, kinds: Kinds) -> list[str]:
    words = [clause.words[index] for index in clause.left()]
    found = []
    for length in (4, 3, 2, 1):
        for at in range(len(words) - length + 1):
            kind = kinds.get(tuple(words[at : at + length]))
            found += [] if kind is None else [kind]
    return found
