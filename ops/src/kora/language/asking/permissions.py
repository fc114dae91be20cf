"""Who may do what: the slots of a question about permissions. Part of `language.asking.reading`."""

from kora.language.clauses import Clause
from kora.language.intents import Aspect, Inspect, Target
from kora.language.kinds import BY_KIND
from kora.language.targets import Kinds, take_bare_space

_RBAC_VERBS = (
    "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "impersonate", "bind", "escalate",
    "use", "exec", "read", "view", "see", "edit", "modify", "change", "write", "scale", "access", "manage", "remove", "do",
)  # fmt: skip
_MEANS = {
    "read": "get", "view": "get", "see": "get", "edit": "update", "modify": "update", "change": "update", "write": "update",
    "access": "get", "manage": "*", "remove": "delete", "scale": "patch", "exec": "create", "do": "*",
}  # fmt: skip


def read_permissions(
    clause: Clause, namespace: str | None, everywhere: bool, kinds: Kinds, everyday: frozenset[str]
) -> Inspect:
    """The question; who, which verb and which resource as far as they were said."""
    if namespace is None:
        namespace = take_bare_space(clause, kinds)
    account = clause.take(
        r"(?:the )?(?:service account|serviceaccount|sa)s? (?:named |called )(?:{name:name}|{r:ref})",
        r"(?:the )?(?!can |may |does |which |what |a |is |has |the |of |for |by |as |to |do |this |that |each |every )(?P<name>(?:<[qh]\d+>|[a-z0-9][\w.'-]*)) (?:service account|serviceaccount|sa)",
        r"(?:the )?(?:service account|serviceaccount|sa)s? (?:{name:name}|{r:ref})",
    )
    subject: str | None = None
    if account is not None:
        name = account.text("name") if account._match.groupdict().get("name") else account.text("ref")
        subject = f"serviceaccount:{name}"
    elif (user := clause.take(r"(?:the )?(?P<what>user|group) (?:named |called )?{name:name}")) is not None:
        subject = f"{user.said('what')}:{user.text('name')}"
    elif (one := clause.take(r"(?:can|may|is|am|are) (?P<who>i|we|you)(?= )")) is not None:
        subject = "me"
        del one
    verbs = "|".join(_RBAC_VERBS)
    said = clause.take(rf"(?P<verb>{verbs})(?:ing|s)?(?: access)?(?: to)?(?= )")
    verb = said.said("verb") if said else None
    if subject is None and verb is not None:
        person = clause.take(r"(?:can|may) {name:name}(?= _)")
        if person is not None and person.said("name") not in everyday:
            subject = f"user:{person.text('name')}"
    if (
        subject is None
        and (
            owner := clause.take(
                r"(?:does|do|is|are) (?!the |a |all )(?P<who>[a-z0-9][\w.-]*)(?= (?:have|hold|get|bound|assigned|granted))"
            )
        )
        is not None
    ):
        subject = f"user:{owner.text('who')}"
        return Inspect(
            aspect=Aspect.PERMISSIONS, target=Target(namespace=namespace, all_namespaces=everywhere), subject=subject
        )
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
