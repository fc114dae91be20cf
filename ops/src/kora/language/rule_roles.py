"""Rules about permissions: verbs × resources of roles, and whom bindings name.

"ClusterRoles that grant edit permissions to Endpoints", "no role may read secrets", "wildcard verbs".
"""

from collections.abc import Sequence

from kora.domain.rules import Op, Requirement, Test
from kora.language.kinds import BY_KIND, plural
from kora.language.rule_scan import KIND_PHRASES, NEGATIONS, Item, Sort
from kora.language.rule_terms import all_of, any_of

_ROLES = {"Role", "ClusterRole"}
_VERBS: dict[str, tuple[str, ...]] = {
    "edit": ("create", "update", "patch", "delete"),
    "write": ("create", "update", "patch", "delete"),
    "modify": ("create", "update", "patch", "delete"),
    "change": ("create", "update", "patch", "delete"),
    "read": ("get", "list", "watch"),
    "view": ("get", "list", "watch"),
    "get": ("get",),
    "list": ("list",),
    "watch": ("watch",),
    "create": ("create",),
    "update": ("update",),
    "patch": ("patch",),
    "delete": ("delete",),
    "impersonate": ("impersonate",),
    "escalate": ("escalate",),
    "bind": ("bind",),
    "exec": ("create",),
}
_EXTRA = {"secret": "secrets", "exec": "pods/exec", "log": "pods/log"}


def read_roles(segment: Sequence[Item], kinds: Sequence[str], *, search: bool) -> Requirement | None:
    """The requirement of one stretch about roles; None when it is not about verbs and resources."""
    if not set(kinds) & _ROLES and not _extra_kinds(kinds):
        return None
    if not set(kinds) & _ROLES:
        return None
    # The verb of search at the beginning ("list any ClusterRoles") is no permission.
    start = next((i for i, item in enumerate(segment) if item.sort is Sort.KIND and item.data in _ROLES), 0)
    body = segment[start + 1 :]
    verbs = list(
        dict.fromkeys(
            v
            for item in body
            for v in _VERBS.get(item.text.lower().rstrip("s"), ()) or _VERBS.get(item.text.lower(), ())
        )
    )
    resources = [name for item in body if (name := _resource(item))]
    if not verbs or not resources:
        return None
    either = any(item.sort is Sort.OR for item in body)
    negated = sum(item.low in NEGATIONS for item in segment) % 2 == 1
    wanted = negated if search else not negated
    tests: list[Requirement] = [
        Test(fact="rule.grants", key=f"{','.join(verbs)} {name}", op=Op.PRESENT if wanted else Op.ABSENT)
        for name in dict.fromkeys(resources)
    ]
    return any_of(tests) if wanted and either else all_of(tests)


def _extra_kinds(kinds: Sequence[str]) -> bool:
    return bool(set(kinds) & _ROLES)


def _resource(item: Item) -> str | None:
    """The API's plural of a kind that is named."""
    low = item.low
    if low in _EXTRA:
        return _EXTRA[low]
    kind = KIND_PHRASES.get(tuple(low.split())) or (item.data if item.sort is Sort.KIND else None)
    if not isinstance(kind, str) or kind in _ROLES or kind not in BY_KIND or kind == "Namespace":
        return None
    return kind.lower() if kind.endswith("s") else plural(kind.lower())
