"""Rules about permissions: verbs × resources of roles.

"ClusterRoles that grant edit permissions to Endpoints", "no role may read secrets", "roles must not contain the bind
verb". Wildcards and subjects are ordinary facts of `object_concepts`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kora.domain.rules import Op, Requirement, Test
from kora.language.kinds import BY_KIND, plural
from kora.language.rules.cutting import is_strong
from kora.language.rules.items import Item, Sort
from kora.language.rules.scan import KIND_PHRASES, NEGATIONS
from kora.language.rules.term import NotUnderstood, all_of, any_of
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
    body = _active(segment[start + 1 :])
    if any(item.sort is Sort.CONCEPT and item.data.fact.startswith("rule.wildcard") for item in body):
        return None
    _refuse_two_rights(segment)
    negated = sum(item.low in NEGATIONS for item in segment) % 2 == 1
    wanted = negated if search else not negated
    parts = [part for part in (_permissions(group) for group in _groups(body)) if part.verbs]
    only = any(item.is_one("only") for item in segment)
    named = any(_says_verbs(item) for item in body)
    special = parts and all(set(part.verbs) <= _SPECIAL and set(part.resources) <= _BOUND for part in parts)
    verbs = tuple(dict.fromkeys(verb for part in parts for verb in part.verbs))
    if verbs and (special or (named and not any(part.resources for part in parts))):
        op = Op.ONLY if only or wanted else Op.CONTAINS_NONE
        return Test(fact="rule.verbs", op=op, values=(*verbs, *(() if op is Op.ONLY else ("*",))))
    if not parts or not all(part.resources for part in parts):
        return None
    either = any(item.sort is Sort.OR for item in body)
    tests: list[Requirement] = [
        Test(fact="rule.grants", key=f"{','.join(part.verbs)} {name}", op=Op.PRESENT if wanted else Op.ABSENT)
        for part in parts
        for name in part.resources
    ]
    return any_of(tests) if wanted and either else all_of(tests)


def _refuse_two_rights(segment: Sequence[Item]) -> None:
    """ "a role that can create pods must not read secrets": neither is forbidden alone, and a role may say them in two
    rules.

    Raises: NotUnderstood.
    """
    modal = next((i for i in range(len(segment)) if is_strong(segment, i)), None)
    relative = next((i for i in range(modal or 0) if segment[i].low in {"that", "which", "with"}), None)
    if modal is None or relative is None:
        return
    halves = (segment[relative:modal], segment[modal:])
    if all(any(_verbs(item) for item in half) and any(_resource(item) for item in half) for half in halves):
        raise NotUnderstood(" ".join(item.text for item in segment[relative:modal]))


def _active(body: Sequence[Item]) -> list[Item]:
    """ "allow endpoints to be edited" with the verb itself: the right to edit."""
    found: list[Item] = []
    for before, item in zip([None, *body], body, strict=False):
        verb = _PARTICIPLES.get(item.low) if before is not None and before.is_one("be", "being") else None
        found.append(replace(item, low=verb, text=verb) if verb else item)
    return found


_IRREGULAR = {"write": "written", "modify": "modified", "read": "read", "see": "seen", "get": "got", "sign": "signed",
              "exec": "execed", "bind": "bound"}  # fmt: skip
_PARTICIPLES = {_IRREGULAR.get(verb) or (f"{verb}d" if verb.endswith("e") else f"{verb}ed"): verb for verb in _VERBS}
"""Verbs of rights as they are said of what suffers them."""


@dataclass(frozen=True)
class _Permission:
    """Verbs with the resources that they are said of."""

    verbs: tuple[str, ...]
    resources: tuple[str, ...]


def _groups(body: Sequence[Item]) -> Iterator[list[Item]]:
    """Stretches with verbs of their own: "exec into pods" or "read their logs"."""
    current: list[Item] = []
    for item in body:
        whole = any(_verbs(each) for each in current) and any(_resource(each) for each in current)
        joined = bool(current) and current[-1].sort in {Sort.AND, Sort.OR, Sort.COMMA}
        if (_verbs(item) and whole and joined and _resource(item) is None) or (
            _verbs(item) and whole and joined and item.low in _INTO
        ):
            yield current
            current = []
        current.append(item)
    yield current


def _permissions(body: Sequence[Item]) -> _Permission:
    narrow = [verb for item in body if not item.is_one("access") for verb in _verbs(item)]
    verbs = dict.fromkeys(narrow or [verb for item in body for verb in _verbs(item)])
    resources = dict.fromkeys(_subresources(body) or [name for item in body if (name := _resource(item))])
    if any(name.startswith("pods/") for name in resources):
        resources.pop("pods", None)  # "exec into pods" is about nothing else of them
    if "approve" in verbs and "certificatesigningrequests" in resources:
        resources = dict.fromkeys(["certificatesigningrequests/approval"])
        verbs = dict.fromkeys(["approve", "update", "patch"])
    return _Permission(tuple(verbs), tuple(resources))


_INTO = spoken("exec attach portforward port-forward")
_BOUND = {"roles", "clusterroles", "rolebindings", "clusterrolebindings"}
"""What binding and escalating is about anyway."""
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
