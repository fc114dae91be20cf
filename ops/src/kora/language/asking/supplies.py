"""Questions about what there is of something and how much of it is taken: quotas, storage, disks of nodes, volumes that are
waited for. Part of `language.asking.reading`."""

from typing import Any

from kora.language.clauses import Clause
from kora.language.intents import Aspect, Comparison, Condition, Inspect, Target

_QUOTA = (
    r"(?:how (?:close|near|far)|(?:is|are) (?:the |this |our |my |we )?(?:[\w.-]+ )?(?:\w+ )?(?:close to|near|hitting|at|over|exceeding|reaching|within|running into|about to hit))"
    r"(?= .*quotas? )"
)
_AWAITED = (
    r"(?:is|are|which|what|who|does|do|any|anything|show|list|find|has|have) (?:[\w-]+ )*?(?:waiting|waits?|stuck|blocked|pending|hang\w*) (?:\w+ )?(?:for|on|by|because of|without) "
    r"(?:a |an |any |its |their |some |the |missing )*(?:persistent )?(?:volumes?|pvcs?|claims?|storage|disks?|volume claims?)"
)


def quota_asked(clause: Clause, place: dict[str, Any]) -> list[Inspect] | None:
    """ "How close is the namespace to its quota": what every quota there has left."""
    if clause.take(_QUOTA) is None:
        return None
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
