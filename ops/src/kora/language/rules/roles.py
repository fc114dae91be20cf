"""Rules about permissions: verbs × resources of roles.

"ClusterRoles that grant edit permissions to Endpoints", "no role may read secrets", "roles must not contain the bind
verb". Wildcards and subjects are ordinary facts of `object_concepts`.
"""

from collections.abc import Sequence

from kora.domain.rules import Op, Requirement, Test
from kora.language.kinds import BY_KIND, plural
from kora.language.rules.items import Item, Sort
from kora.language.rules.scan import KIND_PHRASES, NEGATIONS
from kora.language.rules.term import all_of, any_of
from kora.language.rules.words import spoken

_ROLES = {"Role", "ClusterRole"}
_WRITES = ("create", "update", "patch", "delete")
_READS = ("get", "list", "watch")
_ALL = (*_READS, *_WRITES, "deletecollection")
_VERBS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("edit", "write", "modify", "change", "manage", "mutate"), _WRITES),
    **dict.fromkeys(("read", "view", "see"), _READS),
    **dict.fromkeys(("access",), _ALL),
    **{
        verb: (verb,)
        for verb in [
            "get",
            "list",
            "watch",
            "create",
            "update",
            "patch",
            "delete",
            "deletecollection",
            "impersonate",
            "escalate",
            "bind",
            "approve",
            "sign",
        ]
    },
    "exec": ("create",),
    "remove": ("delete",),
    "creation": ("create",),
    "deletion": ("delete",),
    "attach": ("create",),
    "portforward": ("create",),
    "port-forward": ("create",),
}
_SPECIAL = {"impersonate", "escalate", "bind", "deletecollection"}
_EXTRA = {
    "secret": "secrets",
    "exec": "pods/exec",
    "log": "pods/log",
    "attach": "pods/attach",
    "portforward": "pods/portforward",
    "port forward": "pods/portforward",
    "token": "serviceaccounts/token",
    "ephemeralcontainer": "pods/ephemeralcontainers",
    "user": "users",
    "group": "groups",
    "csr": "certificatesigningrequests",
    "certificatesigningrequest": "certificatesigningrequests",
    "certificate signing request": "certificatesigningrequests",
    "mutatingwebhookconfiguration": "mutatingwebhookconfigurations",
    "validatingwebhookconfiguration": "validatingwebhookconfigurations",
    "webhook": "validatingwebhookconfigurations",
    "lease": "leases",
    "event": "events",
}


def read_roles(segment: Sequence[Item], kinds: Sequence[str], *, search: bool) -> Requirement | None:
    """The requirement of one stretch about roles; None when it is not about verbs and resources."""
    if not set(kinds) & _ROLES:
        return None
    # The verb of search at the beginning ("list any ClusterRoles") is no permission.
    places = [i for i, item in enumerate(segment) if item.sort is Sort.KIND and item.data in _ROLES]
    start = next((i for i in places if i + 2 not in places and i + 1 not in places), 0)
    body = segment[start + 1 :]
    if any(item.sort is Sort.CONCEPT and item.data.fact.startswith("rule.wildcard") for item in body):
        return None
    narrow = [verb for item in body if not item.is_one("access") for verb in _verbs(item)]
    verbs = list(dict.fromkeys(narrow or [verb for item in body for verb in _verbs(item)]))
    resources = _subresources(body) or list(dict.fromkeys(name for item in body if (name := _resource(item))))
    negated = sum(item.low in NEGATIONS for item in segment) % 2 == 1
    wanted = negated if search else not negated
    if verbs and not resources and (set(verbs) <= _SPECIAL or any(_says_verbs(item) for item in body)):
        only = any(item.is_one("only") for item in segment)
        op = Op.ONLY if only or wanted else Op.CONTAINS_NONE
        return Test(fact="rule.verbs", op=op, values=(*verbs, *(() if op is Op.ONLY else ("*",))))
    if not verbs or not resources:
        return None
    either = any(item.sort is Sort.OR for item in body)
    tests: list[Requirement] = [
        Test(fact="rule.grants", key=f"{','.join(verbs)} {name}", op=Op.PRESENT if wanted else Op.ABSENT)
        for name in resources
    ]
    return any_of(tests) if wanted and either else all_of(tests)


_SUBRESOURCES = {
    **{name: name for name in spoken("proxy exec log attach portforward token status scale approval eviction binding")},
    "logs": "log",
    "finalizer": "finalizers",
    "ephemeralcontainers": "ephemeralcontainers",
}


def _subresources(body: Sequence[Item]) -> list[str]:
    """ "the proxy subresource of nodes", "the approval sub-resource of certificate signing requests": ``nodes/proxy``."""
    lows = [item.text.lower().strip("\"'`") for item in body]
    place = next((i for i, low in enumerate(lows) if low.replace("-", "").startswith("subresource")), None)
    if place is None:
        return []
    named = [_SUBRESOURCES[low] for low in lows[max(0, place - 4) : place + 3] if low in _SUBRESOURCES]
    owners = [name for item in body if (name := _resource(item)) and "/" not in name]
    return [f"{owner}/{name}" for owner in dict.fromkeys(owners) for name in dict.fromkeys(named)]


def _says_verbs(item: Item) -> bool:
    return item.sort is Sort.CONCEPT and item.data.fact == "rule.verbs"


def _verbs(item: Item) -> tuple[str, ...]:
    low = item.text.lower().strip("\"'`")
    return _VERBS.get(low) or _VERBS.get(low.rstrip("s")) or _VERBS.get(low.removesuffix("ing")) or _said(low) or ()


def _said(low: str) -> tuple[str, ...]:
    return _VERBS.get(low.removesuffix("ing") + "e", ()) if low.endswith("ing") else ()


def _resource(item: Item) -> str | None:
    """The API's plural of a kind that is named."""
    low = item.low
    if item.text.lower() in {"pods/exec", "pods/log", "pods/attach", "nodes/proxy", "serviceaccounts/token"}:
        return item.text.lower()
    if low in _EXTRA:
        return _EXTRA[low]
    kind = KIND_PHRASES.get(tuple(low.split())) or (item.data if item.sort is Sort.KIND else None)
    if not isinstance(kind, str) or kind not in BY_KIND or (kind == "Namespace" and item.text[-1:] != "s"):
        return None
    return kind.lower() if kind.endswith("s") else plural(kind.lower())
