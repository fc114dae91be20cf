"""Conditions of lists: "not running", "restarted more than 3 times", "older than two hours", "using nginx", "without limits"."""

import re

from kora.language.clauses import Clause, Found
from kora.language.intents import Comparison, Condition, Target
from kora.language.quantities import seconds
from kora.language.targets import BUILT_IN, Kinds
from kora.language.vocabulary import FILLERS, PRONOUNS, STATES

_STATE = "|".join(sorted((word.replace("-", "[- ]?") for word in STATES), key=len, reverse=True))
_WHO = r"(?:(?:that|which|who|currently|still|have|has|been|all|be|get|gets|getting|keep|keeps|is|are|were|was|in|a|an|the|or|and|do|does|with) )*"
_MORE = (
    (Comparison.AT_LEAST, r"at least|no less than|no fewer than|minimum of|>="),
    (Comparison.AT_MOST, r"at most|no more than|up to|not more than|<="),
    (
        Comparison.MORE,
        r"more than|over|greater than|above|exceeding|older than|longer than|bigger than|larger than|>|exceeds?",
    ),
    (Comparison.LESS, r"less than|fewer than|under|below|within|younger than|newer than|shorter than|smaller than|<"),
    (Comparison.IS, r"exactly|equal to|="),
)
_COMPARE = "|".join(words for _, words in _MORE)
_LATELY = r"(?:(?:in|within|during|over) the (?:last|past) (?:{d:age}|(?P<unit>minute|hour|day|week))|(?P<today>today))"
_HAS = r"(?:(?:that|which|who|with|have|has|having|are|is|using|whose|run|runs|running|only|just) )*"

_KIND_NOUN = "(?:" + "|".join(sorted(re.escape(each[0]) for each in BUILT_IN if len(each) == 1)) + ")"
"""A word for a kind, which is no node's name: "on the worker deployment", "on deployment worker"."""


def read_restrictions(clause: Clause) -> tuple[Condition, ...]:
    """Claim what can only restrict which objects are meant ("with more than 3 replicas"), before an order's own numbers
    are read."""
    found = clause.take(
        rf"(?:that have|which have|that has|with|having|who have) (?P<how>{_COMPARE}) {{n:count}} (?:ready |desired )?(?:replicas?|pods?|instances?)"
    )
    if found is None:
        return ()
    return (_condition("replicas", _comparison(found.said("how")), float(found.text("count") or 0)),)


def read_conditions(clause: Clause) -> tuple[Condition, ...]:
    """Claim every condition that the clause holds."""
    found: list[Condition] = []
    for read in (
        _restarted_lately,
        _restarts,
        _relations,
        _ages,
        _images,
        _nodes,
        _missing,
        _metadata,
        _taints,
        _never_run,
        _containers,
        _short_of_replicas,
        _replicas,
        _amounts,
        _sizes,
        _types,
        _states,
    ):
        found.extend(read(clause))
    ended = any(each.field == "state" and set(str(each.value).split("|")) & _ENDINGS for each in found)
    if ended and all(each.field != "restarted" for each in found):  # "OOM killed today": when that was
        found.extend(_moment_of_restart(clause.take(_LATELY)))
    return tuple(found)


_ENDINGS = frozenset({"oomkilled", "crashing", "restarting"})
"""States of a container that ended and was started again."""


GUARDS = frozenset({"if", "unless"})
OPPOSITE = {
    Comparison.IS: Comparison.IS_NOT, Comparison.IS_NOT: Comparison.IS, Comparison.LESS: Comparison.AT_LEAST,
    Comparison.AT_LEAST: Comparison.LESS, Comparison.MORE: Comparison.AT_MOST, Comparison.AT_MOST: Comparison.MORE,
    Comparison.CONTAINS: Comparison.LACKS, Comparison.LACKS: Comparison.CONTAINS,
}  # fmt: skip
_NOW = frozenset({"replicas", "state", "image", "restarts"})
"""What can be looked at when the plan is made."""


def guard_conditions(
    clause: Clause, target: Target, kinds: Kinds, *, bare: str | None = None
) -> tuple[Condition, ...] | None:
    """The conditions of "if it has fewer than 3 replicas" on the order's own target, as it stands when the plan is made.

    bare: the field that a number without a noun is about ("fewer than 3").

    None when any word is not understood, when it is about something else, or when it would have to be watched.
    """
    fresh = clause.fresh()
    word = fresh.words[0]
    own = {*(name.lower() for name in target.names), *(target.phrase or "").lower().split()}
    fresh.claim(
        index
        for index, each in enumerate(fresh.words)
        if each in own or (each.removesuffix("'s"),) in kinds or each in {"if", "unless", "there", "it", "it's"}
    )
    conditions = read_conditions(fresh)
    if (
        bare is not None
        and (counted := fresh.take(rf"(?P<how>{_COMPARE}) {{n:count}}", r"(?P<how>){n:count}")) is not None
    ):
        how = _comparison(counted.said("how")) if counted.said("how") else Comparison.IS
        conditions = (*conditions, _condition(bare, how, float(counted.text("count") or 0)))
    rest = {fresh.words[index] for index in fresh.left()}
    rest -= FILLERS | PRONOUNS | {"has", "have", "is", "are", "only", ",", "?", ".", "still", "currently", "already"}
    if not conditions or rest or any(each.field not in _NOW for each in conditions):
        return None
    if word == "unless":
        if len(conditions) > 1:
            return None
        flipped = conditions[0].model_copy(update={"comparison": OPPOSITE[conditions[0].comparison]})
        return (flipped,)
    return conditions


def _comparison(said: str) -> Comparison:
    said = said.strip()
    return next(
        (comparison for comparison, words in _MORE if said in words.split("|") or said.startswith("exceed")),
        Comparison.MORE,
    )


def _condition(field: str, comparison: Comparison, value: str | float | None = None) -> Condition:
    return Condition.model_validate({"field": field, "comparison": comparison, "value": value})


def _restarted_lately(clause: Clause) -> list[Condition]:
    """Restarts that a time is said of: the moment of the last one counts, not how many there were."""
    return _moment_of_restart(
        clause.take(
            rf"{_HAS}(?:(?:did|have|has|had|were|was|been|got|gotten|anything|something) )*"
            rf"(?:restart(?:ed|s|ing)?|crash(?:ed|es|ing)?|die[sd]?|dying)(?: again| at least once)? {_LATELY}"
        )
    )


def _moment_of_restart(found: Found | None) -> list[Condition]:
    if found is None:
        return []
    groups = found._match.groupdict()
    said = "1 day" if groups["today"] else f"1 {groups['unit']}" if groups["unit"] else found.text("age") or ""
    return [_condition("restarted", Comparison.LESS, seconds(said))]


def _restarts(clause: Clause) -> list[Condition]:
    found = clause.take(
        rf"{_HAS}(?:were |was )?(?:been )?(?:restart(?:ed|s|ing)?|crashed|restart counts?|a restart count|restart count) (?:(?:of|is|a) )*(?:(?P<how>{_COMPARE}) )?{{nf:count}}(?: times| restarts| or more)?",
        rf"{_HAS}(?:(?P<how>{_COMPARE}) )?{{n:count}}(?P<more> or more)? (?:container |pod )?(?:restarts|crashes|times)",
        rf"{_HAS}(?:been )?restart(?:ed|ing|s) (?P<how>{_COMPARE}) (?P<word>once|twice)",
    )
    if found is not None:
        groups = found._match.groupdict()
        text = found.text("count") if groups.get("count") else {"once": "1", "twice": "2"}[found.said("word")]
        comparison = _comparison(found.said("how")) if found.said("how") else Comparison.AT_LEAST
        counted = _condition("restarts", comparison, float(re.sub(r"[^\d.]", "", text or "") or 0))
        return [counted, *_moment_of_restart(clause.take(_LATELY))]
    found = (
        clause.take(
            rf"{_HAS}(?:did |anything |something )*(?:been )?(?:restarted|restarting|restart|with restarts|any restarts|recent restarts|restarts|die|died|dying)(?: recently| at least once)?(?= )"
        )
        if clause.has(
            r"(?:that|which|with|have|has|been|any|anything|something|keep|keeps) (?:\w+ ){0,3}(?:restart\w*|die|died|dying)(?= )"
        )
        else None
    )
    if found is not None and re.search(r"restart|\b(?:die|died|dying)\b", found.line):
        return [_condition("restarts", Comparison.AT_LEAST, 1.0)]
    return []


def _ages(clause: Clause) -> list[Condition]:
    made = r"(?:(?:that|which|were|was|been|have|has|are|is|with|an|age|of|running|created|started|deployed|made|up|for) )*"
    found = (
        clause.take(
            rf"{made}(?P<how>older than|younger than|newer than|longer than|more than|less than|over|at least|within|in) (?:the )?(?:last |past )?{{d:age}}(?: ago| old)?"
        )
        if clause.has(
            r"(?:older|younger|newer|longer|created|started|deployed|age|running for|made|up for|for (?:more|longer|over|at least|less))"
        )
        else None
    )
    if found is None:
        found = clause.take(
            r"(?:(?:that|which|were|was|been|have|has) )*(?:created|started|deployed|made) (?P<how>in|within|during) the (?:last|past) (?:{d:age}|(?P<unit>hour|day|week|minute))",
            r"(?:created|started|deployed) (?P<how>today)",
        )
    if found is None and clause.has(r"(?:jobs|pods|deployments|services|secrets|namespaces|workloads|objects)"):
        found = clause.take(
            r"(?P<how>from|of|within|during|in) the (?:last|past) (?:{d:age}|(?P<unit>hour|day|week|minute|month))"
        )
    if found is None:
        return []
    groups = found._match.groupdict()
    age = (
        86400.0
        if groups["how"] == "today"
        else seconds(found.text("age") or "")
        if groups.get("age")
        else seconds(f"1 {groups['unit']}")
    )
    less = groups["how"] in {"younger than", "newer than", "less than", "in", "within", "during", "today", "from", "of"}
    ago = "ago" in found.line and groups["how"] == "less than"
    return [_condition("age", Comparison.LESS if less or ago else Comparison.MORE, age)]


def _images(clause: Clause) -> list[Condition]:
    found = clause.take(
        r"(?:(?:that|which|are|is|currently|pods|still) )*(?:using|use|uses|share|shares|sharing|have|having|run|runs|running|with|based on|built from|from|on) (?:the |an |a )?(?:container )?images? (?:of |called |named |containing |like |(?:(?:pulled |coming |that come )?from ))?(?!(?:from|of|other|same|identical|outside|anywhere|any|which|that|the|a|an|our|my|its|this) )(?:{i:image}|{name:name})",
        r"(?:(?:that|which|are|is|currently) )*(?:using|use|uses|run|runs|running) (?:the |an |a )?(?:{i:image}|{name:name}) images?",
        r"(?:(?:that|which|are|is|currently) )*(?:using|use|uses|run|runs|running|with|on) {i:image}",
        r"whose images? (?:contains?|is|are|includes?|matches|has|comes? from|(?:is|are) from|starts? with|(?:is|are) pulled from) (?:{i:image}|{name:name})",
    )
    if found is None:
        tagged = clause.take(
            r"(?:(?:that|which|are|is|still|currently|already|run|runs|running|use|uses|using|at|on|with) )+(?:the )?(?:version|tag|release) (?P<tag><[nq]\d+>|v?\d[\w.-]*)"
        )
        if tagged is not None:
            return [_condition("image", Comparison.CONTAINS, f":{(tagged.text('tag') or '').removeprefix('v')}")]
        latest = clause.take(
            r"(?:(?:that|which|are|is|with|using|use|uses|running|run|runs) )*(?:the |a )?(?:latest|:latest|{q:q}) (?:image )?tags?",
            r"(?:using|use|uses|running|with) (?::)?latest",
        )
        return [_condition("image", Comparison.CONTAINS, ":latest")] if latest else []
    groups = found._match.groupdict()
    value = found.text("image") if groups.get("image") else found.text("name")
    return [_condition("image", Comparison.CONTAINS, value)]


def _nodes(clause: Clause) -> list[Condition]:
    if clause.has(r"ingress(?:es)?|routes?"):
        return []  # "on the host shop.example.com" is no machine there
    if clause.has(r"pods?") and clause.take(
        r"(?:(?:that|which) )?(?:are |is |have |has )?(?:without (?:a |any )?nodes?|with no nodes?|no nodes?|not (?:yet )?(?:assigned|scheduled|placed)(?: (?:to|on|onto) (?:a|any) nodes?| anywhere)?(?: yet)?|unscheduled|unassigned)(?= )"
    ):
        return [_condition("node", Comparison.LACKS)]
    refused = clause.has(
        r"(?:can't|cannot|can|couldn't|could|won't|not|never|isn't|aren't|unable) (?:[\w.-]+ )*?(?:scheduled|placed)"
    )
    if (
        refused
        and clause.has(r"pods?")
        and clause.take(r"(?:be|get|gets|getting|being|never) (?:scheduled|placed)(?= (?:\?|$|_|yet|anywhere))")
    ):
        return [_condition("state", Comparison.IS, "pending")]
    found = clause.take(
        r"(?:(?:that|which|are|is|do|does) )*(?P<not>not |n't |aren't |isn't |don't |doesn't )(?:(?:running|scheduled|run|runs|placed|living|hosted|sitting) )*(?:on|to|onto) (?:the )?(?:node|worker|machine|host) (?:called |named )?"
        + rf"(?!{_KIND_NOUN} ){{name:node}}",
        r"(?:(?:that|which|are|is|running|scheduled|run|runs|placed|living|hosted) )*(?:(?:on|to|onto) )?(?P<not>outside of |outside |other than |anywhere but |anywhere except )(?:on )?(?:the )?(?:node|worker|machine|host) (?:called |named )?{name:node}",
        r"(?:(?:that|which|are|is|running|scheduled|run|runs|placed|living|hosted) )*(?:on|to|onto) (?:the )?(?:node|worker|machine|host) (?!networks?|paths?|ports?|ipc|pid)(?:called |named )?"
        + rf"(?!{_KIND_NOUN} ){{name:node}}",
        r"(?:(?:that|which|are|is|running|scheduled|run|runs|placed|hosted) )*(?:on|to|onto) (?:the )?(?!the |this |that |a |which |what |any |each )"
        + rf"(?!{_KIND_NOUN} )"
        + r"(?P<node>(?:<[qh]\d+>|[a-z0-9][\w.-]*)) (?:node|worker|machine)",
    )
    if found is None:
        return []
    negative = bool(found._match.groupdict().get("not"))
    return [_condition("node", Comparison.IS_NOT if negative else Comparison.IS, found.text("node"))]


def _missing(clause: Clause) -> list[Condition]:
    found = []
    words = {
        "limits": r"(?:resource |memory |cpu |mem )?limits?", "requests": r"(?:resource |memory |cpu )?requests?",
        "probe": r"(?P<which>readiness |liveness |startup |health )?(?:probes?|health ?checks?)",
        "owner": r"(?:owners?|owner references?|controllers?)", "label": r"labels?",
    }  # fmt: skip
    lack = r"(?:(?:that|which|who) )?(?:without|with no|lacking|missing|lack|lacks|(?:do|does) ?(?:not|n't) (?:have|define|set|specify|declare)|don't (?:have|define|set|specify)|doesn't (?:have|define|set|specify)|have no|has no|having no|that have no|not having|no) (?:any |a |an |defined |set )*"
    for field, noun in words.items():
        taken = clause.take(rf"{lack}(?:both )?{noun}(?: set| defined| configured)?(?= )")
        while taken is not None:
            said = taken.line
            value = next(
                (what for what in ("memory", "cpu", "readiness", "liveness", "startup") if what in said.split()), None
            )
            found.append(_condition(field, Comparison.LACKS, value))
            taken = clause.take(rf"(?:and|or|nor) (?:any )?{noun}(?= )")
            if (
                taken is None
                and field == "limits"
                and (extra := clause.take(r"(?:and|or|nor) (?:any )?(?:resource )?requests?"))
            ):
                found.append(_condition("requests", Comparison.LACKS, None))
                del extra
    return found


_LACKING = (
    r"(?:(?:that|which|who) )?(?:without|with no|lacking|missing|lack|lacks|(?:do|does) ?(?:not|n't) (?:have|define|use)|don't (?:have|use)"
    r"|doesn't (?:have|use)|have no|has no|having no|not having|with zero|with missing) (?:any |a |an |single |ready |healthy |active )*"
)
_HAVING = (
    r"(?:(?:that|which) )?(?:are |is |has |have |have got )?(?:protected by|covered by|guarded by|backed by|scaled by|governed by|with|having|has|have) "
    r"(?:a |an |any |some )"
)
_GUARDING = frozenset({"autoscaler", "budget", "tls"})
"""What can be asked for by being there too ("which workloads have a disruption budget")."""
_RELATED = {
    "endpoints": r"(?:endpoints?|back ?ends?|(?:matching |backing |ready )?pods behind (?:it|them)|(?:(?<=no )|(?<=without ))pods? behind (?:it|them))",
    "tls": r"(?:tls|https|ssl|certificates?)(?: certificates?| configured| configuration| enabled)?",
    "autoscaler": r"(?:hpas?|autoscalers?|autoscaling|horizontal pod autoscalers?)",
    "budget": r"(?:pdbs?|pod disruption budgets?|disruption budgets?)",
    "ingress": r"(?:ingress(?:es)?|ingress routes?)(?: in front(?: of (?:it|them))?| (?:leading|pointing|routing) to (?:it|them))?",
    "service": r"(?:services?|svc)(?! ?accounts?)(?: in front(?: of (?:it|them))?)?",
    "pods": r"(?:running )?pods?",
    "selector": r"(?:selectors?)",
}


_HELD = {
    "quota": "ResourceQuota", "quotas": "ResourceQuota", "resource quota": "ResourceQuota", "resource quotas": "ResourceQuota",
    "limit range": "LimitRange", "limit ranges": "LimitRange", "limitrange": "LimitRange",
    "ingress": "Ingress", "ingresses": "Ingress",
}  # fmt: skip
"""What a namespace can be without."""


def _relations(clause: Clause) -> list[Condition]:
    """What other objects do or do not stand beside it: services without endpoints, config maps that nobody uses."""
    found = []
    for field, noun in _RELATED.items():
        if field in _GUARDING and clause.take(rf"{_HAVING}{noun}") is not None:
            found.append(_condition(field, Comparison.CONTAINS))
        if clause.take(rf"{_LACKING}{noun}") is not None:
            found.append(_condition(field, Comparison.LACKS))
    if clause.take(
        r"(?:(?:that|which|with|have|has|having|are|is|there|there's) )*(?:nothing|nobody|no one|no pods?|no (?:running |ready |healthy )?(?:pods?|workloads?|deployments?)) (?:is |are |sits? |stands? )?behind (?:it|them)",
        r"(?:(?:that|which) )?(?:(?:point|points|lead|leads|route|routes|go|goes|send|sends traffic) )+(?:to )?(?:nothing|nowhere|nobody|no pods?)",
        r"(?:(?:that|which) )?(?:select|selects|match|matches) (?:nothing|no pods?|nobody)",
    ):
        found.append(_condition("endpoints", Comparison.LACKS))
    held = (
        clause.take(rf"{_LACKING}(?P<kind>{'|'.join(_HELD)})(?= (?:\?|_|$|set|defined|at all|yet|in))")
        if clause.has(r"namespaces?")
        else None
    )
    if held is not None:
        found.append(_condition("holds", Comparison.LACKS, _HELD[held.said("kind")]))
    if clause.has(r"namespaces?|ns") and clause.take(r"(?:(?:that|which|are|is|completely|still) )*empty"):
        found.append(_condition("pods", Comparison.LACKS))
    if clause.has(r"pods?") and clause.take(
        r"(?:(?:that|which) )?belong(?:s|ing)? to (?:nothing|nobody|no one|no (?:controller|workload|deployment|owner|app|application)s?)",
        r"(?:(?:that|which) )?(?:(?:are|is) )?(?:nobody|nothing|no one|no (?:\w+ )?(?:controller|workload|deployment|owner)) (?:owns?|manages?|controls?|runs?|is responsible for)",
        r"(?:(?:that|which) )?(?:(?:are|is) )?(?:not (?:owned|managed|controlled) by (?:anything|anyone|any \w+|a \w+)|unmanaged|unowned|orphan(?:ed)?|standalone|naked|bare|ownerless)",
    ):
        found.append(_condition("owner", Comparison.LACKS))
    if clause.take(
        r"(?:(?:that|which) )?(?:(?:are|is) )?(?:not (?:being )?(?:used|in use|referenced|mounted)|unused|orphaned|unreferenced|n't (?:being )?used|aren't (?:being )?used|isn't used)(?: by (?:anything|anyone|any \w+))?",
        r"(?:(?:that|which) )?(?:nobody|nothing|no one|no pods?|no workloads?) (?:is |are )?(?:uses?|using|references?|mounts?)",
    ):
        found.append(_condition("used", Comparison.LACKS))
    return found


def _never_run(clause: Clause) -> list[Condition]:
    if clause.has(r"cron ?jobs?") and clause.take(
        r"(?:(?:that|which|have|has) )*(?:never|not yet|haven't|hasn't|have not|has not|didn't|did not)(?: yet| ever| been)* (?:ran|run|executed|started|fired)(?: yet| so far| once)*"
    ):
        return [_condition("ran", Comparison.LACKS)]
    return []


def _taints(clause: Clause) -> list[Condition]:
    if not clause.has(r"nodes?|workers?|machines?"):
        return []
    if clause.take(r"(?:(?:that|which|are|is) )*(?:un-?tainted|not tainted|without (?:any )?taints?|with no taints?)"):
        return [_condition("taints", Comparison.LACKS)]
    if clause.take(
        r"(?:(?:that|which|are|is) )*(?:tainted|(?:with|having|have|has|carry|carries) (?:a |any |some )?taints?)(?= (?:or|and|\?|_|$|by|right))"
    ):
        return [_condition("taints", Comparison.CONTAINS)]
    return []


def _metadata(clause: Clause) -> list[Condition]:
    found = clause.take(
        r"(?:with|having|that have|which have|that has) (?:the |an? )?(?P<what>label|annotation) (?:key )?(?:{r:ref}|{name:key})(?= |$)"
    )
    if found is None or clause.has(r"\0"):
        return []
    key = found.text("key") if found._match.groupdict().get("key") else found.text("ref")
    return [_condition(found.said("what"), Comparison.CONTAINS, key)]


def _replicas(clause: Clause) -> list[Condition]:
    found = (
        clause.take(
            rf"{_HAS}(?:(?P<how>{_COMPARE}) )?{{n:count}} (?:ready |desired )?(?:replicas?|pods?|instances?)(?: or more)?",
            rf"{_HAS}no (?P<none>(?:ready |available )?(?:replicas|pods))",
        )
        if clause.has(rf"(?:with|have|has|having|whose|runs?|running|got) (?:no|only|just|{_COMPARE}|<n\d+>)")
        else None
    )
    if found is None:
        return []
    groups = found._match.groupdict()
    if groups.get("none"):
        return [_condition("replicas", Comparison.IS, 0.0)]
    return [
        _condition(
            "replicas",
            _comparison(found.said("how")) if found.said("how") else Comparison.IS,
            float(found.text("count") or 0),
        )
    ]


_SOME = rf"(?P<how>{_COMPARE}) (?:{{n:count}}|(?P<word>one|a single)) "


def _containers(clause: Clause) -> list[Condition]:
    """ "with more than one container", "multi-container pods", "pods that have a sidecar"."""
    found = clause.take(
        rf"{_HAS}{_SOME}containers?", rf"{_HAS}{{n:count}} containers(?= (?:\?|_|$))", r"multi[- ]container",
        r"(?:(?:that|which) )?(?:with|have|has|having|run|runs|running) (?:a |any |several |multiple )?(?:side ?cars?|several containers|multiple containers)(?: containers?)?",
    )  # fmt: skip
    if found is None:
        return []
    how = _comparison(found.said("how")) if found.said("how") else Comparison.IS
    if found.text("count") is None and not found.said("word"):
        return [_condition("containers", Comparison.MORE, 1.0)]
    return [_condition("containers", how, float(found.text("count") or 1))]


def _short_of_replicas(clause: Clause) -> list[Condition]:
    """ "scaled to zero", "fewer replicas than they want", "not fully available"."""
    if clause.take(
        r"(?:(?:that|which|is|are|was|were|currently|been|have|has) )*(?:scaled|set|sized)(?: down)? (?:to|at) (?:zero|<n\d+>)(?= )"
        if _zero(clause) and clause.has(r"any|which|what|that|list|show|how many|find|anything")
        else r"(?:(?:that|which|is|are|currently) )*scaled down completely",
        r"(?:(?:that|which|with|have|has|having|run|runs|running|at|on) )+(?:zero|0) (?:replicas|pods|instances)",
    ):
        return [_condition("replicas", Comparison.IS, 0.0)]
    if clause.has(r"nodes?|workers?|machines?") and clause.take(
        r"(?:(?:that|which|are|is|under|with|have|has|having|in|reporting|report|feeling) )+(?:memory |disk |pid |any |some |resource )*pressure"
    ):
        return [_condition("state", Comparison.IS, "pressure")]
    if clause.take(
        r"(?:(?:that|which|have|has|having|run|runs|running|with|are|is) )*(?:fewer|less|not enough|too few)(?: (?:ready|running|available|live))? ?(?:replicas|pods|instances|copies)?(?: ready| running| available| up)? than (?:they|it|desired|wanted|asked|expected|requested|specified|configured|planned)(?: (?:want|wants|should|should have|need|needs|ask for|asks for|are supposed to have|desired?|for|have to))?",
        r"(?:(?:that|which|are|is|still|currently) )*(?:not|n't|aren't|isn't) (?:running |currently )?at full (?:strength|capacity|size|count)",
        r"(?:(?:that|which|are|is|still|currently) )*(?:missing|short of|lacking|down) (?:some |a few |any )?(?:replicas|pods|instances)",
        r"(?:(?:that|which|are|is|still|currently) )*(?:partially|partly) (?:available|ready|up|down|unavailable)",
        r"(?:(?:that|which|are|is|still|currently) )*(?:degraded|under-?replicated|below (?:their|its|the|full) (?:strength|capacity|desired|wanted) (?:count|replicas|number))",
    ):
        return [_condition("state", Comparison.IS_NOT, "ready")]
    return []


def _zero(clause: Clause) -> bool:
    if clause.has(r"(?:to|at) zero"):
        return True
    found = clause.peek(r"(?:to|at) {n:count}")
    return found is not None and float(found.text("count") or 1) == 0


def _amounts(clause: Clause) -> list[Condition]:
    found = clause.take(
        rf"{_HAS}(?:(?:use|uses|consuming|consume|consumes) )?(?P<how>{_COMPARE}) {{un:amount}} (?:of )?(?P<what>cpu|memory|ram|mem)",
        rf"{_HAS}(?P<what>cpu|memory|ram|mem)(?: usage)? (?:is )?(?P<how>{_COMPARE}) {{un:amount}}",
    )
    if found is None:
        return []
    what = "cpu" if found.said("what") == "cpu" else "memory"
    return [_condition(what, _comparison(found.said("how")), (found.text("amount") or "").replace(" ", ""))]


def _sizes(clause: Clause) -> list[Condition]:
    if not clause.has(r"(?:[\w-]+ )*?(?:pvcs?|pvs?|volumes?|claims?|disks?|storage)"):
        return []
    found = clause.take(rf"{_HAS}(?:(?:a |the )?(?:size|capacity)(?: of)? )?(?P<how>{_COMPARE}) {{un:amount}}")
    return [] if found is None else [_condition("size", _comparison(found.said("how")), (found.text("amount") or ""))]


def _types(clause: Clause) -> list[Condition]:
    if clause.has(r"secrets?"):
        said = clause.take(
            r"(?:(?:that|which|are|is|have|has) )*of (?:the )?type {value:type}", r"with (?:the )?type {value:type}"
        )
        return [] if said is None else [_condition("type", Comparison.IS, said.text("type"))]
    found = (
        clause.take(
            r"(?:(?:of|with|that|are|is|have|which) )*(?:type )?(?P<type>node ?-?port|load ?-?balancer|cluster ?-?ip|headless)(?= (?:services?|svc|type|_|$)| )"
        )
        if clause.has(r"services?|svc|type")
        else None
    )
    if found is None:
        return []
    if (
        found.said("type")[0] in "nl"
        and clause.take(r"(?:or|and|,) (?:type )?(?:node ?-?port|load ?-?balancer)s?") is not None
    ):
        return [_condition("type", Comparison.IS_NOT, "ClusterIP")]  # both kinds that open a door
    kind = {"n": "NodePort", "l": "LoadBalancer", "c": "ClusterIP", "h": "Headless"}[found.said("type")[0]]
    return [_condition("type", Comparison.IS, kind)]


_VERBS = {
    "fail": "failed",
    "fails": "failed",
    "crash": "crashing",
    "crashes": "crashing",
    "succeed": "succeeded",
    "complete": "succeeded",
    "finish": "succeeded",
}
"""States as verbs: "did any job fail"."""


def _states(clause: Clause) -> list[Condition]:
    found: list[Condition] = []
    verb = clause.peek(
        rf"(?:any|some|which|what|all|the|our|my|these|those|these|many) (?:jobs?|cron ?jobs?|pods?|runs?|deployments?|workloads?)(?: did| do| does)? (?P<state>{'|'.join(_VERBS)})(?= (?:\?|_|$|today|yesterday|tonight|last|this|in|on|so|since|lately|recently|over|during|within))"
    )
    if verb is not None:
        clause.claim(verb.indices[-1:])
        whole = clause.has(r"(?:did|do|does|have|has) (?:all|every|each)") and not clause.has(r"which|what|list|show")
        how = Comparison.IS_NOT if whole else Comparison.IS  # "did all jobs succeed": those that did not
        found.append(_condition("state", how, _VERBS[verb.said("state")]))
    clause.take(rf"(?:either|neither)(?= (?:\w+ )?(?:{_STATE}) )")
    clause.take(rf"stuck(?: in| on| at)?(?: the)?(?= (?:{_STATE}) )")  # "stuck in terminating" is no second state
    while True:
        taken = clause.take(
            rf"{_WHO}(?P<not>not |n't |aren't |isn't |never (?:became |become |got |gets |been )?|other than |anything but |non-|non |except |not yet |without being |doesn't |don't |not in )(?:(?:in|the|a|currently|yet|fully|being|get|state) )*(?P<state>{_STATE})(?: state| status| phase| condition)?",
            rf"(?:(?:that|which|who|are|is|whose|in|with|the|a) )*(?:status|state|phase) (?:(?:is|of|=|:) )*(?P<not>not )?(?P<state>{_STATE})",
            rf"{_WHO}(?P<state>(?!running (?:as|with|under|privileged) )(?:{_STATE}))(?: state| status| phase| condition)?",
            rf"(?:{_WHO}(?:is|are|was|were|be|still|currently|went|keeps?|went|goes|any\w*|all|everything) (?:all )?)(?P<state>up|down)(?= (?!to |by |from |again to ))",
            r"(?P<state>down)(?= (?:pods?|deployments?|nodes?|services?|workloads?|apps?) )",
        )
        if taken is None:
            return found
        negative = bool(taken._match.groupdict().get("not"))
        state = STATES.get(taken.said("state").replace(" ", "-")) or STATES[taken.said("state").replace(" ", "")]
        if state.startswith("not "):
            state, negative = state[4:], not negative
        either = bool(found) and re.match(r"(?:\w+ )*?or ", taken.line) is not None
        if either and (negative or found[-1].comparison is Comparison.IS_NOT):
            negative = True  # "neither running nor done", "not running or done"
        condition = _condition("state", Comparison.IS_NOT if negative else Comparison.IS, state)
        if either and not negative:  # "pending or failed": one of both is enough
            found[-1] = found[-1].model_copy(update={"value": f"{found[-1].value}|{state}"})
        elif condition not in found:  # "stuck in pending"
            found.append(condition)
