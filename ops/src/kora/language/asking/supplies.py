"""Questions about what there is of something and how much of it is taken: quotas, storage, disks of nodes, volumes that are
waited for. Part of `language.asking.reading`."""

from typing import Any

from kora.language.asking.aspects import EVERYDAY
from kora.language.asking.doors import open_doors
from kora.language.asking.framing import drop_everyday
from kora.language.asking.phrases import noun_phrases
from kora.language.clauses import Clause
from kora.language.intents import Aspect, Comparison, Condition, Inspect, Target
from kora.language.targets import Kinds

_AWAITED = (
    r"(?:is|are|which|what|who|does|do|any|anything|show|list|find|has|have) (?:[\w-]+ )*?(?:waiting|waits?|stuck|blocked|pending|hang\w*) (?:\w+ )?(?:for|on|by|because of|without) "
    r"(?:a |an |any |its |their |some |the |missing )*(?:persistent )?(?:volumes?|pvcs?|claims?|storage|disks?|volume claims?)"
)


_DRAINED = r"(?:drain(?:ed|ing|s)?|evict(?:ed|ing|ions?|s)?|node (?:failures?|loss|outages?|maintenance)|losing a node|loses? a node)"
_SAFE = (
    r"(?:can|could|may|is|are|would|will|does|do|which|what|any|how|should|safe\w*|survives?|blocks?|allows?|prevents?)"
)


def runs_as_root(clause: Clause, kinds: Kinds) -> Inspect | None:
    """ "Does hasher run as root": as which user one named thing runs. Which of many do is held against them as a rule."""
    found = clause.peek(
        r"(?:does|do|is|are) (?:the |our )?{name:x}(?: pods?| deployment| containers?| job)? (?:run|running|runs) as (?:the )?root"
    )
    if found is None:
        return None
    said = found.said("x")
    if (said,) in kinds or said in EVERYDAY:
        return None
    return Inspect(aspect=Aspect.PROPERTY, target=Target(phrase=found.text("x")), properties=("user",))


def special(clause: Clause, place: dict[str, Any], kinds: Kinds) -> list[Inspect] | None:
    """The questions of this module, when the clause asks one."""
    return (
        quota_asked(clause, place)
        or sum_asked(clause, place)
        or scaling_asked(clause, place)
        or customers_asked(clause, place)
        or containers_counted(clause, place)
        or expansion_asked(clause)
        or way_blocked(clause, place)
        or volumes_awaited(clause, place)
        or disruption_asked(clause, place, kinds)
        or certificate_asked(clause, place)
    )


def sum_asked(clause: Clause, place: dict[str, Any]) -> list[Inspect] | None:
    """ "How much cpu does the whole shop namespace request": the sum over its pods."""
    found = clause.take(
        r"how much (?:cpus?|memory|ram|cpu and memory|resources?|cpu and ram) (?:does|do|is|are|has|have) (?:the |this |our |my |all )?(?:whole |entire )?(?:namespace {name:after}|{name:name} namespace|namespace|ns|cluster|everything|we|pods)(?: here| in total| together| all together| altogether)? (?P<what>request|reserve|ask for|requested|reserved|requesting|limit\w*)",
    )
    if found is None:
        return None
    name = found.text("after") or found.text("name")
    target = Target(**{**place, **({"namespace": name} if name and name not in {"the", "whole", "entire"} else {})})
    part = "limits" if found.said("what").startswith("limit") else "requests"
    return [Inspect(aspect=Aspect.PROPERTY, target=target, properties=(part,), total=True)]


def scaling_asked(clause: Clause, place: dict[str, Any]) -> list[Inspect] | None:
    """ "Which hpas can't scale": what is wrong with the autoscalers."""
    found = clause.take(
        r"(?:which|what|are|any|do|does|is|why) (?:[\w-]+ )*?(?:hpas?|autoscalers?) (?:that |which )?(?:can't|cannot|can not|unable to|not able to|don't|aren't|are not|isn't|not|fail(?:s|ing)? to) (?:be |able to )?(?:scal\w+|work\w*|read\w*|active|get\w*)(?: metrics| properly| anything)?"
    )
    if found is None:
        return None
    return [Inspect(aspect=Aspect.CAUSE, target=Target(kind="HorizontalPodAutoscaler", **place))]


def customers_asked(clause: Clause, place: dict[str, Any]) -> list[Inspect] | None:
    """ "What urls can customers use": the ways in."""
    found = clause.take(
        r"(?:what|which|under which|on which) (?:urls?|hosts?|host ?names?|addresse?s?|domains?|links?) (?:can|do|are|should|will|would) (?:our |the |my )?(?:customers|users|people|clients|visitors|browsers|outsiders)(?: use| reach| call| open| see| go to| visit| hit)?"
    )
    return None if found is None else open_doors(place)


def containers_counted(clause: Clause, place: dict[str, Any]) -> list[Inspect] | None:
    """ "How many containers are running": those of all pods, not the pods."""
    found = clause.take(
        r"how many containers (?:(?:are|do we have|are there|is|run|in total|altogether|there|currently|right now) ?)+(?P<run>running|up|run)?(?: in total| altogether| now| currently| right now| here)*(?= (?:\?|_|$))"
    )
    if found is None:
        return None
    runs = Condition(field="state", comparison=Comparison.IS, value="running")
    conditions = (runs,) if "run" in found.line else ()
    return [Inspect(aspect=Aspect.COUNT, target=Target(kind="Pod", **place), conditions=conditions, key="containers")]


def way_blocked(clause: Clause, place: dict[str, Any]) -> list[Inspect] | None:
    """ "What is blocking web from reaching postgres": whether it can, and what stands in the way."""
    found = clause.take(
        r"(?:what|who|which [\w-]+(?: [\w-]+)?|anything|something|does anything|is anything)(?: is|'s| are)? (?:blocks?|blocking|keeps?|keeping|prevents?|preventing|stops?|stopping) (?:the |our )?{name:source}(?: pods?| deployment| service)? (?:from )?(?:reaching|connecting to|connecting with|talking to|accessing|calling|getting to) (?:the |our )?{name:goal}(?: pods?| service| database)?"
    )
    if found is None:
        return None
    return [
        Inspect(
            aspect=Aspect.CONNECTIVITY,
            target=Target(phrase=found.text("goal"), **place),
            of=Target(phrase=found.text("source"), **place),
        )
    ]


def expansion_asked(clause: Clause) -> list[Inspect] | None:
    """ "Can our volumes be expanded": what the storage classes allow."""
    found = clause.take(
        r"(?:can|could|may|is it possible to|are) (?:our |the |my |these |all )*(?:volumes?|pvcs?|claims?|disks?) (?:be |get )?(?:expanded|resized|enlarged|grown|expandable|resizable|extended)"
    )
    return None if found is None else [Inspect(aspect=Aspect.LIST, target=Target(kind="StorageClass"))]


def disruption_asked(clause: Clause, place: dict[str, Any], kinds: Kinds) -> list[Inspect] | None:
    """ "Does api survive a node drain": its replicas, where they run and what may be evicted; without a name every
    disruption budget with what it allows now."""
    if (
        not clause.has(_DRAINED)
        or not clause.has(_SAFE)
        or clause.has(r"events?|why|was|were|got|been|get|when|has|have been")
    ):
        return None
    rest = clause.fresh()
    rest.take(
        rf"(?:of |during |after |on )?(?:a |the |any )?(?:node |worker )?{_DRAINED}(?: a| the| this| my| our)?(?: nodes?| workers?| machines?)?(?: safely)?"
    )
    rest.take(
        r"(?:survives?|enough replicas to|enough|tolerates?|breaking|breaks?|blocks?|blocking|prevents?|allows?|without)"
    )
    drop_everyday(rest, Aspect.STATUS, kinds)
    named = [
        each.target
        for each in noun_phrases(rest, kinds)
        if each.named and each.target.kind not in {"Node", "PodDisruptionBudget"}
    ]
    clause.claim(range(len(clause.tokens)))
    if not named:
        return [Inspect(aspect=Aspect.LIST, target=Target(kind="PodDisruptionBudget", **place))]
    target = named[0].model_copy(update={key: value for key, value in place.items() if value})
    return [Inspect(aspect=Aspect.PROPERTY, target=target, properties=("replicas", "spread", "budget"))]


def certificate_asked(clause: Clause, place: dict[str, Any]) -> list[Inspect] | None:
    """ "Which secret holds the certificate for HOST"."""
    found = clause.take(
        r"(?:which|what) (?:tls )?secrets? (?:holds?|has|have|contains?|stores?|keeps?|is used for|carries) (?:the |a )?(?:tls |ssl )?(?:certificates?|certs?|tls|key) (?:for|of) (?:{h:host}|{name:name})"
    )
    if found is None:
        return None
    of = Target(names=(found.text("host") or found.text("name") or "",))
    return [Inspect(aspect=Aspect.LIST, target=Target(kind="Secret", **place), of=of)]


def take_reserved(clause: Clause) -> dict[str, Any]:
    """Claim "asks for the most cpu": what is reserved, not what is used, ranked."""
    found = clause.take(
        r"(?:asks? for|requests?|reserves?|requesting|reserving|has|have|with) (?:the )?(?P<how>most|highest|biggest|largest|least|lowest|smallest) (?P<what>cpus?|memory|ram)(?P<part> (?:requests?|limits?|reservations?))?"
    )
    if found is None or (found.line.startswith(("has", "have", "with")) and not found.said("part")):
        return {}
    part = "limits" if "limit" in found.said("part") else "requests"
    what = "cpu" if found.said("what").startswith("cpu") else "memory"
    least = found.said("how") in {"least", "lowest", "smallest"}
    return {"properties": (part,), "sort_by": what, "descending": not least}


def quota_asked(clause: Clause, place: dict[str, Any]) -> list[Inspect] | None:
    """ "How close is the namespace to its quota": what every quota there has left."""
    claimable = clause.has(
        r"how (?:much|many) (?:\w+ )+?(?:may|can|could|are) (?:we|i|they)(?: allowed to)? (?:still |yet )+(?:claim|create|request|allocate|add|start|run)"
    )
    counted = (
        claimable
        or clause.has(r"quotas? (?:for|on) (?:storage|cpu|memory|pods|services|\w+)")
        or (
            clause.has(r"quotas?")
            and clause.has(
                r"how (?:many|much|close|near|far)|left|remaining|still|exceed\w*|hit\w*|reach\w*|close|near|headroom"
            )
        )
    )
    if not counted or clause.has(r"(?:no|without|lack\w*|missing|any) (?:\w+ )?quotas?"):
        return None
    clause.claim(range(len(clause.tokens)))
    return [Inspect(aspect=Aspect.PROPERTY, target=Target(kind="ResourceQuota", **place), properties=("quota",))]


def volumes_awaited(clause: Clause, place: dict[str, Any]) -> list[Inspect] | None:
    """ "Is anything waiting for a volume": the claims without one, and who uses them."""
    if clause.take(_AWAITED) is None:
        return None
    unbound = Condition(field="state", comparison=Comparison.IS_NOT, value="bound")
    target = Target(kind="PersistentVolumeClaim", **place)
    asked = ("state", "users")
    return [Inspect(aspect=Aspect.PROPERTY, target=target, properties=asked, conditions=(unbound,))]


def take_stock(clause: Clause, aspect: Aspect | None) -> dict[str, Any]:
    """Claim what a capacity is of: disks of nodes; or that the sum over all claims was asked for."""
    if aspect is not Aspect.CAPACITY:
        whole = clause.has(r"(?:pvcs|claims|volumes|altogether|together|in total|total|all)")
        return {"total": True} if whole and clause.fresh().has(r"how (?:much|large|big)|total|sum") else {}
    found = clause.take(
        r"(?:free |spare |available |remaining |local |ephemeral |disk )*(?:disks?|disk space|storage|ephemeral storage|file ?systems?|ssds?)(?: space| capacity)?"
    )
    return {} if found is None else {"resource": "ephemeral-storage"}
